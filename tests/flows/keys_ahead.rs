//! While the person is in the browser or looks at a code, the keys are fetched: nothing else
//! than the exchange is then between them and their name.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use vestibule::auth::{Error, Way};

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    http::{dropped, edited, held},
    under_way::{UnderWay, in_the_browser, visited},
    world::{World, sign_in},
};

#[test]
fn the_keys_are_there_before_the_person_comes_back() {
    for way in [Way::Browser, Way::Address, Way::Device] {
        let world = World::new();
        world.browser.set(Visit::Idle);
        let under_way = UnderWay::start(&world.client(), way);
        under_way.step(0);
        eventually("the keys are asked for", || world.http.count("/jwks") == 1);
        let sent = world.http.all();
        let kind = |grant: Option<String>| grant.is_some_and(|grant| grant == "authorization_code");
        assert!(
            !sent.iter().any(|sent| kind(sent.field("grant_type"))),
            "{way:?}"
        );
        under_way.cancel.cancel();
        assert!(matches!(under_way.end(), Err(Error::Cancelled)));
    }
}

#[test]
fn keys_that_are_on_their_way_are_waited_for_and_not_asked_for_again() {
    let world = World::new();
    let gate = Gate::default();
    let first = Mutex::new(Some(gate.passage()));
    world.http.at("/jwks", move |request, send| {
        let passage = first.lock().unwrap().take();
        passage.map_or_else(dropped, |passage| held(passage)(request, send))
    });
    let exchanged = Arc::new(AtomicBool::new(false));
    let seen = exchanged.clone();
    world.http.at("/token", move |request, send| {
        let answer = send(request);
        seen.store(true, Ordering::SeqCst);
        answer
    });
    let under_way = in_the_browser(&world);
    gate.reached();
    let (url, _) = under_way.browser(0);
    let visit = thread::spawn(move || visited(&url, Visit::As("ada")));
    eventually("the code is exchanged", || exchanged.load(Ordering::SeqCst));
    // Who does not wait fails by now, since a second request gets no answer.
    thread::sleep(Duration::from_millis(200));
    assert!(!under_way.is_over());
    gate.open();
    assert_eq!(under_way.end().unwrap().display_name(), "Ada Lovelace");
    visit.join().unwrap();
    assert_eq!(world.http.count("/jwks"), 1);
}

#[test]
fn keys_that_could_not_be_had_ahead_are_asked_for_when_they_are_needed() {
    let world = World::new();
    world.http.at("/jwks", |_, _| dropped());
    let under_way = in_the_browser(&world);
    eventually("they are asked for", || world.http.count("/jwks") == 1);
    world.http.clear("/jwks");
    let (url, _) = under_way.browser(0);
    visited(&url, Visit::As("ada"));
    assert_eq!(under_way.end().unwrap().display_name(), "Ada Lovelace");
    assert_eq!(world.http.count("/jwks"), 2);
}

/// Conformance suite, signing-key-rotation-just-before-signing.
#[test]
fn keys_that_the_provider_replaces_meanwhile_are_fetched_once_more() {
    let world = World::new();
    // Those of before.
    world.http.at(
        "/jwks",
        edited(|set| set["keys"].as_array_mut().unwrap().clear()),
    );
    let under_way = in_the_browser(&world);
    eventually("they are asked for", || world.http.count("/jwks") == 1);
    world.http.clear("/jwks");
    let (url, _) = under_way.browser(0);
    visited(&url, Visit::As("ada"));
    under_way.end().unwrap();
    assert_eq!(world.http.count("/jwks"), 2);
}

/// However often a person tries, a provider is not asked for what is known.
#[test]
fn young_keys_are_not_fetched_ahead() {
    let world = World::new();
    let client = world.client();
    for _ in 0..3 {
        sign_in(&client).unwrap();
        world.browser.pages();
    }
    assert_eq!(world.http.count("/jwks"), 1);
}
