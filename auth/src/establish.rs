//! Where each grant ends: what the token endpoint gave becomes a session.

use super::{
    authorization::Nonce,
    cancel::Cancel,
    client::Client,
    error::{Error, IdTokenError, StoreError},
    locks::StoreAccess,
    profile::Profile,
    progress::{Progress, Step},
    session::{
        Access, Session, State, Stored,
        state::{Event, Family, Standing},
    },
    shared::InHand,
    sign_out::AtLarge,
    store_lock::StoreLock,
    token::TokenAnswer,
};

/// What a grant brought.
pub(super) struct Granted {
    pub answer: TokenAnswer,
    /// The nonce of the request, where the grant has one (OpenID Connect Core
    /// §3.1.2.1). Without one, the ID token passes all other checks.
    pub nonce: Option<Nonce>,
}

/// A grant that came to no session.
pub(super) struct Failed {
    pub error: Error,
    /// What it had brought by then, to be revoked.
    pub brought: Box<AtLarge>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let brought = Box::default();
        Self { error, brought }
    }
}

impl Client {
    /// Verifies what a grant brought, and makes and stores the session. Where it
    /// `must_be_stored`, a session that cannot be is none.
    pub(super) fn establish(
        &self,
        granted: Granted,
        must_be_stored: bool,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Session, Failed> {
        let mut brought = Box::<AtLarge>::default();
        let verified = self.verified_session(granted, must_be_stored, &mut brought);
        let (session, is_complete) = match verified {
            Ok(verified) => verified,
            Err(error) => return Err(Failed { error, brought }),
        };
        match self.store_new(&session, must_be_stored, progress, cancel) {
            Ok(()) => {
                if !is_complete {
                    self.complete(&session);
                }
                Ok(session)
            }
            Err(error) => {
                // A sign-out revokes its tokens, and the provider accepts none of a session
                // that it ended: there is nothing to revoke here.
                if let Some(ended) = session.why_not_written() {
                    return Err(ended.into());
                }
                // The app was told of the session and may still hold it: it gives no token
                // any more, and nothing is written of it.
                session.on(&self.store_access(), Event::EndedHere);
                Err(Failed { error, brought })
            }
        }
    }

    /// A grant failed: revokes what it brought. Gives the cause.
    pub(super) fn give_up(&self, failed: Failed) -> Error {
        self.revoke_unused(*failed.brought);
        failed.error
    }

    /// Revokes what a grant brought that nobody waits for any more.
    pub(super) fn revoke_answer(&self, answer: TokenAnswer) {
        let mut brought = AtLarge::default();
        let set = answer.judged_after(|token| {
            brought.refresh_token = token.cloned();
            Ok(())
        });
        brought.access_token = set.ok().map(|set| set.access_token);
        self.revoke_unused(brought);
    }

    /// The session, and whether all is known of the person that can be. Where the ID token has
    /// a name, that is shown first: what else userinfo says is worth no round trip before it.
    /// `brought` is to be revoked if it comes to no session.
    fn verified_session(
        &self,
        granted: Granted,
        must_be_stored: bool,
        brought: &mut AtLarge,
    ) -> Result<(Session, bool), Error> {
        let Granted { answer, nonce } = granted;
        // Nobody is signed in yet: there is nothing to store first.
        let set = answer.judged_after(|token| {
            brought.refresh_token = token.cloned();
            Ok(())
        })?;
        brought.access_token = Some(set.access_token.clone());
        // OpenID Connect Core §3.1.3.3: who asks for the scope openid gets an ID token.
        let id_token = set.id_token.clone().ok_or(IdTokenError::Missing)?;
        let provider = self.provider()?;
        let claims = self.verify(&provider, &id_token, &set, nonce.as_ref())?;
        let mut profile = Profile::from_claims(&[&claims.person]);
        let is_named = profile.name.is_some();
        if !is_named {
            let userinfo = self.userinfo(&provider, &set.access_token, &claims.sub);
            profile = Profile::from_claims(&[&claims.person, &userinfo]);
        }
        if must_be_stored && set.refresh_token.is_none() {
            return Err(Error::NoRefreshToken);
        }
        let now = self.ports.clock.now();
        let standing = match set.refresh_token {
            Some(token) => Standing::New(Family { token, nonce }),
            None => Standing::NoRefreshToken,
        };
        let state = State {
            access: Some(Access::new(set.access_token, set.expires_at, now)),
            id_token: Some(id_token),
            profile,
            scopes: set.scopes,
            standing,
        };
        let is_complete = !is_named || state.profile.is_complete();
        Ok((Session::new(claims.sub, state), is_complete))
    }

    /// Asks userinfo for what the ID token did not say of the person, who is shown already.
    fn complete(&self, session: &Session) {
        let token = session
            .state()
            .access
            .as_ref()
            .map(|access| access.token.clone());
        let (Some(token), Ok(provider)) = (token, self.provider()) else {
            return;
        };
        let userinfo = self.userinfo(&provider, &token, session.sub());
        let has_more = {
            let profile = &mut session.state().profile;
            let known = profile.clone();
            *profile = known.clone().or(&Profile::from_claims(&[&userinfo]));
            profile.email != known.email
        };
        // The name was there, and a picture is not stored.
        if has_more {
            self.store_person(session);
        }
    }

    /// Writes what is known of the person by now beside the token that is stored.
    fn store_person(&self, session: &Session) {
        let store_lock = self.brief_store_lock(None);
        let access = self.store_access();
        if session.stored() != Stored::Yes {
            return;
        }
        let Some(token) = session.refresh_token() else {
            return;
        };
        // Refused where the stored session is another one by now, which has its own.
        let written = self.write(&access, session, token, store_lock.as_ref());
        if written.is_err() {
            log::info!("what userinfo says of the person is not stored");
        }
    }

    /// Stores the session, unless nobody wants it any more.
    fn store_new(
        &self,
        session: &Session,
        must_be_stored: bool,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        // Counted before it is too late to cancel: whoever ends the program then
        // finds the count.
        let _in_hand = InHand::new(&self.shared);
        if !cancel.close() {
            return Err(Error::Cancelled);
        }
        // Before anything is locked: whoever is told may sign out at once.
        progress(Step::SignedIn(session.clone()));
        // Another process may be about to store the session that this replaces.
        let awaited = self.brief_store_lock(self.session_behind().as_ref());
        let access = self.store_access();
        // Whoever was told may have used the session already: then it may be this one.
        let behind = self.session_behind();
        let held = behind.as_ref();
        let held = held.and_then(|behind| behind.take_store_lock(&access));
        let store_lock = held.as_ref().or(awaited.as_ref());
        let stored = self.store_first(&access, session, must_be_stored, store_lock);
        if let Err(error) = stored {
            if let (Some(behind), Some(held)) = (behind, held) {
                behind.on(&access, Event::Holds(held));
            }
            return Err(error);
        }
        let replaced = self.supersede(&access, behind, session, held);
        drop((access, awaited));
        for unused in replaced {
            self.revoke_unused(unused);
        }
        Ok(())
    }

    /// Writes it, or deletes the earlier one if there is nothing to write.
    fn store_first(
        &self,
        store_access: &StoreAccess<'_>,
        session: &Session,
        must_be_stored: bool,
        store_lock: Option<&StoreLock>,
    ) -> Result<(), Error> {
        if let Some(ended) = session.why_not_written() {
            return Err(ended);
        }
        let Some(newest) = session.refresh_token() else {
            // Else the next start would sign in whoever was stored before.
            if let Err(error) = self.ports.store.delete(&self.item_key()) {
                log::warn!("an earlier session may still be stored: {error}");
            }
            store_lock.and_then(StoreLock::advance);
            return Ok(());
        };
        let written = self.write(store_access, session, newest, store_lock);
        written.map_err(|discarded| discarded.error)?;
        match session.stored() {
            // A store that did not answer may have written the session all the same. The
            // next start would find it, so its token is not revoked.
            Stored::Failed(error) if must_be_stored && error != StoreError::NoAnswer => {
                Err(error.into())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
