//! The worker where a person signs in with a phone, or changes between phone and browser.

use std::time::Instant;

use vestibule::{
    auth::{DeviceAuthorization, ports::Browser},
    notice::NoticeKind,
    state::{Command, OtherWay, State},
};

use crate::{
    browser::{TestBrowser, Visit},
    clock::eventually,
    http::{dropped, edited, status},
    states::{App, authorization, is_received},
    worker_cancel::{cancelled, port_closes},
    world::{World, sign_in},
};

const CODES: &str = "/device_authorization";

/// The person scans the code and does this on the phone, whose pages come to an end.
pub fn scanned(code: &DeviceAuthorization, visit: Visit) {
    let phone = TestBrowser::new(visit);
    phone.open(code.link()).unwrap();
    phone.pages();
}

pub fn code(app: &App) -> DeviceAuthorization {
    authorization(app.until("AwaitingDevice"))
}

/// Nobody is signed in, and a phone is chosen.
fn with_a_phone(world: &World) -> (App, DeviceAuthorization) {
    world.browser.set(Visit::Never);
    let app = App::start(world);
    app.until("SignedOut");
    app.send(Command::UseDevice);
    let code = code(&app);
    (app, code)
}

fn user(state: State) -> String {
    match state {
        State::SignedIn { user, .. } => user.name,
        state => panic!("{state:?}"),
    }
}

#[test]
fn a_code_that_is_entered_on_a_phone_signs_in_and_the_message_comes() {
    let world = World::new();
    let (app, code) = with_a_phone(&world);
    assert!(code.verification_uri.starts_with(&world.issuer));
    assert!(code.link().contains(&code.user_code));
    scanned(&code, Visit::As("ada"));
    assert_eq!(user(app.until("SignedIn")), "Ada Lovelace");
    app.send(Command::Fetch(0));
    app.until_it(is_received);
    let expected = [
        "Starting",
        "SignedOut",
        "Finishing",
        "AwaitingDevice",
        "Finishing",
        "SignedIn",
    ];
    assert_eq!(app.seen(), expected);
    world.until_kept("ada");
    assert_eq!(world.kept().unwrap()["name"], "Ada Lovelace");
}

/// Changes the way five times; the last change does not come back yet.
fn changed_four_times(world: &World) -> (App, String, DeviceAuthorization) {
    world.browser.set(Visit::Idle);
    let app = App::of(world, world.client_without_name());
    app.until("SignedOut");
    app.send(Command::SignIn);
    let State::AwaitingBrowser { url, deadline, .. } = app.until("AwaitingBrowser") else {
        unreachable!()
    };
    app.send(Command::UseDevice);
    let first = code(&app);
    for _ in 0..2 {
        app.send(Command::UseBrowser);
        let State::AwaitingBrowser {
            url: again,
            deadline: later,
            ..
        } = app.until("AwaitingBrowser")
        else {
            unreachable!()
        };
        assert_eq!((&again, later), (&url, deadline), "another request");
        app.send(Command::UseDevice);
        assert!(code(&app) == first, "another code");
    }
    (app, url, first)
}

fn assert_one_session(world: &World, app: &App) {
    app.send(Command::Fetch(0));
    app.until_it(is_received);
    world.until_kept("ada");
    // It is asked after that: who the person is, the ID token says.
    eventually("userinfo is asked", || world.http.count("/userinfo") > 0);
    port_closes(world);
    let signed_in = app.seen().iter().filter(|s| **s == "SignedIn").count();
    assert_eq!(signed_in, 1);
    assert_eq!(world.http.count("/userinfo"), 1, "two sessions were made");
    assert_eq!(world.http.count("/revoke"), 0);
}

#[test]
fn the_way_is_changed_five_times_within_one_attempt_and_the_browser_finishes() {
    let world = World::new();
    let (app, url, _) = changed_four_times(&world);
    world.browser.set(Visit::As("ada"));
    app.send(Command::UseBrowser);
    app.until("SignedIn");
    assert!(world.browser.opened().iter().all(|opened| *opened == url));
    assert_one_session(&world, &app);
}

#[test]
fn the_way_is_changed_within_one_attempt_and_the_phone_finishes_while_the_browser_is_shown() {
    let world = World::new();
    let (app, _, code) = changed_four_times(&world);
    app.send(Command::UseBrowser);
    app.until("AwaitingBrowser");
    scanned(&code, Visit::As("ada"));
    app.until("SignedIn");
    assert_one_session(&world, &app);
}

#[test]
fn cancel_leaves_the_code_and_it_is_not_asked_about_any_more() {
    let world = World::new();
    let (app, code) = with_a_phone(&world);
    cancelled(&app, "SignedOut");
    scanned(&code, Visit::As("ada"));
    app.send(Command::UseDevice);
    let next = self::code(&app);
    let polls = world.http.count("/token");
    assert_ne!(next.user_code, code.user_code);
    scanned(&next, Visit::As("grace"));
    assert_eq!(user(app.until("SignedIn")), "Grace Hopper");
    let asked: Vec<_> = world.http.sent_to("/token").split_off(polls);
    let mut codes: Vec<_> = asked.iter().map(|sent| sent.field("device_code")).collect();
    codes.dedup();
    assert_eq!(codes.len(), 1, "the first one was asked about again");
}

#[test]
fn a_refusal_on_the_phone_is_told_and_tried_again_with_another_code() {
    let world = World::new();
    let (app, code) = with_a_phone(&world);
    scanned(&code, Visit::CancelAtConsent);
    let State::Failed { failure, other_way } = app.until("Failed") else {
        unreachable!()
    };
    assert_eq!(failure.notice.kind, NoticeKind::DeviceDenied);
    assert!(failure.said.is_some());
    assert_eq!(other_way, Some(OtherWay::Browser));
    app.send(Command::SignIn);
    let next = self::code(&app);
    assert_ne!(next.user_code, code.user_code);
    scanned(&next, Visit::As("ada"));
    app.until("SignedIn");
}

#[test]
fn a_code_that_is_renewed_by_hand_has_ended_at_once_and_another_follows() {
    let world = World::new();
    let (app, first) = with_a_phone(&world);
    assert!(first.expires_at > Instant::now());
    let ended = authorization(app.answer(Command::NewCode).0);
    assert_eq!(ended.user_code, first.user_code);
    assert!(ended.expires_at <= Instant::now());
    let next = code(&app);
    assert_ne!(next.user_code, first.user_code);
    scanned(&next, Visit::As("ada"));
    app.until("SignedIn");
}

/// All that is given from now on ends in a second.
fn short_lived(world: &World) {
    world
        .http
        .at(CODES, edited(|answer| answer["expires_in"] = 1.into()));
}

#[test]
fn codes_that_nobody_enters_end_and_another_one_is_shown_when_somebody_is_there() {
    let world = World::new();
    short_lived(&world);
    let (app, _) = with_a_phone(&world);
    let expired = app.until("UserCodesExpired");
    assert!(matches!(
        expired,
        State::UserCodesExpired {
            browser_offered: true
        }
    ));
    assert_eq!(world.http.count(CODES), 4);
    cancelled(&app, "SignedOut");
    app.send(Command::UseDevice);
    app.until("UserCodesExpired");
    world.http.clear(CODES);
    app.send(Command::NewCode);
    scanned(&code(&app), Visit::As("ada"));
    app.until("SignedIn");
}

#[test]
fn after_codes_that_nobody_entered_the_browser_can_be_used() {
    let world = World::new();
    short_lived(&world);
    let (app, _) = with_a_phone(&world);
    app.until("UserCodesExpired");
    world.browser.set(Visit::As("ada"));
    app.send(Command::UseBrowser);
    app.until("SignedIn");
}

#[test]
fn a_provider_that_is_away_for_a_while_is_told_of_and_the_code_stays() {
    let world = World::new();
    let (app, code) = with_a_phone(&world);
    world.http.at("/token", |_, _| dropped());
    let told = |wanted: bool| {
        let state = app.until_it(
            |state| matches!(state, State::AwaitingDevice { unreachable, .. } if *unreachable == wanted),
        );
        assert!(authorization(state) == code, "another code");
    };
    told(true);
    world.http.clear("/token");
    told(false);
    scanned(&code, Visit::As("ada"));
    app.until("SignedIn");
}

/// The provider asks who it is; no hint goes with a code (RFC 8628 §3.1).
#[test]
fn somebody_else_than_whose_session_ended_may_sign_in_with_a_phone() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world
        .http
        .at("/token", |_, _| status(400, r#"{"error":"invalid_grant"}"#));
    let app = App::start(&world);
    app.until("SessionEnded");
    world.http.clear("/token");
    app.send(Command::UseDevice);
    let code = code(&app);
    assert_eq!(world.http.sent_to(CODES)[0].field("login_hint"), None);
    cancelled(&app, "SessionEnded");
    app.send(Command::UseDevice);
    let next = self::code(&app);
    assert_ne!(next.user_code, code.user_code);
    scanned(&next, Visit::As("grace"));
    assert_eq!(user(app.until("SignedIn")), "Grace Hopper");
    world.until_kept("grace");
    assert_eq!(world.kept().unwrap()["name"], "Grace Hopper");
}

#[test]
fn commands_that_do_not_fit_a_way_change_nothing() {
    let world = World::new();
    let (app, code) = with_a_phone(&world);
    for command in [
        Command::UseDevice,
        Command::SignIn,
        Command::SignInAsSomebodyElse,
        Command::OpenBrowserAgain,
        Command::Resume,
    ] {
        app.send(command);
    }
    scanned(&code, Visit::As("ada"));
    app.until("SignedIn");
    for command in [Command::NewCode, Command::UseBrowser, Command::UseDevice] {
        app.send(command);
    }
    app.send(Command::SignOut);
    app.until("SigningOut");
    let expected = ["Finishing", "AwaitingDevice", "Finishing", "SignedIn"];
    assert_eq!(app.seen()[2..6], expected);
    assert_eq!(world.http.count(CODES), 1);
}
