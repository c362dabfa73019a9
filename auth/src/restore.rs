//! The beginning of an app: the session of last time, or a sign-in.

use super::{
    cancel::Cancel,
    client::Client,
    error::{Ended, Error, StoreError},
    profile::{PersonClaims, Profile},
    progress::Progress,
    session::{
        Session, State,
        state::{Family, Standing},
    },
    sign_in::SignIn,
};

impl Client {
    /// The stored session, from the store alone; its first use refreshes.
    ///
    /// # Errors
    /// Those of the store; none is proof that nobody is signed in.
    pub fn stored_session(&self) -> Result<Option<Session>, StoreError> {
        let stored = self.load_stored()?;
        Ok(stored.map(|stored| {
            let family = Family {
                token: stored.refresh_token,
                nonce: None,
            };
            let state = State {
                access: None,
                id_token: None,
                profile: stored.profile,
                scopes: None,
                standing: Standing::Stored {
                    family,
                    generation: None,
                },
            };
            Session::new(stored.sub, state)
        }))
    }

    /// The stored session, refreshed so that it is known to be good; where there is
    /// none, or the provider wants the person to sign in anew, a sign-in by the way that is
    /// found ([`Way::Found`](super::Way::Found)).
    ///
    /// With a stored session that is good, no browser opens and `progress` hears
    /// nothing.
    ///
    /// # Errors
    /// Those of [`Self::access_token`], and those of [`Self::sign_in`]. A network that
    /// fails, a store that does not serve or a refusal without an OAuth error
    /// ([`Ended::Refused`] without a code, perhaps of a gateway) is an error and no reason
    /// to sign in: what is stored stays, and the same call later finds it.
    pub fn restore_or_sign_in(
        &self,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Session, Error> {
        // Twice: where another process ended the session, somebody may be signed in there
        // since.
        for _ in 0..2 {
            let Some(session) = self.stored_session()? else {
                break;
            };
            match self.access_token(&session, cancel) {
                Ok(_) => return Ok(session),
                Err(Error::Ended(Ended::Elsewhere)) => {}
                Err(error) if !wants_a_sign_in(&error) => return Err(error),
                Err(error) => {
                    log::info!("signing in anew, since {error}");
                    break;
                }
            }
        }
        self.sign_in(&SignIn::default(), progress, cancel)
    }

    /// Asks userinfo for what the stored session does not hold: the picture, a
    /// new name. Costs one request; changes nothing if it fails.
    pub fn complete_profile(&self, session: &Session, cancel: &Cancel) {
        let (Ok(provider), Ok(token)) = (self.provider(), self.access_token(session, cancel))
        else {
            return;
        };
        let claims: PersonClaims = self.userinfo(&provider, &token, session.sub());
        let profile = &mut session.state().profile;
        *profile = Profile::from_claims(&[&claims]).or(profile);
    }
}

/// Whether the provider said that only the person can go on.
fn wants_a_sign_in(error: &Error) -> bool {
    matches!(
        error,
        Error::Ended(Ended::Expired { .. } | Ended::Refused { code: Some(_), .. })
    )
}

#[cfg(test)]
#[cfg(feature = "testing")]
#[path = "restore_tests.rs"]
mod tests;
