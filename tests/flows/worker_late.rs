//! What comes at a bad moment: a provider that went away since it was asked,
//! and whatever comes while a
//! session is being kept already.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use vestibule::{
    api,
    auth::{Cancel, Progress, SignIn, Step, Stored, error::StoreError},
    notice::{Notice, NoticeKind, StoreTrouble},
    state::{Command, State},
    worker,
};

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    http::{dropped, held, status},
    states::{App, is_received, name},
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
    let State::Failed { failure, .. } = app.until("Failed") else {
        unreachable!()
    };
    assert_eq!(failure.notice.kind, NoticeKind::ProviderUnreachable);
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
    // Discovery, exchange.
    assert_eq!(world.http.all().len(), before + 2);
}

/// A keychain may ask the person for half a minute: nobody waits for it, and who
/// changes their mind signs out.
#[test]
fn while_the_session_is_being_kept_the_person_is_signed_in_and_can_sign_out() {
    let world = World::new();
    let gate = Gate::default();
    world.store.hold_writes(gate.passage());
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    let State::SignedIn { notice, .. } = app.until("SignedIn") else {
        unreachable!()
    };
    assert_eq!(notice, None);
    gate.reached();
    app.send(Command::Fetch(0));
    app.until_it(is_received);
    app.send(Command::SignOut);
    app.until("SigningOut");
    gate.open();
    app.until("SignedOut");
    eventually("it is revoked", || world.http.count("/revoke") == 1);
    assert_eq!(world.kept(), None, "the next start would be signed in");
}

#[test]
fn a_session_that_turns_out_not_to_be_kept_is_told_of_once_it_is_known() {
    let world = World::new();
    let gate = Gate::default();
    world.store.hold_writes(gate.passage());
    world.store.fail_writes(Some(StoreError::Locked));
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    app.until("SignedIn");
    gate.open();
    let told = Some(Notice::of_store(
        NoticeKind::NotStored,
        StoreTrouble::Locked,
    ));
    app.until_it(|state| matches!(state, State::SignedIn { notice, .. } if *notice == told));
}

/// Ada is kept but offline, and Grace signs in in her browser: the store begins to
/// write.
fn being_kept(world: &World) -> (App, Gate) {
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.http.at("/token", |_, _| status(503, ""));
    let app = App::start(world);
    app.until("Offline");
    world.http.clear("/token");
    world.browser.clear_cookies();
    world.browser.set(Visit::As("grace"));
    let gate = Gate::default();
    world.store.hold_writes(gate.passage());
    app.send(Command::SignInAsSomebodyElse);
    gate.reached();
    assert_eq!(world.kept().unwrap()["name"], "Ada Lovelace");
    (app, gate)
}

/// Whether the write comes through is not known any more: to take it back could lose
/// both sessions.
#[test]
fn cancel_while_the_new_session_is_written_comes_too_late_and_it_stands() {
    let world = World::new();
    let (app, gate) = being_kept(&world);
    app.send(Command::Cancel);
    gate.open();
    app.until_it(
        |state| matches!(state, State::SignedIn { user, .. } if user.name == "Grace Hopper"),
    );
    world.until_kept("grace");
    assert_eq!(app.seen().last(), Some(&"SignedIn"));
    assert_eq!(world.http.count("/revoke"), 0);
}

/// The job has decided, and the worker does not know yet.
#[test]
fn cancel_between_the_decision_and_its_news_changes_nothing() {
    let world = World::new();
    let (exchange, write, window) = (Gate::default(), Gate::default(), Gate::default());
    world.http.at("/token", held(exchange.passage()));
    world.store.hold_writes(write.passage());
    let (publish, states) = mpsc::channel();
    let (painting, awaiting) = (window.passage(), AtomicBool::new(false));
    let handle = worker::start(
        world.client(),
        api::calls(&world.api),
        false,
        move |state| {
            if matches!(state, State::AwaitingBrowser { .. }) {
                awaiting.store(true, Ordering::SeqCst);
            }
            // Not the one of the beginning.
            if matches!(state, State::Finishing) && awaiting.load(Ordering::SeqCst) {
                painting.pass();
            }
            publish.send(name(&state)).unwrap();
        },
    );
    let mut states = states.iter().skip_while(|name| *name != "SignedOut");
    states.next();
    handle.send(Command::SignIn);
    window.reached();
    handle.send(Command::Cancel);
    exchange.open();
    write.reached();
    window.open();
    let after: Vec<_> = states
        .by_ref()
        .skip_while(|name| *name != "AwaitingBrowser")
        .take(3)
        .collect();
    assert_eq!(after, ["AwaitingBrowser", "Finishing", "SignedIn"]);
    write.open();
    handle.quit();
}

#[test]
fn closing_the_window_while_the_new_session_is_written_waits_for_it() {
    let world = World::new();
    let (app, gate) = being_kept(&world);
    let (handle, store, key) = (app.handle(), world.store.clone(), world.key());
    let quitting = thread::spawn(move || {
        handle.quit();
        store.item(&key)
    });
    // Long enough for whoever does not wait.
    thread::sleep(Duration::from_millis(300));
    gate.open();
    let kept = quitting.join().unwrap().unwrap();
    assert_eq!(kept["name"], "Grace Hopper");
}

/// Somebody does not wait for a keychain that deletes slowly, and signs in again.
#[test]
fn a_slow_deletion_does_not_hit_the_session_of_the_next_sign_in() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let app = App::start(&world);
    app.until("SignedIn");
    let gate = Gate::default();
    world.store.hold_deletes(gate.passage());
    app.send(Command::SignOut);
    gate.reached();
    app.answer(Command::Cancel);
    app.send(Command::SignIn);
    app.until("AwaitingBrowser");
    app.until("Finishing");
    // Long enough for whoever writes at once.
    thread::sleep(Duration::from_millis(500));
    gate.open();
    app.until("SignedIn");
    eventually("the new session is kept", || world.kept().is_some());
    app.send(Command::Fetch(0));
    app.until_it(is_received);
    assert!(world.kept().is_some());
}

/// Ctrl-C in the terminal.
#[test]
fn a_sign_in_cannot_be_cancelled_any_more_once_it_has_told_of_the_session() {
    let world = World::new();
    let cancel = Cancel::default();
    let on_step = cancel.clone();
    let (told, answers) = mpsc::channel();
    let progress: Progress = Arc::new(move |step| {
        if matches!(step, Step::SignedIn(_)) {
            told.send(on_step.cancel()).unwrap();
        }
    });
    let session = world
        .client()
        .sign_in(&SignIn::default(), &progress, &cancel);
    assert!(!answers.recv().unwrap(), "the cancel was accepted");
    assert_eq!(session.unwrap().stored(), Stored::Yes);
}
