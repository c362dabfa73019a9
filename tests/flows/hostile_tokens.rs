//! ID tokens and token answers that must not lead to a session: security
//! catalogue K9–K12, K15, and the conformance suite's client modules.

use std::{
    sync::{Arc, Mutex},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vestibule::{
    auth::{
        Error,
        error::{IdTokenError, TokenError},
    },
    notice::{Failure, NoticeKind},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    http::{edited, status},
    world::{World, sign_in},
};

/// The sign-in fails, and nothing was done or kept on the strength of it.
fn refused(world: &World) -> Error {
    let error = sign_in(&world.client()).expect_err("a session");
    let pages = world.browser.pages();
    let last = &pages.last().unwrap().body;
    assert!(last.contains("The sign-in did not finish"), "{error}");
    assert_eq!(world.http.count("/userinfo"), 0, "{error}");
    assert_eq!(world.kept(), None, "{error}");
    assert!(
        !world.diary().contains(&"store write".to_owned()),
        "{error}"
    );
    error
}

#[test]
fn each_wrong_claim_and_a_wrong_signature_are_refused() {
    type Fits = fn(&IdTokenError) -> bool;
    let table: [(Fault, Fits); 7] = [
        (Fault::WrongIssuer, |e| *e == IdTokenError::Issuer),
        (Fault::WrongNonce, |e| *e == IdTokenError::Nonce),
        (Fault::WrongAudience, |e| *e == IdTokenError::Audience),
        (Fault::WrongSignature, |e| *e == IdTokenError::Signature),
        (Fault::WrongAtHash, |e| *e == IdTokenError::AtHash),
        (Fault::ClockAhead, |e| {
            matches!(e, IdTokenError::IssuedAt { .. })
        }),
        (Fault::ClockBehind, |e| {
            matches!(e, IdTokenError::Expired { .. })
        }),
    ];
    for (fault, fits) in table {
        let world = World::new();
        let error = world.with_fault(fault, || refused(&world));
        let Error::IdToken(check) = &error else {
            panic!("{fault}: {error}")
        };
        assert!(fits(check), "{fault}: {error}");
        let notice = Failure::of_session(&error, SystemTime::now()).notice;
        let clock = matches!(fault, Fault::ClockAhead | Fault::ClockBehind);
        assert_eq!(notice.kind == NoticeKind::WrongClock, clock, "{fault}");
        let somebody_elses = matches!(fault, Fault::WrongIssuer | Fault::WrongSignature);
        assert_eq!(
            notice.kind == NoticeKind::UntrustedAnswer,
            somebody_elses,
            "{fault}"
        );
    }
}

#[test]
fn none_and_a_symmetric_signature_are_refused() {
    for alg in ["none", "HS256"] {
        let world = World::new();
        world.http.at(
            "/token",
            edited(move |answer| {
                let token = answer["id_token"].as_str().unwrap();
                let payload = token.split('.').nth(1).unwrap();
                let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg }).to_string());
                let signature = if alg == "none" { "" } else { "AAAA" };
                answer["id_token"] = json!(format!("{header}.{payload}.{signature}"));
            }),
        );
        assert!(matches!(refused(&world), Error::IdToken(_)), "{alg}");
    }
}

#[test]
fn an_id_token_of_an_earlier_sign_in_does_not_serve_again() {
    let world = World::new();
    let first: Arc<Mutex<Option<Value>>> = Arc::default();
    let kept = first.clone();
    world.http.at(
        "/token",
        edited(move |answer| {
            // Without at_hash's help: the access token comes along.
            let old = kept.lock().unwrap().get_or_insert(answer.clone()).clone();
            answer["id_token"] = old["id_token"].clone();
            answer["access_token"] = old["access_token"].clone();
        }),
    );
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let error = sign_in(&world.client()).err().unwrap();
    assert!(
        matches!(error, Error::IdToken(IdTokenError::Nonce)),
        "{error}"
    );
}

#[test]
fn a_missing_id_token_is_no_sign_in() {
    for odd in [Value::Null, json!(""), json!("a.b.c"), json!("x")] {
        let world = World::new();
        let value = odd.clone();
        world.http.at(
            "/token",
            edited(move |answer| answer["id_token"] = value.clone()),
        );
        let error = refused(&world);
        assert!(matches!(error, Error::IdToken(_)), "{odd}: {error}");
    }
}

/// K15, RFC 6749 §7.1.
#[test]
fn a_token_type_that_is_not_bearer_is_refused_in_whatever_letters_bearer_is_fine() {
    for (odd, good) in [
        ("mac", false),
        ("DPoP", false),
        ("", false),
        ("bEARER", true),
    ] {
        let world = World::new();
        world.http.at(
            "/token",
            edited(move |answer| answer["token_type"] = json!(odd)),
        );
        if good {
            sign_in(&world.client()).unwrap();
        } else {
            let error = refused(&world);
            assert!(
                matches!(error, Error::Token(TokenError::Member(_))),
                "{odd}: {error}"
            );
        }
    }
}

#[test]
fn unknown_members_and_a_missing_scope_are_no_matter() {
    let world = World::new();
    world.http.at(
        "/token",
        edited(|answer| {
            answer["created_at"] = json!(5);
            answer["expires_at"] = json!("soon");
            answer["scope"] = json!(["openid", "x"]);
            answer["not-before-policy"] = json!({ "deep": [1, 2] });
        }),
    );
    assert_eq!(sign_in(&world.client()).unwrap().sub(), "ada");
}

/// Security catalogue T9–T11.
#[test]
fn answers_that_are_none_end_the_sign_in_cleanly() {
    let deep = "[".repeat(50_000);
    let answers = [
        (500, "<h1>Internal Server Error</h1>"),
        (200, "<html>down for maintenance</html>"),
        (200, ""),
        (204, ""),
        (200, "{\"access_token\":"),
        (200, &deep),
        (
            200,
            "{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"bearer\"}",
        ),
        (400, ""),
        (400, "{\"error\":\"invalid_grant\"}"),
        (400, "{\"error\":\"<script>\"}"),
        (401, ""),
        (429, ""),
    ];
    for (code, body) in answers {
        let world = World::new();
        let body = body.to_owned();
        world.http.at("/token", move |_, _| status(code, &body));
        let error = refused(&world);
        assert!(
            matches!(error, Error::Token(_) | Error::IdToken(_)),
            "{code}: {error}"
        );
        assert!(!error.to_string().contains('<'), "{error}");
        assert_eq!(world.http.count("/token"), 1, "a code is sent once");
    }
}

/// oauth2 keeps a body that it cannot read, as numbers, in its error.
#[test]
fn no_error_text_has_a_token_in_it() {
    let canary = "canary-9f2c";
    for body in [
        json!({ "access_token": canary }),
        json!({ "access_token": canary, "token_type": "mac", "refresh_token": canary }),
        json!({ "error": canary, "error_description": canary, "error_uri": canary }),
        json!({ "access_token": { "is": canary }, "token_type": "bearer" }),
    ] {
        for code in [200, 400] {
            let world = World::new();
            let text = body.to_string();
            world.http.at("/token", move |_, _| status(code, &text));
            let error = sign_in(&world.client()).err().unwrap();
            let failure = Failure::of_session(&error, SystemTime::now());
            let numbers = canary
                .bytes()
                .map(|b| b.to_string())
                .collect::<Vec<_>>()
                .join(", ");
            for text in [format!("{error:?}"), format!("{failure:?}")] {
                // The error code is for the engineer, if it looks like one.
                let told = body["error"].is_string();
                assert!(told || !text.contains(canary), "{text}");
                assert!(!text.contains(&numbers), "{text}");
            }
        }
    }
}
