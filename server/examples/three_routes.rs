//! Three routes, two of them with a scope and typed claims, and a unit test of all.
use poem::{Endpoint, EndpointExt, Route, Server, get, handler, listener::TcpListener};
use std::{error::Error, sync::Arc};
use vestibule_server::guard::{AccessToken, AccessTokenVerifier, Claims, RequireAccessToken};
#[derive(serde::Deserialize)]
struct Member {
    team: String,
}
#[handler]
fn hello(token: AccessToken) -> String {
    format!("Hello, {}", token.sub().unwrap_or("whoever you are"))
}
#[handler]
fn notes(Claims(member): Claims<Member>) -> String {
    format!("The notes of team {}", member.team)
}
fn app(verifier: Arc<AccessTokenVerifier>) -> Result<impl Endpoint, Box<dyn Error>> {
    let guard = RequireAccessToken::new(verifier);
    let read = guard.clone().require_scope("notes:read".parse()?);
    let edit = guard.clone().require_scope("notes:edit".parse()?);
    let app = Route::new().at("/hello", get(hello).with(guard));
    let app = app.at("/notes", get(notes).with(read));
    Ok(app.at("/edit", get(notes).with(edit)))
}
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let verifier = AccessTokenVerifier::builder("http://127.0.0.1:4400", "notes").build()?;
    tokio::spawn(verifier.keep_fresh());
    let server = Server::new(TcpListener::bind("127.0.0.1:3001"));
    Ok(server.run(app(verifier)?).await?)
}
#[tokio::test]
async fn a_token_opens_the_routes_of_its_scopes() {
    let issuer = vestibule_server::guard::testing::TestIssuer::new("notes");
    let app = app(issuer.builder().build().unwrap()).unwrap();
    for (path, status) in [("/hello", 200), ("/notes", 200), ("/edit", 403)] {
        let token = issuer.token().scope("notes:read").claim("team", "blue");
        assert_eq!(app.get_response(token.request(path)).await.status(), status);
    }
}
