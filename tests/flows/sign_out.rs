//! Signing out: here first, then at the provider.

use std::{sync::Arc, thread};

use vestibule::auth::{
    Error,
    error::{StoreError, TokenError},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    clock::Gate,
    http::{dropped, held, status},
    store::{FileStore, Folder},
    world::{World, kept, sign_in, use_session},
};

#[test]
fn the_store_is_cleared_before_the_provider_hears_of_it() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let token = world.kept_token();
    world.diary();
    let forgotten = client.forget(&session);
    assert_eq!(world.kept(), None);
    client.revoke(&forgotten.tokens).unwrap();
    let diary = world.diary();
    assert_eq!(diary, ["store read", "store delete", "POST /revoke"]);
    let sent = world.http.sent_to("/revoke").remove(0);
    assert_eq!(sent.method, "POST");
    assert_eq!(sent.field("token"), Some(token));
    assert_eq!(
        sent.field("token_type_hint").as_deref(),
        Some("refresh_token")
    );
    assert_eq!(sent.field("client_id").as_deref(), Some("vestibule"));
    assert_eq!(sent.url.query(), None);
}

#[test]
fn the_revoked_token_is_dead_and_revoking_it_again_is_success() {
    let world = World::refreshing();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let tokens = client.forget(&session).tokens;
    client.revoke(&tokens).unwrap();
    // RFC 7009 §2.2: also for a token that is not known any more.
    client.revoke(&tokens).unwrap();
    assert!(matches!(
        use_session(&client, &session),
        Err(Error::Ended(_))
    ));
}

#[test]
fn sign_out_works_without_any_network() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    for path in ["/.well-known/openid-configuration", "/token", "/revoke"] {
        world.http.at(path, |_, _| dropped());
    }
    let requests = world.http.all().len();
    let client = world.client();
    let session = kept(&client);
    let forgotten = client.forget(&session);
    assert!(forgotten.deleted.is_ok());
    assert_eq!(forgotten.end_session, None, "the provider is not known");
    assert_eq!(
        world.http.all().len(),
        requests,
        "forgetting asked the network"
    );
    let error = client.revoke(&forgotten.tokens).unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(world.kept(), None);
}

#[test]
fn a_refused_revocation_is_told_and_503_is_worth_another_try() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let tokens = client.forget(&session).tokens;
    for (code, transient) in [(503, true), (429, true), (401, false), (400, false)] {
        world.http.at("/revoke", move |_, _| status(code, ""));
        let error = client.revoke(&tokens).unwrap_err();
        assert_eq!(error.is_transient(), transient, "{code}");
    }
    assert_eq!(world.kept(), None);
}

#[test]
fn a_provider_without_revocation_is_signed_out_of_all_the_same() {
    let world = World::new();
    world.faults.set(Fault::NoRevocation);
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let forgotten = client.forget(&session);
    assert!(forgotten.deleted.is_ok());
    let error = client.revoke(&forgotten.tokens).unwrap_err();
    assert!(matches!(error, Error::Token(TokenError::NoRevocation)));
    assert!(!error.is_transient());
    assert_eq!(world.http.count("/revoke"), 0);
}

#[test]
fn a_store_that_cannot_delete_is_told_and_the_token_is_still_there_to_revoke() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    world.store.fail_writes(Some(StoreError::Locked));
    let forgotten = client.forget(&session);
    assert_eq!(forgotten.deleted, Err(StoreError::Locked));
    client.revoke(&forgotten.tokens).unwrap();
}

/// Security catalogue F7.
#[test]
fn a_sign_out_during_a_refresh_ends_signed_out_and_nothing_is_written_afterwards() {
    let world = World::refreshing();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let first = world.kept_token();
    let gate = Gate::default();
    world.http.at("/token", held(gate.passage()));
    let refresh = {
        let (client, session) = (client.clone(), session.clone());
        thread::spawn(move || use_session(&client, &session))
    };
    gate.reached();
    let forgotten = client.forget(&session);
    assert_eq!(world.kept(), None);
    world.diary();
    gate.open();
    assert!(matches!(refresh.join().unwrap(), Err(Error::Cancelled)));
    assert_eq!(world.kept(), None);
    assert!(!world.diary().contains(&"store write".to_owned()));
    // The token that nobody holds any more is revoked at once.
    let revoked = world
        .http
        .sent_to("/revoke")
        .remove(0)
        .field("token")
        .unwrap();
    assert_ne!(revoked, first);
    client.revoke(&forgotten.tokens).unwrap();
    let revoked = world.http.sent_to("/revoke").remove(1);
    assert_eq!(revoked.field("token"), Some(first));
}

/// Security catalogue F7, over processes: the lock is waited for a moment,
/// not as long as a provider may hang.
#[test]
fn a_sign_out_in_the_terminal_during_a_refresh_in_the_window_stays_one() {
    let world = World::refreshing();
    let folder = Folder::new("sign-out");
    let (file, lock) = (folder.0.join("item"), folder.0.join("lock"));
    let window = world.process(Arc::new(FileStore(file.clone())), lock.clone());
    let terminal = world.process(Arc::new(FileStore(file.clone())), lock);
    let session = sign_in(&window).unwrap();
    let gate = Gate::default();
    world.http.at("/token", held(gate.passage()));
    let refresh = {
        let (window, session) = (window.clone(), session.clone());
        thread::spawn(move || use_session(&window, &session))
    };
    gate.reached();
    let theirs = kept(&terminal);
    assert!(terminal.forget(&theirs).deleted.is_ok());
    gate.open();
    let ended = refresh.join().unwrap().map(|_| ());
    assert!(matches!(ended, Err(Error::Ended(_))), "{ended:?}");
    assert!(!file.exists(), "the window wrote the session back");
    assert_eq!(
        world.http.count("/revoke"),
        1,
        "what the refresh brought lives on"
    );
}

#[test]
fn what_another_process_rotated_is_what_is_revoked() {
    let world = World::refreshing();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let other = world.client();
    use_session(&other, &kept(&other)).unwrap();
    let newest = world.kept_token();
    client.revoke(&client.forget(&session).tokens).unwrap();
    let revoked = world.http.sent_to("/revoke").remove(0);
    assert_eq!(revoked.field("token"), Some(newest));
}

/// RP-Initiated Logout §2, security catalogue K20.
#[test]
fn the_end_session_address_has_the_hint_that_is_in_memory_or_the_client() {
    let world = World::refreshing();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let url = client.forget(&session).end_session.unwrap();
    let names: Vec<_> = url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(names, ["id_token_hint"]);
    assert_eq!(url.path(), "/logout");

    let client = world.client();
    sign_in(&client).unwrap();
    world.faults.set(Fault::NoIdTokenAtRefresh);
    let client = world.client();
    let session = kept(&client);
    use_session(&client, &session).unwrap();
    let url = client.forget(&session).end_session.unwrap();
    let pairs: Vec<_> = url.query_pairs().collect();
    assert_eq!(pairs, [("client_id".into(), "vestibule".into())]);
}
