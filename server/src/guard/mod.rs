//! Guards poem endpoints with the JWT access tokens of an OpenID issuer.
//!
//! # Order of calls
//!
//! 1. [`AccessTokenVerifier::builder`] takes the issuer and the audience, the name of this API
//!    in its tokens. `build()` names a setting that cannot be used.
//! 2. [`AccessTokenVerifier::keep_fresh`] is spawned once: it fetches the issuer's keys now,
//!    and again before they age. It ends with the verifier. Without it the first request
//!    fetches them, and waits.
//! 3. [`RequireAccessToken`] is the middleware. One around all endpoints, or a clone with
//!    demands of its own around each.
//! 4. A handler takes [`AccessToken`] or [`Claims`] as an argument.
//!
//! ```no_run
//! # use poem::{EndpointExt, Route, get, handler};
//! use vestibule_server::guard::{AccessToken, AccessTokenVerifier, RequireAccessToken};
//!
//! #[handler]
//! fn hello(token: AccessToken) -> String {
//!     format!("Hello, {}", token.sub().unwrap_or("whoever you are"))
//! }
//!
//! # async fn app() -> Result<Route, Box<dyn std::error::Error>> {
//! let (issuer, audience) = ("https://login.example.com/", "https://api.example.com");
//! let verifier = AccessTokenVerifier::builder(issuer, audience).build()?;
//! tokio::spawn(verifier.keep_fresh());
//! let guard = RequireAccessToken::new(verifier);
//! let app = Route::new().at("/hello", get(hello).with(guard));
//! # Ok(app) }
//! ```
//!
//! # Scopes and typed claims
//!
//! A [`Scope`] that an endpoint demands is parsed when the routes are made, so that a name
//! that no token could have is found there. [`Claims`] hands a handler the claims that a type
//! of its own names. This example runs, with tokens of the `testing` module:
//!
//! ```
//! # use poem::{Endpoint, EndpointExt, get, handler};
//! # use vestibule_server::guard::testing::TestIssuer;
//! use vestibule_server::guard::{Claims, RequireAccessToken};
//!
//! #[derive(serde::Deserialize)]
//! struct Member {
//!     team: String,
//! }
//!
//! #[handler]
//! fn notes(Claims(member): Claims<Member>) -> String {
//!     format!("The notes of team {}", member.team)
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let issuer = TestIssuer::new("https://api.example.com");
//! let guard = RequireAccessToken::new(issuer.builder().build()?);
//! let app = get(notes).with(guard.require_scope("notes:read".parse()?));
//!
//! let reader = || issuer.token().scope("openid notes:read");
//! let answer = app.get_response(reader().claim("team", "blue").request("/")).await;
//! assert_eq!(answer.into_body().into_string().await?, "The notes of team blue");
//!
//! let without_scope = issuer.token().claim("team", "blue").request("/");
//! assert_eq!(app.get_response(without_scope).await.status(), 403);
//! let without_team = reader().request("/");
//! assert_eq!(app.get_response(without_team).await.status(), 401);
//! # Ok(()) }
//! ```
//!
//! [`RequireAccessToken::require_acr`] and [`RequireAccessToken::require_sign_in_within`]
//! demand a strong or a recent sign-in (RFC 9470).
//!
//! # What is answered
//!
//! | status | when | what a client does |
//! |---|---|---|
//! | 400 `invalid_request` | two tokens, or a malformed header | it has a fault |
//! | 401 without an error | no token | gets one |
//! | 401 `invalid_token` | a bad token, whatever is bad about it | refreshes, tries once more |
//! | 401 `insufficient_user_authentication` | the sign-in is too weak or too old | asks the person to sign in again |
//! | 403 `insufficient_scope` | a good token without the scope | asks for the scope, which the challenge names |
//! | 503 with `Retry-After` | the issuer's keys cannot be had | tries again later |
//!
//! A client never hears why its token is bad. The log does: with `tracing`, at level info,
//! with the value that was found, never with the token. [`AccessTokenVerifier::statistics`]
//! counts the causes.
//!
//! # Behind a balancer
//!
//! Processes share nothing: each fetches the keys for itself. Answer the readiness probe with
//! [`AccessTokenVerifier::is_ready`], so that no request comes before the keys are there. TLS
//! is the balancer's work. The address of this API is only in
//! [`RequireAccessToken::resource_metadata`] (RFC 9728), and never taken from a request.
//! poem's `Cors` belongs around the middleware, since a preflight request has no token.
//!
//! # Tests
//!
//! With the feature `testing`, `guard::testing::TestIssuer` mints tokens and makes a verifier
//! for them, so that a handler's unit test needs no network: see above, and
//! `examples/three_routes.rs`.
//!
//! # What it is not for
//!
//! Bearer tokens that are signed JWTs are all there is: sender-constrained ones (DPoP, mutual
//! TLS) are refused by name, opaque ones by form.
//!
//! # To read the code
//!
//! `require_token.rs` is what a request goes through, `verifier.rs` what a token goes through;
//! then `token.rs`, `rules.rs` and `jwks.rs` for the checks, and `jwks_cache.rs`, `schedule.rs`,
//! `fetch.rs` and `document.rs` for the keys. The crate `vestibule-keys` decides what a single
//! key is worth. Nothing here knows a route.
//!
//! Specifications: RFC 6750 (answers), 7515 and 7517 (JWS, JWK), 7519 (claims), 8725 (best
//! current practice), 9068 (access tokens), 9470 (step-up), 9728 (metadata), OpenID Discovery
//! 1.0.
#![deny(missing_debug_implementations)]

mod bearer;
mod builder;
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
mod jwks;
mod jwks_cache;
mod keep_fresh;
mod key_id;
mod patience;
mod refusal;
mod require_token;
mod rules;
mod schedule;
mod scope;
mod source;
mod statistics;
mod token;
mod url;
mod verifier;

#[cfg(feature = "testing")]
pub mod testing;

pub use builder::{BuilderError, VerifierBuilder};
pub use claims::AccessTokenClaims;
pub use clock::Clock;
pub use extract::{AccessToken, Claims};
pub use refusal::Refusal;
pub use require_token::{Guarded, RequireAccessToken};
pub use rules::TypProfile;
pub use scope::{InvalidScope, Scope};
pub use source::{AddressError, TrustAnchors};
pub use statistics::Statistics;
pub use url::{Insecure, https_or_loopback};
pub use verifier::{AccessTokenVerifier, VerifyError};
pub use vestibule_keys::Algorithm;

/// Its examples are compiled and run with those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guard.md")]
struct PageOfTheGuard;
