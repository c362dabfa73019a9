//! What comes at the same moment as something else, or after the end of an attempt.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use vestibule::auth::{
    Error, Progress, SignIn, Step, Way,
    ports::{Browser, Request},
};

use crate::{
    browser::{TestBrowser, Visit},
    clock::{Gate, Passage, eventually},
    device_library::{CODES, on_a_device},
    http::{Answer, held},
    under_way::{UnderWay, closes, in_the_browser, port_of, visited},
    worker_device::scanned,
    world::{World, noting},
};

type Sending<'a> = &'a dyn Fn(Request) -> Answer;

/// The real answer; the tokens of a device are held until the gate opens.
fn tokens_held(passage: Passage) -> impl Fn(Request, Sending<'_>) -> Answer {
    move |request, send| {
        let is_poll = String::from_utf8_lossy(request.body()).contains("device_code=");
        let answer = send(request)?;
        if is_poll && answer.status().is_success() {
            passage.pass();
        }
        Ok(answer)
    }
}

/// One session is left of two that were begun: the other's tokens are revoked.
fn one_is_left(world: &World, kept: &str) {
    eventually("the other's tokens are revoked", || {
        world.http.count("/revoke") == 1
    });
    let revoked = world.http.sent_to("/revoke")[0].field("token").unwrap();
    assert_eq!(world.kept().unwrap()["sub"], kept);
    assert_ne!(world.kept_token(), revoked);
}

#[test]
fn tokens_of_the_device_that_come_after_the_browser_are_revoked() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/token", tokens_held(gate.passage()));
    let under_way = in_the_browser(&world);
    let (url, _) = under_way.browser(0);
    under_way.attempt.take(Way::Device);
    scanned(&under_way.code(0), Visit::As("grace"));
    gate.reached();
    visited(&url, Visit::As("ada"));
    assert_eq!(under_way.end().unwrap().sub(), "ada");
    assert_eq!(world.http.count("/revoke"), 0);
    gate.open();
    one_is_left(&world, "ada");
}

#[test]
fn a_browser_that_comes_after_the_device_finds_nobody() {
    let world = World::new();
    let under_way = in_the_browser(&world);
    let (url, _) = under_way.browser(0);
    under_way.attempt.take(Way::Device);
    scanned(&under_way.code(0), Visit::As("ada"));
    assert_eq!(under_way.end().unwrap().sub(), "ada");
    closes(port_of(&url));
    let late = TestBrowser::new(Visit::As("grace"));
    late.open(&url).unwrap();
    late.is_through();
    assert_eq!(world.kept().unwrap()["sub"], "ada");
}

/// Whoever runs the attempt is held where it tells of a step, while both come to their end.
#[test]
fn of_two_ways_that_end_in_the_same_moment_one_signs_in() {
    let world = World::new();
    world.browser.set(Visit::Idle);
    let (tokens, told) = (Gate::default(), Gate::default());
    world.http.at("/token", tokens_held(tokens.passage()));
    let (note, steps) = noting();
    let (passage, addresses) = (told.passage(), AtomicUsize::new(0));
    let progress: Progress = Arc::new(move |step| {
        let is_address = matches!(step, Step::Browser { .. });
        note(step);
        if is_address && addresses.fetch_add(1, Ordering::SeqCst) == 1 {
            passage.pass();
        }
    });
    let how = SignIn {
        way: Way::Browser,
        ..SignIn::default()
    };
    let under_way = UnderWay::with(&world.client(), how, (progress, steps));
    let (url, _) = under_way.browser(0);
    under_way.attempt.take(Way::Device);
    scanned(&under_way.code(0), Visit::As("grace"));
    tokens.reached();
    under_way.attempt.take(Way::Browser);
    told.reached();
    let browser = TestBrowser::new(Visit::As("ada"));
    browser.open(&url).unwrap();
    tokens.open();
    told.open();
    let sub = under_way.end().unwrap().sub().to_owned();
    // Whether somebody was there for it.
    browser.is_through();
    assert_eq!(world.kept().unwrap()["sub"], sub.as_str());
    if sub == "ada" {
        one_is_left(&world, "ada");
    } else {
        assert_eq!(world.http.count("/revoke"), 0);
    }
}

/// A cancel, while an answer of the provider from `path` is held, ends the attempt at once:
/// it has ended before the answer comes. What the answer brings is revoked.
fn cancelled_while_held(way: Way, path: &str, brings_tokens: bool) {
    let world = World::new();
    let gate = Gate::default();
    world.http.at(path, held(gate.passage()));
    world.browser.set(Visit::As("ada"));
    // Else it would be too late to cancel while userinfo is asked.
    let client = world.client_without_name();
    let under_way = UnderWay::start(&client, way);
    if way == Way::Device && brings_tokens {
        scanned(&under_way.code(0), Visit::As("ada"));
    }
    gate.reached();
    under_way.cancel.cancel();
    let ended = under_way.end();
    assert!(
        matches!(ended, Err(Error::Cancelled)),
        "{path}: {:?}",
        ended.err()
    );
    assert_eq!(world.http.count("/revoke"), 0);
    gate.open();
    if brings_tokens {
        eventually("they are revoked", || world.http.count("/revoke") == 1);
    }
    assert_eq!(world.kept(), None);
    // The client's own is one.
    eventually("no thread holds the client", || {
        Arc::strong_count(&world.store) == 2
    });
    drop(client);
}

#[test]
fn a_cancel_waits_for_no_request_and_what_it_brings_is_revoked() {
    cancelled_while_held(Way::Device, "/.well-known/openid-configuration", false);
    cancelled_while_held(Way::Device, CODES, false);
    cancelled_while_held(Way::Browser, "/token", true);
    cancelled_while_held(Way::Browser, "/userinfo", true);
    cancelled_while_held(Way::Device, "/userinfo", true);
}

#[test]
fn a_cancel_while_a_poll_hangs_ends_the_attempt_and_its_tokens_are_revoked() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/token", tokens_held(gate.passage()));
    let under_way = on_a_device(&world.client());
    scanned(&under_way.code(0), Visit::As("ada"));
    gate.reached();
    under_way.cancel.cancel();
    assert!(matches!(under_way.end(), Err(Error::Cancelled)));
    gate.open();
    eventually("they are revoked", || world.http.count("/revoke") == 1);
    assert_eq!(world.kept(), None);
}

/// Whoever runs the attempt is held where it tells of a step.
#[test]
fn tokens_that_have_come_are_in_hand_before_the_attempt_has_seen_them() {
    let world = World::new();
    let told = Gate::default();
    let (note, steps) = noting();
    let (passage, codes) = (told.passage(), AtomicUsize::new(0));
    let progress: Progress = Arc::new(move |step| {
        let is_code = matches!(step, Step::Device(_));
        note(step);
        if is_code && codes.fetch_add(1, Ordering::SeqCst) == 1 {
            passage.pass();
        }
    });
    world.browser.set(Visit::Idle);
    let how = SignIn {
        way: Way::Device,
        ..SignIn::default()
    };
    let client = world.client();
    let under_way = UnderWay::with(&client, how, (progress, steps));
    let tokens = Gate::default();
    world.http.at("/token", tokens_held(tokens.passage()));
    scanned(&under_way.code(0), Visit::As("ada"));
    tokens.reached();
    under_way.attempt.take(Way::Browser);
    under_way.attempt.take(Way::Device);
    told.reached();
    tokens.open();
    eventually("they are in hand", || client.has_tokens_in_hand());
    under_way.cancel.cancel();
    told.open();
    assert!(matches!(under_way.end(), Err(Error::Cancelled)));
    eventually("they are revoked", || world.http.count("/revoke") == 1);
}

#[test]
fn the_next_attempt_gets_the_port_of_the_one_before() {
    let world = World::new();
    world.browser.set(Visit::Idle);
    let port = port_of(&in_the_browser_once(&world, 0));
    for _ in 0..3 {
        assert_eq!(port_of(&in_the_browser_once(&world, port)), port);
    }
    closes(port);
}

/// The address of an attempt at a redirect port, which is cancelled.
fn in_the_browser_once(world: &World, port: u16) -> String {
    let client = world.client_with(|builder| builder.redirect_ports([port]));
    let under_way = UnderWay::start(&client, Way::Browser);
    let (url, _) = under_way.browser(0);
    under_way.cancel.cancel();
    assert!(matches!(under_way.end(), Err(Error::Cancelled)));
    url
}

#[test]
fn a_panic_of_what_is_told_is_that_of_the_run() {
    let world = World::new();
    let (note, steps) = noting();
    let progress: Progress = Arc::new(move |step| {
        let is_last = matches!(step, Step::SignedIn(_));
        note(step);
        assert!(!is_last, "the app has a fault");
    });
    let how = SignIn {
        way: Way::Device,
        ..SignIn::default()
    };
    let under_way = UnderWay::with(&world.client(), how, (progress, steps));
    scanned(&under_way.code(0), Visit::As("ada"));
    assert!(under_way.panics());
}
