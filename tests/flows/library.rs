//! The three lines of the library's front page, against the development provider and
//! the real API.

use vestibule::auth::{
    Cancel, Client, Error,
    error::{SendError, StoreError, TransportErrorKind},
    ports::Request,
};

use crate::{
    browser::Visit,
    http::{dropped, status},
    world::{MESSAGE, World, sign_in, silent},
};

fn restored(client: &Client) -> Result<vestibule::auth::Session, Error> {
    client.restore_or_sign_in(&silent(), &Cancel::default())
}

fn get(world: &World) -> Request {
    let request = http::Request::get(world.api.as_str());
    request.body(Vec::new()).unwrap()
}

#[test]
fn a_first_start_signs_in_and_a_second_one_opens_no_browser() {
    let world = World::new();
    let session = restored(&world.client()).unwrap();
    world.browser.pages();
    assert_eq!(session.display_name(), "Ada Lovelace");
    world.browser.set(Visit::Never);
    let client = world.client();
    let session = restored(&client).unwrap();
    assert!(session.expires_at().is_some(), "it was not refreshed");
    let answer = client.send(&session, get(&world), &Cancel::default());
    assert_eq!(answer.unwrap().body(), MESSAGE.as_bytes());
}

#[test]
fn a_session_that_has_ended_is_followed_by_a_sign_in() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let answer = r#"{"error":"invalid_grant"}"#;
    world.http.at("/token", move |request, send| {
        let is_refresh = request.body().starts_with(b"grant_type=refresh");
        if is_refresh {
            status(400, answer)
        } else {
            send(request)
        }
    });
    let session = restored(&world.client()).unwrap();
    world.browser.pages();
    assert_eq!(session.display_name(), "Ada Lovelace");
    assert_eq!(world.browser.opened().len(), 2);
}

#[test]
fn a_network_or_a_store_that_fails_is_an_error_and_loses_nothing() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.browser.set(Visit::Never);
    let before = world.kept();
    world.http.at("/token", |_, _| dropped());
    let offline = restored(&world.client()).unwrap_err();
    assert!(matches!(offline, Error::Transport(_)), "{offline}");
    world.http.clear("/token");
    world.store.fail_reads(Some(StoreError::Locked));
    let locked = restored(&world.client()).unwrap_err();
    assert!(
        matches!(locked, Error::Store(StoreError::Locked)),
        "{locked}"
    );
    world.store.fail_reads(None);
    assert_eq!(world.kept(), before);
    restored(&world.client()).unwrap();
}

#[test]
fn a_401_is_followed_by_one_other_token_and_a_second_is_the_answer() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    world.http.at("/private", |_, _| status(401, "no"));
    let request = http::Request::post(world.api.as_str())
        .header("authorization", "Basic of-the-caller")
        .body(b"text".to_vec())
        .unwrap();
    let answer = client.send(&session, request, &Cancel::default()).unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.body().as_slice()),
        (401, &b"no"[..])
    );
    let sent = world.http.sent_to("/private");
    assert_eq!(sent.len(), 2);
    assert_ne!(sent[0].authorization, sent[1].authorization);
    for request in sent {
        assert_eq!(
            (request.method.as_str(), request.body.as_str()),
            ("POST", "text")
        );
        assert!(request.authorization.unwrap().starts_with("Bearer "));
    }
}

#[test]
fn without_a_refresh_token_a_401_is_the_answer() {
    let world = World::new();
    let client = world.client_with(|builder| builder.scopes(["openid"]));
    let session = sign_in(&client).unwrap();
    assert!(!session.can_refresh());
    world.http.at("/private", |_, _| status(401, ""));
    let answer = client.send(&session, get(&world), &Cancel::default());
    assert_eq!(answer.unwrap().status(), 401);
    assert_eq!(world.http.count("/private"), 1);
}

#[test]
fn a_token_goes_neither_over_plain_http_nor_after_a_redirect() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let plain = http::Request::get("http://api.example/notes");
    let error = client.send(
        &session,
        plain.body(Vec::new()).unwrap(),
        &Cancel::default(),
    );
    assert!(matches!(error, Err(SendError::NotHttps)), "{error:?}");
    world.http.at("/private", |_, _| {
        let elsewhere = http::Response::builder().status(307);
        Ok(elsewhere
            .header("location", "/other")
            .body(Vec::new())
            .unwrap())
    });
    let answer = client.send(&session, get(&world), &Cancel::default());
    assert_eq!(answer.unwrap().status(), 307);
    assert_eq!(world.http.count("/other"), 0);
}

#[test]
fn an_answer_may_be_as_large_as_the_setting_allows() {
    let world = World::new();
    let all = MESSAGE.len() as u64;
    for (limit, fits) in [(all, true), (all - 1, false)] {
        let client = world.client_with(|builder| builder.response_limit(limit));
        let session = sign_in(&client).unwrap();
        let answer = client.send(&session, get(&world), &Cancel::default());
        match answer {
            Ok(answer) => assert!(fits && answer.body().len() as u64 == all),
            Err(SendError::Transport(error)) => {
                assert!(!fits && error.kind == TransportErrorKind::TooLarge);
            }
            Err(other) => panic!("{other}"),
        }
    }
}
