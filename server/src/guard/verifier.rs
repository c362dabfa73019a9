//! [`AccessTokenVerifier`]: from the token's text to claims that can be trusted.
//!
//! The signature is verified before the claims are read, so that a forgery costs one
//! verification and no more. Where only a fetch could tell (the key is unknown, or may have
//! been replaced under its id), the claims come first: a token that they refuse costs no
//! fetch.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use super::{
    AccessTokenClaims, Clock, Refusal, Scope, Statistics,
    cache::VerifiedTokens,
    jwks::{Lookup, Signature},
    jwks_cache::{JwksCache, Keys, KeysUnavailable},
    keep_fresh::keep_fresh,
    patience::Patience,
    rules::Rules,
    statistics::Verdicts,
    token::{Header, MAX_TOKEN, Token},
};

/// Verifies the access tokens of one issuer for one API. Made by [`Self::builder`].
pub struct AccessTokenVerifier {
    rules: Rules,
    keys: Arc<JwksCache>,
    clock: Arc<dyn Clock>,
    verified: Option<VerifiedTokens>,
    /// Good tokens that were found in `verified`, and good tokens that were not
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
    /// `remembered`: how many verified tokens are remembered; 0 for none.
    pub(super) fn new(
        rules: Rules,
        keys: Arc<JwksCache>,
        clock: Arc<dyn Clock>,
        remembered: usize,
    ) -> Self {
        Self {
            rules,
            keys,
            clock,
            verified: (remembered > 0).then(|| VerifiedTokens::new(remembered)),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            verdicts: Verdicts::default(),
        }
    }

    /// Whose tokens these are: their `iss`.
    pub fn issuer(&self) -> &str {
        &self.rules.issuer
    }

    /// Which API they are for: one of their `aud`.
    pub fn audience(&self) -> &str {
        &self.rules.audience
    }

    /// The scopes that [`super::RequireAccessToken`] demands everywhere.
    pub fn required_scopes(&self) -> &[Scope] {
        &self.rules.required_scopes
    }

    /// Whether a signing key is known, so that tokens can be verified at all.
    pub fn is_ready(&self) -> bool {
        self.keys.is_ready()
    }

    /// Fetches the keys now, and again before they age. To be spawned once, so that keys are
    /// there before the first request. It ends when the last handle of the verifier is gone;
    /// with fixed keys it ends at once.
    pub fn keep_fresh(&self) -> impl Future<Output = ()> + Send + use<> {
        keep_fresh(&self.keys)
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
                .check_claims(&token.payload()?, now)
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

impl fmt::Debug for AccessTokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokenVerifier")
            .field("rules", &self.rules)
            .field("is_ready", &self.is_ready())
            .finish_non_exhaustive()
    }
}
