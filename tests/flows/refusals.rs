//! Which answers end a session, and which never do: security catalogue F1, F2.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;
use vestibule::auth::{
    Error,
    error::{DiscoveryError, Ended},
    ports::TokenStore,
};
use vestibule_server::dev_idp::Fault;

use crate::{
    http::{Answer, dropped, status},
    world::{World, kept, sign_in, use_session},
};

const GARBAGE: [(u16, &str); 15] = [
    (408, ""),
    (429, ""),
    (429, r#"{"error":"invalid_grant"}"#),
    (500, "<h1>Internal Server Error</h1>"),
    (500, r#"{"error":"invalid_grant"}"#),
    (502, ""),
    (503, r#"{"error":"server_error"}"#),
    (504, "gateway"),
    (200, ""),
    (200, "{}"),
    (200, "<html>database is locked</html>"),
    (200, "[1]"),
    (200, r#"{"error":"temporarily_unavailable"}"#),
    (400, r#"{"error":"temporarily_unavailable"}"#),
    (400, r#"{"error":"server_error"}"#),
];

#[test]
fn every_answer_that_may_pass_keeps_the_session_and_asks_for_another_try() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    for (code, body) in GARBAGE {
        assert_survives(&world, true, move || status(code, body));
    }
    assert_survives(&world, true, dropped);
}

#[test]
fn a_refusal_with_another_error_than_invalid_grant_keeps_the_session() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    // Row F1: also asked again, since the request may be right the next time.
    let body = json!({ "error": "invalid_request" }).to_string();
    assert_survives(&world, true, move || status(400, &body));
    for error in [
        "invalid_client",
        "unauthorized_client",
        "invalid_target",
        "x y",
    ] {
        let body = json!({ "error": error }).to_string();
        assert_survives(&world, false, move || status(400, &body));
    }
}

/// The answer fails the refresh, loses nothing, and the same session goes on.
fn assert_survives(
    world: &World,
    transient: bool,
    answer: impl Fn() -> Answer + Send + Sync + 'static,
) {
    let told = answer().map(|a| (a.status(), String::from_utf8(a.body().clone())));
    let before = world.kept();
    world.http.at("/token", move |_, _| answer());
    let client = world.client();
    let session = kept(&client);
    let error = use_session(&client, &session).unwrap_err();
    assert_eq!(error.is_transient(), transient, "{told:?}: {error}");
    assert!(!matches!(error, Error::Ended(_)), "{told:?}: {error}");
    assert_eq!(world.kept(), before, "{told:?}");
    world.http.clear("/token");
    use_session(&client, &session).unwrap();
}

#[test]
fn a_provider_whose_discovery_fails_keeps_the_session() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let discovery = "/.well-known/openid-configuration";
    let answers: [fn() -> Answer; 4] = [
        dropped,
        || status(500, ""),
        || status(200, "<html>captive portal</html>"),
        || status(429, ""),
    ];
    let before = world.kept();
    for answer in answers {
        world.http.at(discovery, move |_, _| answer());
        let client = world.client();
        let error = use_session(&client, &kept(&client)).unwrap_err();
        assert!(error.is_transient(), "{error}");
        assert_eq!(world.kept(), before);
    }
    world.http.clear(discovery);
    let error = world.with_fault(Fault::Discovery500, || {
        let client = world.client();
        use_session(&client, &kept(&client)).unwrap_err()
    });
    assert!(matches!(
        error,
        Error::Discovery(DiscoveryError::Status { status: 500, .. })
    ));
    let client = world.client();
    use_session(&client, &kept(&client)).unwrap();
}

/// A new sign-in is needed, but nothing is proven.
#[test]
fn a_4xx_without_an_oauth_error_asks_for_a_sign_in_and_deletes_nothing() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let before = world.kept();
    for (code, body) in [
        (400, ""),
        (401, ""),
        (403, "<h1>no</h1>"),
        (404, "{}"),
        (400, r#"{"error":5}"#),
    ] {
        world.http.at("/token", move |_, _| status(code, body));
        let client = world.client();
        let error = use_session(&client, &kept(&client)).unwrap_err();
        assert!(
            matches!(error, Error::Ended(Ended::Refused { .. })),
            "{code} {body}: {error}"
        );
        assert!(!error.is_transient());
        assert_eq!(world.kept(), before, "{code} {body}");
    }
    world.http.clear("/token");
    let error = world.with_fault(Fault::TokenEmpty400, || {
        let client = world.client();
        use_session(&client, &kept(&client)).unwrap_err()
    });
    assert!(matches!(error, Error::Ended(Ended::Refused { .. })));
    let client = world.client();
    use_session(&client, &kept(&client)).unwrap();
}

#[test]
fn invalid_grant_ends_the_session_and_deletes_it() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let token = world.kept_token();
    client.revoke(&client.forget(&session).tokens).unwrap();
    // As if the sign-out had happened on the provider's own pages.
    let item = json!({ "refresh_token": token, "issuer": world.issuer, "sub": "ada" });
    world.store.write(&world.key(), &item.to_string()).unwrap();
    let client = world.client();
    let error = use_session(&client, &kept(&client)).unwrap_err();
    assert!(
        matches!(error, Error::Ended(Ended::Expired { .. })),
        "{error}"
    );
    assert!(!error.is_transient());
    assert_eq!(world.kept(), None);
}

/// Security catalogue F2: the token that another process stored meanwhile is
/// used, once.
#[test]
fn a_newer_token_in_the_store_is_used_before_the_session_is_given_up() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let good = world.kept().unwrap().to_string();
    let stale = json!({ "refresh_token": "stale", "issuer": world.issuer, "sub": "ada" });
    world.store.write(&world.key(), &stale.to_string()).unwrap();
    let (store, key) = (world.store.clone(), world.key());
    world.http.at("/token", move |request, send| {
        let answer = send(request);
        if let Some(good) = (store.item(&key).unwrap()["refresh_token"] == "stale").then_some(&good)
        {
            store.write(&key, good).unwrap();
        }
        answer
    });
    let client = world.client();
    use_session(&client, &kept(&client)).unwrap();
    let used: Vec<_> = world
        .http
        .sent_to("/token")
        .iter()
        .skip(1)
        .map(|r| r.field("refresh_token"))
        .collect();
    assert_eq!(used.len(), 2);
    assert_eq!(used[0].as_deref(), Some("stale"));
    assert_ne!(world.kept_token(), "stale");
}

/// Security catalogue F3 (buildkite cli #852).
#[test]
fn the_loser_of_a_race_does_not_delete_what_the_winner_stored() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let (store, key, issuer, counted) = (
        world.store.clone(),
        world.key(),
        world.issuer.clone(),
        calls.clone(),
    );
    world.http.at("/token", move |_, _| {
        let call = counted.fetch_add(1, Ordering::SeqCst);
        let item =
            json!({ "refresh_token": format!("newer {call}"), "issuer": issuer, "sub": "ada" });
        store.write(&key, &item.to_string()).unwrap();
        status(400, r#"{"error":"invalid_grant"}"#)
    });
    let client = world.client();
    let error = use_session(&client, &kept(&client)).unwrap_err();
    assert!(
        matches!(error, Error::Ended(Ended::Expired { .. })),
        "{error}"
    );
    assert_eq!(
        calls.load(Ordering::SeqCst),
        2,
        "the newer one is tried once"
    );
    assert_eq!(world.kept_token(), "newer 1");
}

#[test]
fn somebody_else_in_the_store_ends_the_session_here_and_is_left_alone() {
    let world = World::refreshing();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let requests = world.http.count("/token");
    let item = json!({ "refresh_token": "hers", "issuer": world.issuer, "sub": "grace" });
    world.store.write(&world.key(), &item.to_string()).unwrap();
    let error = use_session(&client, &session).unwrap_err();
    assert!(matches!(error, Error::Ended(Ended::Elsewhere)), "{error}");
    assert_eq!(world.http.count("/token"), requests, "her token was sent");
    assert_eq!(world.kept_token(), "hers");
    world.store.delete(&world.key()).unwrap();
    let error = use_session(&client, &session).unwrap_err();
    assert!(matches!(error, Error::Ended(Ended::Elsewhere)), "{error}");
}

#[test]
fn a_token_of_another_issuer_is_never_sent() {
    let world = World::new();
    let item = json!({ "refresh_token": "r", "issuer": "https://other.example", "sub": "ada" });
    world.store.write(&world.key(), &item.to_string()).unwrap();
    assert!(world.client().stored_session().unwrap().is_none());
    assert!(world.http.all().is_empty());
}
