//! A refresh token that memory alone has, and how what is stored catches up with it.
//!
//! Where it was rotated, the provider has replaced the token in the store: whoever used
//! that one now would end the session (RFC 9700 §4.14.2). So the session holds the store
//! lock until the newer one is stored, and all handles of the client in this process know
//! of it. A new session that found the keychain locked waits here as well; what is in the
//! store is not its own, and other processes may go on with that.

use std::{sync::MutexGuard, thread, time::Duration};

use super::{
    cancel::Cancel,
    client::Client,
    error::{Error, StoreError},
    locks::{StoreAccess, try_unpoisoned, unpoisoned},
    session::{Session, Stored, state::Event, unwritten::Unwritten},
    shared::InHand,
    sign_out::AtLarge,
    store_lock::StoreLock,
    storing::Discarded,
};

/// How long writing or deleting waits for another process's refresh.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

impl Client {
    /// Why the newest refresh token is not stored so far, if it is to be; where it was
    /// rotated, other processes cannot refresh until it is. Waits for nothing.
    pub fn behind(&self) -> Option<StoreError> {
        let session = self.session_behind()?;
        let state = session.state();
        Some(state.standing.waiting()?.cause.clone())
    }

    /// Tries once more to store what [`Self::behind`] tells of, and waits for the store.
    pub fn catch_up(&self) {
        let _in_hand = InHand::new(&self.shared);
        self.catch_up_now();
    }

    /// As [`Self::catch_up`], on a thread of its own, which counts as work in hand; one
    /// at a time.
    pub fn catch_up_aside(&self) {
        let is_free = |client: &Self| try_unpoisoned(&client.shared.catching_up).is_some();
        if self.behind().is_some() && is_free(self) {
            self.aside(|client| {
                if let Some(turn) = try_unpoisoned(&client.shared.catching_up) {
                    client.catch_up_in(turn);
                }
            });
        }
    }

    /// As [`Self::catch_up_aside`], for the end of a program: after whoever has it in
    /// hand now.
    pub fn catch_up_last(&self) {
        if self.behind().is_some() {
            self.aside(Self::catch_up_now);
        }
    }

    fn aside(&self, work: impl FnOnce(&Self) + Send + 'static) {
        // Counted before it starts: whoever ends the program then finds the count.
        let (client, in_hand) = (self.clone(), InHand::new(&self.shared));
        let spawned = thread::Builder::new()
            .name("catching up".to_owned())
            .spawn(move || {
                let _in_hand = in_hand;
                work(&client);
            });
        if let Err(error) = spawned {
            log::warn!("no thread to store the session with: {error}");
        }
    }

    /// On use of a token that is good as it is: it does not wait for the store.
    pub(super) fn catch_up_on_use(&self) {
        let now = self.ports.clock.now();
        let is_due = |session: Session| {
            let state = session.state();
            let waiting = state.standing.waiting();
            waiting.is_some_and(|unwritten| unwritten.is_due(now))
        };
        if self.session_behind().is_some_and(is_due) {
            self.catch_up_aside();
        }
    }

    fn catch_up_now(&self) {
        self.catch_up_in(unpoisoned(&self.shared.catching_up));
    }

    fn catch_up_in(&self, turn: MutexGuard<'_, ()>) {
        let written = self.store_behind();
        drop(turn);
        if let Err(discarded) = written {
            self.discard(discarded);
        }
    }

    fn store_behind(&self) -> Result<(), Discarded> {
        let Some(session) = self.session_behind() else {
            return Ok(());
        };
        // Another process may be about to store the session that a new one replaces.
        let is_new = !session.state().standing.was_stored();
        let awaited = is_new.then(|| self.brief_store_lock(Some(&session)));
        let access = self.store_access();
        let (is_behind, newest) = (session.is_behind(), session.refresh_token());
        let Some(newest) = newest.filter(|_| is_behind) else {
            // Stored, signed out or replaced meanwhile.
            return Ok(());
        };
        let held = session.take_store_lock(&access);
        let store_lock = held.as_ref().or(awaited.as_ref().and_then(Option::as_ref));
        let written = self.write(&access, &session, newest, store_lock);
        if let Some(held) = held {
            session.on(&access, Event::Holds(held));
        }
        self.note_behind(&access, &session);
        written
    }

    /// The store lock, for a refresh of `session`. What is behind stays known: whoever
    /// ends the program meanwhile finds it.
    pub(super) fn lock_for_refresh(
        &self,
        session: &Session,
        cancel: &Cancel,
    ) -> Result<StoreLock, Error> {
        let other = self.session_behind().filter(|behind| !behind.is(session));
        if other.is_some() {
            // Another handle has the newest token, which this one finds in the store.
            self.catch_up_now();
            if let Some(error) = self.behind() {
                return Err(error.into());
            }
        }
        let held = session.take_store_lock(&self.store_access());
        match (held, self.settings.lock_file.as_deref()) {
            (Some(held), _) => Ok(held),
            (None, Some(path)) => StoreLock::acquire(path, cancel),
            (None, None) => Ok(StoreLock::alone()),
        }
    }

    /// After a refresh: the session that is behind holds other processes off with it,
    /// whichever that is by now; without one, it is let go.
    pub(super) fn give_back(&self, store_lock: StoreLock) {
        let access = self.store_access();
        if let Some(behind) = self.session_behind() {
            behind.on(&access, Event::Holds(store_lock));
        }
    }

    /// The store lock, waited for a moment; `None` too where the session that is `behind`
    /// holds it.
    pub(super) fn brief_store_lock(&self, behind: Option<&Session>) -> Option<StoreLock> {
        let is_held = |session: &Session| {
            let state = session.state();
            let unwritten = state.standing.waiting();
            unwritten.is_some_and(|unwritten| unwritten.store_lock.is_some())
        };
        if behind.is_some_and(is_held) {
            return None;
        }
        let path = self.settings.lock_file.as_deref()?;
        StoreLock::acquire_within(path, &Cancel::default(), LOCK_PATIENCE).ok()
    }

    /// The session whose newest token memory alone has, and that is to be stored.
    pub(super) fn session_behind(&self) -> Option<Session> {
        let session = unpoisoned(&self.shared.behind).clone();
        session.filter(Session::is_behind)
    }

    /// After what happened to `session`: remembers it if it is behind, unless a new
    /// sign-in is, which has replaced it.
    pub(super) fn note_behind(&self, _: &StoreAccess<'_>, session: &Session) {
        let behind = self.session_behind();
        let behind = behind.or_else(|| session.is_behind().then(|| session.clone()));
        *unpoisoned(&self.shared.behind) = behind;
    }

    /// A sign-in replaces what is `behind` and the session of an earlier sign-in, unless
    /// that is the new one itself. It may be behind too: other processes go on waiting
    /// then, with the store lock that the earlier one `held`. Gives what nobody uses any
    /// more.
    pub(super) fn supersede(
        &self,
        store_access: &StoreAccess<'_>,
        behind: Option<Session>,
        new: &Session,
        held: Option<StoreLock>,
    ) -> Vec<AtLarge> {
        let others_wait = |unwritten: &Unwritten| unwritten.others_wait;
        let waits = |session: &Session| {
            let state = session.state();
            state.standing.waiting().is_some_and(others_wait)
        };
        let inherited = behind.as_ref().is_some_and(waits);
        let present = unpoisoned(&self.shared.present).replace(new.clone());
        let mut replaced = Vec::new();
        for earlier in behind.into_iter().chain(present) {
            if !earlier.is(new) && earlier.why_not_written().is_none() {
                replaced.extend(replace(store_access, &earlier, new));
            }
        }
        match (inherited, held) {
            (true, held) if !waits(new) => new.on(store_access, Event::Succeeds(held)),
            (_, Some(held)) => new.on(store_access, Event::Holds(held)),
            (_, None) => {}
        }
        self.note_behind(store_access, new);
        replaced
    }
}

/// Ends the `earlier` session; gives its token if nobody will ever use that.
fn replace(store_access: &StoreAccess<'_>, earlier: &Session, new: &Session) -> Option<AtLarge> {
    let is_in_memory_alone = matches!(earlier.stored(), Stored::Failed(_));
    // Of the same person, the new one might end with it: many providers revoke all that
    // was granted.
    if earlier.sub() == new.sub() {
        earlier.on(store_access, Event::Succeeded);
        return None;
    }
    earlier.on(store_access, Event::EndedHere);
    is_in_memory_alone.then(|| AtLarge {
        access_token: None,
        refresh_token: earlier.refresh_token(),
    })
}
