//! What has come first, made a session of.

use super::{
    Attempt,
    event::{Brought, Event},
};
use crate::{
    authorization::AuthorizationGrant,
    client::Client,
    error::Error,
    establish::{Failed, Granted},
    loopback::{Answering, Outcome},
    progress::Progress,
    session::Session,
    shared::InHand,
};

/// The end of the way that has come to it first.
pub(super) enum First {
    /// What the browser brought, and who waits there for a result.
    Browser(Result<AuthorizationGrant, Error>, Answering),
    /// What the poll brought.
    Device(Brought),
}

impl Attempt {
    /// Has the session made. After a cancel that comes before it is stored, nobody waits
    /// for it, and what it was made of is revoked.
    pub(super) fn finish(&self, first: First, progress: &Progress) {
        let (attempt, progress) = (self.clone(), progress.clone());
        self.spawn("sign-in", move || {
            Event::Finished(attempt.session_of(first, &progress))
        });
    }

    fn session_of(&self, first: First, progress: &Progress) -> Result<Session, Error> {
        let client = &self.client;
        let (granted, answering, _in_hand) = match first {
            First::Browser(grant, answering) => {
                let granted = grant.and_then(|grant| client.redeem(grant));
                let in_hand = granted.is_ok().then(|| InHand::tokens(&client.shared));
                (granted, Some(answering), in_hand)
            }
            First::Device(Brought { answer, in_hand }) => {
                // RFC 8628 has no nonce.
                let nonce = None;
                (Ok(Granted { answer, nonce }), None, Some(in_hand))
            }
        };
        let session = granted.map_err(Failed::from).and_then(|granted| {
            client.establish(granted, self.how.must_be_stored, progress, &self.cancel)
        });
        if let Some(answering) = answering {
            answering.finish(match session {
                Ok(_) => Outcome::SignedIn,
                Err(_) => Outcome::NotSignedIn,
            });
        }
        session.map_err(|failed| client.give_up(failed))
    }
}

impl Client {
    /// Exchanges the code that the callback brought.
    fn redeem(&self, grant: AuthorizationGrant) -> Result<Granted, Error> {
        let provider = self.provider()?;
        let answer = self.token_endpoint(&provider).exchange(&grant)?;
        let nonce = Some(grant.nonce);
        Ok(Granted { answer, nonce })
    }
}
