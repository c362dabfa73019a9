//! What an attempt waits for: one queue, and one condition over all reasons to go on.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::{
    cancel::{Cancel, Woken},
    locks::unpoisoned,
};

/// Brings events of type `T` to the one thread that waits for them. Clones are handles to
/// the same one.
pub(super) struct Inbox<T> {
    /// `None` once nobody waits any more.
    queue: Arc<Mutex<Option<VecDeque<T>>>>,
    cancel: Cancel,
}

impl<T> Clone for Inbox<T> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            cancel: self.cancel.clone(),
        }
    }
}

impl<T> Inbox<T> {
    pub fn new(cancel: &Cancel) -> Self {
        Self {
            queue: Arc::new(Mutex::new(Some(VecDeque::new()))),
            cancel: cancel.clone(),
        }
    }

    /// Brings `event`, or gives it back if nobody waits any more.
    pub fn push(&self, event: T) -> Result<(), T> {
        match &mut *unpoisoned(&self.queue) {
            Some(queue) => queue.push_back(event),
            None => return Err(event),
        }
        self.cancel.ring();
        Ok(())
    }

    /// Waits for the next event, until a time or a cancel in time.
    pub fn next(&self, until: Option<Instant>) -> Woken<T> {
        let look = || unpoisoned(&self.queue).as_mut()?.pop_front();
        self.cancel.wait_for(until, look)
    }

    /// From now on somebody waits, also after [`Self::close`].
    pub fn open(&self) {
        unpoisoned(&self.queue).get_or_insert_default();
    }

    /// From now on nobody waits; gives what nobody has seen.
    pub fn close(&self) -> VecDeque<T> {
        unpoisoned(&self.queue).take().unwrap_or_default()
    }
}
