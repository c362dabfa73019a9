//! The message: one refresh and one retry at most (security catalogue K18).

use std::sync::atomic::{AtomicBool, Ordering};

use vestibule::{
    api::{self, Error},
    auth::{Cancel, Client, Session},
};

use crate::{
    http::{dropped, status},
    raw::Hostile,
    world::{MESSAGE, World, sign_in},
};

fn fetch(world: &World, client: &Client, session: &Session) -> Result<String, Error> {
    api::fetch(
        client,
        session,
        &api::message(&world.api),
        &Cancel::default(),
    )
}

/// How often token endpoint and API were asked since the sign-in.
fn asked(world: &World) -> (usize, usize) {
    (world.http.count("/token") - 1, world.http.count("/private"))
}

#[test]
fn one_401_leads_to_one_refresh_and_one_retry_with_the_new_token() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let first = AtomicBool::new(true);
    world.http.at("/private", move |request, send| {
        if first.swap(false, Ordering::SeqCst) {
            return status(401, "");
        }
        send(request)
    });
    assert_eq!(fetch(&world, &client, &session).unwrap(), MESSAGE);
    assert_eq!(asked(&world), (1, 2));
    let sent = world.http.sent_to("/private");
    assert_ne!(sent[0].authorization, sent[1].authorization);
    // The next one is served without any ado.
    assert_eq!(fetch(&world, &client, &session).unwrap(), MESSAGE);
    assert_eq!(asked(&world), (1, 3));
}

#[test]
fn a_second_401_ends_the_attempt_and_not_the_session() {
    let world = World::new();
    // Without an audience, the token is not for this API.
    let client = world.builder_without_audience().build().unwrap();
    let session = sign_in(&client).unwrap();
    let error = fetch(&world, &client, &session).unwrap_err();
    assert!(matches!(error, Error::Refused), "{error}");
    assert!(!error.is_transient());
    assert_eq!(asked(&world), (1, 2));
    assert!(world.kept().is_some());
}

#[test]
fn a_403_is_no_reason_to_refresh_and_names_what_is_missing() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    world.http.at("/private", |_, _| {
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"read:message\"";
        let answer = http::Response::builder().status(403);
        let answer = answer.header("www-authenticate", challenge);
        Ok(answer.body(Vec::new()).unwrap())
    });
    let error = fetch(&world, &client, &session).unwrap_err();
    let Error::Forbidden { required } = error else {
        panic!("{error}")
    };
    assert_eq!(required.as_deref(), Some("read:message"));
    assert_eq!(asked(&world), (0, 1));
}

#[test]
fn trouble_of_the_api_asks_for_no_new_token_and_passes() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    for code in [500, 502, 503, 429, 408] {
        world
            .http
            .at("/private", move |_, _| status(code, "<h1>no</h1>"));
        let error = fetch(&world, &client, &session).unwrap_err();
        assert!(
            matches!(error, Error::Status(status) if status == code),
            "{error}"
        );
        assert!(error.is_transient(), "{code}");
    }
    world.http.at("/private", |_, _| dropped());
    let error = fetch(&world, &client, &session).unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
    assert_eq!(asked(&world), (0, 6));
    world.http.clear("/private");
    assert_eq!(fetch(&world, &client, &session).unwrap(), MESSAGE);
}

#[test]
fn an_api_that_is_gone_while_the_provider_is_too_keeps_the_session() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    world.http.at("/private", |_, _| status(401, ""));
    world.http.at("/token", |_, _| dropped());
    let error = fetch(&world, &client, &session).unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(world.kept().is_some());
}

/// Security catalogue T4, T8.
#[test]
fn a_redirect_of_the_api_is_not_followed_and_a_flood_is_cut() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let target = Hostile::answering("200 OK", "", "stolen");
    for code in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!("Location: {}/private\r\n", target.url);
        let api = Hostile::answering(code, &location, "");
        let call = api::message(&format!("{}/private", api.url).parse().unwrap());
        let error = api::fetch(&client, &session, &call, &Cancel::default());
        let error = error.unwrap_err();
        let to = format!("{}/private", target.url);
        assert!(
            matches!(&error, Error::Redirect { to: told } if *told == to),
            "{error}"
        );
    }
    assert!(target.requests().is_empty());
    let flood = Hostile::answering("200 OK", "", &"x".repeat(100 * 1024));
    let call = api::message(&format!("{}/private", flood.url).parse().unwrap());
    let error = api::fetch(&client, &session, &call, &Cancel::default());
    assert!(matches!(error, Err(Error::Transport(_))), "{error:?}");
}
