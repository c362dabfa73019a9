//! Another poem application behind the guard. With the development provider running
//! (`cargo run -p vestibule-server --features dev-idp --bin dev-idp`):
//! `cargo run -p vestibule-server --example hello`, then `curl -i 127.0.0.1:3001/hello`.

use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener};
use vestibule_server::guard::{AccessToken, AccessTokenVerifier, RequireAccessToken};

#[handler]
fn hello(token: AccessToken) -> String {
    format!("Hello, {}!\n", token.sub().unwrap_or("whoever you are"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (issuer, audience) = ("http://127.0.0.1:4400", "https://my-resource-server");
    let verifier = AccessTokenVerifier::for_issuer(issuer, audience)?;
    tokio::spawn(verifier.keep_fresh());
    let guard = RequireAccessToken::new(verifier).require_scope("openid");
    let app = Route::new().at("/hello", get(hello).with(guard));
    Ok(Server::new(TcpListener::bind("127.0.0.1:3001"))
        .run(app)
        .await?)
}
