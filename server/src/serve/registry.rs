//! Every open connection: how long it may stay, and its end from outside.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use slab::Slab;
use tokio::{sync::Notify, task::AbortHandle};

use super::{
    Limits,
    phase::{Phase, Pulse, Slot, State},
    refusals::{Reason, Refusals, Told, tell},
};

/// The open connections. Locked when one comes, goes, or is looked for; never by a
/// request.
#[derive(Default)]
pub(super) struct Registry {
    pub(super) pulse: Arc<Pulse>,
    pub(super) refusals: Refusals,
    entries: Mutex<Slab<Entry>>,
    open: AtomicUsize,
    /// Told when the last connection has gone.
    pub(super) emptied: Notify,
}

struct Entry {
    slot: Arc<Slot>,
    remote: SocketAddr,
    task: AbortHandle,
}

impl Registry {
    fn entries(&self) -> MutexGuard<'_, Slab<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open(&self) -> usize {
        self.open.load(Relaxed)
    }

    /// Takes in the connection that `start` sets going.
    pub(super) fn enter(
        self: &Arc<Self>,
        remote: SocketAddr,
        start: impl FnOnce(Arc<Slot>, Leave) -> AbortHandle,
    ) {
        let slot = Arc::new(Slot::new(Arc::clone(&self.pulse)));
        let mut entries = self.entries();
        let vacant = entries.vacant_entry();
        let leave = Leave {
            registry: Arc::clone(self),
            slot: Arc::clone(&slot),
            key: vacant.key(),
        };
        self.open.fetch_add(1, Relaxed);
        let task = start(Arc::clone(&slot), leave);
        vacant.insert(Entry { slot, remote, task });
    }

    /// Closes what is past its deadline; with `lingered` also what has no request.
    pub(super) fn sweep(&self, limits: &Limits, lingered: bool) {
        let now = self.pulse.now();
        let within = |since: u64, limit: Duration| {
            u128::from(now.saturating_sub(since)) <= limit.as_millis()
        };
        let stays = |state: State| match state.phase() {
            Phase::New => !lingered && within(state.since(), limits.head),
            Phase::Idle => !lingered && within(state.since(), limits.idle),
            Phase::Head | Phase::Discarding => within(state.since(), limits.head),
            Phase::Serving | Phase::Awaiting | Phase::Answered => {
                within(state.since(), limits.answer)
            }
        };
        self.close_unless(stays);
    }

    pub(super) fn close_all(&self) {
        self.close_unless(|_| false);
    }

    fn close_unless(&self, stays: impl Fn(State) -> bool) {
        let mut late = Vec::new();
        self.entries().retain(|_, entry| {
            let state = entry.slot.state();
            let stays = stays(state);
            if !stays {
                late.extend(too_late(state).map(|reason| (reason, entry.remote)));
                self.close(entry);
            }
            stays
        });
        for (reason, remote) in late {
            self.refuse(reason, remote);
        }
    }

    /// Counts and tells it. Not under the lock: a line takes its time.
    fn refuse(&self, reason: Reason, remote: SocketAddr) {
        self.refusals.count(reason);
        tell(&Told::of(reason, Some(&remote)));
    }

    /// Closes this connection in favour of another one if it is still in that state.
    pub(super) fn close_in(&self, key: usize, state: State) -> bool {
        let mut entries = self.entries();
        if entries.get(key).is_none_or(|e| e.slot.state() != state) {
            return false;
        }
        let entry = entries.remove(key);
        self.close(&entry);
        drop(entries);
        // What it had to be refused for was told before.
        if state.phase() != Phase::Discarding {
            self.refuse(Reason::Evicted, entry.remote);
        }
        true
    }

    /// For an entry that leaves the list now: the room is free for the next one at
    /// once, while the task ends as soon as it is its turn.
    fn close(&self, entry: &Entry) {
        entry.task.abort();
        self.left();
    }

    fn left(&self) {
        if self.open.fetch_sub(1, Relaxed) == 1 {
            self.emptied.notify_one();
        }
    }

    /// Key and state of every connection.
    pub(super) fn each(&self, mut visit: impl FnMut(usize, State)) {
        for (key, entry) in self.entries().iter() {
            visit(key, entry.slot.state());
        }
    }
}

/// What a connection past its deadline is refused for; one without a request has only been
/// let go.
fn too_late(state: State) -> Option<Reason> {
    match state.phase() {
        Phase::Head => Some(Reason::HeadTimeout),
        Phase::Serving | Phase::Awaiting | Phase::Answered => Some(Reason::AnswerTimeout),
        Phase::New | Phase::Idle | Phase::Discarding => None,
    }
}

/// Takes its connection out of the registry, however that ends.
pub(super) struct Leave {
    registry: Arc<Registry>,
    slot: Arc<Slot>,
    key: usize,
}

impl Drop for Leave {
    fn drop(&mut self) {
        let mut entries = self.registry.entries();
        // The key may be another one's since this one was closed from outside.
        let own = |entry: &Entry| Arc::ptr_eq(&entry.slot, &self.slot);
        if entries.get(self.key).is_some_and(own) {
            entries.remove(self.key);
            self.registry.left();
        }
    }
}

/// How many connections are open, by what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// The head of a request is awaited or under way
    pub head: usize,
    /// A request is being answered
    pub serving: usize,
    /// Between two requests
    pub idle: usize,
}

/// Tells of a server's connections, see [`Server::monitor`](super::Server::monitor).
#[derive(Clone)]
pub struct Monitor(Arc<Registry>);

impl Monitor {
    pub(super) fn of(registry: Arc<Registry>) -> Self {
        Self(registry)
    }

    /// Counts them.
    pub fn connections(&self) -> Connections {
        let mut count = Connections::default();
        self.0.each(|_, state| match state.phase() {
            Phase::New | Phase::Head | Phase::Discarding => count.head += 1,
            Phase::Serving | Phase::Awaiting | Phase::Answered => count.serving += 1,
            Phase::Idle => count.idle += 1,
        });
        count
    }

    /// Requests and connections that the server itself ended, by the reason's name; whether
    /// the endpoint had seen them or not.
    pub fn refusals(&self) -> Vec<(&'static str, u64)> {
        self.0.refusals.snapshot()
    }
}
