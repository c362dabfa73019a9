//! How a session and the program end in the worker: sign-out and quit.

use std::{sync::Arc, thread, time::Duration};

use vestibule::{
    auth::error::StoreError,
    notice::{Notice, NoticeKind, StoreTrouble},
    state::{Command, State},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    http::{held, status},
    states::App,
    worker::{DISCOVERY, signed_in},
    world::{World, sign_in},
};

#[test]
fn the_browsers_session_is_ended_on_request_only_and_stays_on_offer() {
    let world = World::new();
    let app = signed_in(&world);
    app.send(Command::SignOut);
    app.until("SignedOut");
    world.browser.set(Visit::Idle);
    let before = world.browser.opened().len();
    // Twice: no opener tells whether a page came up the first time.
    for asked in 1..=2 {
        app.send(Command::SignOutInBrowser);
        eventually("the page is opened", || {
            world.browser.opened().len() == before + asked
        });
    }
    let opened = world.browser.opened().split_off(before);
    for address in opened {
        assert!(address.starts_with(&format!("{}/logout?", world.issuer)));
    }
}

#[test]
fn a_revocation_that_fails_is_told_beside_the_sign_out() {
    let world = World::new();
    world.faults.set(Fault::NoRevocation);
    let app = signed_in(&world);
    app.send(Command::SignOut);
    let told = |state: &State| {
        matches!(state, State::SignedOut { notice: Some(notice), .. }
            if notice.kind == NoticeKind::RevocationFailed)
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

/// The app with a refreshed session that could not be kept, which nothing uses; and
/// the token that is kept.
fn behind(world: &World) -> (App, String) {
    sign_in(&world.client()).unwrap();
    let (before, userinfo) = (world.kept_token(), world.http.count("/userinfo"));
    world.store.fail_writes(Some(StoreError::NoAnswer));
    let app = App::start(world);
    app.until("SignedIn");
    eventually("the person is known", || {
        world.http.count("/userinfo") > userinfo
    });
    world.store.fail_writes(None);
    assert_eq!(world.kept_token(), before);
    (app, before)
}

#[test]
fn quit_tries_once_more_to_keep_what_could_not_be_kept() {
    let world = World::new();
    let (app, before) = behind(&world);
    app.quit();
    assert_ne!(world.kept_token(), before, "the rotated token is lost");
}

#[test]
fn what_could_not_be_kept_is_kept_soon_without_anybody_asking() {
    let world = World::new();
    let (_app, before) = behind(&world);
    eventually("it is kept", || world.kept_token() != before);
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
fn quit_waits_a_moment_alone_for_tokens_that_nobody_is_to_have() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/userinfo", held(gate.passage()));
    let app = App::of(&world, world.client_without_name());
    app.until("SignedOut");
    app.send(Command::SignIn);
    gate.reached();
    app.quit_within(Duration::from_secs(3));
    assert_eq!(world.kept(), None);
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
fn cancel_answers_while_the_deletion_hangs_and_its_end_is_still_told() {
    let world = World::new();
    let app = signed_in(&world);
    let gate = Gate::default();
    world.store.hold_deletes(gate.passage());
    app.send(Command::SignOut);
    gate.reached();
    let (state, _) = app.answer(Command::Cancel);
    let told = |state: &State, expected: &Notice| matches!(state, State::SignedOut { notice: Some(notice), .. } if notice == expected);
    assert!(told(
        &state,
        &Notice::of_store(NoticeKind::StillStored, StoreTrouble::NoAnswer)
    ));
    gate.open();
    app.until_it(|state| told(state, &NoticeKind::SignedOut.into()));
    assert_eq!(world.kept(), None);
}

#[test]
fn a_second_quit_does_not_cut_off_what_the_first_waits_for() {
    let world = World::new();
    let app = signed_in(&world);
    let gate = Gate::default();
    world.store.hold_deletes(gate.passage());
    app.send(Command::SignOut);
    gate.reached();
    let first = app.handle();
    thread::scope(|scope| {
        scope.spawn(move || first.quit());
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(400));
            gate.open();
        });
        thread::sleep(Duration::from_millis(200));
        app.quit();
        assert_eq!(world.kept(), None, "the second quit did not wait");
    });
}
