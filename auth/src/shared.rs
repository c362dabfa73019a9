//! What all handles of a client have in common.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    behind::Behind,
    client::Client,
    known::{Known, Provider},
};

/// What all handles of a client have in common.
#[derive(Default)]
pub(super) struct Shared {
    pub provider: Mutex<Option<Known<Arc<Provider>>>>,
    /// The session whose rotated refresh token could not be kept.
    pub behind: Mutex<Option<Behind>>,
    /// One refresh at a time in this process: what is kept is one item, however many
    /// handles of its session there are.
    pub refreshing: Mutex<()>,
    /// One that signs in or out at a time writes to the store.
    pub writing: Mutex<()>,
    in_hand: AtomicUsize,
}

impl Shared {
    pub fn has_work_in_hand(&self) -> bool {
        self.in_hand.load(Ordering::SeqCst) > 0
    }
}

/// Counts as work in hand while it lives.
pub(super) struct InHand(Arc<Shared>);

impl InHand {
    pub fn new(client: &Client) -> Self {
        client.shared.in_hand.fetch_add(1, Ordering::SeqCst);
        Self(client.shared.clone())
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.in_hand.fetch_sub(1, Ordering::SeqCst);
    }
}
