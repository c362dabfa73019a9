//! Signing out: forgetting a session here, revoking it, ending the browser's.

use std::{fmt, sync::mpsc, thread, time::Duration};

use url::Url;

use super::{
    address::told,
    client::Client,
    error::{Error, StoreError},
    locks::unpoisoned,
    secret::{AccessToken, RefreshToken},
    session::{Session, Stored, state::Event},
    shared::InHand,
    store_lock::StoreLock,
    token::Revocable,
};

/// How long a sign-in that failed waits for the revocation of what it brought.
const UNUSED_PATIENCE: Duration = Duration::from_secs(1);

/// What [`Client::forget`] leaves to do and to tell.
#[derive(Clone)]
#[non_exhaustive]
pub struct Forgotten {
    /// Whether the stored item is gone.
    pub deleted: Result<(), StoreError>,
    /// Where the browser's session at the provider ends, if the provider has
    /// such a page and is known already.
    pub end_session: Option<Url>,
    /// To be revoked, by [`Client::revoke`].
    pub tokens: AtLarge,
}

/// The ID token is in the query of the page.
impl fmt::Debug for Forgotten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forgotten")
            .field("deleted", &self.deleted)
            .field("end_session", &self.end_session.as_ref().map(told))
            .field("tokens", &self.tokens)
            .finish()
    }
}

/// Tokens that nobody uses any more, and that live on until they are revoked.
#[derive(Clone, Debug, Default)]
pub struct AtLarge {
    pub(super) access_token: Option<AccessToken>,
    pub(super) refresh_token: Option<RefreshToken>,
}

impl AtLarge {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.revocable().is_none()
    }

    /// What is to be revoked: the refresh token, which takes the access token with it
    /// (RFC 7009 §2.1), or what there is.
    fn revocable(&self) -> Option<Revocable<'_>> {
        let refresh = self.refresh_token.as_ref().map(Revocable::Refresh);
        refresh.or(self.access_token.as_ref().map(Revocable::Access))
    }
}

impl Client {
    /// Forgets a session here: from now on nothing is written of it, and what
    /// is stored is deleted. Works without any network.
    pub fn forget(&self, session: &Session) -> Forgotten {
        let _in_hand = InHand::new(&self.shared);
        let behind = || {
            let behind = self.session_behind();
            behind.filter(|behind| behind.sub() == session.sub())
        };
        let awaited = self.brief_store_lock(behind().as_ref());
        // A write under way is waited for; what comes after it finds an end.
        let access = self.store_access();
        let behind = behind();
        let held = behind.as_ref();
        let held = held.and_then(|behind| behind.take_store_lock(&access));
        let newest = behind.as_ref().and_then(Session::refresh_token);
        let said = session.stored();
        let was_stored = session.state().standing.was_stored();
        // Another handle may be of one that the store has never had.
        let present =
            unpoisoned(&self.shared.present).take_if(|present| present.sub() == session.sub());
        for ended in behind.iter().chain(&present).chain([session]) {
            ended.on(&access, Event::EndedHere);
        }
        self.note_behind(&access, session);
        let (stored, deleted) = self.delete_stored(session, was_stored, held.or(awaited).as_ref());
        drop(access);
        let stored = stored.filter(|_| said == Stored::Yes);
        let state = session.state();
        Forgotten {
            deleted,
            end_session: self.known_end_session(state.id_token.as_deref()),
            tokens: AtLarge {
                access_token: state.access.as_ref().map(|access| access.token.clone()),
                refresh_token: newest.or(stored).or(state.standing.token().cloned()),
            },
        }
    }

    /// Deletes what is stored of the person of `session`; gives the token that was.
    fn delete_stored(
        &self,
        session: &Session,
        was_stored: bool,
        store_lock: Option<&StoreLock>,
    ) -> (Option<RefreshToken>, Result<(), StoreError>) {
        // Another process may have rotated the token since.
        let stored = self.load_stored();
        store_lock.and_then(StoreLock::advance);
        if let Ok(Some(stored)) = &stored
            && stored.sub != session.sub()
        {
            // Somebody else signed in elsewhere since: theirs is not ours to end.
            return (None, Ok(()));
        }
        // A store that cannot be read may have an earlier session of the person, and the
        // next start would go on with that; without a keychain there is none.
        let is_nothing_there = matches!(stored, Ok(None) | Err(StoreError::Absent));
        let deleted = match self.ports.store.delete(&self.item_key()) {
            // It was never there, as the person was told. A store that hangs
            // may still write it, though.
            Err(error) if !was_stored && is_nothing_there && error != StoreError::NoAnswer => {
                log::info!("nothing to delete: {error}");
                Ok(())
            }
            result => result,
        };
        let stored = stored.ok().flatten();
        (stored.map(|stored| stored.refresh_token), deleted)
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
        let provider = self.provider_of_now()?;
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
        if tokens.is_empty() {
            return;
        }
        let client = self.clone();
        // Whoever ends the program finds the count, also after nobody waits here any more.
        let in_hand = InHand::tokens(&self.shared);
        let (sender, done) = mpsc::channel();
        let spawned = thread::Builder::new()
            .name("revocation".to_owned())
            .spawn(move || {
                let _in_hand = in_hand;
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
        self.provider_of_now().ok()?;
        let id_token = session.state().id_token.clone();
        self.known_end_session(id_token.as_deref())
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
}
