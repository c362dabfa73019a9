//! What a connection is doing, and since when: 64 bits, written without locks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Connected, and not a byte yet
    New,
    /// A head is coming
    Head,
    /// The head is complete, the answer is not
    Serving,
    /// The same, and the endpoint waits for more of the body
    Awaiting,
    /// The answer is complete but not all of it is sent
    Answered,
    /// Between two requests
    Idle,
    /// Answered, and what still comes is thrown away
    Discarding,
}

/// A phase and its times, in one atomic number. From the highest bit on: when its deadline
/// began to count, in milliseconds of the [`Pulse`] (41 bits, 70 years); how many milliseconds
/// later the answer was complete (20 bits, 17 minutes); the phase (3 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u64);

/// The longest time that is told of an answer; a longer one counts as this.
const LATEST: u64 = (1 << 20) - 1;

impl State {
    fn new(phase: Phase, since: u64, answered_at: u64) -> Self {
        let later = answered_at.saturating_sub(since).min(LATEST);
        Self(since << 23 | later << 3 | phase as u64)
    }

    pub(super) fn phase(self) -> Phase {
        match self.0 & 7 {
            0 => Phase::New,
            1 => Phase::Head,
            2 => Phase::Serving,
            3 => Phase::Awaiting,
            4 => Phase::Answered,
            5 => Phase::Idle,
            _ => Phase::Discarding,
        }
    }

    /// When its deadline began to count. From [`Phase::Serving`] to [`Phase::Answered`] it is
    /// the same moment: the end of the request's head.
    pub(super) fn since(self) -> u64 {
        self.0 >> 23
    }

    /// When the answer was complete.
    pub(super) fn answered_at(self) -> u64 {
        self.since() + (self.0 >> 3 & LATEST)
    }
}

/// A clock that is read without asking the system. The acceptor sets it at each new
/// connection and several times a second, and it is as exact as that.
///
/// It has a cache line of its own, since every request reads it.
#[repr(align(64))]
pub(super) struct Pulse {
    now: AtomicU64,
    draining: AtomicBool,
    origin: Instant,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            now: AtomicU64::new(0),
            draining: AtomicBool::new(false),
            origin: Instant::now(),
        }
    }
}

impl Pulse {
    /// Milliseconds from the server's start to the last beat.
    pub(super) fn now(&self) -> u64 {
        self.now.load(Relaxed)
    }

    /// Sets the clock.
    pub(super) fn beat(&self) {
        let now = self.origin.elapsed().as_millis();
        self.now
            .store(u64::try_from(now).unwrap_or(u64::MAX), Relaxed);
    }

    /// From now on each answer is the last of its connection.
    pub(super) fn drain(&self) {
        self.draining.store(true, Relaxed);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Relaxed)
    }
}

/// The state of one connection. Its task writes it and the acceptor reads it, to find the
/// connections whose deadline has passed. What the acceptor sees may be a moment old, so
/// relaxed order is enough: in the worst case it closes a connection as idle whose next
/// request is just arriving, and clients must expect that anyway (RFC 9112 §9.5).
///
/// A second task can write too: a handler may give the request's body to one, which then
/// tells that it waits for more of it ([`Self::awaits_body`]). It may do so while the answer
/// is being completed; so its change is a compare-exchange, which fails if the connection's
/// task has gone on to another phase. A body that is still read during the next request
/// would be taken for that request's.
#[repr(align(64))]
pub(super) struct Slot {
    state: AtomicU64,
    /// The request has a body, so the last bytes that came in may be part of it.
    has_body: AtomicBool,
    /// The endpoint has not read the request's body to its end.
    unread: AtomicBool,
    /// More of the body has come than is allowed.
    overflowed: AtomicBool,
    pub(super) pulse: Arc<Pulse>,
}

impl Slot {
    pub(super) fn new(pulse: Arc<Pulse>) -> Self {
        let now = pulse.now();
        Self {
            state: AtomicU64::new(State::new(Phase::New, now, now).0),
            has_body: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            overflowed: AtomicBool::new(false),
            pulse,
        }
    }

    pub(super) fn state(&self) -> State {
        State(self.state.load(Relaxed))
    }

    fn enter(&self, phase: Phase, since: u64) {
        self.state.store(State::new(phase, since, since).0, Relaxed);
    }

    /// Bytes have come in.
    pub(super) fn bytes_came(&self) {
        let state = self.state();
        match state.phase() {
            // The first head has its time from the beginning of the connection.
            Phase::New => self.enter(Phase::Head, state.since()),
            Phase::Idle => self.enter(Phase::Head, self.pulse.now()),
            Phase::Head
            | Phase::Serving
            | Phase::Awaiting
            | Phase::Answered
            | Phase::Discarding => {}
        }
    }

    /// A head is complete.
    pub(super) fn head_completed(&self, has_body: bool) {
        self.has_body.store(has_body, Relaxed);
        self.unread.store(has_body, Relaxed);
        self.enter(Phase::Serving, self.pulse.now());
    }

    /// The endpoint waits for more of the request's body, or has got it.
    pub(super) fn awaits_body(&self, awaits: bool) {
        let (from, to) = match awaits {
            true => (Phase::Serving, Phase::Awaiting),
            false => (Phase::Awaiting, Phase::Serving),
        };
        let state = self.state();
        if state.phase() == from {
            let next = State::new(to, state.since(), state.since());
            // If it fails, the connection's task has gone on, and its phase is the newer one.
            let _ = self
                .state
                .compare_exchange(state.0, next.0, Relaxed, Relaxed);
        }
    }

    /// The endpoint has read the request's body to its end.
    pub(super) fn body_read(&self) {
        self.unread.store(false, Relaxed);
    }

    /// Whether part of the last request's body may be unread.
    pub(super) fn has_unread_body(&self) -> bool {
        self.unread.load(Relaxed)
    }

    /// The answer is complete; some of it may still be in the buffer.
    pub(super) fn answer_completed(&self) {
        let state = State::new(Phase::Answered, self.state().since(), self.pulse.now());
        self.state.store(state.0, Relaxed);
    }

    /// The buffer is written out. `ends_head`: the last bytes that came in are the end of a
    /// head; if they are not, and belong to no body either, the next head has begun. True if
    /// this was the end of an answer.
    pub(super) fn flushed(&self, ends_head: bool) -> bool {
        let answered = self.state().phase() == Phase::Answered;
        if answered {
            let next_has_begun = !ends_head && !self.has_body.load(Relaxed);
            let next = match next_has_begun {
                true => Phase::Head,
                false => Phase::Idle,
            };
            self.enter(next, self.pulse.now());
        }
        answered
    }

    /// What comes in from now on is thrown away, for as long as a head may take.
    pub(super) fn start_discarding(&self) {
        self.enter(Phase::Discarding, self.pulse.now());
    }

    /// More of the body has come than is allowed.
    pub(super) fn overflow(&self) {
        self.overflowed.store(true, Relaxed);
    }

    pub(super) fn has_overflowed(&self) -> bool {
        self.overflowed.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_stays_complete_whatever_another_task_does_with_the_body() {
        let slot = Slot::new(Arc::default());
        let stopped = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stopped.load(Relaxed) {
                    slot.awaits_body(true);
                    slot.awaits_body(false);
                }
            });
            let stays = (0..100_000).all(|_| {
                slot.head_completed(true);
                slot.answer_completed();
                (0..20).all(|_| slot.state().phase() == Phase::Answered)
            });
            stopped.store(true, Relaxed);
            assert!(stays);
        });
    }
}
