//! Access tokens refreshed on use; rotated refresh tokens kept before anything
//! else.
//!
//! Only `invalid_grant` ends a session for good (RFC 6749 §5.2). Whatever the
//! network, the provider's health or the keychain do, what is kept stays.

use std::time::Duration;

use oauth2::{AccessToken, RefreshToken};

use super::{
    authorization::Nonce,
    client::{Client, InHand},
    error::{Ended, Error, IdTokenError, TokenError},
    id_token,
    lock::SessionLock,
    ports::Cancel,
    profile::Profile,
    retry::is_transient_status,
    session::{Kept, Session, lock},
    store::KeptSession,
    token::{TokenAnswer, TokenSet, is_invalid_grant},
};

/// An access token with less life than this is refreshed before use.
const EARLY: Duration = Duration::from_secs(60);

impl Client {
    /// An access token with at least a minute left, refreshed if need be.
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
        let now = self.ports.clock.now();
        let usable = || {
            let tokens = lock(&session.0.tokens);
            let (token, end) = tokens.access.as_ref()?;
            let fresh = end.is_none_or(|end| end > now + EARLY);
            (fresh && rejected != Some(token)).then(|| token.clone())
        };
        if let Some(token) = usable() {
            self.catch_up(session);
            return Ok(token);
        }
        // Others that needed one wait here, then find it.
        let _one = lock(&session.0.refreshing);
        if let Some(token) = usable() {
            return Ok(token);
        }
        self.refresh(session, cancel)
    }

    /// Tries again to keep a refresh token that could not be kept when it came; until
    /// then other processes cannot refresh. Does nothing unless
    /// [`Session::is_behind`].
    pub fn catch_up(&self, session: &Session) {
        if !session.is_behind() {
            return;
        }
        let _in_hand = InHand::new(self);
        let mut behind = lock(&session.0.behind);
        if behind.is_none() {
            return;
        }
        if self.keep(session).is_err() || session.kept() == Kept::Yes {
            *behind = None;
        }
    }

    fn refresh(&self, session: &Session, cancel: &Cancel) -> Result<AccessToken, Error> {
        let behind = lock(&session.0.behind).take();
        let lock_file = self.settings.lock_file.as_deref();
        let over_processes = match (behind, lock_file) {
            (Some(held), _) => held,
            (None, Some(path)) => SessionLock::acquire(path, cancel)?,
            (None, None) => SessionLock::alone(),
        };
        let refreshed = self.refresh_alone(session, &over_processes, cancel);
        let has_ended = matches!(refreshed, Err(Error::Ended(_))) || *lock(&session.0.ended);
        if session.was_kept() && matches!(session.kept(), Kept::Failed(_)) && !has_ended {
            *lock(&session.0.behind) = Some(over_processes);
        }
        refreshed
    }

    fn refresh_alone(
        &self,
        session: &Session,
        over_processes: &SessionLock,
        cancel: &Cancel,
    ) -> Result<AccessToken, Error> {
        let provider = self.provider()?;
        // Counted before the last look at `cancel`: whoever cancels and then
        // finds the count at zero knows that no token is being rotated.
        let in_hand = InHand::new(self);
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let (used, answer) = self.exchange_newest(session, over_processes)?;
        // OpenID Connect Core §12.2: an answer about somebody else is
        // discarded before anything of it is kept. One that cannot be read
        // proves nothing of the kind.
        let subject = answer.id_token().and_then(id_token::unverified_subject);
        if subject.is_some_and(|subject| subject != session.sub()) {
            return Err(IdTokenError::Subject.into());
        }
        let set = answer.judged_after(|rotated| {
            self.keep_rotated(session, &used, rotated)?;
            if let Some(number) = over_processes.advance() {
                lock(&session.0.tokens).generation = Some(number);
            }
            Ok(())
        })?;
        drop(in_hand);
        if let Some(token) = &set.id_token {
            let subject = Some(session.sub());
            let earlier = lock(&session.0.tokens).nonce.clone();
            let earlier = earlier.as_ref().map(Nonce::secret);
            let claims = self.verify(&provider, token, &set, None, subject, earlier)?;
            let mut profile = lock(&session.0.profile);
            *profile = Profile::from_claims(&[&claims.person]).or(&profile);
        }
        Ok(adopt(session, set))
    }

    /// Refreshes with the newest token there is; gives the one that was used.
    fn exchange_newest(
        &self,
        session: &Session,
        over_processes: &SessionLock,
    ) -> Result<(RefreshToken, TokenAnswer), Error> {
        let provider = self.provider()?;
        let endpoint = self.token_endpoint(&provider);
        let first = self.newest_refresh_token(session, over_processes)?;
        let refused = match endpoint.refresh(&first) {
            Ok(answer) => return Ok((first, answer)),
            Err(error) if is_invalid_grant(&error) => first,
            Err(error) => return Err(refused_without_reason(error)),
        };
        // Where the lock does not reach (another machine on a shared home),
        // somebody may have stored a newer token: use it once.
        let second = self.newest_refresh_token(session, over_processes)?;
        if second != refused {
            match endpoint.refresh(&second) {
                Ok(answer) => return Ok((second, answer)),
                Err(error) if is_invalid_grant(&error) => {}
                Err(error) => return Err(refused_without_reason(error)),
            }
        }
        self.delete_if_kept(&second);
        Err(Error::Ended(Ended::Expired))
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
            token.ok_or(Error::Ended(Ended::Expired))
        };
        let then = lock(&session.0.tokens).generation;
        let now = over_processes.generation();
        // After a failed write the store holds an older token than memory, or a newer
        // one: a keychain that did not answer may have written it all the same, and
        // another process may have used it since.
        let failed = matches!(session.kept(), Kept::Failed(_));
        let may_be_newer = failed && then.is_some() && now != then;
        if session.kept() != Kept::Yes && !may_be_newer {
            return in_memory();
        }
        let (store, issuer) = (&*self.ports.store, self.settings.issuer.as_str());
        match KeptSession::load(store, &self.item_key(), issuer) {
            Ok(Some(kept)) if kept.sub == session.sub() => Ok(kept.refresh_token),
            _ if may_be_newer => in_memory(),
            Ok(_) => Err(Error::Ended(Ended::Elsewhere)),
            Err(error) => {
                // Another process may have used the token in memory since; used
                // again, it would end the session for both.
                if now.is_some() && now != then {
                    log::warn!("{error}: the session may have been renewed elsewhere");
                    return Err(TokenError::Busy.into());
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
        if newest != used || session.kept() != Kept::Yes {
            self.keep(session)?;
        }
        Ok(())
    }

    /// Deletes what is kept, if it still is this token: a loser of a race must
    /// not wipe the winner's.
    pub(super) fn delete_if_kept(&self, token: &RefreshToken) {
        let (store, key) = (&*self.ports.store, self.item_key());
        let kept = KeptSession::load(store, &key, self.settings.issuer.as_str());
        if kept.is_ok_and(|kept| kept.is_some_and(|kept| kept.refresh_token == *token))
            && let Err(error) = store.delete(&key)
        {
            log::warn!("the ended session could not be deleted: {error}");
        }
    }
}

/// Takes over the tokens of a refresh.
fn adopt(session: &Session, set: TokenSet) -> AccessToken {
    let mut tokens = lock(&session.0.tokens);
    tokens.access = Some((set.access_token.clone(), set.expires_at));
    // None came: the earlier one still tells the provider whose session it is.
    tokens.id = set.id_token.or(tokens.id.take());
    // RFC 6749 §6: not said means as before.
    tokens.scopes = set.scopes.or(tokens.scopes.take());
    set.access_token
}

/// A 4xx without an OAuth error asks for a new sign-in, but is no proof that
/// the token is dead: nothing is deleted.
fn refused_without_reason(error: Error) -> Error {
    match error {
        Error::Token(TokenError::Status { status, .. })
            if (400..500).contains(&status) && !is_transient_status(status) =>
        {
            Error::Ended(Ended::Refused)
        }
        other => other,
    }
}
