//! [`AccessTokenClaims`]: what the issuer says about a request, once it is verified.

use std::fmt;

use serde::de::DeserializeOwned;

/// The claims of a verified access token. Only the verifier makes them.
///
/// They are kept as the text that was signed: thousands of them may stay in memory,
/// and most handlers ask for the subject or for nothing.
pub struct AccessTokenClaims {
    payload: Box<str>,
    sub: Option<Box<str>>,
    scope: Box<str>,
    exp: f64,
}

impl AccessTokenClaims {
    pub(super) fn verified(
        payload: Box<str>,
        sub: Option<Box<str>>,
        scope: Box<str>,
        exp: f64,
    ) -> Self {
        Self {
            payload,
            sub,
            scope,
            exp,
        }
    }

    /// Whom the token speaks for.
    pub fn sub(&self) -> Option<&str> {
        self.sub.as_deref()
    }

    /// What was granted (RFC 9068 §2.2.3; `scp` where the issuer calls it so).
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split(' ').filter(|scope| !scope.is_empty())
    }

    /// Whether `scope` was granted.
    pub fn grants(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// When the token ends, in seconds since 1970, without the verifier's leeway.
    pub fn exp(&self) -> f64 {
        self.exp
    }

    /// All claims, as a type that names those it needs. It fails if one of them is
    /// missing or of another type; [`super::Claims`] is the extractor for it.
    pub fn typed<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.payload)
    }
}

/// Says nothing about the person: claims are personal data.
impl fmt::Debug for AccessTokenClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokenClaims")
            .field("exp", &self.exp)
            .finish_non_exhaustive()
    }
}
