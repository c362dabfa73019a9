//! Where a connection stands, and since when: one word, written without locks.

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

/// A phase, the [`Pulse`] from which its deadline counts, and how long after that an
/// answer was complete, both in milliseconds: 41 bits (70 years), 20 bits (17 minutes
/// at most), 3 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u64);

/// The longest that an answer is said to have taken.
const LATEST: u64 = (1 << 20) - 1;

impl State {
    fn new(phase: Phase, since: u64, answered: u64) -> Self {
        let later = answered.saturating_sub(since).min(LATEST);
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

    /// From when on its deadline counts: the requests' phases share theirs.
    pub(super) fn since(self) -> u64 {
        self.0 >> 23
    }

    /// When the answer was complete.
    pub(super) fn answered(self) -> u64 {
        self.since() + (self.0 >> 3 & LATEST)
    }
}

/// A clock that is read without asking the system, as exact as it is kept: the
/// acceptor sets it at each connection and several times a second.
///
/// Alone on its cache line: every request reads it.
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
    /// Milliseconds since the server began.
    pub(super) fn now(&self) -> u64 {
        self.now.load(Relaxed)
    }

    pub(super) fn beat(&self) {
        let now = self.origin.elapsed().as_millis();
        self.now
            .store(u64::try_from(now).unwrap_or(u64::MAX), Relaxed);
    }

    /// From now on each answer is its connection's last.
    pub(super) fn drain(&self) {
        self.draining.store(true, Relaxed);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Relaxed)
    }
}

/// One connection's state. Its own task writes it, the acceptor reads it; the order
/// among both does not matter, so all is relaxed. A handler may take the request's body
/// to another task, so what the body has to say is said in one step, to a request that
/// is not answered yet; if it comes as late as in the next request it is taken for
/// that one's. That a connection is closed as idle while its next request arrives
/// cannot be excluded on the network either (RFC 9112 §9.5).
#[repr(align(64))]
pub(super) struct Slot {
    state: AtomicU64,
    /// The request has a body, so the last bytes read may be its.
    has_body: AtomicBool,
    /// Not all of the request's body was read by the endpoint.
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
    pub(super) fn read(&self) {
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
    pub(super) fn serving(&self, has_body: bool) {
        self.has_body.store(has_body, Relaxed);
        self.unread.store(has_body, Relaxed);
        self.enter(Phase::Serving, self.pulse.now());
    }

    /// Whether the endpoint waits for more of the request's body.
    pub(super) fn awaits_body(&self, awaits: bool) {
        let (from, to) = match awaits {
            true => (Phase::Serving, Phase::Awaiting),
            false => (Phase::Awaiting, Phase::Serving),
        };
        let state = self.state();
        if state.phase() == from {
            let next = State::new(to, state.since(), state.since());
            // Whoever has changed it meanwhile knows better.
            let _ = self
                .state
                .compare_exchange(state.0, next.0, Relaxed, Relaxed);
        }
    }

    /// The endpoint has read the request's body to its end.
    pub(super) fn body_read(&self) {
        self.unread.store(false, Relaxed);
    }

    /// Whether there may be some of the last request's body that nobody has read.
    pub(super) fn has_unread_body(&self) -> bool {
        self.unread.load(Relaxed)
    }

    /// Nothing more is to be written than what is buffered.
    pub(super) fn answered(&self) {
        let state = State::new(Phase::Answered, self.state().since(), self.pulse.now());
        self.state.store(state.0, Relaxed);
    }

    /// All that was to be written is written. `ends_head`: the last bytes that came
    /// in are the end of a head. Whether it was the end of an answer.
    pub(super) fn flushed(&self, ends_head: bool) -> bool {
        let answered = self.state().phase() == Phase::Answered;
        if answered {
            let follows = !ends_head && !self.has_body.load(Relaxed);
            let next = if follows { Phase::Head } else { Phase::Idle };
            self.enter(next, self.pulse.now());
        }
        answered
    }

    /// What comes now is thrown away, in the time that a head has.
    pub(super) fn discarding(&self) {
        self.enter(Phase::Discarding, self.pulse.now());
    }

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
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Relaxed) {
                    slot.awaits_body(true);
                    slot.awaits_body(false);
                }
            });
            let stays = (0..100_000).all(|_| {
                slot.serving(true);
                slot.answered();
                (0..20).all(|_| slot.state().phase() == Phase::Answered)
            });
            over.store(true, Relaxed);
            assert!(stays);
        });
    }
}
