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
mod challenge;
mod claims;
mod clock;
mod fetch;
mod jwk;
mod jwks;
mod refusal;
mod require_token;
mod schedule;
mod token;
mod url;
mod verifier;

pub use algorithm::Algorithm;
pub use claims::{AccessTokenClaims, Rules, TypProfile};
pub use clock::{Clock, SystemClock};
pub use fetch::{KeySource, SourceError, TrustAnchors};
pub use jwks::JwksCache;
pub use refusal::Refusal;
pub use require_token::{AccessToken, RequireAccessToken};
pub use url::{Insecure, https_or_loopback};
pub use verifier::{AccessTokenVerifier, VerifyError};
