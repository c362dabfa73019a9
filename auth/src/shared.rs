//! What all handles of a client have in common, and the order of its locks.
//!
//! # Locks
//! Whoever needs several takes them in this order:
//! 1. `refreshing`: one refresh at a time, however many handles of the session there are;
//! 2. `catching_up`: one attempt at a time to store what memory alone has;
//! 3. the store lock ([`StoreLock`](super::store_lock::StoreLock)), a file: one process
//!    at a time. A refresh waits 40 s for it; who signs in, signs out or catches up, 2 s;
//! 4. the store access ([`StoreAccess`](super::locks::StoreAccess)): whoever reads the stored item, judges it and
//!    writes it has it meanwhile, and so has whoever changes where a session stands;
//! 5. a session's state, never held while anything is waited for.
//!
//! `behind`, `present`, `provider`, `keys_ahead` and a provider's keys are leaves: nothing is
//! locked or waited for while they are held. The network is asked with nothing held but `refreshing` and the
//! store lock of that refresh; `progress` is called with nothing held at all.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    known::{Known, Provider},
    session::Session,
};

/// What all handles of a client have in common. The order of the locks: see above.
#[derive(Default)]
pub(super) struct Shared {
    pub provider: Mutex<Option<Known<Arc<Provider>>>>,
    /// The session that was found last to have its newest refresh token in memory alone;
    /// whether it still has, its state says.
    pub behind: Mutex<Option<Session>>,
    pub catching_up: Mutex<()>,
    /// The session of the last sign-in here, until it is signed out of.
    pub present: Mutex<Option<Session>>,
    pub refreshing: Mutex<()>,
    pub store: Mutex<()>,
    work_in_hand: AtomicUsize,
    tokens_in_hand: AtomicUsize,
}

impl Shared {
    pub fn has_work_in_hand(&self) -> bool {
        self.work_in_hand.load(Ordering::SeqCst) > 0
    }

    pub fn has_tokens_in_hand(&self) -> bool {
        self.tokens_in_hand.load(Ordering::SeqCst) > 0
    }
}

/// Counts as work or as tokens in hand while it lives.
pub(super) struct InHand {
    shared: Arc<Shared>,
    count: fn(&Shared) -> &AtomicUsize,
}

impl InHand {
    /// Work that a process must not end in.
    pub fn new(shared: &Arc<Shared>) -> Self {
        Self::counted(shared, |shared| &shared.work_in_hand)
    }

    /// Tokens of a sign-in, which are to be revoked if they come to nothing.
    pub fn tokens(shared: &Arc<Shared>) -> Self {
        Self::counted(shared, |shared| &shared.tokens_in_hand)
    }

    fn counted(shared: &Arc<Shared>, count: fn(&Shared) -> &AtomicUsize) -> Self {
        count(shared).fetch_add(1, Ordering::SeqCst);
        let shared = shared.clone();
        Self { shared, count }
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        (self.count)(&self.shared).fetch_sub(1, Ordering::SeqCst);
    }
}
