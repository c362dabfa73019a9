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
    Endpoint, EndpointExt, Request, Response, Result, Route, get, handler, http::StatusCode,
    web::Data,
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
    let mut others = Route::new().at("/health/live", get(live));
    if let Some(public_url) = public_url {
        let document = metadata::endpoint(public_url, verifier.rules());
        others = others.at(metadata::PATH, get(document));
    }
    App {
        private: get(message::message).with(guard),
        others: others.at("/health/ready", get(ready).data(verifier)),
    }
}

/// One comparison instead of poem's router for the path that is all the load: the
/// router is a third of what this server adds to a request (docs/performance.md).
struct App<P, O> {
    private: P,
    others: O,
}

impl<P: Endpoint<Output = Response>, O: Endpoint<Output = Response>> Endpoint for App<P, O> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match request.uri().path() {
            "/private" => self.private.call(request).await,
            _ => self.others.call(request).await,
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
