//! The nonce in a refreshed ID token: it may be absent, but not another than that of
//! the sign-in that the session descends from (OpenID Connect Core §12.2).

use std::sync::{Arc, Mutex};

use serde_json::Value;
use vestibule::auth::{Error, Stored, error::IdTokenError, ports::StoreKind};

use crate::{
    http::edited,
    world::{World, sign_in, use_session},
};

/// What an exchange at the token endpoint brought, to be brought again: a provider that
/// repeats the nonce of the sign-in in each ID token (OpenID Connect Core §12.2).
fn signing_in_as_noted(world: &World, sign_in_there: impl FnOnce()) -> Value {
    let noted = Arc::new(Mutex::new(Value::Null));
    let copy = noted.clone();
    world.http.at(
        "/token",
        edited(move |answer| *copy.lock().unwrap() = answer.clone()),
    );
    sign_in_there();
    world.http.clear("/token");
    let answer = noted.lock().unwrap().clone();
    assert!(answer["id_token"].is_string());
    answer
}

/// From now on a refresh brings the tokens of `answer` beside its own refresh token.
fn repeat(world: &World, answer: Value) {
    world.http.at(
        "/token",
        edited(move |refreshed| {
            for member in ["access_token", "id_token"] {
                refreshed[member] = answer[member].clone();
            }
        }),
    );
}

/// The nonce belongs to the sign-in that the refresh token descends from.
#[test]
fn a_window_goes_on_with_the_session_of_a_sign_in_in_a_terminal() {
    let world = World::refreshing();
    let window = world.client();
    let session = sign_in(&window).unwrap();
    world.browser.pages();
    let theirs = signing_in_as_noted(&world, || drop(sign_in(&world.client()).unwrap()));
    repeat(&world, theirs);
    for _ in 0..2 {
        use_session(&window, &session).unwrap();
    }
    assert_eq!(session.stored(), Stored::Yes);
}

#[test]
fn an_id_token_with_the_nonce_of_another_sign_in_is_refused_where_the_session_is_its_own() {
    let world = World::refreshing();
    let client = world.client();
    let mut session = None;
    let ours = signing_in_as_noted(&world, || session = Some(sign_in(&client).unwrap()));
    let session = session.unwrap();
    world.browser.pages();
    // Somebody else's place to keep it.
    let other = world.client_with(|builder| builder.store_kind(StoreKind::Memory));
    let theirs = signing_in_as_noted(&world, || drop(sign_in(&other).unwrap()));
    repeat(&world, ours);
    for _ in 0..2 {
        use_session(&client, &session).unwrap();
    }
    repeat(&world, theirs);
    let refused = use_session(&client, &session).map(drop);
    let is_nonce = matches!(refused, Err(Error::IdToken(IdTokenError::Nonce)));
    assert!(is_nonce, "{refused:?}");
}
