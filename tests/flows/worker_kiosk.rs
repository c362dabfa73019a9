//! The worker of a screen that many people share: by phone alone, and nothing stays of
//! whoever went away.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use vestibule::{
    auth::{
        DeviceAuthorization,
        error::{BrowserError, StoreError},
        ports::Browser,
    },
    notice::NoticeKind,
    state::{Command, State},
};

use crate::{
    browser::Visit,
    clock::eventually,
    http::{dropped, edited, status},
    states::{App, is_received},
    worker::DISCOVERY,
    worker_cancel::cancelled,
    worker_device::{code, scanned},
    world::{World, sign_in},
};

pub const CODES: &str = "/device_authorization";

/// Notes whether anybody looks for it or opens it.
#[derive(Default)]
struct Unwanted(AtomicBool);

impl Browser for Unwanted {
    fn open(&self, _: &str) -> Result<(), BrowserError> {
        self.0.store(true, Ordering::SeqCst);
        Ok(())
    }

    fn is_there(&self) -> bool {
        self.0.store(true, Ordering::SeqCst);
        true
    }
}

pub fn kiosk(world: &World) -> App {
    App::in_kiosk(world, world.client())
}

/// Ada comes with her phone and is signed in.
fn with_ada(world: &World) -> App {
    let app = kiosk(world);
    scanned(&code(&app), Visit::As("ada"));
    app.until("SignedIn");
    app
}

pub fn next_person(app: &App) -> Option<NoticeKind> {
    let State::SignedOut {
        notice,
        browser_session,
        device_only,
    } = app.until("SignedOut")
    else {
        unreachable!()
    };
    assert!(!browser_session && device_only, "a browser is offered");
    notice.map(|notice| notice.kind)
}

#[test]
fn a_code_comes_by_itself_and_whoever_went_away_is_signed_out_and_the_next_one_comes() {
    let world = World::new();
    let browser = Arc::new(Unwanted::default());
    let app = App::in_kiosk(&world, world.client_in(browser.clone()));
    let State::AwaitingDevice {
        authorization,
        browser_offered,
        ..
    } = app.until("AwaitingDevice")
    else {
        unreachable!()
    };
    assert!(!browser_offered);
    scanned(&authorization, Visit::As("ada"));
    let State::SignedIn { user, notice, .. } = app.until("SignedIn") else {
        unreachable!()
    };
    assert_eq!((&*user.name, notice), ("Ada Lovelace", None));
    app.send(Command::Fetch(0));
    app.until_it(is_received);
    app.send(Command::SignOutIdle);
    app.until("SigningOut");
    assert_eq!(next_person(&app), None);
    assert_eq!(world.kept(), None);
    eventually("the token is revoked", || world.http.count("/revoke") == 1);
    app.send(Command::UseDevice);
    scanned(&code(&app), Visit::As("grace"));
    let State::SignedIn { user, .. } = app.until("SignedIn") else {
        unreachable!()
    };
    assert_eq!(user.name, "Grace Hopper");
    let began = ["Starting", "Finishing", "AwaitingDevice"];
    assert_eq!(app.seen()[..3], began);
    assert!(
        !browser.0.load(Ordering::SeqCst),
        "a browser was looked for"
    );
}

#[test]
fn whoever_signs_out_is_told_so_and_offered_no_browser() {
    let world = World::new();
    let app = with_ada(&world);
    app.send(Command::SignOut);
    assert_eq!(next_person(&app), Some(NoticeKind::SignedOut));
    for command in [Command::SignOutInBrowser, Command::SignOutIdle] {
        app.send(command);
    }
    app.send(Command::UseDevice);
    code(&app);
    assert!(world.browser.opened().is_empty());
}

#[test]
fn a_deletion_that_failed_is_told_even_to_the_next_person() {
    let world = World::new();
    let app = with_ada(&world);
    world.until_kept("ada");
    world.store.fail_writes(Some(StoreError::Locked));
    app.send(Command::SignOutIdle);
    assert_eq!(next_person(&app), Some(NoticeKind::StillStored));
}

#[test]
fn no_command_leads_to_a_browser() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let app = kiosk(&world);
    let first: DeviceAuthorization = code(&app);
    app.send(Command::UseBrowser);
    cancelled(&app, "SignedOut");
    for command in [
        Command::SignIn,
        Command::SignInAsSomebodyElse,
        Command::UseBrowser,
        Command::UseDevice,
    ] {
        app.send(command);
        assert_ne!(code(&app).user_code, first.user_code);
        cancelled(&app, "SignedOut");
    }
}

#[test]
fn a_provider_without_codes_is_told_and_no_other_way_is_offered() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let without = edited(|answer| {
        let members = answer.as_object_mut().unwrap();
        members.remove("device_authorization_endpoint").unwrap();
    });
    world.http.at(DISCOVERY, without);
    let app = kiosk(&world);
    for command in [Command::SignIn, Command::UseDevice] {
        let State::Failed { failure, other_way } = app.until("Failed") else {
            unreachable!()
        };
        assert_eq!(failure.notice.kind, NoticeKind::DeviceNotOffered);
        assert_eq!(other_way, None);
        app.send(command);
    }
    app.until("Failed");
    app.send(Command::SignOutIdle);
    assert_eq!(next_person(&app), None);
}

#[test]
fn codes_that_nobody_entered_leave_the_screen_to_the_next_person() {
    let world = World::new();
    let short_lived = edited(|answer| answer["expires_in"] = 1.into());
    world.http.at(CODES, short_lived);
    let app = kiosk(&world);
    app.until("AwaitingDevice");
    assert_eq!(next_person(&app), None);
    assert_eq!(world.http.count(CODES), 4);
    assert!(!app.seen().contains(&"UserCodesExpired"));
}

#[test]
fn a_kept_session_is_restored_and_forgotten_when_its_person_goes_away() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.browser.set(Visit::Never);
    let app = kiosk(&world);
    app.until("SignedIn");
    assert_eq!(app.seen(), ["Starting", "SignedIn"]);
    app.send(Command::SignOutIdle);
    assert_eq!(next_person(&app), None);
    assert_eq!(world.kept(), None);
}

/// Its name is on the screen, and the worker has no session of it.
#[test]
fn a_kept_session_that_could_not_be_used_is_forgotten_all_the_same() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.http.at(DISCOVERY, |_, _| dropped());
    let app = kiosk(&world);
    app.until("Offline");
    assert!(world.kept().is_some());
    app.send(Command::SignOutIdle);
    assert_eq!(next_person(&app), None);
    assert_eq!(world.kept(), None);
}

#[test]
fn a_session_that_ended_leaves_no_name_to_come_back_to() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world
        .http
        .at("/token", |_, _| status(400, r#"{"error":"invalid_grant"}"#));
    let app = kiosk(&world);
    app.until("SessionEnded");
    world.http.clear("/token");
    app.send(Command::SignOutIdle);
    assert_eq!(next_person(&app), None);
    app.send(Command::UseDevice);
    code(&app);
    cancelled(&app, "SignedOut");
}

/// While a call is under way, whose answer comes to nobody.
#[test]
fn what_is_under_way_does_not_hold_up_the_sign_out() {
    let world = World::new();
    let app = with_ada(&world);
    let gate = crate::clock::Gate::default();
    world.http.at("/private", crate::http::held(gate.passage()));
    app.send(Command::Fetch(0));
    gate.reached();
    app.send(Command::SignOutIdle);
    assert_eq!(next_person(&app), None);
    gate.open();
    app.send(Command::UseDevice);
    code(&app);
    assert!(!app.seen()[4..].contains(&"SessionEnded"));
}

#[test]
fn a_desktop_that_is_left_says_that_nobody_is_signed_in_any_more() {
    let world = World::new();
    let app = crate::worker::signed_in(&world);
    app.send(Command::SignOutIdle);
    let State::SignedOut { notice, .. } = app.until("SignedOut") else {
        unreachable!()
    };
    assert_eq!(notice, Some(NoticeKind::SignedOut.into()));
    assert_eq!(world.kept(), None);
}
