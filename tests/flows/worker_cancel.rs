//! Cancel while something hangs: the window answers at once, and what still
//! comes of the old job changes nothing.

use std::{net::TcpStream, thread, time::Duration};

use url::Url;
use vestibule::state::{Answer, Command};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    http::held,
    states::{App, is_received, message, name},
    world::{World, kept, sign_in, use_session},
};

/// The promise is 0.2 s; the machine may be busy with other tests. What hangs
/// does so until the test ends.
const AT_ONCE: Duration = Duration::from_secs(2);
const DISCOVERY: &str = "/.well-known/openid-configuration";

pub fn cancelled(app: &App, expected: &str) {
    let (state, took) = app.answer(Command::Cancel);
    assert_eq!(name(&state), expected);
    assert!(took < AT_ONCE, "{expected} after {took:?}");
}

/// Waits for the listener of the request that was opened last to go.
pub fn port_closes(world: &World) {
    let url = Url::parse(world.browser.opened().last().unwrap()).unwrap();
    let mut pairs = url.query_pairs();
    let redirect = pairs.find(|(name, _)| name == "redirect_uri").unwrap().1;
    let port = Url::parse(&redirect).unwrap().port().unwrap();
    let start = std::time::Instant::now();
    eventually("the port closes", || {
        TcpStream::connect(("127.0.0.1", port)).is_err()
    });
    let took = start.elapsed();
    assert!(
        took < Duration::from_secs(4),
        "the port was open for {took:?}"
    );
}

#[test]
fn cancel_while_the_kept_session_is_restored() {
    for path in [DISCOVERY, "/token", "/jwks"] {
        let world = World::new();
        sign_in(&world.client()).unwrap();
        let before = world.kept_token();
        let gate = Gate::default();
        world.http.at(path, held(gate.passage()));
        let app = App::start(&world);
        gate.reached();
        cancelled(&app, "SignedOut");
        world.http.clear(path);
        gate.open();
        // A refresh that was under way is kept; none is begun any more; nobody
        // is shown as signed in.
        let rotates = path != DISCOVERY;
        eventually("what came is kept", || {
            !rotates || world.kept_token() != before
        });
        thread::sleep(Duration::from_millis(300));
        assert_eq!(
            world.http.count("/token"),
            if rotates { 2 } else { 1 },
            "{path}"
        );
        let client = world.client();
        use_session(&client, &kept(&client)).unwrap();
        assert_eq!(app.seen(), ["Starting", "SignedOut"], "{path}");
    }
}

#[test]
fn cancel_while_the_provider_is_looked_for() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at(DISCOVERY, held(gate.passage()));
    world.browser.set(Visit::Never);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    gate.reached();
    cancelled(&app, "SignedOut");
    gate.open();
    thread::sleep(Duration::from_millis(300));
    assert_eq!(app.seen().last(), Some(&"SignedOut"));
}

#[test]
fn cancel_while_the_browser_is_waited_for_closes_the_port() {
    let world = World::new();
    world.browser.set(Visit::Idle);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    app.until("AwaitingBrowser");
    eventually("the browser opens", || !world.browser.opened().is_empty());
    cancelled(&app, "SignedOut");
    port_closes(&world);
}

/// Security catalogue L20, K3: also while the exchange hangs, or the next
/// attempt would find its only port taken.
#[test]
fn cancel_while_the_code_is_exchanged_closes_the_port_and_keeps_nobody() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/token", held(gate.passage()));
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    gate.reached();
    cancelled(&app, "SignedOut");
    port_closes(&world);
    let pages = world.browser.pages();
    let page = &pages.last().unwrap().body;
    assert!(page.contains("The sign-in did not finish"), "{page}");
    gate.open();
    thread::sleep(Duration::from_millis(300));
    assert_eq!(world.kept(), None);
    assert_eq!(app.seen().last(), Some(&"SignedOut"));
}

#[test]
fn cancel_while_the_message_is_fetched_leaves_the_person_signed_in() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let app = App::start(&world);
    app.until("SignedIn");
    let gate = Gate::default();
    world.http.at("/private", held(gate.passage()));
    app.send(Command::Fetch(0));
    gate.reached();
    let (state, took) = app.answer(Command::Cancel);
    assert_eq!(message(&state), Some(&Answer::Absent), "{state:?}");
    assert!(took < AT_ONCE);
    world.http.clear("/private");
    app.send(Command::Fetch(0));
    app.until_it(is_received);
    gate.open();
}

#[test]
fn a_second_attempt_does_not_wait_for_the_first_and_only_it_can_finish() {
    let world = World::new();
    world.browser.set(Visit::Idle);
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    app.until("AwaitingBrowser");
    eventually("the browser opens", || !world.browser.opened().is_empty());
    app.send(Command::Cancel);
    world.browser.set(Visit::As("ada"));
    app.send(Command::SignIn);
    app.until("SignedIn");
    // The first request's page was left open and is finished now.
    port_of_first_is_gone(&world);
    assert_eq!(world.http.count("/token"), 1);
}

fn port_of_first_is_gone(world: &World) {
    let opened = world.browser.opened();
    let redirect = |url: &str| {
        let url = Url::parse(url).unwrap();
        let mut pairs = url.query_pairs();
        pairs
            .find(|(name, _)| name == "redirect_uri")
            .unwrap()
            .1
            .into_owned()
    };
    let first = Url::parse(&redirect(&opened[0])).unwrap();
    assert_ne!(redirect(&opened[0]), redirect(&opened[1]));
    let port = first.port().unwrap();
    eventually("the first port closes", || {
        TcpStream::connect(("127.0.0.1", port)).is_err()
    });
}

/// Security catalogue L20: retry works, also where the provider knows one
/// port only.
#[test]
fn a_second_attempt_at_once_finds_the_only_port_free_again() {
    let world = World::new();
    world.browser.set(Visit::Idle);
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let client = world.client_with(|builder| builder.redirect_ports([port]));
    let app = App::of(&world, client);
    app.until("SignedOut");
    for _ in 0..5 {
        app.send(Command::SignIn);
        app.until("AwaitingBrowser");
        app.send(Command::Cancel);
    }
    world.browser.set(Visit::As("ada"));
    app.send(Command::SignIn);
    app.until("SignedIn");
    assert!(!app.seen().contains(&"Failed"), "{:?}", app.seen());
}

/// Offline, then the person gives up, then the network comes back.
#[test]
fn cancel_offline_leads_to_the_sign_in_and_deletes_nothing() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let before = world.kept();
    world.faults.set(Fault::Token500);
    let app = App::start(&world);
    app.until("Offline");
    cancelled(&app, "SignedOut");
    assert_eq!(world.kept(), before);
}

#[test]
fn cancel_of_a_new_sign_in_while_offline_leads_back_there() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.faults.set(Fault::Token500);
    world.browser.set(Visit::Idle);
    let app = App::start(&world);
    app.until("Offline");
    app.send(Command::SignInAsSomebodyElse);
    app.until("AwaitingBrowser");
    cancelled(&app, "Offline");
    world.faults.clear(Fault::Token500);
    app.send(Command::Resume);
    app.until("SignedIn");
}
