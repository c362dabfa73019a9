//! Tokens for unit tests of an application: no provider, no network.
//!
//! ```
//! # use poem::{Endpoint, EndpointExt, get, handler};
//! # use vestibule_server::guard::{AccessToken, RequireAccessToken, testing::TestIssuer};
//! #[handler]
//! fn hello(token: AccessToken) -> String {
//!     format!("Hello, {}", token.sub().unwrap_or("whoever you are"))
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let issuer = TestIssuer::new("https://api.example.com");
//! let app = get(hello).with(RequireAccessToken::new(issuer.builder().build()?));
//!
//! let request = issuer.token().sub("grace").request("/hello");
//! let answer = app.get_response(request).await;
//! assert_eq!(answer.into_body().into_string().await?, "Hello, grace");
//!
//! let request = issuer.token().expired().request("/hello");
//! assert_eq!(app.get_response(request).await.status(), 401);
//! # Ok(()) }
//! ```
//!
//! **The key that signs them stands in this file, for everybody to read.** Its tokens are
//! accepted by verifiers of [`TestIssuer::builder`] and by no others: none has the key unless
//! it is given in [`VerifierBuilder::jwks`], whatever features are switched on.
#![allow(
    clippy::expect_used,
    reason = "the key is a constant, and a test panics where something is wrong"
)]

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use poem::{Request, http::header};
use serde_json::{Map, Value, json};

use super::{AccessTokenVerifier, VerifierBuilder};

/// The `iss` of all tokens that a [`TestIssuer`] signs. Nobody can have this host (RFC 2606
/// §2).
pub const ISSUER: &str = "https://issuer.test/";

/// The public half of the key (RFC 8037 §2)
const JWKS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"public-test-key",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
const HEADER: &str = r#"{"alg":"EdDSA","kid":"public-test-key","typ":"at+jwt"}"#;
/// The private half, from RFC 8037, Appendix A.1
const SEED: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

/// Signs access tokens for the API `audience` with a key that everybody knows.
pub struct TestIssuer {
    audience: String,
    key: Ed25519KeyPair,
}

impl TestIssuer {
    /// `audience` as in [`AccessTokenVerifier::builder`].
    pub fn new(audience: impl Into<String>) -> Self {
        let seed = URL_SAFE_NO_PAD.decode(SEED).expect("base64url");
        Self {
            audience: audience.into(),
            key: Ed25519KeyPair::from_seed_unchecked(&seed).expect("a key"),
        }
    }

    /// A builder of verifiers for these tokens. It has the issuer's key and fetches nothing.
    pub fn builder(&self) -> VerifierBuilder {
        AccessTokenVerifier::builder(ISSUER, &self.audience).jwks(JWKS)
    }

    /// A token of the person `ada` for the next five minutes, with all claims that RFC 9068
    /// §2.2 requires and no scope.
    pub fn token(&self) -> TestToken<'_> {
        let claims = json!({
            "iss": ISSUER, "aud": self.audience, "sub": "ada", "client_id": "test", "jti": "1",
        });
        let Value::Object(claims) = claims else {
            unreachable!("an object, as it stands above")
        };
        let token = TestToken {
            key: &self.key,
            claims,
        };
        token.expires_in(Duration::from_secs(300))
    }
}

/// An access token that is not signed yet. Made by [`TestIssuer::token`].
#[must_use]
pub struct TestToken<'a> {
    key: &'a Ed25519KeyPair,
    claims: Map<String, Value>,
}

impl TestToken<'_> {
    /// Whom the token speaks for.
    #[expect(clippy::should_implement_trait, reason = "it is the name of the claim")]
    pub fn sub(self, sub: &str) -> Self {
        self.claim("sub", sub)
    }

    /// What was granted: scopes, separated by spaces.
    pub fn scope(self, scope: &str) -> Self {
        self.claim("scope", scope)
    }

    /// The API that the token is for, instead of the issuer's.
    pub fn audience(self, audience: &str) -> Self {
        self.claim("aud", audience)
    }

    /// Any claim, instead of the one of this name if there is one.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Issued now, and good for so long.
    pub fn expires_in(self, time: Duration) -> Self {
        let now = now();
        self.claim("iat", now).claim("exp", now + time.as_secs())
    }

    /// Issued two hours ago, and expired an hour ago.
    pub fn expired(self) -> Self {
        let now = now();
        self.claim("iat", now - 7200).claim("exp", now - 3600)
    }

    /// A GET request of `target` with this token, to call an endpoint with.
    ///
    /// # Panics
    /// If `target` is not the path of an address.
    pub fn request(self, target: &str) -> Request {
        let value = format!("Bearer {}", self.sign());
        let request = Request::builder().uri_str(target);
        request.header(header::AUTHORIZATION, value).finish()
    }

    /// The token: what a request sends after `Authorization: Bearer`.
    pub fn sign(self) -> String {
        let payload = Value::Object(self.claims).to_string();
        let [header, payload] = [HEADER, &payload].map(|json| URL_SAFE_NO_PAD.encode(json));
        let input = format!("{header}.{payload}");
        let signature = self.key.sign(input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock that is set").as_secs()
}

impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer")
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// Its claims are made up, and so they are shown.
impl fmt::Debug for TestToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestToken")
            .field("claims", &self.claims)
            .finish_non_exhaustive()
    }
}
