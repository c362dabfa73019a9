//! Locks within this process. In which order they are taken: `shared.rs`.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// `std`'s lock without poison: no invariant spans a panic here.
pub(super) fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As [`unpoisoned`]; `None` while somebody has it.
pub(super) fn try_unpoisoned<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(guard)) => Some(guard.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// The right to read, judge and write the stored item, while it lives. So nothing is
/// written after a sign-out, and a sign-out waits for a write under way.
pub(super) struct StoreAccess<'a> {
    _held: MutexGuard<'a, ()>,
}

impl<'a> StoreAccess<'a> {
    /// Waits for whoever has the store.
    pub fn wait(store: &'a Mutex<()>) -> Self {
        let _held = unpoisoned(store);
        Self { _held }
    }
}
