//! [`VerifierBuilder`]: the settings of a verifier, checked once, when it is built.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    AccessTokenVerifier, AddressError, Algorithm, Clock, Scope, TrustAnchors, TypProfile,
    clock::SystemClock,
    document::Documents,
    fetch::Fetcher,
    jwks::Jwks,
    jwks_cache::JwksCache,
    rules::Rules,
    source::{KeySource, without_password},
};

const MAX_LEEWAY: Duration = Duration::from_secs(300);
const MIN_FETCH_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_FETCH_TIMEOUT: Duration = Duration::from_secs(300);
const MAX_TOKEN_CACHE: usize = 1_000_000;

/// Makes an [`AccessTokenVerifier`]. Each setting has a default that suits most issuers;
/// [`Self::build`] says which of those that were given cannot be used.
#[must_use]
pub struct VerifierBuilder {
    rules: Rules,
    keys: KeyPlace,
    fetch_timeout: Duration,
    trust_anchors: TrustAnchors,
    token_cache: usize,
    clock: Arc<dyn Clock>,
}

enum KeyPlace {
    /// Where the issuer's metadata say
    Metadata,
    JwksUri(String),
    /// These and no others, as JSON
    Fixed(Vec<u8>),
}

/// Which setting of a [`VerifierBuilder`] cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuilderError {
    /// There is nobody whose tokens could be accepted
    #[error("issuer is empty")]
    EmptyIssuer,
    /// The metadata of the issuer cannot be fetched safely
    #[error("issuer: {0}")]
    Issuer(AddressError),
    /// No token could name this API
    #[error("audience is empty")]
    EmptyAudience,
    /// No token could be accepted
    #[error("algorithms is an empty list")]
    NoAlgorithm,
    /// So much time would keep expired tokens alive
    #[error("leeway is {0:?}; it can be {MAX_LEEWAY:?} at most")]
    Leeway(Duration),
    /// The key set cannot be fetched safely
    #[error("jwks_uri: {0}")]
    JwksUri(AddressError),
    /// What is no JWK Set (RFC 7517 §5)
    #[error("jwks is not a key set: {0}")]
    Jwks(&'static str),
    /// No key of the set can verify a token; with the reasons
    #[error("jwks has no key that can verify tokens: {0}")]
    NoUsableKey(String),
    /// No time, or more than a fetch may take
    #[error(
        "fetch_timeout is {0:?}; it can be from {MIN_FETCH_TIMEOUT:?} to {MAX_FETCH_TIMEOUT:?}"
    )]
    FetchTimeout(Duration),
    /// More than memory should be asked for
    #[error("token_cache is {0} tokens; it can be {MAX_TOKEN_CACHE} at most")]
    TokenCache(usize),
}

impl AccessTokenVerifier {
    /// For the access tokens that `issuer` gives to callers of the API `audience`, both
    /// compared letter by letter with the token's `iss` and `aud`. The keys are those that
    /// the issuer's OpenID metadata name, fetched by https, or by http on this machine.
    pub fn builder(issuer: impl Into<String>, audience: impl Into<String>) -> VerifierBuilder {
        VerifierBuilder {
            rules: Rules::new(issuer.into(), audience.into()),
            keys: KeyPlace::Metadata,
            fetch_timeout: Duration::from_secs(10),
            trust_anchors: TrustAnchors::default(),
            token_cache: 7680,
            clock: Arc::new(SystemClock::default()),
        }
    }
}

impl VerifierBuilder {
    /// Accepts these signature algorithms only; all that [`Algorithm`] knows by default.
    /// The issuer's key decides within them (RFC 8725 §3.1).
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.rules.algorithms = algorithms.into_iter().collect();
        self
    }

    /// What the header's `typ` may be; [`TypProfile::Any`] by default.
    pub fn typ(mut self, typ: TypProfile) -> Self {
        self.rules.typ = typ;
        self
    }

    /// Allowance for clocks that differ, on `exp` and `nbf`: five seconds by default,
    /// five minutes at most.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.rules.leeway = leeway;
        self
    }

    /// Demands a scope of every token; without it the answer is 403. None is demanded by
    /// default. Several: a call for each.
    /// [`RequireAccessToken::require_scope`](super::RequireAccessToken::require_scope)
    /// demands one for some endpoints.
    pub fn require_scope(mut self, scope: Scope) -> Self {
        self.rules.required_scopes.push(scope);
        self
    }

    /// Fetches the keys from this address, for issuers whose metadata cannot be used. Of
    /// this and [`Self::jwks`], the last call counts.
    pub fn jwks_uri(mut self, address: impl Into<String>) -> Self {
        self.keys = KeyPlace::JwksUri(address.into());
        self
    }

    /// Uses the keys of this JWK Set (RFC 7517 §5) for ever, and no network. A key that the
    /// issuer withdraws goes on counting until a verifier is built without it.
    pub fn jwks(mut self, json: impl Into<Vec<u8>>) -> Self {
        self.keys = KeyPlace::Fixed(json.into());
        self
    }

    /// How long each document of the issuer, metadata or key set, may take: ten seconds by
    /// default, five minutes at most. They are fetched in the background, so a slow issuer
    /// is usable; a request never waits for more than five seconds.
    pub fn fetch_timeout(mut self, limit: Duration) -> Self {
        self.fetch_timeout = limit;
        self
    }

    /// Who may vouch for the issuer's TLS certificate; the system's trust store by default.
    pub fn trust_anchors(mut self, anchors: TrustAnchors) -> Self {
        self.trust_anchors = anchors;
        self
    }

    /// Remembers the claims of so many verified tokens, so that the signature of a token is
    /// verified once and not with each request. 7,680 by default, of some 0.7 KB each, so
    /// that the whole server stays below 12 MB; 0 turns it off, 1,000,000 is the most. A
    /// token is forgotten when it expires, and all are when a key leaves the issuer's set.
    pub fn token_cache(mut self, tokens: usize) -> Self {
        self.token_cache = tokens;
        self
    }

    /// Reads the time here instead of from the machine's clocks.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The verifier, or the first setting that cannot be used. Nothing is fetched yet: the
    /// first token does it, or [`AccessTokenVerifier::keep_fresh`].
    pub fn build(self) -> Result<Arc<AccessTokenVerifier>, BuilderError> {
        self.check()?;
        let clock = Arc::clone(&self.clock);
        let keys = match &self.keys {
            KeyPlace::Fixed(json) => JwksCache::fixed(usable(json)?, clock),
            KeyPlace::Metadata => {
                let source = KeySource::metadata(&self.rules.issuer);
                self.fetching(source.map_err(BuilderError::Issuer)?)
            }
            KeyPlace::JwksUri(address) => {
                let source = KeySource::jwks_uri(address);
                self.fetching(source.map_err(BuilderError::JwksUri)?)
            }
        };
        let verifier = AccessTokenVerifier::new(self.rules, keys, self.clock, self.token_cache);
        Ok(Arc::new(verifier))
    }

    fn fetching(&self, source: KeySource) -> Arc<JwksCache> {
        let documents = Documents::new(&self.trust_anchors, self.fetch_timeout);
        JwksCache::fetching(Fetcher::new(source, documents), Arc::clone(&self.clock))
    }

    fn check(&self) -> Result<(), BuilderError> {
        let Rules {
            issuer,
            audience,
            algorithms,
            leeway,
            ..
        } = &self.rules;
        if issuer.is_empty() {
            return Err(BuilderError::EmptyIssuer);
        }
        if audience.is_empty() {
            return Err(BuilderError::EmptyAudience);
        }
        if algorithms.is_empty() {
            return Err(BuilderError::NoAlgorithm);
        }
        if *leeway > MAX_LEEWAY {
            return Err(BuilderError::Leeway(*leeway));
        }
        if !(MIN_FETCH_TIMEOUT..=MAX_FETCH_TIMEOUT).contains(&self.fetch_timeout) {
            return Err(BuilderError::FetchTimeout(self.fetch_timeout));
        }
        if self.token_cache > MAX_TOKEN_CACHE {
            return Err(BuilderError::TokenCache(self.token_cache));
        }
        Ok(())
    }
}

fn usable(json: &[u8]) -> Result<Jwks, BuilderError> {
    let jwks = Jwks::parse(json).map_err(BuilderError::Jwks)?;
    match jwks.is_empty() {
        true => Err(BuilderError::NoUsableKey(jwks.passed_over())),
        false => Ok(jwks),
    }
}

/// Nothing is checked yet, so an address may still have a password.
impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = match &self.keys {
            KeyPlace::Metadata => "metadata",
            KeyPlace::JwksUri(address) => &without_password(address),
            KeyPlace::Fixed(_) => "jwks",
        };
        f.debug_struct("VerifierBuilder")
            .field("rules", &self.rules)
            .field("keys", &keys)
            .field("fetch_timeout", &self.fetch_timeout)
            .field("trust_anchors", &self.trust_anchors)
            .field("token_cache", &self.token_cache)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
