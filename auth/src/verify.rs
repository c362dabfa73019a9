//! An ID token judged by the provider's keys, which are fetched anew where they may have
//! changed.

use std::sync::Arc;

use super::{
    authorization::Nonce,
    client::Client,
    error::{Error, IdTokenError},
    id_token::{self, Expected, IdTokenClaims},
    jwks::Jwks,
    known::{Known, Provider, rest},
    locks::unpoisoned,
    ports::unix_seconds,
    renewal::brought_nothing,
    session::Session,
    token::TokenSet,
};

impl Client {
    /// Verifies the ID token of a sign-in, which has the `nonce` of its request if there
    /// was one; keys that do not fit are fetched anew
    /// once, since a provider may have changed them since (OpenID Connect Core
    /// §10.1.1).
    pub(super) fn verify(
        &self,
        provider: &Provider,
        token: &str,
        set: &TokenSet,
        nonce: Option<&Nonce>,
    ) -> Result<IdTokenClaims, Error> {
        let expected = Expected {
            nonce: nonce.map(Nonce::secret),
            ..self.expected(set)
        };
        provider.wait_for_keys_ahead();
        let known = unpoisoned(&provider.keys).clone();
        let young = known.filter(|keys| keys.is_young(self.ports.clock.now()));
        if let Some(verdict) = fitting(token, young, &expected) {
            return Ok(verdict?);
        }
        let keys = self.fetch_keys(provider)?;
        Ok(id_token::verify(token, &keys, &expected)?)
    }

    /// Verifies the ID token of a refresh; `None` if the keys for it cannot be had.
    /// It counts as not brought then, which it need not be (OpenID Connect Core
    /// §12.2): the refresh token is used up, and the access token came by TLS from
    /// the provider itself. A check that fails refuses it in any case.
    pub(super) fn verify_refreshed(
        &self,
        provider: &Arc<Provider>,
        token: &str,
        set: &TokenSet,
        session: &Session,
    ) -> Result<Option<IdTokenClaims>, Error> {
        let nonce = session.nonce();
        let expected = Expected {
            earlier_nonce: nonce.as_ref().map(Nonce::secret),
            subject: Some(session.sub()),
            ..self.expected(set)
        };
        let now = self.ports.clock.now();
        let known = unpoisoned(&provider.keys).clone();
        let known = known.filter(|keys| keys.serves(now));
        let served = known.clone();
        let served = served.filter(|keys| keys.is_young(now) || keys.rests(now));
        if let Some(verdict) = fitting(token, served, &expected) {
            return Ok(Some(verdict?));
        }
        let error = match self.newer_keys(provider, known.is_some()) {
            Ok(keys) => return Ok(Some(id_token::verify(token, &keys, &expected)?)),
            Err(error) if brought_nothing(&error) => error,
            Err(error) => return Err(error),
        };
        rest(&provider.keys, now);
        let known = known.map_or_else(Jwks::default, |known| known.value);
        match id_token::verify(token, &known, &expected) {
            Err(IdTokenError::UnknownKey) => {
                log::warn!("{error}: going on without the ID token of this refresh");
                Ok(None)
            }
            // A key may have been replaced under its name: nothing is proven.
            Err(IdTokenError::Signature) => Err(error),
            verdict => Ok(Some(verdict?)),
        }
    }

    fn expected<'a>(&'a self, set: &'a TokenSet) -> Expected<'a> {
        Expected {
            access_token: set.access_token.secret(),
            answered_at: set.answered_at.map(unix_seconds),
            client_id: &self.settings.identity.id,
            earlier_nonce: None,
            issuer: self.settings.issuer.as_str(),
            nonce: None,
            now: self.ports.clock.unix_seconds(),
            subject: None,
        }
    }
}

/// The verdict of `keys`, or what is wrong whatever the keys are; `None` if none fits.
/// An algorithm without public keys is told as such, not as the lack of them: who signs
/// with one may publish none.
fn fitting(
    token: &str,
    keys: Option<Known<Jwks>>,
    expected: &Expected<'_>,
) -> Option<Result<IdTokenClaims, IdTokenError>> {
    let keys = keys.map_or_else(Jwks::default, |known| known.value);
    match id_token::verify(token, &keys, expected) {
        Err(IdTokenError::UnknownKey | IdTokenError::Signature) => None,
        verdict => Some(verdict),
    }
}
