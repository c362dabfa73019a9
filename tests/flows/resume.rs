//! Coming back: silent sign-in, rotation, and refreshing on use.

use std::{sync::Arc, thread};

use serde_json::{Value, json};
use vestibule::{
    api,
    auth::{Cancel, Error, error::IdTokenError, ports::TokenStore},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    http::{edited, status},
    world::{AUDIENCE, World, kept, sign_in, use_session},
};

#[test]
fn nobody_kept_is_found_out_without_the_network() {
    let world = World::new();
    assert!(world.client().stored_session().unwrap().is_none());
    assert!(world.http.all().is_empty());
}

#[test]
fn a_kept_session_comes_back_with_one_refresh_and_no_browser() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.browser.set(Visit::Never);
    let client = world.client();
    let session = kept(&client);
    use_session(&client, &session).unwrap();
    use_session(&client, &session).unwrap();
    assert_eq!(
        world.http.count("/token"),
        2,
        "the exchange and one refresh"
    );
    assert_eq!(world.browser.opened().len(), 1, "the sign-in's own");
}

/// Security catalogue F5: a process that dies in between loses nothing.
#[test]
fn a_rotated_token_is_saved_before_anything_else_is_done() {
    let world = World::refreshing();
    sign_in(&world.client()).unwrap();
    let before = world.kept_token();
    let client = world.client();
    let session = kept(&client);
    world.diary();
    api::fetch(
        &client,
        &session,
        &api::message(&world.api),
        &Cancel::default(),
    )
    .unwrap();
    let diary = world.diary();
    let at = |entry: &str| diary.iter().position(|e| e == entry).expect(entry);
    let saved = at("store write");
    assert!(at("POST /token") < saved, "{diary:?}");
    assert!(saved < at("GET /jwks"), "{diary:?}");
    assert!(saved < at("GET /private"), "{diary:?}");
    assert_ne!(world.kept_token(), before);
}

/// Early is a minute, but a quarter of a short life: else a token that lives a minute
/// would be refreshed at every use.
#[test]
fn an_access_token_is_refreshed_a_minute_before_its_end_or_a_quarter_of_a_short_life() {
    for (life, good_for, stale_from) in [
        (3600, 3500, 3545),
        (300, 225, 245),
        (240, 165, 185),
        (120, 75, 95),
        (60, 30, 50),
        (40, 20, 35),
    ] {
        let world = World::with_access_ttl(life);
        // It would be of another time than the clock's.
        world.faults.set(Fault::NoIdTokenAtRefresh);
        let client = world.client();
        let session = sign_in(&client).unwrap();
        let first = use_session(&client, &session).unwrap();
        world.clock.advance(good_for);
        assert_eq!(use_session(&client, &session).unwrap(), first, "{life}");
        world.clock.advance(stale_from - good_for);
        assert_ne!(use_session(&client, &session).unwrap(), first, "{life}");
        assert_eq!(world.http.count("/token"), 2, "{life}");
    }
}

/// Security catalogue F4.
#[test]
fn twenty_threads_that_need_a_token_make_one_refresh() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let client = world.client();
    let session = kept(&client);
    let threads: Vec<_> = (0..20)
        .map(|_| {
            let (client, session) = (client.clone(), session.clone());
            thread::spawn(move || use_session(&client, &session).unwrap())
        })
        .collect();
    let mut tokens: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!(world.http.count("/token"), 2);
}

/// Providers bring neither at some (providers.md 3.1).
#[test]
fn a_refresh_without_id_token_and_without_rotation_keeps_what_is_there() {
    let world = World::refreshing();
    sign_in(&world.client()).unwrap();
    world.faults.set(Fault::NoIdTokenAtRefresh);
    world.faults.set(Fault::NoRotation);
    let before = world.kept();
    let client = world.client();
    let session = kept(&client);
    world.diary();
    for _ in 0..3 {
        use_session(&client, &session).unwrap();
    }
    assert_eq!(world.kept(), before);
    assert!(!world.diary().contains(&"store write".to_owned()));
    assert_eq!(session.display_name(), "Ada Lovelace");
}

/// RFC 8707 §2.2: else the new token would be for another API.
#[test]
fn the_resource_is_asked_for_again_at_refresh() {
    let world = World::refreshing();
    let client = world.builder_without_audience().resource(AUDIENCE);
    let client = client.build().unwrap();
    let session = sign_in(&client).unwrap();
    let message = api::fetch(
        &client,
        &session,
        &api::message(&world.api),
        &Cancel::default(),
    );
    message.unwrap();
    let sent = world.http.sent_to("/token");
    assert_eq!(sent.len(), 2);
    for request in sent {
        assert_eq!(request.field("resource").as_deref(), Some(AUDIENCE));
    }
}

/// OpenID Connect Core §12.2, security catalogue K14.
#[test]
fn an_answer_about_somebody_else_is_discarded_whole() {
    let world = World::refreshing();
    sign_in(&world.client()).unwrap();
    let before = world.kept();
    let graces = token_of_grace(&world);
    world
        .store
        .write(&world.key(), &before.clone().unwrap().to_string())
        .unwrap();
    world.http.at(
        "/token",
        edited(move |answer| answer["id_token"] = json!(graces)),
    );
    let client = world.client();
    let session = kept(&client);
    let refused = use_session(&client, &session).map(|_| ());
    assert!(
        matches!(refused, Err(Error::IdToken(IdTokenError::Subject))),
        "{refused:?}"
    );
    assert_eq!(world.kept(), before);
    assert_eq!(session.display_name(), "Ada Lovelace");
    assert_eq!(
        session.expires_at(),
        None,
        "its access token was taken over"
    );
}

fn token_of_grace(world: &World) -> Value {
    let stolen = Arc::new(std::sync::Mutex::new(Value::Null));
    let copy = stolen.clone();
    world.http.at(
        "/token",
        edited(move |answer| *copy.lock().unwrap() = answer["id_token"].clone()),
    );
    world.browser.pages();
    world.browser.clear_cookies();
    world.browser.set(Visit::As("grace"));
    sign_in(&world.client()).unwrap();
    world.http.clear("/token");
    let token = stolen.lock().unwrap().clone();
    assert!(token.is_string());
    token
}

#[test]
fn a_refreshed_id_token_that_fails_a_check_leaves_no_access_token_and_no_lost_session() {
    for fault in [
        Fault::WrongIssuer,
        Fault::WrongAudience,
        Fault::WrongSignature,
        Fault::WrongAtHash,
    ] {
        let world = World::new();
        sign_in(&world.client()).unwrap();
        let client = world.client();
        let session = kept(&client);
        let refused = world.with_fault(fault, || {
            api::fetch(
                &client,
                &session,
                &api::message(&world.api),
                &Cancel::default(),
            )
        });
        let refused = refused.unwrap_err();
        assert!(
            matches!(refused, api::Error::Auth(Error::IdToken(_))),
            "{fault} {refused}"
        );
        assert_eq!(world.http.count("/private"), 0, "{fault}");
        api::fetch(
            &client,
            &session,
            &api::message(&world.api),
            &Cancel::default(),
        )
        .unwrap();
    }
}

/// Security catalogue F8.
#[test]
fn an_odd_expires_in_neither_fails_nor_silences_refreshing() {
    for odd in [
        json!(0),
        json!(-1),
        json!("3600"),
        json!(1e12),
        json!(3600.5),
        json!({}),
        Value::Null,
    ] {
        let world = World::new();
        let value = odd.clone();
        world.http.at(
            "/token",
            edited(move |answer| answer["expires_in"] = value.clone()),
        );
        let client = world.client();
        let session = sign_in(&client).unwrap();
        use_session(&client, &session).unwrap();
        world.clock.advance(40 * 24 * 3600);
        world.http.at("/token", |_, _| status(503, ""));
        let later = use_session(&client, &session);
        // Nobody knows when it ends: the API will say.
        let unknown = odd.is_object() || odd.is_null() || odd == json!(-1);
        assert_eq!(later.is_ok(), unknown, "{odd}");
    }
}
