//! What is known of the provider serves a session while nothing newer can be had; a
//! sign-in takes only what the provider says now.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vestibule::auth::{
    Cancel, Client, Error, Session,
    error::{IdTokenError, TransportErrorKind},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    clock::{Gate, eventually},
    http::{Answer, dropped, edited, held, status},
    worker::DISCOVERY,
    world::{World, kept, sign_in, use_session},
};

/// No documents: the network or the provider is in trouble.
const TROUBLE: [fn() -> Answer; 6] = [
    dropped,
    || status(500, ""),
    || status(503, "<h1>Maintenance</h1>"),
    || status(429, ""),
    || status(404, "<h1>No such page</h1>"),
    || status(200, "<html>Welcome to our hotel</html>"),
];

/// Documents that say nothing that could be used.
const UNUSABLE: [&str; 5] = [
    "{}",
    r#"{"error":"maintenance"}"#,
    r#"{"issuer":"https://other.example"}"#,
    r#"{"issuer":7,"keys":7}"#,
    r#"{"issuer":null,"keys":null}"#,
];

/// A process that has had discovery and keys for so many hours, and its session.
fn knowing(world: &World, hours: i64) -> (Arc<Client>, Session) {
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let client = world.client();
    // The tokens of this sign-in are of another time; what was asked for stays known.
    world.clock.advance(-3600 * hours);
    sign_in(&client).unwrap_err();
    world.browser.pages();
    world.clock.advance(3600 * hours);
    let session = kept(&client);
    (client, session)
}

/// Whether an ID token was taken over: it is the hint at the end of the session.
fn has_id_token(client: &Client, session: &Session) -> bool {
    let url = client.end_session_url(session).unwrap();
    url.query_pairs().any(|(name, _)| name == "id_token_hint")
}

#[test]
fn documents_that_cannot_be_had_anew_serve_on_for_a_day() {
    for trouble in TROUBLE {
        for hours in [2, 23] {
            let world = World::new();
            let (client, session) = knowing(&world, hours);
            for path in [DISCOVERY, "/jwks"] {
                world.http.at(path, move |_, _| trouble());
            }
            let asked = (world.http.count(DISCOVERY), world.http.count("/jwks"));
            let before = world.kept_token();
            use_session(&client, &session).unwrap();
            assert_ne!(world.kept_token(), before);
            assert!(has_id_token(&client, &session), "{hours}");
            assert!(world.http.count(DISCOVERY) > asked.0, "not asked anew");
            assert!(world.http.count("/jwks") > asked.1, "not asked anew");
        }
    }
}

/// Known good ones are worth more than a new one that nobody can use.
#[test]
fn documents_that_cannot_be_used_do_not_replace_the_known_ones() {
    for path in [DISCOVERY, "/jwks"] {
        for body in UNUSABLE {
            let world = World::new();
            let (client, session) = knowing(&world, 2);
            world.http.at(path, move |_, _| status(200, body));
            let before = world.kept_token();
            use_session(&client, &session).unwrap();
            assert_ne!(world.kept_token(), before, "{path} {body}");
            assert!(has_id_token(&client, &session), "{path} {body}");
        }
    }
    // Such as lack one thing only.
    for change in [
        |document: &mut Value| document["token_endpoint"] = json!(null),
        |document: &mut Value| document["jwks_uri"] = json!("http://elsewhere.example/jwks"),
        |document: &mut Value| document["code_challenge_methods_supported"] = json!(["plain"]),
    ] {
        let world = World::new();
        let (client, session) = knowing(&world, 2);
        world.http.at(DISCOVERY, edited(change));
        use_session(&client, &session).unwrap();
        assert!(
            sign_in(&client).is_err(),
            "a sign-in takes what is said now"
        );
    }
}

#[test]
fn after_a_day_the_session_waits_for_the_provider_and_goes_on_with_it() {
    let world = World::new();
    let (client, session) = knowing(&world, 25);
    let (before, requests) = (world.kept(), world.http.count("/token"));
    world.http.at(DISCOVERY, |_, _| dropped());
    let error = use_session(&client, &session).unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(
        (world.kept(), world.http.count("/token")),
        (before, requests)
    );
    world.http.clear(DISCOVERY);
    use_session(&client, &session).unwrap();
}

/// The rotated token is used up, and OpenID Connect Core §12.2 demands no ID token.
#[test]
fn an_id_token_whose_keys_cannot_be_had_counts_as_not_brought() {
    for trouble in TROUBLE {
        for hours in [None, Some(25)] {
            let world = World::new();
            let (client, session) = match hours {
                Some(hours) => knowing(&world, hours),
                None => {
                    sign_in(&world.client()).unwrap();
                    let client = world.client();
                    let session = kept(&client);
                    (client, session)
                }
            };
            world.http.at("/jwks", move |_, _| trouble());
            let before = world.kept_token();
            let access = use_session(&client, &session).unwrap();
            assert_ne!(world.kept_token(), before);
            assert!(!has_id_token(&client, &session), "{hours:?}");
            assert_eq!(use_session(&client, &session).unwrap(), access);
            world.http.clear("/jwks");
            world.clock.advance(250);
            use_session(&client, &session).unwrap();
            assert!(has_id_token(&client, &session), "{hours:?}");
        }
    }
}

/// A key that the provider has withdrawn ends with its answer.
#[test]
fn keys_older_than_an_hour_are_not_used_when_the_provider_answers() {
    let world = World::new();
    let (client, session) = knowing(&world, 2);
    world.http.at("/jwks", |_, _| status(200, r#"{"keys":[]}"#));
    let refused = use_session(&client, &session).map(drop);
    let unknown = matches!(refused, Err(Error::IdToken(IdTokenError::UnknownKey)));
    assert!(unknown, "{refused:?}");
    // Nor afterwards, when it does not.
    world.http.at("/jwks", |_, _| dropped());
    use_session(&client, &session).unwrap();
    assert!(!has_id_token(&client, &session));
}

#[test]
fn a_check_that_fails_is_not_passed_over_because_newer_keys_cannot_be_had() {
    for (fault, expected) in [
        (Fault::WrongIssuer, IdTokenError::Issuer),
        (Fault::WrongAudience, IdTokenError::Audience),
        (Fault::WrongAtHash, IdTokenError::AtHash),
    ] {
        let world = World::new();
        let (client, session) = knowing(&world, 2);
        world.http.at("/jwks", |_, _| dropped());
        let refused = world.with_fault(fault, || use_session(&client, &session).map(drop));
        let fits = matches!(&refused, Err(Error::IdToken(error)) if *error == expected);
        assert!(fits, "{fault}: {refused:?}");
        use_session(&client, &session).unwrap();
    }
    // A key may have been replaced under its name: nothing is proven.
    let world = World::new();
    let (client, session) = knowing(&world, 2);
    world.http.at("/jwks", |_, _| dropped());
    let refused = world.with_fault(Fault::WrongSignature, || use_session(&client, &session));
    assert!(matches!(refused, Err(Error::Transport(_))), "it was used");
}

/// What needs no key to be seen is refused without any.
#[test]
fn an_unsigned_id_token_is_refused_also_where_no_keys_can_be_had() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.http.at("/jwks", |_, _| dropped());
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS256"}"#, "{}", "x"] {
        let header = URL_SAFE_NO_PAD.encode(header);
        world.http.at(
            "/token",
            edited(move |answer| {
                let token = answer["id_token"].as_str().unwrap().to_owned();
                let (_, rest) = token.split_once('.').unwrap();
                answer["id_token"] = json!(format!("{header}.{rest}"));
            }),
        );
        let client = world.client();
        let refused = use_session(&client, &kept(&client)).map(drop);
        assert!(matches!(refused, Err(Error::IdToken(_))), "{refused:?}");
    }
}

#[test]
fn a_refresh_does_not_hang_on_documents_that_are_known() {
    let world = World::new();
    let (client, session) = knowing(&world, 2);
    let (discovery, keys) = (Gate::default(), Gate::default());
    world.http.at(DISCOVERY, held(discovery.passage()));
    world.http.at("/jwks", held(keys.passage()));
    let token = use_session(&client, &session).unwrap();
    assert!(has_id_token(&client, &session));
    discovery.reached();
    keys.reached();
    // What comes late is known from then on.
    let asked = world.http.count(DISCOVERY);
    discovery.open();
    keys.open();
    world.clock.advance(250);
    eventually("the provider is known anew", || {
        use_session(&client, &session).unwrap() != token
    });
    assert!(world.http.count(DISCOVERY) <= asked + 1);
}

/// Else each use would wait for a provider that is known to be in trouble.
#[test]
fn after_a_failure_nothing_newer_is_asked_for_for_a_minute() {
    let world = World::new();
    let (client, session) = knowing(&world, 2);
    for path in [DISCOVERY, "/jwks"] {
        world.http.at(path, |_, _| dropped());
    }
    use_session(&client, &session).unwrap();
    let asked = || (world.http.count(DISCOVERY), world.http.count("/jwks"));
    let before = asked();
    let cancel = Cancel::default();
    for _ in 0..3 {
        let token = client.access_token(&session, &cancel).unwrap();
        client
            .another_access_token(&session, &token, &cancel)
            .unwrap();
    }
    assert_eq!(asked(), before);
    world.clock.advance(61);
    let token = client.access_token(&session, &cancel).unwrap();
    client
        .another_access_token(&session, &token, &cancel)
        .unwrap();
    assert_eq!(asked(), (before.0 + 1, before.1 + 1));
}

/// Before the browser opens, and before anybody is signed in.
#[test]
fn a_sign_in_takes_nothing_that_is_older_than_an_hour() {
    for path in [DISCOVERY, "/jwks"] {
        let world = World::new();
        let (client, _) = knowing(&world, 2);
        world.http.at(path, |_, _| dropped());
        let refused = sign_in(&client).map(drop);
        let unreachable = matches!(&refused, Err(Error::Transport(error))
            if matches!(error.kind, TransportErrorKind::Unreachable(_)));
        assert!(unreachable, "{path}: {refused:?}");
    }
}
