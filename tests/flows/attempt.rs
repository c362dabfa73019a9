//! One attempt with both ways open, and how it changes from one to the other.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use vestibule::auth::{
    Cancel, Error, SignIn, Step, Way,
    error::{DeviceError, LoopbackError},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    device_library::CODES,
    http::{edited, held},
    under_way::{UnderWay, closes, in_the_browser, port_of, visited},
    worker_device::scanned,
    world::{World, noting},
};

#[test]
fn five_changes_within_one_attempt_keep_address_and_code_and_either_way_ends_it() {
    for ends_in_browser in [true, false] {
        let world = World::new();
        let under_way = in_the_browser(&world);
        let first = under_way.browser(0);
        for n in 0..5 {
            under_way.attempt.take(Way::Device);
            let code = under_way.code(n);
            assert!(code == under_way.code(0), "another code");
            under_way.attempt.take(Way::Browser);
            assert_eq!(under_way.browser(n + 1), first);
        }
        assert_eq!(world.http.count(CODES), 1);
        eventually("it is opened each time", || {
            world.browser.opened().len() == 6
        });
        if ends_in_browser {
            visited(&first.0, Visit::As("ada"));
        } else {
            scanned(&under_way.code(0), Visit::As("ada"));
        }
        assert_eq!(under_way.end().unwrap().sub(), "ada");
        closes(port_of(&first.0));
        assert_eq!(world.kept().unwrap()["sub"], "ada");
        assert_eq!(world.http.count("/revoke"), 0, "a second session");
    }
}

#[test]
fn a_way_that_is_taken_before_anything_is_shown_is_the_first() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let cancel = Cancel::default();
    let attempt = world.client().attempt(SignIn::default(), &cancel);
    attempt.take(Way::Device);
    let (progress, steps) = noting();
    let running = thread::spawn(move || attempt.run(&progress));
    eventually("a code", || !steps.lock().unwrap().is_empty());
    assert!(matches!(steps.lock().unwrap()[0], Step::Device(_)));
    cancel.cancel();
    assert!(matches!(running.join().unwrap(), Err(Error::Cancelled)));
}

#[test]
fn a_way_that_cannot_be_begun_is_told_of_and_the_one_before_goes_on() {
    let world = World::new();
    world.faults.set(Fault::NoDevice);
    let under_way = in_the_browser(&world);
    let first = under_way.browser(0);
    under_way.attempt.take(Way::Device);
    let (way, error) = under_way.failure();
    assert_eq!(way, Way::Device);
    assert!(matches!(*error, Error::Device(DeviceError::NotOffered)));
    assert_eq!(under_way.browser(1), first);
    visited(&first.0, Visit::As("ada"));
    under_way.end().unwrap();

    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let client = world.client_with(|builder| builder.redirect_ports([port]));
    let under_way = UnderWay::start(&client, Way::Device);
    let code = under_way.code(0);
    under_way.attempt.take(Way::Browser);
    let (way, error) = under_way.failure();
    assert_eq!(way, Way::Browser);
    assert!(matches!(*error, Error::Loopback(LoopbackError::NoPort(_))));
    assert!(under_way.code(1) == code, "another code");
    scanned(&code, Visit::As("ada"));
    under_way.end().unwrap();
}

#[test]
fn whoever_turns_back_before_the_other_way_is_there_is_told_of_the_one_before() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at(CODES, held(gate.passage()));
    let under_way = in_the_browser(&world);
    let first = under_way.browser(0);
    under_way.attempt.take(Way::Device);
    gate.reached();
    under_way.attempt.take(Way::Browser);
    assert_eq!(under_way.browser(1), first);
    gate.open();
    visited(&first.0, Visit::As("ada"));
    under_way.end().unwrap();
}

#[test]
fn the_first_way_ends_the_attempt_where_it_cannot_be_begun() {
    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let client = world.client_with(|builder| builder.redirect_ports([port]));
    let ended = UnderWay::start(&client, Way::Browser).end();
    assert!(matches!(
        ended,
        Err(Error::Loopback(LoopbackError::NoPort(_)))
    ));
}

#[test]
fn a_browser_whose_time_is_up_is_closed_in_silence_behind_a_code_and_begun_anew() {
    let world = World::new();
    world.browser.set(Visit::Idle);
    let client = world.client_with(|builder| builder.sign_in_limit(Duration::from_secs(2)));
    let under_way = UnderWay::start(&client, Way::Browser);
    let first = under_way.browser(0);
    under_way.attempt.take(Way::Device);
    let code = under_way.code(0);
    closes(port_of(&first.0));
    assert!(!under_way.is_over());
    under_way.attempt.take(Way::Browser);
    let second = under_way.browser(1);
    assert_ne!(first.0, second.0);
    // In front, its end is that of the attempt, though a code is open.
    assert!(code.expires_at > Instant::now());
    assert!(matches!(under_way.end(), Err(Error::TimedOut)));
}

#[test]
fn a_code_that_expires_behind_the_browser_is_not_followed_by_another_before_it_is_wanted() {
    let world = World::new();
    world
        .http
        .at(CODES, edited(|answer| answer["expires_in"] = json!(1)));
    let under_way = in_the_browser(&world);
    under_way.attempt.take(Way::Device);
    let code = under_way.code(0);
    under_way.attempt.take(Way::Browser);
    under_way.browser(1);
    eventually("the code expires", || Instant::now() > code.expires_at);
    // Long enough for another one to be asked for.
    thread::sleep(Duration::from_millis(300));
    assert_eq!(world.http.count(CODES), 1);
    world.http.clear(CODES);
    under_way.attempt.take(Way::Device);
    let second = under_way.code(1);
    assert_ne!(second.user_code, code.user_code);
    scanned(&second, Visit::As("ada"));
    under_way.end().unwrap();
}

#[test]
fn a_refusal_in_the_browser_ends_nothing_where_the_person_looks_at_the_code() {
    let world = World::new();
    let under_way = in_the_browser(&world);
    let (url, _) = under_way.browser(0);
    under_way.attempt.take(Way::Device);
    let code = under_way.code(0);
    visited(&url, Visit::CancelAtConsent);
    closes(port_of(&url));
    scanned(&code, Visit::As("ada"));
    assert_eq!(under_way.end().unwrap().sub(), "ada");
}

#[test]
fn a_refusal_on_the_device_ends_nothing_where_the_person_looks_at_the_browser() {
    let world = World::new();
    let heard = Arc::new(AtomicBool::new(false));
    let noted = heard.clone();
    world.http.at("/token", move |request, send| {
        let answer = send(request)?;
        let text = String::from_utf8_lossy(answer.body());
        noted.fetch_or(text.contains("access_denied"), Ordering::SeqCst);
        Ok(answer)
    });
    let under_way = in_the_browser(&world);
    let (url, _) = under_way.browser(0);
    under_way.attempt.take(Way::Device);
    let code = under_way.code(0);
    under_way.attempt.take(Way::Browser);
    under_way.browser(1);
    scanned(&code, Visit::CancelAtConsent);
    eventually("the refusal is heard", || heard.load(Ordering::SeqCst));
    visited(&url, Visit::As("ada"));
    assert_eq!(under_way.end().unwrap().sub(), "ada");
}
