//! Another poem application behind the guard. With the development provider running
//! (`cargo run -p vestibule-server --features dev-idp --bin dev-idp`):
//! `cargo run -p vestibule-server --example hello`.
//!
//! A token for it, by hand: the first line names an address for the browser (ada / ada)
//! and a `device_code` for the second, the second the `access_token` for the third.
//!
//! ```sh
//! curl http://127.0.0.1:4400/device_authorization -d client_id=vestibule \
//!     -d scope=openid -d audience=https://my-resource-server
//! curl http://127.0.0.1:4400/token -d client_id=vestibule -d device_code=… \
//!     -d grant_type=urn:ietf:params:oauth:grant-type:device_code
//! curl -i http://127.0.0.1:3001/hello -H 'Authorization: Bearer …'
//! ```

use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener};
use vestibule_server::guard::{AccessToken, AccessTokenVerifier, RequireAccessToken};

#[handler]
fn hello(token: AccessToken) -> String {
    format!("Hello, {}!\n", token.sub().unwrap_or("whoever you are"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (issuer, audience) = ("http://127.0.0.1:4400", "https://my-resource-server");
    let verifier = AccessTokenVerifier::builder(issuer, audience).build()?;
    tokio::spawn(verifier.keep_fresh());
    let guard = RequireAccessToken::new(verifier).require_scope("openid".parse()?);
    let app = Route::new().at("/hello", get(hello).with(guard));
    Ok(Server::new(TcpListener::bind("127.0.0.1:3001"))
        .run(app)
        .await?)
}
