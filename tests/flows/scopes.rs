//! Scopes that the provider does not grant: told, never a reason to refuse.
//! RFC 6749 §5.1; security catalogue K15.

use std::sync::Arc;

use serde_json::{Value, json};
use vestibule::{auth::Client, state::State};

use crate::{
    http::edited,
    program::{Program, command},
    states::App,
    store::Folder,
    world::{World, kept, sign_in, use_session},
};

/// A client that asks for a scope which the development provider has not.
fn asking_for_more(world: &World) -> Arc<Client> {
    world.client_with(|builder| builder.scope("read:message"))
}

#[test]
fn a_scope_that_the_provider_left_out_is_told_with_the_signed_in_state() {
    let world = World::new();
    let client = asking_for_more(&world);
    let session = sign_in(&client).unwrap();
    assert_eq!(client.missing_scopes(&session), ["read:message"]);
    // Also after a new start, from the answer to the refresh.
    let app = App::of(&world, asking_for_more(&world));
    let State::SignedIn { missing_scopes, .. } = app.until("SignedIn") else {
        unreachable!()
    };
    assert_eq!(missing_scopes, ["read:message"]);
}

#[test]
fn what_was_granted_as_asked_tells_nothing() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    assert!(client.missing_scopes(&session).is_empty());
}

/// providers.md 3.12 and section 2: other orders, forms and omissions.
#[test]
fn no_form_of_scope_fails_a_sign_in_or_cries_wolf() {
    for scope in [
        Value::Null,
        json!(""),
        json!([]),
        json!({ "openid": true }),
        json!(7),
        json!("email profile"),
        json!(["profile", "email", "openid"]),
        json!(
            "https://provider.example/auth/userinfo.email https://provider.example/auth/userinfo.profile"
        ),
        json!("openid profile email offline_access address urn:more"),
        // What they are for came with the ID token.
        json!("api://other/read"),
    ] {
        let world = World::new();
        let value = scope.clone();
        world.http.at(
            "/token",
            edited(move |answer| answer["scope"] = value.clone()),
        );
        let client = world.client();
        let session = sign_in(&client).unwrap_or_else(|error| panic!("{scope}: {error}"));
        assert!(client.missing_scopes(&session).is_empty(), "{scope}");
    }
}

/// RFC 6749 §6: a refresh may narrow, and one that says nothing changes nothing.
#[test]
fn a_refresh_may_narrow_what_was_granted() {
    let world = World::refreshing();
    let client = asking_for_more(&world);
    sign_in(&client).unwrap();
    let session = kept(&client);
    assert!(
        client.missing_scopes(&session).is_empty(),
        "nothing is known yet"
    );
    use_session(&client, &session).unwrap();
    assert_eq!(client.missing_scopes(&session), ["read:message"]);
    world
        .http
        .at("/token", edited(|answer| answer["scope"] = Value::Null));
    use_session(&client, &session).unwrap();
    assert_eq!(client.missing_scopes(&session), ["read:message"]);
    let all = "openid profile email offline_access read:message";
    world
        .http
        .at("/token", edited(move |answer| answer["scope"] = json!(all)));
    use_session(&client, &session).unwrap();
    assert!(client.missing_scopes(&session).is_empty());
}

#[test]
fn login_at_a_terminal_warns_of_it_and_signs_in_all_the_same() {
    let world = World::new();
    let folder = Folder::new("scopes");
    let asked = "openid profile email offline_access read:message";
    let words = ["login", "--no-browser", "--scopes", asked];
    let program = Program::start(command(&world, &folder, &words));
    program.visit(&world);
    let first = program.finish();
    // The second one refreshes.
    let second = Program::start(command(&world, &folder, &words)).finish();
    for ended in [first, second] {
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(ended.stdout, "Ada Lovelace\n");
        let warning = "warning: 127.0.0.1";
        assert!(ended.stderr.contains(warning), "{}", ended.stderr);
        let words = "did not grant read:message; ";
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    let as_usual = Program::start(command(&world, &folder, &["login"])).finish();
    assert_eq!(as_usual.code, Some(0), "{}", as_usual.stderr);
    assert!(!as_usual.stderr.contains("warning"), "{}", as_usual.stderr);
}
