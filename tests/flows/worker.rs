//! The worker with a real client: which states a person goes through.

use std::{thread, time::Duration};

use vestibule::{
    auth::Client,
    notice::NoticeKind,
    state::{Answer, Command, State},
};

use crate::{
    browser::Visit,
    clock::eventually,
    http::{dropped, status},
    states::{App, is_received, message, name},
    world::{MESSAGE, World, sign_in},
};

pub const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Somebody is kept, and the app was started.
pub fn signed_in(world: &World) -> App {
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let app = App::start(world);
    app.until("SignedIn");
    app
}

#[test]
fn nobody_then_the_browser_then_somebody_then_the_message_then_nobody() {
    let world = World::new();
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    let State::AwaitingBrowser { url, .. } = app.until("AwaitingBrowser") else {
        unreachable!()
    };
    assert!(url.starts_with(&world.issuer), "{url}");
    let State::SignedIn {
        user,
        notice,
        calls,
        missing_scopes,
    } = app.until("SignedIn")
    else {
        unreachable!()
    };
    assert_eq!(user.name, "Ada Lovelace");
    assert_eq!(notice, None);
    assert!(calls.iter().all(|call| call.answer == Answer::Absent));
    assert_eq!(calls[0].name, "message");
    assert!(missing_scopes.is_empty());
    app.send(Command::Fetch(0));
    app.until_it(|state| message(state) == Some(&Answer::Received(MESSAGE.to_owned())));
    app.send(Command::SignOut);
    app.until("SigningOut");
    let State::SignedOut {
        notice,
        browser_session,
        ..
    } = app.until("SignedOut")
    else {
        unreachable!()
    };
    assert_eq!(
        (notice, browser_session),
        (Some(NoticeKind::SignedOut.into()), true)
    );
    assert_eq!(world.kept(), None);
    eventually("the token is revoked", || world.http.count("/revoke") == 1);
    let seen = app.seen();
    let expected = [
        "Starting",
        "SignedOut",
        "Finishing",
        "AwaitingBrowser",
        "Finishing",
        "SignedIn",
    ];
    assert_eq!(seen[..6], expected);
}

#[test]
fn a_kept_person_is_signed_in_without_a_browser() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.browser.set(Visit::Never);
    let app = App::start(&world);
    let State::SignedIn { user, .. } = app.until("SignedIn") else {
        unreachable!()
    };
    assert_eq!(user.name, "Ada Lovelace");
    assert_eq!(app.seen(), ["Starting", "SignedIn"]);
}

#[test]
fn an_unreachable_provider_at_the_start_is_offline_with_the_name_and_resume_helps() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.browser.set(Visit::Never);
    world.http.at(DISCOVERY, |_, _| dropped());
    let app = App::start(&world);
    let State::Offline { failure, user, .. } = app.until("Offline") else {
        unreachable!()
    };
    assert_eq!(failure, None);
    assert_eq!(user.unwrap().name, "Ada Lovelace");
    world.http.clear(DISCOVERY);
    app.send(Command::Resume);
    app.until("SignedIn");
    app.send(Command::Fetch(0));
    app.until_it(is_received);
}

#[test]
fn a_session_that_the_provider_ended_is_told_with_the_name_and_signed_in_anew() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world
        .http
        .at("/token", |_, _| status(400, r#"{"error":"invalid_grant"}"#));
    let app = App::start(&world);
    let State::SessionEnded { user, failure } = app.until("SessionEnded") else {
        unreachable!()
    };
    assert_eq!(user.name, "Ada Lovelace");
    assert_eq!(failure.notice.kind, NoticeKind::SessionExpired);
    assert_eq!(world.kept(), None);
    world.http.clear("/token");
    app.send(Command::SignIn);
    app.until("SignedIn");
    let opened = world.browser.opened().pop().unwrap();
    assert!(opened.contains("login_hint=ada%40example.org"), "{opened}");
}

#[test]
fn a_session_that_ends_while_a_message_is_fetched_is_told_too() {
    let world = World::refreshing();
    let app = signed_in(&world);
    world
        .http
        .at("/token", |_, _| status(400, r#"{"error":"invalid_grant"}"#));
    app.send(Command::Fetch(0));
    let State::SessionEnded { user, .. } = app.until("SessionEnded") else {
        unreachable!()
    };
    assert_eq!(user.name, "Ada Lovelace");
}

#[test]
fn a_message_that_does_not_come_leaves_the_person_signed_in() {
    let world = World::new();
    let app = signed_in(&world);
    world.http.at("/private", |_, _| status(503, ""));
    app.send(Command::Fetch(0));
    let failed = |state: &State| {
        matches!(message(state), Some(Answer::Failed(failure))
            if failure.notice.kind == NoticeKind::ApiTrouble)
    };
    app.until_it(failed);
    world.http.clear("/private");
    app.send(Command::Fetch(0));
    app.until_it(is_received);
}

#[test]
fn a_refusal_in_the_browser_is_told_and_can_be_left_or_tried_again() {
    let world = World::new();
    world.browser.set(Visit::CancelAtConsent);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    let State::Failed { failure, .. } = app.until("Failed") else {
        unreachable!()
    };
    assert_eq!(failure.notice.kind, NoticeKind::AccessDenied);
    app.send(Command::Cancel);
    app.until("SignedOut");
    world.browser.pages();
    world.browser.set(Visit::As("ada"));
    app.send(Command::SignIn);
    app.until("SignedIn");
}

#[test]
fn a_missing_browser_is_told_while_the_wait_goes_on() {
    let world = World::new();
    world.browser.set(Visit::Broken);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    app.until_it(|state| {
        matches!(
            state,
            State::AwaitingBrowser {
                not_opened: true,
                ..
            }
        )
    });
    world.browser.set(Visit::As("ada"));
    app.send(Command::OpenBrowserAgain);
    app.until("SignedIn");
    let opened = world.browser.opened();
    assert_eq!(opened[0], opened[1], "another request instead of the same");
}

#[test]
fn commands_that_do_not_fit_the_state_are_ignored() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let app = App::start(&world);
    app.until("SignedOut");
    for command in [
        Command::Fetch(0),
        Command::OpenBrowserAgain,
        Command::Resume,
        Command::SignOut,
        Command::SignOutInBrowser,
        Command::Cancel,
    ] {
        app.send(command);
    }
    thread::sleep(Duration::from_millis(100));
    assert_eq!(app.seen(), ["Starting", "SignedOut"]);
    assert!(world.http.all().is_empty());
}

#[test]
fn a_client_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Client>();
    assert_eq!(name(&State::Starting), "Starting");
}
