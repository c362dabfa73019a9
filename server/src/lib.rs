//! An API behind a JWT guard, and the parts of it that another API can use.
//!
//! - [`guard`] is middleware for other poem applications: it lets requests with a good access
//!   token through. Its page is the guide: order of calls, scopes, typed claims, answers, and
//!   how to test a handler.
//! - [`serve()`] and [`serve::Server`] answer with any poem endpoint on a listener: with
//!   deadlines and limits for connections, until they are told to stop.
//! - [`app`] is this API itself; the binary `vestibule-server` adds settings, signals, logs
//!   and metrics.
//!
//! A library's user leaves out what only the binaries need, and asks for tokens in its tests:
//!
//! ```toml
//! [dependencies]
//! vestibule-server = { version = "0.1", default-features = false }
//!
//! [dev-dependencies]
//! vestibule-server = { version = "0.1", default-features = false, features = ["testing"] }
//! ```
//!
//! All of it together. A balancer in front does TLS and asks `/health/ready`, and must give
//! up an idle connection before [`serve::Limits::idle`] has passed. Once `stop` is ready,
//! running requests are finished.
//!
//! ```no_run
//! use std::net::TcpListener;
//! use vestibule_server::{guard::AccessTokenVerifier, serve};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (issuer, audience) = ("https://login.example.com/", "https://api.example.com");
//! let verifier = AccessTokenVerifier::builder(issuer, audience).build()?;
//! tokio::spawn(verifier.keep_fresh());
//! let app = vestibule_server::app(verifier, Some(&"https://api.example.com".parse()?));
//! let stop = std::future::pending();
//! serve(TcpListener::bind("127.0.0.1:3000")?, app, stop).await?;
//! # Ok(()) }
//! ```

pub mod guard;
pub mod serve;

#[cfg(feature = "dev-idp")]
pub mod dev_idp;

mod message;
mod metadata;

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt, Request, Response, Result, RouteMethod, error::NotFoundError, get,
    handler, http::StatusCode, web::Data,
};

pub use metadata::{InvalidPublicUrl, PublicUrl};
pub use serve::serve;

use guard::{AccessTokenVerifier, RequireAccessToken};

/// The API: the protected message, its metadata, and the health of the process.
pub fn app(
    verifier: Arc<AccessTokenVerifier>,
    public_url: Option<&PublicUrl>,
) -> impl Endpoint + 'static + use<> {
    let guard = RequireAccessToken::new(Arc::clone(&verifier))
        .resource_metadata(public_url.map(PublicUrl::metadata_url));
    let metadata = public_url.map(|url| get(metadata::endpoint(url, &verifier)));
    App {
        // An error too is an answer that nobody else may keep.
        private: get(message::message).to_response().with(guard),
        live: get(live),
        metadata,
        ready: get(ready).data(verifier),
    }
}

/// Comparisons instead of poem's router: that would be a third of what this server adds
/// to a request, and brings half a megabyte of code for regular expressions.
struct App<P, R> {
    private: P,
    live: RouteMethod,
    ready: R,
    metadata: Option<RouteMethod>,
}

impl<P: Endpoint<Output = Response>, R: Endpoint<Output = Response>> Endpoint for App<P, R> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match request.uri().path() {
            "/private" => self.private.call(request).await,
            // Boxed, so that a connection has no room for what it seldom needs.
            _ => Box::pin(self.other(request)).await,
        }
    }
}

impl<P, R: Endpoint<Output = Response>> App<P, R> {
    async fn other(&self, request: Request) -> Result<Response> {
        match (request.uri().path(), &self.metadata) {
            ("/health/live", _) => self.live.call(request).await,
            ("/health/ready", _) => self.ready.call(request).await,
            (metadata::PATH, Some(document)) => document.call(request).await,
            _ => Err(NotFoundError.into()),
        }
    }
}

#[handler]
fn live() -> &'static str {
    "live"
}

#[handler]
fn ready(Data(verifier): Data<&Arc<AccessTokenVerifier>>) -> (StatusCode, &'static str) {
    if verifier.is_ready() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "no signing key is known")
    }
}
