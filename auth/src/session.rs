//! Proof of being signed in: who, with which tokens, stored or not.

#[cfg(test)]
mod fixtures;
pub(crate) mod questions;
pub(crate) mod state;
pub(crate) mod unwritten;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime},
};

use self::state::{Event, Standing};
use super::{
    authorization::Nonce,
    error::{Error, StoreError},
    locks::{StoreAccess, unpoisoned},
    profile::Profile,
    secret::{AccessToken, RefreshToken},
    store_lock::StoreLock,
};

/// An access token with less life than this is refreshed before use, or than a quarter
/// of its life where that is less.
const EARLY: Duration = Duration::from_secs(60);

/// A signed-in session. Clones are handles to the same one.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    sub: String,
    state: Mutex<State>,
}

/// What a session is at a moment.
pub(super) struct State {
    pub access: Option<Access>,
    pub id_token: Option<String>,
    pub profile: Profile,
    /// What was granted, as far as the provider said.
    pub scopes: Option<Vec<String>>,
    /// Changes by [`Session::on`] alone.
    pub standing: Standing,
}

pub(super) struct Access {
    pub token: AccessToken,
    /// When it ends, if that is known.
    ends: Option<SystemTime>,
    /// From then on it is refreshed before use.
    stale_from: Option<SystemTime>,
}

impl Access {
    /// Came at `now`.
    pub fn new(token: AccessToken, ends: Option<SystemTime>, now: SystemTime) -> Self {
        let stale_from = ends.map(|ends| {
            let life = ends.duration_since(now).unwrap_or_default();
            ends - EARLY.min(life / 4)
        });
        Self {
            token,
            ends,
            stale_from,
        }
    }

    /// Whether it may be used as it is.
    pub fn is_fresh(&self, now: SystemTime) -> bool {
        self.stale_from.is_none_or(|stale| now < stale)
    }
}

/// Whether the session outlives this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// The store has it.
    Yes,
    /// It is being written, or about to be.
    NotYet,
    /// The provider gave no refresh token: there is nothing to store.
    NoRefreshToken,
    /// The store did not serve; it is tried again at the next refresh, and by
    /// [`Client::catch_up`](crate::Client::catch_up).
    Failed(StoreError),
}

/// Whose it is; nothing secret.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Session");
        shown.field("sub", &self.0.sub).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(sub: String, state: State) -> Self {
        let state = Mutex::new(state);
        Self(Arc::new(Inner { sub, state }))
    }

    /// Whether both are handles to the same session.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The person's identifier, unique with the issuer only.
    pub fn sub(&self) -> &str {
        &self.0.sub
    }

    /// The person.
    pub fn profile(&self) -> Profile {
        self.state().profile.clone()
    }

    /// A name for people; never empty.
    pub fn display_name(&self) -> String {
        self.state().profile.display_name(&self.0.sub)
    }

    /// Whether it outlives this process.
    pub fn stored(&self) -> Stored {
        self.state().standing.stored()
    }

    /// Whether there is a refresh token to get another access token with; a session that
    /// has ended uses none.
    pub fn can_refresh(&self) -> bool {
        let state = self.state();
        state.standing.token().is_some() && state.standing.ended().is_none()
    }

    /// When the access token in memory ends, if there is one and it is known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.state().access.as_ref()?.ends
    }

    /// Not held while anything is waited for.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        unpoisoned(&self.0.state)
    }

    /// Tells it what happened. Only who has the store may: so nothing comes between a
    /// look at a session, what is done with the store on the strength of it, and this.
    pub(super) fn on(&self, _: &StoreAccess<'_>, event: Event) {
        let mut state = self.state();
        let standing = std::mem::replace(&mut state.standing, Standing::NoRefreshToken);
        state.standing = standing.on(event);
    }

    /// Takes out the store lock that it holds, to use it; [`Event::Holds`] gives it back.
    pub(super) fn take_store_lock(&self, _: &StoreAccess<'_>) -> Option<StoreLock> {
        self.state().standing.take_store_lock()
    }

    /// Whether memory alone has its newest token, and the store is to have it.
    pub(super) fn is_behind(&self) -> bool {
        self.state().standing.waiting().is_some()
    }

    /// Why nothing is written of it any more, if it has ended.
    pub(super) fn why_not_written(&self) -> Option<Error> {
        match &self.state().standing {
            Standing::Ended(remains) => Some(remains.why_not_written()),
            _ => None,
        }
    }

    pub(super) fn refresh_token(&self) -> Option<RefreshToken> {
        self.state().standing.token().cloned()
    }

    pub(super) fn nonce(&self) -> Option<Nonce> {
        self.state().standing.nonce().cloned()
    }
}
