//! Which ways are offered: without a browser, at a provider without the way by phone, and
//! after a failure.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use vestibule::{
    auth::{error::BrowserError, ports::Browser},
    notice::{Failure, NoticeKind},
    state::{Command, OtherWay, State},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    clock::{Gate, Passage},
    http::status,
    states::{App, authorization},
    worker_cancel::cancelled,
    worker_device::{code, scanned},
    world::{World, sign_in},
};

/// A machine without a browser, which is looked for.
#[derive(Default)]
struct NoBrowser {
    looks: AtomicUsize,
    held: Option<Passage>,
}

impl Browser for NoBrowser {
    fn open(&self, _: &str) -> Result<(), BrowserError> {
        Err(BrowserError::NotStarted("no browser here".to_owned()))
    }

    fn is_there(&self) -> bool {
        self.looks.fetch_add(1, Ordering::SeqCst);
        if let Some(passage) = &self.held {
            passage.pass();
        }
        false
    }
}

fn without_a_browser(world: &World) -> App {
    App::of(world, world.client_in(Arc::new(NoBrowser::default())))
}

fn is_device_only(state: &State) -> bool {
    matches!(
        state,
        State::SignedOut {
            device_only: true,
            ..
        }
    )
}

fn kind(failure: Option<Failure>) -> Option<NoticeKind> {
    failure.map(|failure| failure.notice.kind)
}

/// How a sign-in failed, and what is offered instead.
fn failed(app: &App) -> (NoticeKind, Option<OtherWay>) {
    match app.until("Failed") {
        State::Failed { failure, other_way } => (failure.notice.kind, other_way),
        state => panic!("{state:?}"),
    }
}

/// Why the way that was asked for could not be begun, where the browser's goes on.
fn beside_the_browser(app: &App) -> (String, bool, Option<NoticeKind>) {
    match app.until("AwaitingBrowser") {
        State::AwaitingBrowser {
            url,
            not_opened,
            other_failed,
            ..
        } => (url, not_opened, kind(other_failed)),
        state => panic!("{state:?}"),
    }
}

#[test]
fn without_a_browser_the_phone_is_the_only_way_and_signs_in() {
    let world = World::new();
    for command in [Command::SignIn, Command::UseDevice] {
        let app = without_a_browser(&world);
        app.until_it(is_device_only);
        app.send(command);
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
        app.until("SignedIn");
        app.send(Command::SignOut);
        app.until_it(is_device_only);
    }
}

#[test]
fn without_a_browser_no_way_through_it_is_offered_after_a_failure() {
    let world = World::new();
    let app = without_a_browser(&world);
    app.until_it(is_device_only);
    app.send(Command::SignIn);
    scanned(&code(&app), Visit::CancelAtConsent);
    assert_eq!(failed(&app), (NoticeKind::DeviceDenied, None));
    app.send(Command::Cancel);
    app.until_it(is_device_only);
}

/// Who stays signed in does not wait for programs that nobody needs.
#[test]
fn a_browser_is_looked_for_once_nobody_is_signed_in() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let browser = Arc::new(NoBrowser::default());
    let app = App::of(&world, world.client_in(browser.clone()));
    app.until("SignedIn");
    assert_eq!(browser.looks.load(Ordering::SeqCst), 0);
    app.send(Command::SignOut);
    app.until_it(is_device_only);
    assert_eq!(browser.looks.load(Ordering::SeqCst), 1);
}

#[test]
fn nobody_waits_for_a_slow_look_and_until_its_end_a_browser_is_offered() {
    let world = World::new();
    let gate = Gate::default();
    let browser = NoBrowser {
        held: Some(gate.passage()),
        ..NoBrowser::default()
    };
    let app = App::of(&world, world.client_in(Arc::new(browser)));
    app.until("SignedOut");
    gate.reached();
    app.send(Command::UseDevice);
    let State::AwaitingDevice {
        browser_offered: true,
        authorization: before,
        ..
    } = app.until("AwaitingDevice")
    else {
        panic!("no browser is offered")
    };
    gate.open();
    let corrected = app.until_it(|state| {
        matches!(
            state,
            State::AwaitingDevice {
                browser_offered: false,
                ..
            }
        )
    });
    assert!(authorization(corrected) == before);
    app.send(Command::Cancel);
    assert!(is_device_only(&app.until("SignedOut")));
    app.quit_within(Duration::from_secs(2));
}

#[test]
fn a_provider_without_the_way_by_phone_is_told_of_beside_the_browser_which_goes_on() {
    let world = World::new();
    world.faults.set(Fault::NoDevice);
    world.browser.set(Visit::Broken);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    let State::AwaitingBrowser {
        url,
        device_offered: false,
        other_failed: None,
        ..
    } = app.until("AwaitingBrowser")
    else {
        panic!("it is offered")
    };
    while !beside_the_browser(&app).1 {}
    app.send(Command::UseDevice);
    let (again, not_opened, told) = beside_the_browser(&app);
    assert!(not_opened, "as if a page had come up");
    assert_eq!(told, Some(NoticeKind::DeviceNotOffered));
    assert_eq!(again, url, "another request");
}

#[test]
fn a_provider_without_the_way_by_phone_leads_to_the_browser_and_back_to_no_phone() {
    let world = World::new();
    world.faults.set(Fault::NoDevice);
    world.browser.set(Visit::CancelAtConsent);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::UseDevice);
    let browser = Some(OtherWay::Browser);
    assert_eq!(failed(&app), (NoticeKind::DeviceNotOffered, browser));
    app.send(Command::UseBrowser);
    // Known by now.
    assert_eq!(failed(&app), (NoticeKind::AccessDenied, None));
}

#[test]
fn with_neither_browser_nor_phone_the_address_is_there_and_why() {
    let world = World::new();
    world.faults.set(Fault::NoDevice);
    let app = without_a_browser(&world);
    app.until_it(is_device_only);
    for command in [Command::UseDevice, Command::SignIn] {
        app.send(command);
        let (url, not_opened, told) = beside_the_browser(&app);
        assert!(url.starts_with(&world.issuer));
        assert!(not_opened);
        assert_eq!(told, Some(NoticeKind::DeviceNotOffered));
        cancelled(&app, "SignedOut");
    }
}

#[test]
fn a_client_that_may_not_use_phones_is_told_so() {
    let world = World::new();
    world.faults.set(Fault::DeviceNotAllowed);
    world.browser.set(Visit::Idle);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::UseDevice);
    let browser = Some(OtherWay::Browser);
    assert_eq!(failed(&app), (NoticeKind::DeviceNotAllowed, browser));
    app.send(Command::SignIn);
    assert_eq!(failed(&app), (NoticeKind::DeviceNotAllowed, browser));
    app.send(Command::UseBrowser);
    app.until("AwaitingBrowser");
    app.send(Command::UseDevice);
    let told = beside_the_browser(&app).2;
    assert_eq!(told, Some(NoticeKind::DeviceNotAllowed));
}

#[test]
fn a_redirect_port_that_is_taken_leads_to_the_phone_or_leaves_it() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let app = App::of(&world, world.client_with(|b| b.redirect_ports([port])));
    app.until("SignedOut");
    app.send(Command::SignIn);
    let phone = Some(OtherWay::Device);
    assert_eq!(failed(&app), (NoticeKind::NoRedirectPort, phone));
    app.send(Command::UseDevice);
    let before = code(&app);
    app.send(Command::UseBrowser);
    let State::AwaitingDevice {
        authorization,
        other_failed,
        ..
    } = app.until("AwaitingDevice")
    else {
        unreachable!()
    };
    assert_eq!(kind(other_failed), Some(NoticeKind::NoRedirectPort));
    assert!(authorization == before, "another code");
    scanned(&authorization, Visit::As("ada"));
    app.until("SignedIn");
}

#[test]
fn trying_again_signs_in_somebody_else_as_was_asked_for() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.http.at("/token", |_, _| status(503, ""));
    let app = App::start(&world);
    app.until("Offline");
    let refused = r#"{"error":"invalid_client"}"#;
    world.http.at("/token", |_, _| status(400, refused));
    app.send(Command::SignInAsSomebodyElse);
    assert_eq!(failed(&app), (NoticeKind::ProviderRefused, None));
    world.http.clear("/token");
    world.browser.clear_cookies();
    world.browser.set(Visit::As("grace"));
    app.send(Command::SignIn);
    app.until("SignedIn");
    let opened = world.browser.opened().pop().unwrap();
    assert!(opened.contains("prompt=login"), "{opened}");
}
