//! Who must go when a new connection finds no room.

use std::time::Duration;

use super::{
    phase::{Phase, State},
    registry::Registry,
};

/// Found in one look through the registry, so that a flood does not cost a look
/// for each of its connections.
const AT_ONCE: usize = 512;

/// Chooses: the oldest unfinished head, else the longest idle, else who does not read
/// his answer, else whose request's body does not come. A head that has only just begun
/// comes last: where all others are idle it would be the oldest, and no new connection
/// would ever live to its first request. A request that is worked on stays, as far as
/// the state tells: not where a handler works while its body is awaited elsewhere, nor
/// where its head is complete in the moment between the last look and the close.
pub(super) struct Evictor {
    /// From when on a head is no longer new, in milliseconds
    grace: u64,
    /// How long an answer may go unread and a body may take, in milliseconds
    patience: u64,
    /// The first to go at the end
    victims: Vec<(usize, State)>,
    /// The last look found someone
    found: bool,
    /// When to look anew
    stale_at: u64,
}

impl Evictor {
    /// For heads that have `head` to be complete.
    pub(super) fn new(head: Duration) -> Self {
        let part = |part| u64::try_from(head.as_millis() / part).unwrap_or(u64::MAX);
        Self {
            grace: part(16),
            patience: part(4),
            victims: Vec::new(),
            found: false,
            stale_at: 0,
        }
    }

    /// Closes one connection; false if all have requests that are worked on.
    pub(super) fn make_room(&mut self, registry: &Registry) -> bool {
        let now = registry.pulse.now();
        if now >= self.stale_at {
            self.look(registry, now);
        }
        if self.close_next(registry) {
            return true;
        }
        // That there is no victim stays true for a moment, that these are all gone
        // does not mean that there are no others.
        if self.found {
            self.look(registry, now);
        }
        self.close_next(registry)
    }

    fn close_next(&mut self, registry: &Registry) -> bool {
        // Who has gone on since was not one of the oldest any more.
        while let Some((key, state)) = self.victims.pop() {
            if registry.close_in(key, state) {
                return true;
            }
        }
        false
    }

    fn look(&mut self, registry: &Registry, now: u64) {
        let mut found = Vec::new();
        registry.each(|key, state| {
            if let Some(turn) = self.turn(state, now) {
                found.push((turn, state.since(), key, state));
            }
        });
        let order = |(turn, since, ..): &(Turn, u64, usize, State)| (*turn, *since);
        if found.len() > AT_ONCE {
            found.select_nth_unstable_by_key(AT_ONCE, order);
            found.truncate(AT_ONCE);
        }
        found.sort_unstable_by_key(order);
        // Those of a later turn may not be the next any more by then.
        let turn = found.first().map(|first| first.0);
        let of_turn = found.iter().take_while(|one| Some(one.0) == turn);
        self.victims = of_turn.map(|&(_, _, key, state)| (key, state)).collect();
        self.victims.reverse();
        self.found = turn.is_some();
        let pause = if self.found { self.grace / 4 } else { 10 };
        self.stale_at = now + pause;
    }

    fn turn(&self, state: State, now: u64) -> Option<Turn> {
        let lasts = |since: u64| now.saturating_sub(since);
        match state.phase() {
            Phase::New | Phase::Head if lasts(state.since()) < self.grace => Some(Turn::YoungHead),
            Phase::New | Phase::Head | Phase::Discarding => Some(Turn::Head),
            Phase::Idle => Some(Turn::Idle),
            Phase::Answered if lasts(state.answered_at()) >= self.patience => Some(Turn::Unread),
            // Bytes that trickle in do not prolong it.
            Phase::Awaiting if lasts(state.since()) >= self.patience => Some(Turn::Awaiting),
            Phase::Serving | Phase::Awaiting | Phase::Answered => None,
        }
    }
}

/// In the order of going.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Head,
    Idle,
    Unread,
    Awaiting,
    YoungHead,
}
