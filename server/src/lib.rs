//! An API behind a JWT guard.
//!
//! [`guard`] is for other poem applications: verifier, middleware and extractor.
//! The rest is this API itself: [`app`] makes the endpoint out of a verifier,
//! [`serve`] answers with it on a listener until it is told to stop. The binary
//! `vestibule-server` adds settings and signals.

pub mod guard;

#[cfg(feature = "dev-idp")]
pub mod dev_idp;

mod message;
mod metadata;

use std::{future::Future, io, sync::Arc, time::Duration};

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Route, Server, get, handler, http::StatusCode,
    listener::TcpAcceptor, web::Data,
};

pub use metadata::{InvalidPublicUrl, PublicUrl};

use guard::{AccessTokenVerifier, RequireAccessToken};

/// How long requests under way may take once the server is told to stop.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(30);

/// The API: the protected message, its metadata, and the health of the process.
pub fn app(
    verifier: Arc<AccessTokenVerifier>,
    public_url: Option<&PublicUrl>,
) -> impl Endpoint + 'static + use<> {
    let guard = RequireAccessToken::new(Arc::clone(&verifier))
        .resource_metadata(public_url.map(PublicUrl::metadata_url));
    let mut route = Route::new()
        .at("/private", get(message::message).with(guard))
        .at("/health/live", get(live));
    if let Some(public_url) = public_url {
        let document = metadata::endpoint(public_url, verifier.rules());
        route = route.at(metadata::PATH, get(document));
    }
    route.at("/health/ready", get(ready).data(verifier))
}

/// Answers on `listener` until `shutdown`, then finishes what runs, 30 s at most.
/// To be called within a tokio runtime.
pub async fn serve<E>(
    listener: std::net::TcpListener,
    app: E,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    listener.set_nonblocking(true)?;
    Server::new_with_acceptor(TcpAcceptor::from_std(listener)?)
        .run_with_graceful_shutdown(app, shutdown, Some(SHUTDOWN_LIMIT))
        .await
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
