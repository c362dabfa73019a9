//! The worker with a real client: which states a person goes through.

use std::{sync::Arc, thread, time::Duration};

use vestibule::{
    auth::{client::Client, error::StoreError},
    notice::{NotKept, Notice},
    state::{Command, Message, State},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    http::{dropped, held, status},
    states::{App, name},
    world::{MESSAGE, World, sign_in},
};

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Somebody is kept, and the app was started.
fn signed_in(world: &World) -> App {
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
        message,
    } = app.until("SignedIn")
    else {
        unreachable!()
    };
    assert_eq!(user.name, "Ada Lovelace");
    assert_eq!((notice, message), (None, Message::Absent));
    app.send(Command::FetchMessage);
    let received = |state: &State| matches!(state, State::SignedIn { message: Message::Received(text), .. } if text == MESSAGE);
    app.until_it(received);
    app.send(Command::SignOut);
    app.until("SigningOut");
    let State::SignedOut {
        notice,
        browser_session,
    } = app.until("SignedOut")
    else {
        unreachable!()
    };
    assert_eq!((notice, browser_session), (Some(Notice::SignedOut), true));
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
fn the_browsers_session_is_ended_once_and_on_request_only() {
    let world = World::new();
    let app = signed_in(&world);
    app.send(Command::SignOut);
    app.until("SignedOut");
    world.browser.set(Visit::Idle);
    let before = world.browser.opened().len();
    app.send(Command::SignOutInBrowser);
    app.send(Command::SignOutInBrowser);
    let over = |state: &State| {
        matches!(
            state,
            State::SignedOut {
                browser_session: false,
                ..
            }
        )
    };
    app.until_it(over);
    eventually("the page is opened", || {
        world.browser.opened().len() > before
    });
    let opened = world.browser.opened().split_off(before);
    assert_eq!(opened.len(), 1);
    assert!(opened[0].starts_with(&format!("{}/logout?", world.issuer)));
}

#[test]
fn an_unreachable_provider_at_the_start_is_offline_with_the_name_and_resume_helps() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.browser.set(Visit::Never);
    world.http.at(DISCOVERY, |_, _| dropped());
    let app = App::start(&world);
    let State::Offline { user, .. } = app.until("Offline") else {
        unreachable!()
    };
    assert_eq!(user.unwrap().name, "Ada Lovelace");
    world.http.clear(DISCOVERY);
    app.send(Command::Resume);
    app.until("SignedIn");
    app.send(Command::FetchMessage);
    app.until_it(|state| {
        matches!(
            state,
            State::SignedIn {
                message: Message::Received(_),
                ..
            }
        )
    });
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
    let State::SessionEnded { user, notice } = app.until("SessionEnded") else {
        unreachable!()
    };
    assert_eq!(user.name, "Ada Lovelace");
    assert_eq!(notice, Notice::SessionExpired);
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
    app.send(Command::FetchMessage);
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
    app.send(Command::FetchMessage);
    let failed = |state: &State| {
        matches!(state, State::SignedIn { message: Message::Failed(failure), .. }
            if failure.notice == Notice::ApiTrouble)
    };
    app.until_it(failed);
    world.http.clear("/private");
    app.send(Command::FetchMessage);
    app.until_it(|state| {
        matches!(
            state,
            State::SignedIn {
                message: Message::Received(_),
                ..
            }
        )
    });
}

#[test]
fn a_refusal_in_the_browser_is_told_and_can_be_left_or_tried_again() {
    let world = World::new();
    world.browser.set(Visit::CancelAtConsent);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    let State::Failed { failure } = app.until("Failed") else {
        unreachable!()
    };
    assert_eq!(failure.notice, Notice::AccessDenied);
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
fn a_session_that_cannot_be_kept_is_told_as_such() {
    let world = World::new();
    world.store.fail_writes(Some(StoreError::Locked));
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    let State::SignedIn { notice, .. } = app.until("SignedIn") else {
        unreachable!()
    };
    assert_eq!(notice, Some(Notice::NotKept(NotKept::Locked)));
}

#[test]
fn a_revocation_that_fails_is_told_beside_the_sign_out() {
    let world = World::new();
    world.faults.set(Fault::NoRevocation);
    let app = signed_in(&world);
    app.send(Command::SignOut);
    let told = |state: &State| {
        matches!(
            state,
            State::SignedOut {
                notice: Some(Notice::RevocationFailed),
                ..
            }
        )
    };
    app.until_it(told);
    assert_eq!(world.kept(), None);
}

#[test]
fn a_503_at_revocation_is_tried_again_while_the_app_runs() {
    let world = World::new();
    let app = signed_in(&world);
    world.http.at("/revoke", |_, _| status(503, ""));
    app.send(Command::SignOut);
    app.until("SignedOut");
    eventually("a first try", || world.http.count("/revoke") == 1);
    world.http.clear("/revoke");
    eventually("a second try", || world.http.count("/revoke") == 2);
}

#[test]
fn commands_that_do_not_fit_the_state_are_ignored() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let app = App::start(&world);
    app.until("SignedOut");
    for command in [
        Command::FetchMessage,
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

/// Architecture, "Jobs, cancel, quit".
#[test]
fn quit_waits_until_a_refresh_under_way_is_kept() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let before = world.kept_token();
    let gate = Arc::new(Gate::default());
    world.http.at("/token", held(gate.passage()));
    let app = App::start(&world);
    gate.reached();
    let opener = {
        let gate = gate.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(300));
            gate.open();
        })
    };
    app.quit();
    assert_ne!(world.kept_token(), before, "the rotated token is lost");
    opener.join().unwrap();
}

#[test]
fn quit_does_not_wait_for_what_hangs() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let gate = Gate::default();
    world.http.at(DISCOVERY, held(gate.passage()));
    let app = App::start(&world);
    gate.reached();
    app.quit_within(Duration::from_secs(3));
}

#[test]
fn quit_right_after_sign_out_leaves_nothing_kept() {
    let world = World::new();
    let app = signed_in(&world);
    let gate = Arc::new(Gate::default());
    world.store.hold_deletes(gate.passage());
    app.send(Command::SignOut);
    gate.reached();
    let opener = {
        let gate = gate.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(200));
            gate.open();
        })
    };
    app.quit();
    assert_eq!(world.kept(), None, "the next start would be signed in");
    opener.join().unwrap();
}

#[test]
fn a_client_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Client>();
    assert_eq!(name(&State::Starting), "Starting");
}
