//! What comes at a bad moment: a provider that went away since it was asked,
//! and Cancel when the session is kept already.

use serde_json::json;
use vestibule::{
    notice::Notice,
    state::{Command, State},
};

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    http::{dropped, edited, status},
    states::{App, name},
    worker::{DISCOVERY, signed_in},
    world::{World, sign_in},
};

#[test]
fn a_provider_that_went_away_since_is_told_before_the_browser_opens() {
    let world = World::new();
    let app = signed_in(&world);
    app.send(Command::SignOut);
    app.until("SignedOut");
    world.http.at(DISCOVERY, |_, _| dropped());
    world.browser.set(Visit::Never);
    app.send(Command::SignIn);
    let State::Failed { failure } = app.until("Failed") else {
        unreachable!()
    };
    assert_eq!(failure.notice, Notice::ProviderUnreachable);
    world.http.clear(DISCOVERY);
    world.browser.set(Visit::As("ada"));
    app.send(Command::SignIn);
    app.until("SignedIn");
}

/// What is kept stays kept, and leads back.
#[test]
fn a_provider_that_went_away_costs_no_session() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.browser.set(Visit::Never);
    let before = world.kept();
    world.http.at("/token", |_, _| status(503, ""));
    let app = App::start(&world);
    app.until("Offline");
    world.http.at(DISCOVERY, |_, _| dropped());
    app.send(Command::SignInAsSomebodyElse);
    app.until("Failed");
    assert_eq!(world.kept(), before);
    world.http.clear(DISCOVERY);
    world.http.clear("/token");
    app.send(Command::Cancel);
    app.until("Offline");
    app.send(Command::Resume);
    app.until("SignedIn");
}

#[test]
fn asking_a_healthy_provider_anew_costs_one_request() {
    let world = World::new();
    let client = world.client();
    sign_in(&client).unwrap();
    world.browser.pages();
    let before = world.http.all().len();
    let (discovery, keys) = (world.http.count(DISCOVERY), world.http.count("/jwks"));
    assert_eq!((discovery, keys), (1, 1));
    sign_in(&client).unwrap();
    assert_eq!(world.http.count(DISCOVERY), 2);
    assert_eq!(world.http.count("/jwks"), 1, "known keys are fetched again");
    // Discovery, exchange, userinfo.
    assert_eq!(world.http.all().len(), before + 3);
}

/// Ada is kept but offline; somebody begins to sign in as Grace and cancels
/// when Grace is in the store already.
fn cancelled_after_keeping(world: &World) -> App {
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.http.at("/token", |_, _| status(503, ""));
    let app = App::start(world);
    app.until("Offline");
    world.http.clear("/token");
    world.browser.clear_cookies();
    world.browser.set(Visit::As("grace"));
    app
}

#[test]
fn cancel_when_the_new_session_is_kept_already_puts_the_earlier_one_back() {
    let world = World::new();
    let app = cancelled_after_keeping(&world);
    let ada = world.kept();
    let gate = Gate::default();
    world.store.hold_written(gate.passage());
    app.send(Command::SignInAsSomebodyElse);
    gate.reached();
    assert_eq!(world.kept().unwrap()["name"], "Grace Hopper");
    let (state, _) = app.answer(Command::Cancel);
    assert_eq!(name(&state), "Offline");
    gate.open();
    eventually("the new session is revoked", || {
        world.http.count("/revoke") == 1
    });
    assert_eq!(world.kept(), ada, "both are lost");
    app.send(Command::Resume);
    let State::SignedIn { user, .. } = app.until("SignedIn") else {
        unreachable!()
    };
    assert_eq!(user.name, "Ada Lovelace");
}

/// Without a refresh token nothing is written; what was kept is deleted.
#[test]
fn cancel_of_a_session_that_cannot_be_kept_puts_the_earlier_one_back_too() {
    let world = World::new();
    let app = cancelled_after_keeping(&world);
    let ada = world.kept();
    world.http.at(
        "/token",
        edited(|answer| answer["refresh_token"] = json!("")),
    );
    let gate = Gate::default();
    world.store.hold_deletes(gate.passage());
    app.send(Command::SignInAsSomebodyElse);
    gate.reached();
    app.answer(Command::Cancel);
    gate.open();
    eventually("the earlier one is back", || {
        world.diary().contains(&"store write".to_owned())
    });
    eventually("the earlier one is back", || world.kept() == ada);
}

/// Somebody else may have signed in elsewhere meanwhile: theirs stays.
#[test]
fn what_another_process_has_kept_since_is_left_alone() {
    use vestibule::auth::ports::TokenStore;

    let world = World::new();
    let app = cancelled_after_keeping(&world);
    let gate = Gate::default();
    world.store.hold_written(gate.passage());
    app.send(Command::SignInAsSomebodyElse);
    gate.reached();
    app.answer(Command::Cancel);
    let item = json!({ "refresh_token": "theirs", "issuer": world.issuer, "sub": "x" });
    world.store.write(&world.key(), &item.to_string()).unwrap();
    gate.open();
    eventually("the new session is revoked", || {
        world.http.count("/revoke") == 1
    });
    assert_eq!(world.kept_token(), "theirs");
}
