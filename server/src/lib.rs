//! An API behind a JWT guard.
//!
//! [`guard`] is for other poem applications: verifier, middleware and extractor.
//! The rest is this API itself: [`app`] makes the endpoint out of a verifier,
//! [`serve()`] answers with it on a listener until it is told to stop. The binary
//! `vestibule-server` adds settings, signals, logs and metrics.

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
