//! [`AccessTokenVerifier`]: from the token's text to claims that can be trusted.
//!
//! The cheap checks come first and the key last, so that a forgery with an
//! unknown key id costs no fetch unless all else about it is right.

use std::{future::Future, sync::Arc, time::Duration};

use super::{
    AccessTokenClaims, Clock, JwksCache, Refusal, Rules,
    jwks::{KeysUnavailable, Lookup},
    token::Token,
};

/// Holds access tokens to [`Rules`] with the keys of a [`JwksCache`].
pub struct AccessTokenVerifier {
    rules: Rules,
    keys: Arc<JwksCache>,
    clock: Arc<dyn Clock>,
}

/// Why there are no claims.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The token is bad, for a reason that stays inside
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nothing can be said about any token: no keys, and fetching them failed
    #[error("the signing keys of the issuer could not be fetched")]
    KeysUnavailable {
        /// When it is worth asking again
        retry_after: Duration,
    },
}

impl From<KeysUnavailable> for VerifyError {
    fn from(KeysUnavailable { retry_after }: KeysUnavailable) -> Self {
        Self::KeysUnavailable { retry_after }
    }
}

impl AccessTokenVerifier {
    /// `clock` is that of the claims; [`super::SystemClock`] outside tests.
    pub fn new(rules: Rules, keys: Arc<JwksCache>, clock: Arc<dyn Clock>) -> Self {
        Self { rules, keys, clock }
    }

    /// What tokens are held to.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether a signing key is known, so that tokens can be verified at all.
    pub fn is_ready(&self) -> bool {
        self.keys.is_ready()
    }

    /// Fetches the keys now and again before they age; never ends.
    pub fn keep_fresh(&self) -> impl Future<Output = ()> + Send + use<> {
        let keys = Arc::clone(&self.keys);
        async move { keys.keep_fresh().await }
    }

    /// The claims of a good token. Scopes are not looked at: they are another
    /// answer (403), and [`super::RequireAccessToken`] gives it.
    pub async fn verify(&self, token: &str) -> Result<AccessTokenClaims, VerifyError> {
        let token = Token::parse(token)?;
        // RFC 8725 §3.1: only what the caller allows, before any key is looked up.
        if !self.rules.algorithms.contains(&token.algorithm) {
            return Err(Refusal::Algorithm.into());
        }
        self.rules.check_typ(token.typ.as_deref())?;
        let Token { payload, kid, .. } = token;
        let claims = self.rules.check_claims(payload, self.clock.unix_time())?;

        let wanted = Lookup {
            kid: kid.as_deref(),
            algorithm: token.algorithm,
        };
        let keys = self.keys.fitting(wanted).await?;
        if keys.is_empty() {
            return Err(Refusal::UnknownKey.into());
        }
        let signed = |key: &Arc<super::jwk::VerificationKey>| {
            key.verify(token.algorithm, token.signing_input, token.signature)
        };
        if !keys.iter().any(signed) {
            return Err(Refusal::Signature.into());
        }
        Ok(claims)
    }
}
