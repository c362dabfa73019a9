//! [`AccessTokenVerifier`]: from the token's text to claims that can be trusted.
//!
//! The signature comes before the claims, so that a forgery costs its verification and
//! no more; but only a token that is right in all else costs a fetch, for an unknown key
//! as for one that may have been replaced under its id.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use super::{
    AccessTokenClaims, Clock, JwksCache, KeySource, Refusal, Rules, SourceError, Statistics,
    SystemClock, TrustAnchors,
    cache::VerifiedTokens,
    jwk::{Lookup, Signature},
    jwks::{Keys, KeysUnavailable},
    patience::Patience,
    statistics::Verdicts,
    token::{Header, MAX_TOKEN, Token},
};

/// How many verified tokens are kept unless a number is given; some 0.7 KB each, so that
/// the whole server stays below 12 MB (docs/performance.md).
pub const DEFAULT_TOKEN_CACHE: usize = 7680;

/// Holds access tokens to [`Rules`] with the keys of a [`JwksCache`].
pub struct AccessTokenVerifier {
    rules: Rules,
    keys: Arc<JwksCache>,
    clock: Arc<dyn Clock>,
    verified: Option<VerifiedTokens>,
    /// Good tokens that were found there, and good ones that were not
    hits: AtomicU64,
    misses: AtomicU64,
    verdicts: Verdicts,
}

/// Why there are no claims.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The token is bad, for a reason that stays inside
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nothing can be said about the token: no keys, or not its key, and fetching them
    /// failed or is under way
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
    /// For the tokens of an issuer with OpenID metadata, reached over the system's
    /// trust store; `audience` is our name in `aud`.
    pub fn for_issuer(issuer: &str, audience: &str) -> Result<Arc<Self>, SourceError> {
        let clock = Arc::new(SystemClock::default());
        let source = KeySource::issuer(issuer)?;
        let keys = JwksCache::new(source, TrustAnchors::System, clock.clone());
        Ok(Arc::new(Self::new(Rules::new(audience), keys, clock)))
    }

    /// For the tokens of the issuer whose keys these are. `clock` is that of the claims;
    /// [`SystemClock`] outside tests.
    pub fn new(rules: Rules, keys: Arc<JwksCache>, clock: Arc<dyn Clock>) -> Self {
        let verifier = Self {
            rules,
            keys,
            clock,
            verified: None,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            verdicts: Verdicts::default(),
        };
        verifier.token_cache(DEFAULT_TOKEN_CACHE)
    }

    /// Keeps the claims of this many verified tokens, so that a token is verified once
    /// and not with each request; 0 turns it off. What is kept ends with the token's
    /// `exp`, and as soon as a key has left the issuer's set.
    #[must_use]
    pub fn token_cache(mut self, tokens: usize) -> Self {
        self.verified = (tokens > 0).then(|| VerifiedTokens::new(tokens));
        self
    }

    /// Whose tokens these are.
    pub fn issuer(&self) -> &str {
        self.keys.issuer()
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
    pub async fn verify(&self, token: &str) -> Result<Arc<AccessTokenClaims>, VerifyError> {
        if token.len() > MAX_TOKEN {
            return Err(Refusal::TooLong.into());
        }
        let now = self.clock.unix_time();
        let mut patience = Patience::default();
        let Some(verified) = &self.verified else {
            return Ok(self.verify_anew(token, now, &mut patience).await?.0);
        };
        if let Some(keys) = self.keys.known(&mut patience).await
            && let Some(claims) = verified.get(token, keys.generation)
        {
            if self.rules.has_expired(claims.exp(), now) {
                verified.forget(token);
                return Err(Refusal::Expired.into());
            }
            self.hits.fetch_add(1, Relaxed);
            return Ok(claims);
        }
        let (claims, keys) = self.verify_anew(token, now, &mut patience).await?;
        self.misses.fetch_add(1, Relaxed);
        verified.insert(token, Arc::clone(&claims), keys.generation);
        Ok(claims)
    }

    /// The claims, and the keys that the signature was verified with.
    async fn verify_anew(
        &self,
        token: &str,
        now: f64,
        patience: &mut Patience,
    ) -> Result<(Arc<AccessTokenClaims>, Arc<Keys>), VerifyError> {
        let token = Token::parse(token)?;
        let header = Header::parse(token.header()?)?;
        // RFC 8725 §3.1: only what the caller allows, before any key is looked up.
        if !self.rules.algorithms.contains(&header.algorithm) {
            return Err(Refusal::Algorithm.into());
        }
        self.rules.check_typ(header.typ.as_deref())?;
        let wanted = Lookup {
            kid: header.kid.as_deref(),
            algorithm: header.algorithm,
        };
        let claims = || {
            self.rules
                .check_claims(self.issuer(), &token.payload()?, now)
                .map(Arc::new)
        };
        let verify = |keys: &Keys| {
            let (input, signature) = (token.signing_input, &token.signature);
            keys.jwks.verify(wanted, input, signature)
        };
        self.with_the_right_keys(wanted.kid, claims, verify, patience)
            .await
    }

    /// With the keys at hand if they will do, else with those that the issuer has now.
    async fn with_the_right_keys(
        &self,
        kid: Option<&str>,
        claims: impl Fn() -> Result<Arc<AccessTokenClaims>, Refusal>,
        verify: impl Fn(&Keys) -> Signature,
        patience: &mut Patience,
    ) -> Result<(Arc<AccessTokenClaims>, Arc<Keys>), VerifyError> {
        let mut failed = None;
        if let Some(keys) = self.keys.known(patience).await {
            match verify(&keys) {
                Signature::Good => return Ok((claims()?, keys)),
                Signature::NoKey => {}
                // Most are forgeries, and so the cheap question comes first.
                Signature::Bad if self.keys.may_have_changed(&keys) => failed = Some(keys),
                Signature::Bad => return Err(Refusal::Signature.into()),
            }
        }
        // Only a token that is right in all else is worth a request to the issuer.
        let claims = match claims() {
            Err(_) if failed.is_some() => return Err(Refusal::Signature.into()),
            claims => claims?,
        };
        let unknown = kid.filter(|_| failed.is_none());
        let keys = self.keys.looked_for(unknown, patience).await?;
        if failed.is_some_and(|failed| Arc::ptr_eq(&failed.jwks, &keys.jwks)) {
            return Err(Refusal::Signature.into());
        }
        match verify(&keys) {
            Signature::Good => Ok((claims, keys)),
            Signature::Bad => Err(Refusal::Signature.into()),
            Signature::NoKey => Err(Refusal::UnknownKey.into()),
        }
    }

    /// Whether `auth_time` is at most so long ago, the leeway allowed for both ways.
    pub(super) fn is_within(&self, max_age: Duration, auth_time: f64) -> bool {
        let leeway = self.rules.leeway.as_secs_f64();
        (-leeway..=max_age.as_secs_f64() + leeway).contains(&self.age(auth_time))
    }

    /// Seconds since then.
    pub(super) fn age(&self, auth_time: f64) -> f64 {
        self.clock.unix_time() - auth_time
    }

    pub(super) fn verdicts(&self) -> &Verdicts {
        &self.verdicts
    }

    /// What was counted so far.
    pub fn statistics(&self) -> Statistics {
        let (jwks_age, jwks_fetches, jwks_failures) = self.keys.statistics();
        Statistics {
            verdicts: self.verdicts.snapshot(),
            jwks_age,
            jwks_fetches,
            jwks_failures,
            cache_hits: self.hits.load(Relaxed),
            cache_misses: self.misses.load(Relaxed),
            cache_entries: self.verified.as_ref().map_or(0, VerifiedTokens::len),
        }
    }
}
