//! Access tokens refreshed on use; rotated refresh tokens kept before anything
//! else.
//!
//! Only `invalid_grant` ends a session for good (RFC 6749 §5.2). Whatever the
//! network, the provider's health or the keychain do, what is kept stays.

use std::sync::Arc;

use oauth2::{AccessToken, RefreshToken};

use super::{
    client::{Client, Provider},
    error::{Ended, Error, IdTokenError, TokenError},
    id_token,
    lock::SessionLock,
    ports::Cancel,
    profile::Profile,
    retry::is_transient_status,
    session::{Access, Session, Stored, lock},
    shared::InHand,
    store::StoredSession,
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
            let tokens = lock(&session.0.tokens);
            let access = tokens.access.as_ref()?;
            let is_usable = access.is_fresh(now) && rejected != Some(&access.token);
            is_usable.then(|| access.token.clone())
        };
        if let Some(token) = usable() {
            self.catch_up_on_use();
            return Ok(token);
        }
        // Others that needed one wait here, then find it.
        let _one = lock(&self.shared.refreshing);
        if let Some(token) = usable() {
            return Ok(token);
        }
        self.refresh(session, cancel)
    }

    fn refresh(&self, session: &Session, cancel: &Cancel) -> Result<AccessToken, Error> {
        // May take long, so before anything is held.
        let provider = self.provider()?;
        // Counted before the last look at `cancel`: whoever cancels and then
        // finds the count at zero knows that no token is being rotated.
        let in_hand = InHand::new(self);
        let over_processes = self.lock_to_refresh(session, cancel)?;
        let rotated = if cancel.is_cancelled() {
            Err(Error::Cancelled)
        } else {
            self.rotate(session, &provider, &over_processes)
        };
        // A refusal without a reason may be a gateway's: what memory alone has stays.
        let has_ended = *lock(&session.0.ended)
            || matches!(
                rotated,
                Err(Error::Ended(Ended::Expired { .. } | Ended::Elsewhere))
            );
        self.settle_behind(session, over_processes, has_ended);
        drop(in_hand);
        self.adopt(session, &provider, rotated?)
    }

    /// Exchanges the refresh token, and keeps what came in its place.
    fn rotate(
        &self,
        session: &Session,
        provider: &Provider,
        over_processes: &SessionLock,
    ) -> Result<TokenSet, Error> {
        let (used, answer) = self.exchange_newest(session, provider, over_processes)?;
        // OpenID Connect Core §12.2: an answer about somebody else is
        // discarded before anything of it is kept. One that cannot be read
        // proves nothing of the kind.
        let subject = answer.id_token().and_then(id_token::unverified_subject);
        if subject.is_some_and(|subject| subject != session.sub()) {
            return Err(IdTokenError::Subject.into());
        }
        answer.judged_after(|rotated| {
            self.keep_rotated(session, &used, rotated)?;
            // Whether it was written or not: what others have in memory is used up.
            if let Some(number) = over_processes.advance() {
                lock(&session.0.tokens).generation = Some(number);
            }
            Ok(())
        })
    }

    /// Refreshes with the newest token there is; gives the one that was used.
    fn exchange_newest(
        &self,
        session: &Session,
        provider: &Provider,
        over_processes: &SessionLock,
    ) -> Result<(RefreshToken, TokenAnswer), Error> {
        let endpoint = self.token_endpoint(provider);
        let first = self.newest_refresh_token(session, over_processes)?;
        let (refused, mut said) = match endpoint.refresh(&first) {
            Ok(answer) => return Ok((first, answer)),
            Err(error) if is_invalid_grant(&error) => (first, error.said().cloned()),
            Err(error) => return Err(refused_without_reason(error)),
        };
        // Where the lock does not reach (another machine on a shared home),
        // somebody may have stored a newer token: use it once.
        let second = self.newest_refresh_token(session, over_processes)?;
        if second != refused {
            match endpoint.refresh(&second) {
                Ok(answer) => return Ok((second, answer)),
                Err(error) if is_invalid_grant(&error) => said = error.said().cloned(),
                Err(error) => return Err(refused_without_reason(error)),
            }
        }
        self.delete_if_kept(&second);
        Err(Error::Ended(Ended::Expired { said }))
    }

    /// What the store has, since another process may have rotated it; what is
    /// in memory where the store does not have this session.
    fn newest_refresh_token(
        &self,
        session: &Session,
        over_processes: &SessionLock,
    ) -> Result<RefreshToken, Error> {
        let in_memory = || {
            let token = lock(&session.0.tokens).refresh.clone();
            token.ok_or(Error::Ended(Ended::Expired { said: None }))
        };
        let then = lock(&session.0.tokens).generation;
        let now = over_processes.generation();
        // After a failed write the store holds an older token than memory, or a newer
        // one: a keychain that did not answer may have written it all the same, and
        // another process may have used it since.
        let failed = matches!(session.stored(), Stored::Failed(_));
        let may_be_newer = failed && then.is_some() && now != then;
        if session.stored() != Stored::Yes && !may_be_newer {
            return in_memory();
        }
        let (store, issuer) = (&*self.ports.store, self.settings.issuer.as_str());
        match StoredSession::load(store, &self.item_key(), issuer) {
            Ok(Some(kept)) if kept.sub == session.sub() => {
                let mut tokens = lock(&session.0.tokens);
                if tokens.refresh.as_ref() != Some(&kept.refresh_token) {
                    // Of another process, which may have signed in anew: the nonce of
                    // the sign-in here says nothing of it.
                    tokens.nonce = None;
                }
                tokens.stored = vec![kept.refresh_token.clone()];
                Ok(kept.refresh_token)
            }
            _ if may_be_newer => in_memory(),
            Ok(_) => Err(Error::Ended(Ended::Elsewhere)),
            Err(error) => {
                // Another process may have used the token in memory since; used
                // again, it would end the session for both.
                if now.is_some() && now != then {
                    log::warn!("{error}: the session may have been renewed elsewhere");
                    return Err(error.into());
                }
                log::warn!("{error}: going on with the session in memory");
                in_memory()
            }
        }
    }

    /// RFC 6749 §6: a new refresh token replaces the old one, none keeps it.
    /// Kept before the access token is used.
    fn keep_rotated(
        &self,
        session: &Session,
        used: &RefreshToken,
        rotated: Option<&RefreshToken>,
    ) -> Result<(), Error> {
        let newest = rotated.unwrap_or(used);
        lock(&session.0.tokens).refresh = Some(newest.clone());
        if newest != used || session.stored() != Stored::Yes {
            self.keep(session)?;
        }
        Ok(())
    }

    /// Deletes what is kept, if it still is this token: a loser of a race must
    /// not wipe the winner's.
    pub(super) fn delete_if_kept(&self, token: &RefreshToken) {
        let (store, key) = (&*self.ports.store, self.item_key());
        let kept = StoredSession::load(store, &key, self.settings.issuer.as_str());
        if kept.is_ok_and(|kept| kept.is_some_and(|kept| kept.refresh_token == *token))
            && let Err(error) = store.delete(&key)
        {
            log::warn!("the ended session could not be deleted: {error}");
        }
    }

    /// Verifies the tokens of a refresh and takes them over.
    fn adopt(
        &self,
        session: &Session,
        provider: &Arc<Provider>,
        mut set: TokenSet,
    ) -> Result<AccessToken, Error> {
        let now = self.ports.clock.now();
        if let Some(token) = set.id_token.take()
            && let Some(claims) = self.verify_refreshed(provider, &token, &set, session)?
        {
            let mut profile = lock(&session.0.profile);
            *profile = Profile::from_claims(&[&claims.person]).or(&profile);
            set.id_token = Some(token);
        }
        let mut tokens = lock(&session.0.tokens);
        tokens.access = Some(Access::new(set.access_token.clone(), set.expires_at, now));
        // None came: the earlier one still tells the provider whose session it is.
        tokens.id = set.id_token.or(tokens.id.take());
        // RFC 6749 §6: not said means as before.
        tokens.scopes = set.scopes.or(tokens.scopes.take());
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
fn refused_without_reason(error: Error) -> Error {
    match error {
        Error::Token(TokenError::Status { status, .. })
            if (400..500).contains(&status) && !is_transient_status(status) =>
        {
            Error::Ended(Ended::Refused { said: None })
        }
        Error::Token(TokenError::Refused { code, said, .. })
            if INTERACTION.contains(&code.as_str()) =>
        {
            Error::Ended(Ended::Refused { said })
        }
        other => other,
    }
}
