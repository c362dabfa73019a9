//! A rotated refresh token that could not be kept, and how what is kept catches up
//! with it.
//!
//! The provider has replaced the token in the store: whoever used that one now would
//! end the session (RFC 9700 §4.14.2). So the lock over processes stays held until the
//! newer one is kept, and all handles of the client in this process know of it.

use std::{
    sync::{MutexGuard, TryLockError},
    thread,
    time::{Duration, SystemTime},
};

use oauth2::RefreshToken;

use super::{
    client::{Client, InHand},
    error::{Error, StoreError},
    lock::SessionLock,
    ports::Cancel,
    session::{Kept, Session, lock},
};

/// A keychain that is locked may ask the person for its password: this long after the
/// last time, it is tried again on use.
const LOCKED_PAUSE: Duration = Duration::from_secs(10);

/// A session whose newest refresh token is in memory alone.
pub(super) struct Behind {
    pub session: Session,
    pub lock: SessionLock,
    pub tried: SystemTime,
}

impl Behind {
    /// Why it is not kept; `None` if it is by now, or need not be.
    fn cause(&self) -> Option<StoreError> {
        match self.session.kept() {
            Kept::Failed(error) => Some(error),
            _ => None,
        }
    }

    fn is_due(&self, now: SystemTime) -> bool {
        let pause = now.duration_since(self.tried);
        self.cause() != Some(StoreError::Locked) || pause.is_ok_and(|pause| pause >= LOCKED_PAUSE)
    }
}

impl Client {
    /// Why a rotated refresh token is not kept so far, if there is one; other processes
    /// cannot refresh until it is. [`StoreError::NoAnswer`] while the store is being
    /// asked once more.
    pub fn behind(&self) -> Option<StoreError> {
        match self.try_behind() {
            Some(behind) => behind.as_ref().and_then(Behind::cause),
            None => Some(StoreError::NoAnswer),
        }
    }

    /// Tries once more to keep what [`Self::behind`] tells of, and waits for the store.
    pub fn catch_up(&self) {
        let _in_hand = InHand::new(self);
        let mut behind = lock(&self.shared.behind);
        self.keep_behind(&mut behind);
    }

    /// As [`Self::catch_up`], on a thread of its own, which counts as work in hand; one
    /// at a time.
    pub fn catch_up_aside(&self) {
        if !self.try_behind().is_some_and(|behind| behind.is_some()) {
            return;
        }
        // Counted before it starts: whoever ends the program then finds the count.
        let (client, in_hand) = (self.clone(), InHand::new(self));
        let spawned = thread::Builder::new()
            .name("catching up".to_owned())
            .spawn(move || {
                let _in_hand = in_hand;
                if let Some(mut behind) = client.try_behind() {
                    client.keep_behind(&mut behind);
                }
            });
        if let Err(error) = spawned {
            log::warn!("no thread to keep the session with: {error}");
        }
    }

    /// On use of a token that is good as it is: it does not wait for the store.
    pub(super) fn catch_up_on_use(&self) {
        let now = self.ports.clock.now();
        let is_due = |behind: &Option<Behind>| behind.as_ref().is_some_and(|b| b.is_due(now));
        if self.try_behind().is_some_and(|behind| is_due(&behind)) {
            self.catch_up_aside();
        }
    }

    /// The lock over processes, for a refresh of `session`.
    pub(super) fn lock_to_refresh(
        &self,
        session: &Session,
        cancel: &Cancel,
    ) -> Result<SessionLock, Error> {
        let mut behind = lock(&self.shared.behind);
        if behind.as_ref().is_some_and(|b| !b.session.is(session)) {
            // Another handle has the newest token, which this one finds in the store.
            self.keep_behind(&mut behind);
            if let Some(error) = behind.as_ref().and_then(Behind::cause) {
                return Err(error.into());
            }
        }
        if let Some(behind) = behind.take() {
            return Ok(behind.lock);
        }
        drop(behind);
        match self.settings.lock_file.as_deref() {
            Some(path) => SessionLock::acquire(path, cancel),
            None => Ok(SessionLock::alone()),
        }
    }

    /// Remembers a refresh whose token is not kept.
    pub(super) fn fall_behind(&self, session: &Session, over_processes: SessionLock) {
        *lock(&self.shared.behind) = Some(Behind {
            session: session.clone(),
            lock: over_processes,
            tried: self.ports.clock.now(),
        });
    }

    /// Nothing of this person's session is kept any more: gives its newest token, and
    /// the lock.
    pub(super) fn end_behind(&self, sub: &str) -> Option<(Option<RefreshToken>, SessionLock)> {
        let behind = lock(&self.shared.behind).take_if(|b| b.session.sub() == sub)?;
        let inner = &behind.session.0;
        *lock(&inner.ended) = true;
        Some((lock(&inner.tokens).refresh.clone(), behind.lock))
    }

    /// `None` while somebody has it, who is asking the store just now.
    fn try_behind(&self) -> Option<MutexGuard<'_, Option<Behind>>> {
        match self.shared.behind.try_lock() {
            Ok(behind) => Some(behind),
            Err(TryLockError::Poisoned(behind)) => Some(behind.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn keep_behind(&self, behind: &mut Option<Behind>) {
        let Some(late) = behind else { return };
        late.tried = self.ports.clock.now();
        // Signed out or replaced meanwhile: there is nothing to keep any more.
        if self.keep(&late.session).is_err() || late.cause().is_none() {
            *behind = None;
        }
    }
}
