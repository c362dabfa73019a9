//! The way to end what waits, from another thread; and the one condition that an attempt to
//! sign in waits on.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Cancels an operation from another thread; clones cancel the same one.
///
/// A sign-in can be cancelled until it begins to store the session, then no more: nobody
/// knows whether a store that was asked has written already, and undoing that could lose
/// the earlier session too.
///
/// It serves any number of calls, one sign-in at a time. Once cancelled it stays so, and
/// later calls need a new one.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<(Mutex<CancelState>, Condvar)>);

#[derive(Clone, Copy, Debug, Default)]
struct CancelState {
    /// Somebody called [`Cancel::cancel`], in time or too late.
    asked: bool,
    /// The operation called [`Cancel::close`] before anybody had asked.
    closed: bool,
}

/// Why a wait has ended.
pub(super) enum Woken<T> {
    /// What was waited for is there.
    By(T),
    /// Somebody cancelled in time.
    Cancelled,
    /// It is time.
    Due,
}

impl Cancel {
    /// Asks the operation to end, and wakes it where it waits; false if it is too late
    /// and the operation is finished in any case.
    pub fn cancel(&self) -> bool {
        let mut state = self.state();
        state.asked = true;
        self.0.1.notify_all();
        !state.closed
    }

    /// The operation says that from now on it is too late; false if somebody has asked in
    /// time, and it must end.
    pub(super) fn close(&self) -> bool {
        let mut state = self.state();
        state.closed |= !state.asked;
        state.closed
    }

    /// A sign-in begins: it is not too late for this one.
    pub(super) fn reopen(&self) {
        self.state().closed = false;
    }

    fn state(&self) -> MutexGuard<'_, CancelState> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody has asked, in time or not.
    pub fn is_cancelled(&self) -> bool {
        self.state().asked
    }

    /// Whether somebody has asked in time, so that the operation ends.
    pub(super) fn took_effect(&self) -> bool {
        let state = self.state();
        state.asked && !state.closed
    }

    /// Waits until `look` finds something, which [`Self::ring`] has it look for again, but
    /// no longer than `until`. A cancel that comes too late for the operation ends nothing.
    pub(super) fn wait_for<T>(
        &self,
        until: Option<Instant>,
        mut look: impl FnMut() -> Option<T>,
    ) -> Woken<T> {
        let mut state = self.state();
        loop {
            if state.asked && !state.closed {
                return Woken::Cancelled;
            }
            if let Some(found) = look() {
                return Woken::By(found);
            }
            let now = Instant::now();
            let left = until.map(|until| until.saturating_duration_since(now));
            state = match left {
                Some(Duration::ZERO) => return Woken::Due,
                Some(left) => {
                    let waited = self.0.1.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let waited = self.0.1.wait(state);
                    waited.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }

    /// Has whoever is in [`Self::wait_for`] look again. The lock, so that nobody misses it
    /// between looking and waiting.
    pub(super) fn ring(&self) {
        let _state = self.state();
        self.0.1.notify_all();
    }

    /// Sleeps for `limit`, less if cancelled; tells whether it was.
    pub fn wait(&self, limit: Duration) -> bool {
        let not_asked = |state: &mut CancelState| !state.asked;
        let waited = self.0.1.wait_timeout_while(self.state(), limit, not_asked);
        waited.unwrap_or_else(PoisonError::into_inner).0.asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_cancel_and_close_decides() {
        let early = Cancel::default();
        assert!(early.cancel());
        assert!(!early.close());
        assert!(early.cancel() && early.took_effect());
        let late = Cancel::default();
        assert!(late.close());
        assert!(!late.cancel());
        assert!(late.close() && !late.took_effect());
    }

    #[test]
    fn a_ring_has_who_waits_look_again_and_a_cancel_in_time_comes_first() {
        let (cancel, found) = (Cancel::default(), Arc::new(Mutex::new(None)));
        let (bell, put) = (cancel.clone(), found.clone());
        std::thread::spawn(move || {
            *put.lock().unwrap() = Some(1);
            bell.ring();
        });
        let look = || found.lock().unwrap().take();
        assert!(matches!(cancel.wait_for(None, look), Woken::By(1)));
        let now = Instant::now();
        assert!(matches!(cancel.wait_for(Some(now), look), Woken::Due));
        cancel.cancel();
        assert!(matches!(
            cancel.wait_for(None, || Some(2)),
            Woken::Cancelled
        ));
        let late = Cancel::default();
        assert!(late.close() && !late.cancel());
        assert!(matches!(late.wait_for(None, || Some(2)), Woken::By(2)));
    }

    #[test]
    fn what_comes_too_late_for_one_thing_still_ends_the_waits_after_it() {
        let cancel = Cancel::default();
        assert!(cancel.close() && !cancel.is_cancelled());
        cancel.cancel();
        assert!(cancel.is_cancelled());
        assert!(cancel.wait(Duration::MAX));
    }
}
