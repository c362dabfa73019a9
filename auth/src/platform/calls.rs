//! Calls of a keychain: each on a thread of its own and with a limit, since one may wait for
//! a password, or hang.

use std::{
    sync::{Arc, Mutex, Weak, mpsc},
    thread,
    time::{Duration, Instant},
};

use crate::{error::StoreError, locks::unpoisoned};

/// How long a keychain is asked again that did not answer: D-Bus gives up after two
/// seconds, which a busy machine or a slow disk exceeds now and then.
const PATIENCE: Duration = Duration::from_secs(8);

/// Calls that may hang, one at a time.
#[derive(Default)]
pub(super) struct Calls {
    /// Alive as long as a call that passed its limit hangs.
    stuck: Mutex<Weak<()>>,
}

impl Calls {
    pub fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        call: impl Fn() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        // Held while waiting: whoever comes second waits for the first, and
        // the first for no longer than its limit.
        let mut stuck = unpoisoned(&self.stuck);
        if stuck.upgrade().is_some() {
            return Err(StoreError::NoAnswer);
        }
        let alive = Arc::new(());
        let hangs = Arc::downgrade(&alive);
        let (sender, receiver) = mpsc::channel();
        let work = move || {
            let _alive = alive;
            sender.send(patiently(limit, call)).ok();
        };
        let thread = thread::Builder::new().name("keychain".to_owned());
        thread
            .spawn(work)
            .map_err(|error| StoreError::Failed(format!("no thread for the keychain: {error}")))?;
        match receiver.recv_timeout(limit) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                *stuck = hangs;
                Err(StoreError::NoAnswer)
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(StoreError::Failed(
                "the call to the keychain broke off".to_owned(),
            )),
        }
    }
}

/// Calls again until there is an answer; not when nobody waits for it any more.
fn patiently<T>(
    limit: Duration,
    call: impl Fn() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let end = Instant::now() + PATIENCE.min(limit);
    loop {
        match call() {
            Err(StoreError::NoAnswer) if Instant::now() < end => {
                thread::sleep(Duration::from_millis(50));
            }
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_call_that_hangs_is_given_up_and_no_other_starts_until_it_ended() {
        let calls = Calls::default();
        let (release, hold) = mpsc::channel::<()>();
        let hung = calls.run(Duration::from_millis(20), move || {
            hold.recv().ok();
            Ok(())
        });
        assert_eq!(hung, Err(StoreError::NoAnswer));
        let behind = calls.run(LONG, || -> Result<(), _> { panic!("started") });
        assert_eq!(behind, Err(StoreError::NoAnswer));
        drop(release);
        while calls.run(LONG, || Ok(7)) != Ok(7) {
            thread::yield_now();
        }
    }

    #[test]
    fn a_call_that_panics_is_an_error_and_the_next_one_runs() {
        let calls = Calls::default();
        let broken = calls.run(LONG, || -> Result<(), _> { panic!("on purpose") });
        assert!(matches!(broken, Err(StoreError::Failed(_))));
        assert_eq!(calls.run(LONG, || Ok(())), Ok(()));
    }
}
