//! Proof of being signed in: who, with which tokens, kept or not.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use oauth2::{AccessToken, RefreshToken};

use super::{
    authorization::Nonce, client::Client, error::StoreError, profile::Profile, store::StoredSession,
};

/// An access token with less life than this is refreshed before use, or than a quarter
/// of its life where that is less.
const EARLY: Duration = Duration::from_secs(60);

/// A signed-in session. Clones are handles to the same one.
#[derive(Clone)]
pub struct Session(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub sub: String,
    pub profile: Mutex<Profile>,
    pub stored: Mutex<Stored>,
    /// Up once the store has had it.
    pub was_stored: AtomicBool,
    pub tokens: Mutex<Tokens>,
    /// Up once the session was signed out; held around every write to the
    /// store, so that nothing is written after a sign-out.
    pub ended: Mutex<bool>,
}

pub(super) struct Tokens {
    pub access: Option<Access>,
    pub refresh: Option<RefreshToken>,
    pub id: Option<String>,
    /// The change of the store that `refresh` is from, as far as it is known.
    pub generation: Option<u64>,
    /// Tokens of this session that the store may have: what was last found or written
    /// there, and whatever it did not take since (it may have, all the same).
    pub stored: Vec<RefreshToken>,
    /// Of the sign-in that `refresh` descends from, if both happened in this process.
    pub nonce: Option<Nonce>,
    /// What was granted, as far as the provider said.
    pub scopes: Option<Vec<String>>,
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
    /// It is kept in the store.
    Yes,
    /// It is being written, or about to be.
    NotYet,
    /// The provider gave no refresh token: nothing to keep.
    NoRefreshToken,
    /// The store did not serve; it is tried again at the next refresh, and by
    /// [`Client::catch_up`].
    Failed(StoreError),
}

/// `std`'s lock without poison: no invariant spans a panic here.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whose it is; nothing secret.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Session");
        shown.field("sub", &self.0.sub).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(sub: String, profile: Profile, tokens: Tokens, stored: Stored) -> Self {
        Self(Arc::new(Inner {
            sub,
            profile: Mutex::new(profile),
            was_stored: AtomicBool::new(stored == Stored::Yes),
            stored: Mutex::new(stored),
            tokens: Mutex::new(tokens),
            ended: Mutex::new(false),
        }))
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
        lock(&self.0.profile).clone()
    }

    /// A name for people; never empty.
    pub fn display_name(&self) -> String {
        lock(&self.0.profile).display_name(&self.0.sub)
    }

    /// Whether it outlives this process.
    pub fn stored(&self) -> Stored {
        lock(&self.0.stored).clone()
    }

    /// Whether the store has had it, and so may have an older refresh token of it.
    pub(super) fn was_stored(&self) -> bool {
        self.0.was_stored.load(Ordering::SeqCst)
    }

    /// From now on nothing is written of it; gives its newest token.
    pub(super) fn end(&self) -> Option<RefreshToken> {
        *lock(&self.0.ended) = true;
        lock(&self.0.tokens).refresh.clone()
    }

    /// Whether there is a refresh token to get another access token with.
    pub fn can_refresh(&self) -> bool {
        lock(&self.0.tokens).refresh.is_some()
    }

    /// When the access token in memory ends, if there is one and it is known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        lock(&self.0.tokens).access.as_ref()?.ends
    }
}

impl Client {
    /// The kept session, from the store alone; its first use refreshes.
    ///
    /// # Errors
    /// Those of the store; none is proof that nobody is signed in.
    pub fn stored_session(&self) -> Result<Option<Session>, StoreError> {
        let (store, issuer) = (&*self.ports.store, self.settings.issuer.as_str());
        let kept = StoredSession::load(store, &self.item_key(), issuer)?;
        Ok(kept.map(|kept| {
            let tokens = Tokens {
                access: None,
                refresh: Some(kept.refresh_token.clone()),
                id: None,
                generation: None,
                nonce: None,
                scopes: None,
                stored: vec![kept.refresh_token],
            };
            Session::new(kept.sub, kept.profile, tokens, Stored::Yes)
        }))
    }
}
