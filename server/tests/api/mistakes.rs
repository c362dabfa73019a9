//! What becomes of an endpoint's errors behind the guard, and of requirements that no
//! token can meet.

use std::panic::{AssertUnwindSafe, catch_unwind};

use poem::{EndpointExt, Error, Result, handler, http::StatusCode};
use vestibule_server::guard::{
    AccessToken, AccessTokenVerifier, KeySource, RequireAccessToken, Rules,
};

use crate::{
    issuer::TestIssuer,
    keys::RSA,
    token::{AUDIENCE, good},
    world::TestApi,
};

#[handler]
fn failing(_: AccessToken) -> Result<()> {
    Err(Error::from_status(StatusCode::CONFLICT))
}

#[test]
fn an_error_of_the_endpoint_is_caught_outside_the_guard_and_a_refusal_is_none() {
    let issuer = TestIssuer::start();
    let rules = Rules::new(&issuer.url, AUDIENCE);
    let api = TestApi::serving(rules, KeySource::issuer(&issuer.url).unwrap(), |verifier| {
        failing
            .with(RequireAccessToken::new(verifier))
            .catch_all_error(|error| async move { format!("caught {}", error.status()) })
    });
    let caught = api.present(&good(&issuer.url, &RSA));
    assert_eq!(caught.body, "caught 409 Conflict");
    assert_eq!(api.present("garbage").status, 401);
}

#[test]
fn a_requirement_that_is_not_one_scope_is_a_mistake_told_at_once() {
    let verifier = AccessTokenVerifier::for_issuer("https://a.example", AUDIENCE).unwrap();
    let guard = RequireAccessToken::new(verifier);
    for (scope, is_one) in [
        ("read:message", true),
        ("https://api.example/read", true),
        ("", false),
        ("openid profile", false),
        ("a\"b", false),
        ("a\\b", false),
        ("lesen:ü", false),
    ] {
        let guard = guard.clone();
        let demanded = catch_unwind(AssertUnwindSafe(|| drop(guard.require_scope(scope))));
        assert_eq!(demanded.is_ok(), is_one, "{scope:?}");
    }
}
