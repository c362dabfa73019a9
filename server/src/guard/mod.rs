//! Guards poem endpoints with JWT access tokens of an OpenID issuer.
//!
//! ```no_run
//! # use poem::{EndpointExt, Route, get, handler};
//! # use vestibule_server::guard::{AccessToken, AccessTokenVerifier, RequireAccessToken};
//! #[handler]
//! fn hello(token: AccessToken) -> String {
//!     format!("Hello, {}", token.sub().unwrap_or("whoever you are"))
//! }
//!
//! # async fn app() -> Result<Route, Box<dyn std::error::Error>> {
//! let verifier = AccessTokenVerifier::for_issuer("https://login.example.com/", "https://api.example.com")?;
//! tokio::spawn(verifier.keep_fresh());
//! let guard = RequireAccessToken::new(verifier).require_scope("greet");
//! # Ok(
//! Route::new().at("/hello", get(hello).with(guard))
//! # ) }
//! ```
//!
//! In the order of use:
//! 1. [`KeySource`] says who the issuer is and where its keys are, [`JwksCache`] keeps them.
//! 2. [`Rules`] say what a token must be, [`AccessTokenVerifier`] holds tokens to them.
//! 3. [`RequireAccessToken`] is the middleware around the endpoints to protect; it can
//!    demand scopes (403) and a strong or recent sign-in (RFC 9470) of each.
//! 4. [`AccessToken`] hands their handlers the verified claims, [`Claims`] those that
//!    a type of the handler's own names.
//!
//! [`AccessTokenVerifier::keep_fresh`] is spawned once, so that keys are there
//! before the first request and never grow old.
//!
//! To read it: `require_token.rs` (what a request goes through), `verifier.rs` (what a
//! token goes through), then `token.rs`, `rules.rs`, `jwk.rs` for the checks, and
//! `jwks.rs`, `schedule.rs`, `fetch.rs`, `document.rs` for the keys. What a single key is
//! worth is decided in the crate `vestibule-keys`.
//!
//! Why a token was refused is logged with `tracing` at level info, with the value that the
//! refusal is about, and counted ([`Statistics`]); the client hears only that it was. A key
//! of the issuer that cannot be used is told of at info too.
//!
//! Nothing here knows a route, and no token ever reaches a log or an error text.
//! Bearer tokens that are signed JWTs are all there is: sender-constrained ones (DPoP,
//! mutual TLS) are refused by name, opaque ones by form.
//! Specs: RFC 6750 (answers), 7515 and 7517 (JWS, JWK), 7519 (claims), 8725 (best
//! current practice), 9068 (access tokens), 9470 (step-up), 9728 (metadata), OpenID
//! Discovery 1.0.

mod bearer;
mod cache;
mod challenge;
mod claims;
mod clock;
mod document;
mod extract;
mod fetch;
mod form;
mod found;
mod inert;
mod json;
mod jwk;
mod jwks;
mod patience;
mod refusal;
mod require_token;
mod rules;
mod schedule;
mod source;
mod statistics;
mod token;
mod url;
mod verifier;

pub use claims::AccessTokenClaims;
pub use clock::{Clock, SystemClock};
pub use extract::{AccessToken, Claims};
pub use jwks::JwksCache;
pub use refusal::Refusal;
pub use require_token::{Guarded, RequireAccessToken};
pub use rules::{Rules, TypProfile};
pub use source::{DEFAULT_FETCH_TIMEOUT, KeySource, SourceError, TrustAnchors};
pub use statistics::Statistics;
pub use url::{Insecure, https_or_loopback};
pub use verifier::{AccessTokenVerifier, DEFAULT_TOKEN_CACHE, VerifyError};
pub use vestibule_keys::Algorithm;
