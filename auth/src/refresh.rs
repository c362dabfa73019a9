//! Access tokens refreshed on use; rotated refresh tokens stored before anything
//! else.
//!
//! Only `invalid_grant` ends a session for good (RFC 6749 §5.2). Whatever the
//! network, the provider's health or the keychain do, what is stored stays.

use std::sync::Arc;

use super::{
    cancel::Cancel,
    client::{Client, Provider},
    error::{Ended, Error, IdTokenError, TokenError},
    id_token,
    locks::unpoisoned,
    profile::Profile,
    response::is_transient_status,
    secret::{AccessToken, RefreshToken},
    session::{
        Access, Session,
        questions::{Found, Newest},
        state::Event,
    },
    shared::InHand,
    store_lock::StoreLock,
    token::{TokenAnswer, TokenSet, is_invalid_grant},
};

impl Client {
    /// An access token with a minute left (or a quarter of its life, where that is
    /// less), refreshed if need be. One that is good as it is does not wait for
    /// anything.
    ///
    /// # Errors
    /// [`Error::Ended`] if a new sign-in is needed; see
    /// [`Error::is_transient`] for the rest.
    pub fn access_token(&self, session: &Session, cancel: &Cancel) -> Result<AccessToken, Error> {
        self.usable_token(session, None, cancel)
    }

    /// An access token other than `rejected`, which an API refused.
    ///
    /// # Errors
    /// As [`Self::access_token`].
    pub fn another_access_token(
        &self,
        session: &Session,
        rejected: &AccessToken,
        cancel: &Cancel,
    ) -> Result<AccessToken, Error> {
        self.usable_token(session, Some(rejected), cancel)
    }

    fn usable_token(
        &self,
        session: &Session,
        rejected: Option<&AccessToken>,
        cancel: &Cancel,
    ) -> Result<AccessToken, Error> {
        let usable = || {
            let now = self.ports.clock.now();
            let state = session.state();
            if let Some(ended) = state.standing.ended() {
                return Err(Error::Ended(ended));
            }
            let fresh = state.access.as_ref().filter(|access| access.is_fresh(now));
            let token = fresh.map(|access| &access.token);
            Ok(token.filter(|token| rejected != Some(token)).cloned())
        };
        if let Some(token) = usable()? {
            self.catch_up_on_use();
            return Ok(token);
        }
        // Others that needed one wait here, then find it.
        let _turn = unpoisoned(&self.shared.refreshing);
        if let Some(token) = usable()? {
            return Ok(token);
        }
        self.refresh(session, cancel)
    }

    fn refresh(&self, session: &Session, cancel: &Cancel) -> Result<AccessToken, Error> {
        // May take long, so before the store lock.
        let mut provider = self.provider()?;
        // Counted before the last look at `cancel`: whoever cancels and then
        // finds the count at zero knows that no token is being rotated.
        let in_hand = InHand::new(&self.shared);
        let store_lock = self.lock_for_refresh(session, cancel)?;
        let rotated = if cancel.is_cancelled() {
            Err(Error::Cancelled)
        } else {
            self.rotate(session, &mut provider, &store_lock)
        };
        self.give_back(store_lock);
        drop(in_hand);
        self.adopt(session, &provider, rotated?)
    }

    /// Exchanges the refresh token, and stores what came in its place.
    fn rotate(
        &self,
        session: &Session,
        provider: &mut Arc<Provider>,
        store_lock: &StoreLock,
    ) -> Result<TokenSet, Error> {
        let (used, answer) = self.exchange_newest(session, provider, store_lock)?;
        // OpenID Connect Core §12.2: an answer about somebody else is
        // discarded before anything of it is stored. One that cannot be read
        // proves nothing of the kind.
        let subject = answer.id_token().and_then(id_token::unverified_subject);
        if subject.is_some_and(|subject| subject != session.sub()) {
            return Err(IdTokenError::Subject.into());
        }
        answer.judged_after(|rotated| self.store_rotated(session, used, rotated, store_lock))
    }

    /// Refreshes with the newest token there is; gives the one that was used.
    fn exchange_newest(
        &self,
        session: &Session,
        provider: &mut Arc<Provider>,
        store_lock: &StoreLock,
    ) -> Result<(RefreshToken, TokenAnswer), Error> {
        let first = self.newest_refresh_token(session, store_lock)?;
        let (refused, mut said) = match self.exchange_at(provider, &first) {
            Ok(answer) => return Ok((first, answer)),
            Err(error) if is_invalid_grant(&error) => (first, error.said().cloned()),
            Err(error) => return Err(wants_sign_in(error)),
        };
        // Where the lock does not reach (another machine on a shared home),
        // somebody may have stored a newer token: use it once.
        let second = self.newest_refresh_token(session, store_lock)?;
        if second != refused {
            match self.exchange_at(provider, &second) {
                Ok(answer) => return Ok((second, answer)),
                Err(error) if is_invalid_grant(&error) => said = error.said().cloned(),
                Err(error) => return Err(wants_sign_in(error)),
            }
        }
        let access = self.store_access();
        self.delete_if_stored(&access, &second);
        session.on(&access, Event::InvalidGrant(said.clone()));
        Err(Error::Ended(Ended::Expired { said }))
    }

    /// What the store has, since another process may have rotated it; what is
    /// in memory where the store does not have this session.
    fn newest_refresh_token(
        &self,
        session: &Session,
        store_lock: &StoreLock,
    ) -> Result<RefreshToken, Error> {
        let access = self.store_access();
        let counted = store_lock.generation();
        let newest = session.state().standing.newest(counted);
        match newest {
            Newest::Memory(token) => return Ok(token),
            Newest::Nowhere(cause) => return Err(Error::Ended(cause)),
            Newest::Store => {}
        }
        let error = match self.look_for(session) {
            Ok(Found::Persons(token)) => {
                let generation = counted;
                session.on(&access, Event::Found { token, generation });
                self.note_behind(&access, session);
                // Where the store has an older token of this session, memory still has the
                // newest.
                let newest = session.refresh_token();
                return newest.ok_or(Error::Ended(Ended::Elsewhere));
            }
            // Whether another person's takes its place, the write after the exchange says.
            Ok(Found::Nothing | Found::AnotherPersons) => None,
            Err(error) => Some(error),
        };
        let state = session.state();
        let newest = state.standing.newest_without_store(error.clone(), counted);
        drop(state);
        match (error, &newest) {
            (Some(error), Ok(_)) => log::warn!("{error}: going on with the session in memory"),
            (Some(error), Err(_)) => {
                log::warn!("{error}: the session may have been renewed elsewhere");
            }
            (None, _) => {}
        }
        newest
    }

    /// RFC 6749 §6: a new refresh token replaces the old one, none keeps it.
    /// Stored before the access token is used.
    fn store_rotated(
        &self,
        session: &Session,
        used: RefreshToken,
        rotated: Option<&RefreshToken>,
        store_lock: &StoreLock,
    ) -> Result<(), Error> {
        let newest = rotated.unwrap_or(&used).clone();
        let access = self.store_access();
        let is_settled = session.state().standing.is_settled(&used, &newest);
        if is_settled {
            return Ok(());
        }
        let written = self.write(&access, session, newest, Some(store_lock));
        self.note_behind(&access, session);
        drop(access);
        written.map_err(|discarded| self.discard(discarded))
    }

    /// Verifies the tokens of a refresh and takes them over.
    pub(super) fn adopt(
        &self,
        session: &Session,
        provider: &Arc<Provider>,
        mut set: TokenSet,
    ) -> Result<AccessToken, Error> {
        let now = self.ports.clock.now();
        let mut person = None;
        if let Some(token) = set.id_token.take()
            && let Some(claims) = self.verify_refreshed(provider, &token, &set, session)?
        {
            person = Some(claims.person);
            set.id_token = Some(token);
        }
        let mut state = session.state();
        // Somebody may have signed out while the keys were waited for.
        if let Some(ended) = state.standing.ended() {
            return Err(Error::Ended(ended));
        }
        if let Some(person) = person {
            state.profile = Profile::from_claims(&[&person]).or(&state.profile);
        }
        state.access = Some(Access::new(set.access_token.clone(), set.expires_at, now));
        // None came: the earlier one still tells the provider whose session it is.
        state.id_token = set.id_token.or(state.id_token.take());
        // RFC 6749 §6: not said means as before.
        state.scopes = set.scopes.or(state.scopes.take());
        Ok(set.access_token)
    }
}

/// What a person has to do at the provider (OpenID Connect Core §3.1.2.6; Entra ID
/// answers so where a second factor is due).
const INTERACTION: [&str; 4] = [
    "account_selection_required",
    "consent_required",
    "interaction_required",
    "login_required",
];

/// A 4xx without an OAuth error asks for a new sign-in, and so does a refusal that says
/// so; neither is a proof that the token is dead: nothing is deleted.
fn wants_sign_in(error: Error) -> Error {
    match error {
        Error::Token(TokenError::Status { status, .. })
            if (400..500).contains(&status) && !is_transient_status(status) =>
        {
            Error::Ended(Ended::Refused {
                code: None,
                said: None,
            })
        }
        Error::Token(TokenError::Refused { code, said, .. })
            if INTERACTION.contains(&code.as_str()) =>
        {
            let code = Some(code);
            Error::Ended(Ended::Refused { code, said })
        }
        other => other,
    }
}
