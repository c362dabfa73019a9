//! Guards poem endpoints with JWT access tokens of an OpenID issuer.
//!
//! In the order of use:
//! 1. [`KeySource`] says where the issuer's keys are, [`JwksCache`] keeps them.
//! 2. [`Rules`] say what a token must be, [`AccessTokenVerifier`] holds tokens to them.
//! 3. [`RequireAccessToken`] is the middleware around the endpoints to protect,
//!    [`AccessToken`] the extractor that hands their handlers the verified claims.
//!
//! [`AccessTokenVerifier::keep_fresh`] is spawned once, so that keys are there
//! before the first request and never grow old.
//!
//! Nothing here knows a route, and no token ever reaches a log or an error text.
//! Specs: RFC 6750 (answers), 7515 and 7517 (JWS, JWK), 7519 (claims), 8725 (best
//! current practice), 9068 (access tokens), 9728 (metadata), OpenID Discovery 1.0.

mod algorithm;
mod bearer;
mod cache;
mod challenge;
mod claims;
mod clock;
mod extract;
mod fetch;
mod json;
mod jwk;
mod jwks;
mod refusal;
mod require_token;
mod rules;
mod schedule;
mod source;
mod statistics;
mod token;
mod url;
mod verifier;

pub use algorithm::Algorithm;
pub use claims::AccessTokenClaims;
pub use clock::{Clock, SystemClock};
pub use extract::{AccessToken, Claims};
pub use jwks::JwksCache;
pub use refusal::Refusal;
pub use require_token::{Guarded, RequireAccessToken};
pub use rules::{Rules, TypProfile};
pub use source::{KeySource, SourceError, TrustAnchors};
pub use statistics::Statistics;
pub use url::{Insecure, https_or_loopback};
pub use verifier::{AccessTokenVerifier, DEFAULT_TOKEN_CACHE, VerifyError};
