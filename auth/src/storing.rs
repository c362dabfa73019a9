//! A session written to the store, unless it is over or somebody was there first.

use std::sync::atomic::Ordering;

use oauth2::RefreshToken;

use super::{
    client::Client,
    error::{Ended, Error, StoreError},
    session::{Session, Stored, lock},
    sign_out::AtLarge,
    store::StoredSession,
};

/// What the store has where a session is about to be written.
enum Found {
    /// What this session is the successor of, or may replace.
    Own,
    /// A newer session of the same person.
    Newer(RefreshToken),
    /// Somebody else's, or nothing any more.
    Replaced,
}

impl Client {
    /// Writes the session to the store, unless it was signed out or replaced
    /// meanwhile.
    pub(super) fn keep(&self, session: &Session) -> Result<(), Error> {
        // Before the token is read: a refresh meanwhile would be overwritten by it.
        let ended = lock(&session.0.ended);
        let Some(newest) = lock(&session.0.tokens).refresh.clone() else {
            *lock(&session.0.stored) = Stored::NoRefreshToken;
            // Else the next start would sign in whoever was kept before.
            if let Err(error) = self.ports.store.delete(&self.item_key()) {
                log::warn!("an earlier session may still be kept: {error}");
            }
            return Ok(());
        };
        let over = if *ended {
            Some(Error::Cancelled)
        } else {
            match self.found(session, &newest) {
                Ok(Found::Own) => None,
                Ok(Found::Newer(token)) => {
                    take_over(session, token);
                    return Ok(());
                }
                Ok(Found::Replaced) => Some(Error::Ended(Ended::Elsewhere)),
                // Whose it would overwrite is not known.
                Err(error) => {
                    not_kept(session, error);
                    return Ok(());
                }
            }
        };
        if let Some(error) = over {
            drop(ended);
            // A rotated token that came after the end must not live on.
            let _ = self.revoke(&AtLarge {
                access_token: None,
                refresh_token: Some(newest),
            });
            return Err(error);
        }
        self.write(session, newest);
        Ok(())
    }

    fn write(&self, session: &Session, newest: RefreshToken) {
        let kept = StoredSession {
            refresh_token: newest.clone(),
            issuer: self.settings.issuer.as_str().to_owned(),
            sub: session.sub().to_owned(),
            profile: session.profile(),
        };
        match kept.save(&*self.ports.store, &self.item_key()) {
            Ok(()) => {
                session.0.was_stored.store(true, Ordering::SeqCst);
                lock(&session.0.tokens).stored = vec![newest];
                *lock(&session.0.stored) = Stored::Yes;
            }
            Err(error) => {
                let stored = &mut lock(&session.0.tokens).stored;
                if !stored.contains(&newest) {
                    stored.push(newest);
                }
                not_kept(session, error);
            }
        }
    }

    /// The lock that would have held off another sign-out or sign-in is waited for a
    /// moment only, a refresh may take longer: so what is there is looked at.
    fn found(&self, session: &Session, newest: &RefreshToken) -> Result<Found, StoreError> {
        if !session.was_stored() {
            return Ok(Found::Own);
        }
        let (store, issuer) = (&*self.ports.store, self.settings.issuer.as_str());
        let kept = StoredSession::load(store, &self.item_key(), issuer)?;
        let Some(kept) = kept.filter(|kept| kept.sub == session.sub()) else {
            return Ok(Found::Replaced);
        };
        let token = kept.refresh_token;
        if token == *newest || lock(&session.0.tokens).stored.contains(&token) {
            return Ok(Found::Own);
        }
        Ok(Found::Newer(token))
    }
}

/// The person signed in anew elsewhere: that one goes on here too. What this one brought
/// is not revoked, since many providers end all of a person's tokens then.
fn take_over(session: &Session, token: RefreshToken) {
    log::info!("a newer session of the same person is kept: going on with that");
    let mut tokens = lock(&session.0.tokens);
    tokens.refresh = Some(token.clone());
    tokens.stored = vec![token];
    // The nonce of the sign-in here says nothing of it.
    tokens.nonce = None;
    *lock(&session.0.stored) = Stored::Yes;
}

fn not_kept(session: &Session, error: StoreError) {
    log::warn!("the session is not kept: {error}");
    *lock(&session.0.stored) = Stored::Failed(error);
}
