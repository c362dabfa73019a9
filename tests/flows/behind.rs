//! A rotated refresh token that could not be kept: when it is tried again, and what
//! does not wait for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use vestibule::{
    auth::{
        AccessToken, Cancel, Client, Error, Session, SignIn, Stored,
        error::StoreError,
        ports::{StoreKind, TokenStore},
    },
    notice::{Notice, NoticeKind, StoreTrouble},
    state::{Command, State},
};

use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    clock::{Gate, eventually},
    states::App,
    store::{Folder, TestStore},
    world::{World, kept, sign_in, silent, use_session},
};

/// A client whose session was refreshed while the store failed with `error`, and its
/// good access token.
pub fn behind(world: &World, error: StoreError) -> (Arc<Client>, Session, AccessToken) {
    let (client, cancel) = (world.client(), Cancel::default());
    let session = sign_in(&client).unwrap();
    let rejected = client.access_token(&session, &cancel).unwrap();
    world.store.fail_writes(Some(error.clone()));
    let renewed = client.another_access_token(&session, &rejected, &cancel);
    assert_eq!(session.stored(), Stored::Failed(error.clone()));
    assert_eq!(client.behind(), Some(error));
    world.store.fail_writes(None);
    (client, session, renewed.unwrap())
}

#[test]
fn what_was_not_kept_at_a_refresh_is_kept_at_the_next_use() {
    let world = World::new();
    let (client, session, renewed) = behind(&world, StoreError::NoAnswer);
    let first = world.kept_token();
    let again = client.access_token(&session, &Cancel::default());
    assert_eq!(again.unwrap(), renewed, "a second refresh");
    eventually("it is kept", || session.stored() == Stored::Yes);
    assert_ne!(world.kept_token(), first);
    eventually("all is told", || client.behind().is_none());
    assert!(!client.has_work_in_hand());
}

/// A locked keychain may ask the person each time.
#[test]
fn a_keychain_found_locked_is_tried_again_on_use_but_not_at_each() {
    let world = World::new();
    let (client, session, renewed) = behind(&world, StoreError::Locked);
    let writes = || {
        let diary = world.diary.lock().unwrap();
        diary.iter().filter(|e| *e == "store write").count()
    };
    let before = writes();
    for _ in 0..20 {
        assert_eq!(use_session(&client, &session).unwrap(), *renewed.secret());
    }
    assert!(!client.has_work_in_hand());
    assert_eq!(writes(), before, "the person is asked at each use");
    world.clock.advance(11);
    use_session(&client, &session).unwrap();
    eventually("it is kept", || client.behind().is_none());
    assert_eq!(session.stored(), Stored::Yes);
}

/// And each refresh tries it in any case.
#[test]
fn a_keychain_found_locked_is_tried_once_more_at_quit() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let before = world.kept_token();
    world.store.fail_writes(Some(StoreError::Locked));
    let client = world.client();
    let app = App::of(&world, client.clone());
    app.until("SignedIn");
    assert_eq!(client.behind(), Some(StoreError::Locked));
    world.store.fail_writes(None);
    app.quit();
    assert_ne!(world.kept_token(), before, "the rotated token is lost");
}

/// A provider that errs right after the rotation loses nothing either: the window starts
/// anew with what is kept, and that must be the newest.
#[test]
fn what_could_not_be_kept_outlives_a_start_that_failed_after_the_rotation() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.store.fail_writes(Some(StoreError::Locked));
    world.faults.set(Fault::WrongAudience);
    let app = App::start(&world);
    app.until("Failed");
    world.store.fail_writes(None);
    world.faults.clear(Fault::WrongAudience);
    app.send(Command::SignIn);
    app.until("SignedIn");
    let client = world.client();
    use_session(&client, &kept(&client)).unwrap();
}

#[test]
fn a_keychain_that_hangs_holds_back_no_good_token_and_is_asked_once_at_a_time() {
    let world = World::new();
    let (client, session, renewed) = behind(&world, StoreError::NoAnswer);
    world.diary();
    let gate = Gate::default();
    world.store.hold_writes(gate.passage());
    for _ in 0..50 {
        assert_eq!(use_session(&client, &session).unwrap(), *renewed.secret());
    }
    gate.reached();
    for _ in 0..50 {
        assert_eq!(use_session(&client, &session).unwrap(), *renewed.secret());
    }
    let diary = world.diary();
    let writes = diary.iter().filter(|entry| *entry == "store write").count();
    assert_eq!(writes, 1, "{diary:?}");
    // Whoever ends the program waits for it.
    assert!(client.has_work_in_hand());
    gate.open();
    eventually("it is kept", || session.stored() == Stored::Yes);
    eventually("nothing is left", || !client.has_work_in_hand());
}

/// F3, within one process: the older token in the store would end the session.
#[test]
fn another_handle_of_a_session_that_is_behind_catches_up_first() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let client = world.client();
    let (first, second) = (kept(&client), kept(&client));
    world.store.fail_writes(Some(StoreError::Locked));
    use_session(&client, &first).unwrap();
    let refused = use_session(&client, &second).unwrap_err();
    let is_locked = matches!(&refused, Error::Store(StoreError::Locked));
    assert!(is_locked && refused.is_transient(), "{refused}");
    assert_eq!(world.http.count("/token"), 2, "the used token was sent");
    world.store.fail_writes(None);
    use_session(&client, &second).unwrap();
    assert_eq!(client.behind(), None);
    let client = world.client();
    use_session(&client, &kept(&client)).unwrap();
}

/// F3: whoever refreshes in the same process at the same moment.
#[test]
fn two_handles_of_one_kept_session_refresh_one_after_the_other() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let client = world.client();
    for _ in 0..10 {
        thread::scope(|scope| {
            for session in [kept(&client), kept(&client)] {
                let client = &client;
                scope.spawn(move || use_session(client, &session).unwrap());
            }
        });
    }
    use_session(&client, &kept(&client)).unwrap();
    let sent = world.http.sent_to("/token").split_off(1);
    let mut used: Vec<_> = sent.iter().map(|r| r.field("refresh_token")).collect();
    let all = used.len();
    used.sort();
    used.dedup();
    assert_eq!(used.len(), all, "a token was used twice");
}

#[test]
fn signing_out_by_another_handle_ends_and_revokes_the_newest_token() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let client = world.client();
    let (first, second) = (kept(&client), kept(&client));
    world.store.fail_writes(Some(StoreError::NoAnswer));
    let access = AccessToken::new(use_session(&client, &first).unwrap());
    world.store.fail_writes(None);
    let used_up = world.kept_token();
    let forgotten = client.forget(&second);
    client.revoke(&forgotten.tokens).unwrap();
    let revoked = world.http.sent_to("/revoke").remove(0);
    assert_eq!(
        revoked.field("token_type_hint").as_deref(),
        Some("refresh_token")
    );
    assert_ne!(revoked.field("token"), Some(used_up));
    client.catch_up();
    assert_eq!(world.kept(), None);
    let ended = client.another_access_token(&first, &access, &Cancel::default());
    assert!(matches!(ended, Err(Error::Ended(_))), "{:?}", ended.err());
}

/// The lock is its own: the new session is kept at once, and stands.
#[test]
fn a_new_sign_in_replaces_a_session_that_is_behind() {
    let (world, folder) = (World::new(), Folder::new("replaced"));
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let client = world.client_with(|builder| builder.lock_file(folder.0.join("lock")));
    let old = kept(&client);
    world.store.fail_writes(Some(StoreError::Locked));
    use_session(&client, &old).unwrap();
    world.store.fail_writes(None);
    world.browser.clear_cookies();
    world.browser.set(Visit::As("grace"));
    let switch = SignIn {
        switch: true,
        ..SignIn::default()
    };
    let signed_in = client.sign_in(&switch, &silent(), &Cancel::default());
    assert_eq!(signed_in.unwrap().stored(), Stored::Yes);
    assert_eq!(client.behind(), None);
    client.catch_up();
    assert_eq!(world.kept().unwrap()["sub"], "grace");
    // The lock was let go.
    let other = world.client_with(|builder| builder.lock_file(folder.0.join("lock")));
    use_session(&other, &kept(&other)).unwrap();
}

/// A keychain that is locked after it was read once.
struct Shuts(Arc<TestStore>, AtomicBool);

impl TokenStore for Shuts {
    fn kind(&self) -> StoreKind {
        self.0.kind()
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        if self.1.swap(true, Ordering::SeqCst) {
            return Err(StoreError::Locked);
        }
        self.0.read(key)
    }

    fn write(&self, _: &str, _: &str) -> Result<(), StoreError> {
        Err(StoreError::Locked)
    }

    fn delete(&self, _: &str) -> Result<(), StoreError> {
        Err(StoreError::Locked)
    }
}

/// Another program has renewed the session since, perhaps: neither the network nor the
/// provider has a part in it.
#[test]
fn a_window_whose_keychain_shuts_at_its_start_says_so_and_is_not_offline() {
    let (world, folder) = (World::new(), Folder::new("shuts"));
    let lock = folder.0.join("lock");
    sign_in(&world.client()).unwrap();
    let other = world.client_with(|builder| builder.lock_file(&lock));
    use_session(&other, &kept(&other)).unwrap();
    let (before, requests) = (world.kept(), world.http.count("/token"));
    let shuts = Shuts(world.store.clone(), AtomicBool::new(false));
    let app = App::of(&world, world.process(Arc::new(shuts), lock));
    let State::SignedOut { notice, .. } = app.until("SignedOut") else {
        unreachable!()
    };
    assert_eq!(
        notice,
        Some(Notice::of_store(
            NoticeKind::NotReadable,
            StoreTrouble::Locked
        ))
    );
    assert_eq!(
        (world.kept(), world.http.count("/token")),
        (before, requests)
    );
}
