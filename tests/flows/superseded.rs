//! A new sign-in while an earlier session, or the new one itself, cannot be kept.

use std::thread;

use vestibule::{
    auth::{Cancel, Client, Error, Progress, Session, SignIn, Step, Stored, error::StoreError},
    state::{Command, State},
};

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    http::{held, status},
    states::App,
    store::{Folder, locked},
    world::{World, kept, sign_in, silent, use_session},
};

fn sign_in_as(world: &World, client: &Client, person: &'static str) -> Session {
    world.browser.pages();
    world.browser.clear_cookies();
    world.browser.set(Visit::As(person));
    let switch = SignIn {
        switch: true,
        ..SignIn::default()
    };
    client
        .sign_in(&switch, &silent(), &Cancel::default())
        .unwrap()
}

#[test]
fn a_sign_in_that_cannot_be_kept_either_is_not_held_back_by_the_session_it_replaces() {
    let (world, folder) = (World::refreshing(), Folder::new("superseded"));
    sign_in(&world.client()).unwrap();
    let lock = folder.0.join("lock");
    let client = world.client_with(|builder| builder.lock_file(&lock));
    let old = kept(&client);
    world.store.fail_writes(Some(StoreError::Locked));
    use_session(&client, &old).unwrap();
    let new = sign_in_as(&world, &client, "grace");
    assert_eq!(new.stored(), Stored::Failed(StoreError::Locked));
    // Nobody will ever use the rotated token of the replaced one.
    eventually("it is revoked", || world.http.count("/revoke") == 1);
    use_session(&client, &new).unwrap();
    // What is kept is used up: others still wait.
    assert!(locked(&lock).is_none(), "the lock was let go");
    world.store.fail_writes(None);
    client.catch_up();
    assert_eq!(new.stored(), Stored::Yes);
    assert_eq!(world.kept().unwrap()["sub"], "grace");
    let other = world.client_with(|builder| builder.lock_file(lock));
    use_session(&other, &kept(&other)).unwrap();
    use_session(&client, &new).unwrap();
}

/// Many providers end all of a person's tokens with one of them.
#[test]
fn a_sign_in_of_the_same_person_revokes_nothing_of_the_session_it_replaces() {
    let world = World::refreshing();
    sign_in(&world.client()).unwrap();
    let client = world.client();
    let old = kept(&client);
    world.store.fail_writes(Some(StoreError::Locked));
    use_session(&client, &old).unwrap();
    let new = sign_in_as(&world, &client, "ada");
    use_session(&client, &new).unwrap();
    world.store.fail_writes(None);
    client.catch_up();
    assert_eq!(world.http.count("/revoke"), 0);
    use_session(&world.client(), &kept(&world.client())).unwrap();
}

#[test]
fn a_first_sign_in_at_a_locked_keychain_is_kept_on_use_once_it_is_unlocked() {
    let (world, folder) = (World::new(), Folder::new("first"));
    let lock = folder.0.join("lock");
    let client = world.client_with(|builder| builder.lock_file(&lock));
    world.store.fail_writes(Some(StoreError::Locked));
    let session = sign_in(&client).unwrap();
    assert_eq!(session.stored(), Stored::Failed(StoreError::Locked));
    world.store.fail_writes(None);
    world.clock.advance(11);
    use_session(&client, &session).unwrap();
    eventually("it is kept", || session.stored() == Stored::Yes);
    let other = world.client_with(|builder| builder.lock_file(lock));
    use_session(&other, &kept(&other)).unwrap();
}

#[test]
fn a_first_sign_in_at_a_locked_keychain_is_tried_once_more_at_quit() {
    let world = World::new();
    world.store.fail_writes(Some(StoreError::Locked));
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    app.until("SignedIn");
    app.until_it(|state| notice_of(state) == Some(true));
    world.store.fail_writes(None);
    app.quit();
    assert!(world.kept().is_some(), "it would be lost");
}

/// Whether a window that is signed in says that the session is not kept.
fn notice_of(state: &State) -> Option<bool> {
    match state {
        State::SignedIn { notice, .. } => Some(notice.is_some()),
        _ => None,
    }
}

#[test]
fn the_window_takes_its_notice_back_once_the_session_is_kept() {
    let world = World::new();
    world.store.fail_writes(Some(StoreError::Locked));
    let app = App::start(&world);
    app.until("SignedOut");
    app.send(Command::SignIn);
    app.until_it(|state| notice_of(state) == Some(true));
    world.store.fail_writes(None);
    world.clock.advance(11);
    app.send(Command::Fetch(0));
    app.until_it(|state| notice_of(state) == Some(false));
    assert!(world.kept().is_some());
}

/// A refresh of ada's that another process's sign-in overtakes.
fn overtaken(world: &World, person: &'static str, meanwhile: impl FnOnce()) -> (Session, bool) {
    sign_in(&world.client()).unwrap();
    let client = world.client();
    let old = kept(&client);
    let gate = Gate::default();
    world.http.at("/token", held(gate.passage()));
    let refresh = {
        let (client, old) = (client.clone(), old.clone());
        thread::spawn(move || use_session(&client, &old).is_ok())
    };
    gate.reached();
    world.http.clear("/token");
    sign_in_as(world, &world.client(), person);
    meanwhile();
    gate.open();
    let goes_on = refresh.join().unwrap();
    world.store.fail_reads(None);
    client.catch_up();
    (old, goes_on)
}

#[test]
fn a_store_that_cannot_be_read_is_not_written_over() {
    let world = World::new();
    let store = world.store.clone();
    overtaken(&world, "grace", || {
        store.fail_reads(Some(StoreError::Locked));
    });
    assert_eq!(world.kept().unwrap()["sub"], "grace");
    use_session(&world.client(), &kept(&world.client())).unwrap();
}

#[test]
fn a_newer_sign_in_of_the_same_person_is_not_written_over_and_serves_both() {
    let world = World::new();
    let mut newest = String::new();
    let (old, goes_on) = overtaken(&world, "ada", || newest = world.kept_token());
    assert!(goes_on);
    assert_eq!(world.kept_token(), newest, "it was written over");
    assert_eq!(old.stored(), Stored::Yes);
    // Not even revoked: that might end the newer one as well.
    assert_eq!(world.http.count("/revoke"), 0);
    use_session(&world.client(), &kept(&world.client())).unwrap();
    let used = world.http.sent_to("/token").pop().unwrap();
    assert_eq!(used.field("refresh_token"), Some(newest));
}

/// What is behind finds a newer sign-in in the store while its own token is exchanged.
#[test]
fn what_a_refresh_brings_does_not_take_the_place_of_a_session_that_was_taken_over_meanwhile() {
    let world = World::refreshing();
    sign_in(&world.client()).unwrap();
    let client = world.client();
    let session = kept(&client);
    world.store.fail_writes(Some(StoreError::Locked));
    use_session(&client, &session).unwrap();
    world.store.fail_writes(None);
    let gate = Gate::default();
    world.http.at("/token", held(gate.passage()));
    let refresh = {
        let (client, session) = (client.clone(), session.clone());
        thread::spawn(move || use_session(&client, &session).map(drop))
    };
    gate.reached();
    world.http.clear("/token");
    sign_in_as(&world, &world.client(), "ada");
    let newest = world.kept_token();
    client.catch_up();
    assert_eq!(session.stored(), Stored::Yes);
    gate.open();
    refresh.join().unwrap().unwrap();
    assert_eq!(world.kept_token(), newest, "it was written over");
    use_session(&client, &session).unwrap();
    let used = world.http.sent_to("/token").pop().unwrap();
    assert_eq!(used.field("refresh_token"), Some(newest));
}

/// The refresh had the store lock, and is not of the session that holds it now.
#[test]
fn others_wait_for_a_sign_in_that_replaces_a_session_in_the_middle_of_a_refresh() {
    let (world, folder) = (World::refreshing(), Folder::new("heir"));
    let lock = folder.0.join("lock");
    sign_in(&world.client()).unwrap();
    let client = world.client_with(|builder| builder.lock_file(&lock));
    let old = kept(&client);
    world.store.fail_writes(Some(StoreError::Locked));
    use_session(&client, &old).unwrap();
    let gate = Gate::default();
    world.http.at("/token", held(gate.passage()));
    let refresh = {
        let (client, old) = (client.clone(), old.clone());
        thread::spawn(move || use_session(&client, &old).map(drop))
    };
    gate.reached();
    world.http.clear("/token");
    let new = sign_in_as(&world, &client, "grace");
    gate.open();
    let ended = refresh.join().unwrap();
    assert!(matches!(ended, Err(Error::Cancelled)), "{ended:?}");
    assert!(locked(&lock).is_none(), "the lock was let go");
    world.store.fail_writes(None);
    client.catch_up();
    assert_eq!(new.stored(), Stored::Yes);
    assert_eq!(world.kept().unwrap()["sub"], "grace");
    // Perhaps a moment after the write.
    eventually("the lock is let go", || locked(&lock).is_some());
}

/// A caller may do anything when it is told of a session.
#[test]
fn a_session_may_be_forgotten_as_soon_as_it_is_told_of() {
    let world = World::new();
    let client = world.client();
    let forgetful = client.clone();
    let progress: Progress = std::sync::Arc::new(move |step| {
        if let Step::SignedIn(session) = step {
            forgetful.forget(&session);
        }
    });
    let (sender, done) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let ended = client.sign_in(&SignIn::default(), &progress, &Cancel::default());
        let _ = sender.send(ended.is_err());
    });
    assert_eq!(done.recv_timeout(crate::clock::LONG), Ok(true));
    assert_eq!(world.kept(), None);
}

/// The session goes on in memory, whatever the answer at the token endpoint was.
#[test]
fn a_session_that_was_never_kept_outlives_a_refusal_without_a_reason() {
    let world = World::refreshing();
    let client = world.client();
    world.store.fail_writes(Some(StoreError::Locked));
    let session = sign_in(&client).unwrap();
    world.http.at("/token", |_, _| status(403, ""));
    use_session(&client, &session).unwrap_err();
    drop(session);
    world.http.clear("/token");
    world.store.fail_writes(None);
    client.catch_up();
    use_session(&world.client(), &kept(&world.client())).unwrap();
}
