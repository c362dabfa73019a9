//! Security catalogue F1a: at a refresh the old refresh token is dead, whatever is wrong
//! with the answer that brings the new one. So that one is kept first.

use serde_json::{Value, json};
use vestibule::auth::Error;
use vestibule_server::dev_idp::Fault;

use crate::{
    http::edited,
    world::{World, kept, sign_in, use_session},
};

/// What becomes of the refresh itself; the session survives in any case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refresh {
    Succeeds,
    Fails,
}
use Refresh::{Fails, Succeeds};

/// The flaw is met by a process that was just started; then the provider is itself
/// again. It ends the family at the second use of a token.
pub fn survives(
    flaw: &str,
    expected: Refresh,
    begin: impl FnOnce(&World),
    end: impl FnOnce(&World),
) {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let before = world.kept_token();
    let client = world.client();
    let session = kept(&client);
    begin(&world);
    let refreshed = use_session(&client, &session);
    end(&world);
    let seen = if refreshed.is_ok() { Succeeds } else { Fails };
    assert_eq!(seen, expected, "{flaw}: {:?}", refreshed.err());
    assert!(!matches!(refreshed, Err(Error::Ended(_))), "{flaw}");
    let rotated = world.kept_token();
    assert_ne!(rotated, before, "{flaw}: the rotated token is lost");
    assert_eq!(world.http.count("/revoke"), 0, "{flaw}");
    // It goes on where it is, and in the next process.
    world.clock.advance(250);
    use_session(&client, &session).unwrap_or_else(|error| panic!("{flaw}: {error}"));
    let next = world.client();
    use_session(&next, &kept(&next)).unwrap_or_else(|error| panic!("{flaw}: {error}"));
    let sent = world.http.sent_to("/token");
    let used = sent.iter().filter_map(|sent| sent.field("refresh_token"));
    assert!(used.clone().any(|token| token == rotated), "{flaw}");
    let mut used: Vec<_> = used.collect();
    let all = used.len();
    used.sort();
    used.dedup();
    assert_eq!(used.len(), all, "{flaw}: a token was used twice");
}

fn survives_members(flaw: &str, expected: Refresh, members: Value) {
    let begin = |world: &World| {
        let edit = move |answer: &mut Value| {
            for (name, value) in members.as_object().unwrap() {
                answer[name] = value.clone();
            }
        };
        world.http.at("/token", edited(edit));
    };
    survives(flaw, expected, begin, |world| world.http.clear("/token"));
}

#[test]
fn whatever_is_wrong_beside_a_rotated_token_that_token_is_kept() {
    for (members, expected) in [
        (json!({ "access_token": null }), Fails),
        (json!({ "access_token": "" }), Fails),
        (json!({ "access_token": 5 }), Fails),
        (json!({ "access_token": "a\nb" }), Fails),
        (json!({ "token_type": null }), Fails),
        (json!({ "token_type": "" }), Fails),
        (json!({ "token_type": "mac" }), Fails),
        (json!({ "token_type": ["Bearer"] }), Fails),
        (json!({ "error": "server_error" }), Fails),
        (json!({ "error": "invalid_grant" }), Fails),
        (json!({ "error": "" }), Succeeds),
        (json!({ "error": null }), Succeeds),
        (json!({ "error": 0 }), Succeeds),
        (json!({ "id_token": "x" }), Fails),
        (json!({ "id_token": "a.b.c" }), Fails),
        (json!({ "id_token": "a.b.c.d.e" }), Fails),
        (json!({ "id_token": "e30.e30.e30" }), Fails),
        (json!({ "id_token": "\u{e9}.\u{e9}.\u{e9}" }), Fails),
        (json!({ "id_token": "" }), Succeeds),
        (json!({ "id_token": null }), Succeeds),
        (json!({ "id_token": {} }), Succeeds),
        (json!({ "expires_in": "soon" }), Succeeds),
        (json!({ "expires_in": -1 }), Succeeds),
        (json!({ "scope": 7 }), Succeeds),
        (
            json!({ "access_token": null, "id_token": "x", "token_type": 1 }),
            Fails,
        ),
    ] {
        survives_members(&members.to_string(), expected, members);
    }
}

/// An off-spec success with a whole answer is one (RFC 9110 §15.3).
#[test]
fn every_success_is_one_and_an_answer_with_a_flaw_loses_nothing_under_any() {
    for status in [200, 201, 202, 203, 206, 226] {
        for (member, expected) in [("x", Succeeds), ("access_token", Fails)] {
            let begin = |world: &World| {
                world.http.at("/token", move |request, send| {
                    let mut answer = send(request)?;
                    let mut json: Value = serde_json::from_slice(answer.body()).unwrap();
                    json[member] = Value::Null;
                    *answer.body_mut() = json.to_string().into_bytes();
                    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
                    Ok(answer)
                });
            };
            let flaw = format!("{status} {member}");
            survives(&flaw, expected, begin, |world| world.http.clear("/token"));
        }
    }
}

/// An answer is read by its content, whatever it is called.
#[test]
fn a_type_that_is_none_loses_nothing_either() {
    for kind in ["text/html", "application/x-www-form-urlencoded", "", "x"] {
        let begin = |world: &World| {
            world.http.at("/token", move |request, send| {
                let mut answer = send(request)?;
                let headers = answer.headers_mut();
                headers.insert("content-type", kind.parse().unwrap());
                Ok(answer)
            });
        };
        survives(kind, Succeeds, begin, |world| world.http.clear("/token"));
    }
}

/// The ID token is judged after the refresh token is kept, whichever check fails.
#[test]
fn an_id_token_that_fails_a_check_costs_the_access_token_and_not_the_session() {
    for fault in [
        Fault::WrongIssuer,
        Fault::WrongAudience,
        Fault::WrongSignature,
        Fault::WrongAtHash,
        Fault::ClockAhead,
        Fault::ClockBehind,
    ] {
        let name = fault.to_string();
        let begin = |world: &World| world.faults.set(fault);
        survives(&name, Fails, begin, |world| world.faults.clear(fault));
    }
}
