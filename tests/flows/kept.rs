//! The kept session when the store fails, or somebody else signs in.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use vestibule::{
    auth::{
        Cancel, Error, SignIn, Stored,
        error::{Ended, StoreError},
        ports::{StoreKind, TokenStore},
    },
    config::Command,
    terminal,
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    clock::Gate,
    http::held,
    store::{Folder, TestStore},
    world::{World, kept, sign_in, silent, use_session},
};

/// Security catalogue F6.
#[test]
fn a_store_that_fails_after_rotation_is_tried_again_and_the_session_goes_on() {
    let world = World::refreshing();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let first = world.kept_token();
    world.store.fail_writes(Some(StoreError::Locked));
    use_session(&client, &session).unwrap();
    assert_eq!(session.stored(), Stored::Failed(StoreError::Locked));
    use_session(&client, &session).unwrap();
    assert_eq!(world.kept_token(), first, "nothing was written");
    world.store.fail_writes(None);
    use_session(&client, &session).unwrap();
    assert_eq!(session.stored(), Stored::Yes);
    assert_ne!(world.kept_token(), first);
    use_session(&world.client(), &kept(&world.client())).unwrap();
}

#[test]
fn a_store_that_cannot_be_read_any_more_does_not_end_the_session() {
    let world = World::refreshing();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    world.store.fail_reads(Some(StoreError::NoAnswer));
    use_session(&client, &session).unwrap();
    world.store.fail_reads(None);
    use_session(&client, &session).unwrap();
}

#[test]
fn a_locked_store_at_the_start_is_said_and_asks_nothing_of_the_network() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let requests = world.http.all().len();
    world.store.fail_reads(Some(StoreError::Locked));
    assert_eq!(
        world.client().stored_session().err(),
        Some(StoreError::Locked)
    );
    assert_eq!(world.http.all().len(), requests);
    world.store.fail_reads(None);
    assert!(world.client().stored_session().unwrap().is_some());
}

/// A keychain that takes nothing at first.
struct Stumbles(Arc<TestStore>, AtomicBool);

impl TokenStore for Stumbles {
    fn kind(&self) -> StoreKind {
        self.0.kind()
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.0.read(key)
    }

    fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
        if self.1.swap(false, Ordering::SeqCst) {
            return Err(StoreError::Locked);
        }
        self.0.write(key, item)
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.0.delete(key)
    }
}

#[test]
fn a_command_tries_once_more_at_its_end_to_keep_what_could_not_be_kept() {
    let (world, folder) = (World::new(), Folder::new("stumbles"));
    sign_in(&world.client()).unwrap();
    let before = world.kept_token();
    let store = Stumbles(world.store.clone(), AtomicBool::new(true));
    let client = world.process(Arc::new(store), folder.0.join("lock"));
    let (command, api, cancel) = (Command::Message, world.api.clone(), Cancel::default());
    let code = terminal::run(command, &client, api, &cancel);
    assert_eq!(code, 0);
    assert_ne!(world.kept_token(), before, "the rotated token is lost");
    assert_eq!(client.behind(), None);
}

/// Two sign-ins, one slow refresh of the first.
#[test]
fn a_slow_refresh_of_a_replaced_session_does_not_overwrite_the_new_one() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let client = world.client();
    let old = kept(&client);
    let gate = Gate::default();
    world.http.at("/token", held(gate.passage()));
    let refresh = {
        let client = client.clone();
        thread::spawn(move || use_session(&client, &old))
    };
    gate.reached();
    world.http.clear("/token");
    world.browser.set(Visit::As("grace"));
    let switch = SignIn {
        switch: true,
        ..SignIn::default()
    };
    client
        .sign_in(&switch, &silent(), &Cancel::default())
        .unwrap();
    gate.open();
    let ended = refresh.join().unwrap().map(|_| ());
    assert!(
        matches!(ended, Err(Error::Ended(Ended::Elsewhere))),
        "{ended:?}"
    );
    assert_eq!(world.kept().unwrap()["sub"], "grace");
    use_session(&world.client(), &kept(&world.client())).unwrap();
    // Nobody will ever use what the slow refresh brought.
    assert_eq!(world.http.count("/revoke"), 1);
}

#[test]
fn a_session_without_refresh_token_leaves_no_earlier_one_behind() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.browser.clear_cookies();
    world.browser.set(Visit::As("grace"));
    let session = world.with_fault(Fault::NoRefreshToken, || sign_in(&world.client()));
    let session = session.unwrap();
    assert_eq!(
        (session.sub(), session.stored()),
        ("grace", Stored::NoRefreshToken)
    );
    assert_eq!(world.kept(), None, "the next start would sign ada in");
}

#[test]
fn a_switch_that_brings_no_refresh_token_leaves_the_earlier_session_where_it_must_be_kept() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let before = world.kept();
    world.browser.pages();
    world.browser.clear_cookies();
    world.browser.set(Visit::As("grace"));
    let how = SignIn {
        must_be_stored: true,
        switch: true,
        ..SignIn::default()
    };
    let client = world.client_with(|builder| builder.prompt("consent"));
    let switched = world.with_fault(Fault::NoRefreshToken, || {
        client.sign_in(&how, &silent(), &Cancel::default())
    });
    assert!(matches!(switched, Err(Error::NoRefreshToken)));
    assert_eq!(world.kept(), before);
    // What the provider needs to give a refresh token is still asked for.
    let opened = world.browser.opened();
    assert!(opened.last().unwrap().contains("prompt=login+consent"));
}
