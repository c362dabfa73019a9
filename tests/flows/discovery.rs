//! What of a discovery document is needed, and what it says of another place.

use serde_json::json;
use vestibule::auth::{
    Error,
    error::{DiscoveryError, TokenError},
};

use crate::{
    browser::Visit,
    http::edited,
    world::{World, sign_in},
};

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// What a sign-in does not need does not stop it.
#[test]
fn an_optional_endpoint_that_is_none_is_not_used_and_told_at_sign_out() {
    for hostile in [
        json!("http://sso.example.org/x"),
        json!("file:///etc/passwd"),
        json!("-flag"),
        json!(7),
    ] {
        let world = World::new();
        let endpoint = hostile.clone();
        world.http.at(
            DISCOVERY,
            edited(move |document| {
                for name in ["userinfo", "revocation", "end_session"] {
                    document[format!("{name}_endpoint")] = endpoint.clone();
                }
            }),
        );
        let client = world.client();
        let session = sign_in(&client).unwrap();
        let forgotten = client.forget(&session);
        assert_eq!(forgotten.end_session, None, "{hostile}");
        let error = client.revoke(&forgotten.tokens);
        assert!(matches!(
            error,
            Err(Error::Token(TokenError::UnusableRevocation))
        ));
    }
}

#[test]
fn an_issuer_that_moved_is_named_as_it_must_be_configured() {
    for (location, issuer) in [
        (
            "https://new.example/t{well-known}?x=1",
            Some("https://new.example/t"),
        ),
        ("{issuer}/{well-known}", Some("{issuer}/")),
        ("/t{well-known}", Some("{issuer}/t")),
        ("/login?to=there", None),
        ("https://portal.example/welcome", None),
    ] {
        let world = World::new();
        world.browser.set(Visit::Never);
        let filled = |text: &str| {
            let text = text.replace("{well-known}", DISCOVERY);
            text.replace("{issuer}", &world.issuer)
        };
        let to = filled(location);
        world.http.at(DISCOVERY, move |_, _| {
            let answer = http::Response::builder()
                .status(301)
                .header("location", &to);
            Ok(answer.body(Vec::new()).unwrap())
        });
        let error = sign_in(&world.client()).err().unwrap();
        match &error {
            Error::Discovery(DiscoveryError::IssuerMoved { to }) => {
                assert_eq!(Some(to), issuer.map(filled).as_ref());
            }
            _ => assert!(issuer.is_none() && error.is_transient(), "{error}"),
        }
    }
}
