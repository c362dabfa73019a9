//! Signing out: forgetting a session here, revoking it, ending the browser's.

use std::{sync::mpsc, thread, time::Duration};

use oauth2::{AccessToken, RefreshToken};
use url::Url;

use super::{
    client::Client,
    error::{Error, StoreError},
    lock::SessionLock,
    ports::Cancel,
    session::{Session, Stored, lock},
    shared::InHand,
    store::StoredSession,
    token::Revocable,
};

/// How long writing or deleting waits for another process's refresh.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
/// How long a sign-in that failed waits for the revocation of what it brought.
const UNUSED_PATIENCE: Duration = Duration::from_secs(1);

/// What [`Client::forget`] leaves to do and to tell. No Debug: tokens.
#[derive(Clone)]
pub struct Forgotten {
    /// Whether the kept item is gone.
    pub deleted: Result<(), StoreError>,
    /// Where the browser's session at the provider ends, if the provider has
    /// such a page and is known already.
    pub end_session: Option<Url>,
    /// To be revoked.
    pub tokens: AtLarge,
}

/// Tokens that nobody uses any more, and that live on until they are revoked.
#[derive(Clone, Default)]
pub struct AtLarge {
    /// If there is one.
    pub access_token: Option<AccessToken>,
    /// If there is one.
    pub refresh_token: Option<RefreshToken>,
}

impl AtLarge {
    /// What is to be revoked: the refresh token, which takes the access token with it
    /// (RFC 7009 §2.1), or what there is.
    pub fn revocable(&self) -> Option<Revocable<'_>> {
        match self {
            Self {
                refresh_token: Some(token),
                ..
            } => Some(Revocable::Refresh(token)),
            Self {
                access_token: Some(token),
                ..
            } => Some(Revocable::Access(token)),
            _ => None,
        }
    }
}

impl Client {
    /// Forgets a session here: from now on nothing is written of it, and what
    /// is kept is deleted. Works without any network.
    pub fn forget(&self, session: &Session) -> Forgotten {
        let _in_hand = InHand::new(self);
        // Else a slow deletion could hit the session of the sign-in after it.
        let _one = lock(&self.shared.writing);
        *lock(&session.0.ended) = true;
        let (newest, held) = self.end_behind(session.sub()).unwrap_or_default();
        let over_processes = held.or_else(|| self.brief_lock());
        let (store, key) = (&*self.ports.store, self.item_key());
        // Another process may have rotated the token since.
        let kept = StoredSession::load(store, &key, self.settings.issuer.as_str());
        let kept = kept.ok().flatten();
        // Somebody else signed in elsewhere since: theirs is not ours to end.
        let is_other = kept.as_ref().is_some_and(|kept| kept.sub != session.sub());
        let kept = kept.filter(|_| !is_other);
        over_processes.as_ref().and_then(SessionLock::advance);
        let deleted = if is_other { Ok(()) } else { store.delete(&key) };
        let deleted = match deleted {
            // It was never there, as the person was told. A store that hangs
            // may still write it, though.
            Err(error) if !session.was_stored() && error != StoreError::NoAnswer => {
                log::info!("nothing to delete: {error}");
                Ok(())
            }
            result => result,
        };
        let tokens = lock(&session.0.tokens);
        let stored = kept
            .filter(|_| session.stored() == Stored::Yes)
            .map(|kept| kept.refresh_token);
        Forgotten {
            deleted,
            end_session: self.known_end_session(tokens.id.as_deref()),
            tokens: AtLarge {
                access_token: tokens.access.as_ref().map(|access| access.token.clone()),
                refresh_token: newest.or(stored).or_else(|| tokens.refresh.clone()),
            },
        }
    }

    /// Revokes tokens (RFC 7009); without any, it is done.
    ///
    /// # Errors
    /// Not offered, refused, or no answer: the refresh token may live on. Of an access
    /// token, which ends soon by itself and which providers need not take (RFC 7009
    /// §2.1), only what another try may help with.
    pub fn revoke(&self, tokens: &AtLarge) -> Result<(), Error> {
        let Some(token) = tokens.revocable() else {
            return Ok(());
        };
        let provider = self.provider()?;
        let revoked = self.token_endpoint(&provider).revoke(&token);
        match (token, revoked) {
            (Revocable::Access(_), Err(error)) if !error.is_transient() => {
                log::info!("the access token lives to its end: {error}");
                Ok(())
            }
            (_, revoked) => revoked,
        }
    }

    /// Revokes what a sign-in brought that came to nothing. Waited for a moment, since
    /// a terminal command ends right after; it goes on then as long as the process
    /// lives.
    pub(super) fn revoke_unused(&self, tokens: AtLarge) {
        if tokens.revocable().is_none() {
            return;
        }
        let client = self.clone();
        let (sender, done) = mpsc::channel();
        let spawned = thread::Builder::new()
            .name("revocation".to_owned())
            .spawn(move || {
                if let Err(error) = client.revoke(&tokens) {
                    log::info!("what the sign-in brought may live on: {error}");
                }
                let _ = sender.send(());
            });
        if spawned.is_ok() {
            let _ = done.recv_timeout(UNUSED_PATIENCE);
        }
    }

    /// Where the browser's session at the provider ends; may ask the provider
    /// for its discovery document. `None` if there is no such page.
    pub fn end_session_url(&self, session: &Session) -> Option<Url> {
        self.provider().ok()?;
        self.known_end_session(lock(&session.0.tokens).id.as_deref())
    }

    /// RP-Initiated Logout §2: with the ID token as a hint if one is in
    /// memory (it may have expired), else the client ID. No post-logout
    /// address: nothing here waits for the return.
    fn known_end_session(&self, id_token: Option<&str>) -> Option<Url> {
        let provider = self.known_provider()?;
        let mut url = provider.metadata.end_session_endpoint.clone()?;
        match id_token {
            Some(token) => url.query_pairs_mut().append_pair("id_token_hint", token),
            None => url
                .query_pairs_mut()
                .append_pair("client_id", &self.settings.identity.id),
        };
        Some(url)
    }

    pub(super) fn brief_lock(&self) -> Option<SessionLock> {
        let path = self.settings.lock_file.as_deref()?;
        SessionLock::acquire_within(path, &Cancel::default(), LOCK_PATIENCE).ok()
    }
}
