//! Which address leads where. No answer here has a CORS header (RFC 9700
//! §2.6): native apps need none, and pages of other origins get nothing.

use std::{future::Future, sync::Arc};

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Route, RouteMethod,
    endpoint::make,
    get,
    http::{StatusCode, Uri},
    post,
};

use super::{
    Idp, arch, authorize, consent, device, discovery, login, logout, pages, pushed, revoke, token,
    userinfo,
};

pub(super) fn routes(idp: &Arc<Idp>) -> impl Endpoint + use<> {
    let metadata = "/.well-known/openid-configuration";
    let rfc8414 = "/.well-known/oauth-authorization-server";
    Route::new()
        .at(metadata, get(on(idp, discovery::metadata)))
        .at(rfc8414, get(on(idp, discovery::metadata)))
        .at("/jwks", get(on(idp, discovery::jwks)))
        .at("/authorize", both(idp, authorize::endpoint))
        .at("/par", post(on(idp, pushed::endpoint)))
        .at("/device_authorization", post(on(idp, device::authorize)))
        .at(
            "/device",
            get(on(idp, device::page)).post(on(idp, device::answer)),
        )
        .at("/device/allowed", get(on(idp, device::allowed)))
        .at("/device/refused", get(on(idp, device::refused)))
        .at(
            "/login",
            get(on(idp, login::page)).post(on(idp, login::submit)),
        )
        .at(
            "/consent",
            get(on(idp, consent::page)).post(on(idp, consent::submit)),
        )
        .at("/token", post(on(idp, token::endpoint)))
        .at("/userinfo", both(idp, userinfo::endpoint))
        .at("/picture/:name", get(on(idp, userinfo::picture)))
        .at("/revoke", post(on(idp, revoke::endpoint)))
        .at("/logout", both(idp, logout::endpoint))
        .at("/logout/confirm", post(on(idp, logout::confirm)))
        .at("/signed-out", get(on(idp, logout::done)))
        .at("/icon.svg", get(on(idp, arch::icon)))
        .around(loopback_host)
}

fn on<H, F>(idp: &Arc<Idp>, handler: H) -> impl Endpoint<Output = Response> + use<H, F>
where
    H: Fn(Arc<Idp>, Request) -> F + Send + Sync,
    F: Future<Output = Response> + Send,
{
    let idp = idp.clone();
    make(move |request| handler(idp.clone(), request))
}

fn both<H, F>(idp: &Arc<Idp>, handler: H) -> RouteMethod
where
    H: Fn(Arc<Idp>, Request) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    get(on(idp, handler)).post(on(idp, handler))
}

/// A page of the internet whose name resolves to this machine does not get in
/// (DNS rebinding): the Host header must name loopback.
async fn loopback_host<E: Endpoint>(next: Arc<E>, request: Request) -> poem::Result<Response> {
    // HTTP/2 has the authority in the address instead.
    let header = request.header("host").map(str::parse::<Uri>);
    let header = header.and_then(Result::ok);
    let host = header.as_ref().unwrap_or(request.uri()).host();
    let host = host.unwrap_or_default();
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let ip = name.parse::<std::net::IpAddr>();
    if name == "localhost" || ip.is_ok_and(|ip| ip.is_loopback()) {
        return next.call(request).await.map(IntoResponse::into_response);
    }
    let text = "This provider is reached on loopback only.";
    Ok(pages::problem(StatusCode::MISDIRECTED_REQUEST, text))
}
