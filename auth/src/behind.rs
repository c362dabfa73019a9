//! A refresh token that memory alone has, and how what is kept catches up with it.
//!
//! Where it was rotated, the provider has replaced the token in the store: whoever used
//! that one now would end the session (RFC 9700 §4.14.2). So the lock over processes
//! stays held until the newer one is kept, and all handles of the client in this process
//! know of it. A new session that found the keychain locked waits here as well; what is
//! in the store is not its own, and others may go on with that.

use std::{
    sync::{MutexGuard, TryLockError},
    thread,
    time::{Duration, SystemTime},
};

use oauth2::RefreshToken;

use super::{
    client::Client,
    error::{Error, StoreError},
    lock::SessionLock,
    ports::Cancel,
    session::{Session, Stored, lock},
    shared::InHand,
    sign_out::AtLarge,
};

/// A keychain that is locked may ask the person for its password: this long after the
/// last time, it is tried again on use.
const LOCKED_PAUSE: Duration = Duration::from_secs(10);

/// A session whose newest refresh token is in memory alone.
pub(super) struct Behind {
    session: Session,
    /// Whether what is kept is used up, so that others must wait.
    excludes: bool,
    /// `None` where others need not wait, and while a refresh has it.
    pub lock: Option<SessionLock>,
    tried: SystemTime,
}

impl Behind {
    /// Why it is not kept; `None` if it is by now, or need not be.
    fn cause(&self) -> Option<StoreError> {
        match self.session.stored() {
            Stored::Failed(error) => Some(error),
            _ => None,
        }
    }

    fn is_due(&self, now: SystemTime) -> bool {
        let pause = now.duration_since(self.tried);
        self.cause() != Some(StoreError::Locked) || pause.is_ok_and(|pause| pause >= LOCKED_PAUSE)
    }
}

impl Client {
    /// Why the newest refresh token is not kept so far, if it is to be; where it was
    /// rotated, other processes cannot refresh until it is. [`StoreError::NoAnswer`] while the store is being
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
        self.aside(|client| {
            if let Some(mut behind) = client.try_behind() {
                client.keep_behind(&mut behind);
            }
        });
    }

    /// As [`Self::catch_up_aside`], for the end of a program: after whoever has it in
    /// hand now.
    pub fn catch_up_last(&self) {
        if self.try_behind().is_none_or(|behind| behind.is_some()) {
            self.aside(|client| client.keep_behind(&mut lock(&client.shared.behind)));
        }
    }

    fn aside(&self, work: impl FnOnce(&Self) + Send + 'static) {
        // Counted before it starts: whoever ends the program then finds the count.
        let (client, in_hand) = (self.clone(), InHand::new(self));
        let spawned = thread::Builder::new()
            .name("catching up".to_owned())
            .spawn(move || {
                let _in_hand = in_hand;
                work(&client);
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

    /// The lock over processes, for a refresh of `session`. What is behind stays known:
    /// whoever ends the program meanwhile finds it.
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
        if let Some(held) = behind.as_mut().and_then(|behind| behind.lock.take()) {
            return Ok(held);
        }
        drop(behind);
        match self.settings.lock_file.as_deref() {
            Some(path) => SessionLock::acquire(path, cancel),
            None => Ok(SessionLock::alone()),
        }
    }

    /// After a refresh: remembers one whose token is not kept.
    pub(super) fn settle_behind(&self, session: &Session, held: SessionLock, has_ended: bool) {
        let mut behind = lock(&self.shared.behind);
        if behind.as_ref().is_some_and(|b| !b.session.is(session)) {
            // A sign-in meanwhile has replaced this session.
            return;
        }
        let excludes = behind.take().is_some_and(|b| b.excludes);
        if !has_ended && let Stored::Failed(error) = session.stored() {
            *behind = self.late(session, &error, excludes, Some(held));
        }
    }

    /// A session that is not kept because of `error`, if it is to be tried again before
    /// the next refresh. One that was never kept is where the person can help: another
    /// cause is theirs to mend, and a keychain that did not answer may have it.
    fn late(
        &self,
        session: &Session,
        error: &StoreError,
        excludes: bool,
        held: Option<SessionLock>,
    ) -> Option<Behind> {
        let is_rotated = session.was_stored();
        let excludes = excludes || is_rotated;
        (is_rotated || *error == StoreError::Locked).then(|| Behind {
            session: session.clone(),
            excludes,
            lock: held.filter(|_| excludes),
            tried: self.ports.clock.now(),
        })
    }

    /// A sign-in replaces what is behind, and may itself be late; others go on waiting
    /// then. Gives what nobody uses any more.
    pub(super) fn supersede(&self, behind: &mut Option<Behind>, new: &Session) -> AtLarge {
        let mut replaced = AtLarge::default();
        let (mut excludes, mut held) = (false, None);
        if let Some(earlier) = behind.take() {
            (excludes, held) = (earlier.excludes, earlier.lock);
            let token = earlier.session.end();
            // Of the same person, the new one might end with it: many providers revoke
            // all that was granted.
            replaced.refresh_token = token.filter(|_| earlier.session.sub() != new.sub());
        }
        if let Stored::Failed(error) = new.stored() {
            *behind = self.late(new, &error, excludes, held);
        }
        replaced
    }

    /// Nothing of this person's session is kept any more: gives its newest token, and
    /// the lock.
    pub(super) fn end_behind(
        &self,
        sub: &str,
    ) -> Option<(Option<RefreshToken>, Option<SessionLock>)> {
        let behind = lock(&self.shared.behind).take_if(|b| b.session.sub() == sub)?;
        Some((behind.session.end(), behind.lock))
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
        let is_new = !late.session.was_stored();
        let brief = (is_new && late.lock.is_none()).then(|| self.brief_lock());
        // Signed out or replaced meanwhile: there is nothing to keep any more.
        if self.keep(&late.session).is_ok() && late.cause().is_some() {
            return;
        }
        let brief = brief.flatten();
        if is_new && let Some(held) = late.lock.as_ref().or(brief.as_ref()) {
            lock(&late.session.0.tokens).generation = held.advance();
        }
        *behind = None;
    }
}
