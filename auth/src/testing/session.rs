//! A session that nobody signed in for.

use std::time::{Duration, SystemTime};

use crate::{
    client::Client,
    profile::Profile,
    secret::{AccessToken, RefreshToken},
    session::{
        Access, Session, State,
        state::{Family, Standing},
    },
    store::StoredSession,
};

/// A session of the person `sub`, still to be made.
pub fn session(sub: &str) -> SessionDouble {
    SessionDouble {
        ends: None,
        profile: Profile::default(),
        sub: sub.to_owned(),
    }
}

/// What a session is to be like; see [`session`].
#[must_use = "nothing is made before `build` or `stored_by`"]
#[derive(Clone, Debug)]
pub struct SessionDouble {
    ends: Option<SystemTime>,
    profile: Profile,
    sub: String,
}

impl SessionDouble {
    /// With this name.
    pub fn name(mut self, name: &str) -> Self {
        self.profile.name = Some(name.to_owned());
        self
    }

    /// With this e-mail address.
    pub fn email(mut self, email: &str) -> Self {
        self.profile.email = Some(email.to_owned());
        self
    }

    /// With this address of a picture.
    pub fn picture(mut self, picture: &str) -> Self {
        self.profile.picture = Some(picture.to_owned());
        self
    }

    /// Its access token has expired: the next use renews it.
    pub fn expired(mut self) -> Self {
        self.ends = Some(SystemTime::now() - Duration::from_secs(1));
        self
    }

    /// The session, with the access token `access-token-of-SUB`; it says that it is stored,
    /// and no client has it.
    pub fn build(self) -> Session {
        let token = AccessToken::new(format!("access-token-of-{}", self.sub));
        let family = Family {
            token: self.refresh_token(),
            nonce: None,
        };
        let state = State {
            access: Some(Access::new(token, self.ends, SystemTime::now())),
            id_token: None,
            profile: self.profile,
            scopes: None,
            standing: Standing::Stored {
                family,
                generation: None,
            },
        };
        Session::new(self.sub, state)
    }

    /// As [`Self::build`], and the client's store has it: it can be renewed, found by
    /// [`Client::stored_session`] and signed out.
    ///
    /// # Panics
    /// The store does not take it.
    #[allow(clippy::expect_used, reason = "a test panics where something is wrong")]
    pub fn stored_by(self, client: &Client) -> Session {
        let stored = StoredSession {
            refresh_token: self.refresh_token(),
            issuer: client.settings.issuer.as_str().to_owned(),
            sub: self.sub.clone(),
            profile: self.profile.clone(),
        };
        let saved = stored.save(&*client.ports.store, &client.item_key());
        saved.expect("the store takes the session");
        self.build()
    }

    fn refresh_token(&self) -> RefreshToken {
        RefreshToken::new(format!("refresh-token-of-{}", self.sub))
    }
}
