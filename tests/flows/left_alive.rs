//! Tokens that nobody uses any more do not live on: what a sign-in brought that came to
//! nothing, and what a session without a refresh token leaves (RFC 7009).

use std::sync::Arc;

use serde_json::json;
use vestibule::{
    auth::{Cancel, Error, Progress, SignIn, Step, error::StoreError},
    notice::NoticeKind,
    state::{Command, State},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    clock::{Gate, eventually},
    http::{Sent, edited, held, status},
    states::App,
    world::{World, sign_in, silent, use_session},
};

/// The one revocation that was sent: its token and what it says of its kind.
fn revoked(world: &World) -> (String, String) {
    let sent: Vec<Sent> = world.http.sent_to("/revoke");
    assert_eq!(sent.len(), 1, "{sent:?}");
    let field = |name| sent[0].field(name).unwrap();
    (field("token"), field("token_type_hint"))
}

#[test]
fn a_sign_in_that_fails_after_the_exchange_revokes_what_it_brought() {
    for fault in [
        Fault::WrongIssuer,
        Fault::WrongAudience,
        Fault::WrongNonce,
        Fault::WrongSignature,
        Fault::WrongAtHash,
        Fault::ClockAhead,
        Fault::Jwks500,
    ] {
        let world = World::new();
        let client = world.client();
        let refused = world.with_fault(fault, || sign_in(&client).map(drop));
        assert!(refused.is_err(), "{fault}");
        assert_eq!(revoked(&world).1, "refresh_token", "{fault}");
        assert_eq!(world.kept(), None, "{fault}");
    }
}

/// Also where the answer itself is no good but for its refresh token.
#[test]
fn a_refresh_token_in_an_answer_that_cannot_be_used_is_revoked() {
    for (member, value) in [
        ("token_type", json!("mac")),
        ("token_type", json!(null)),
        ("access_token", json!(null)),
        ("id_token", json!(null)),
        ("error", json!("server_error")),
    ] {
        let world = World::new();
        let changed = value.clone();
        world.http.at(
            "/token",
            edited(move |answer| answer[member] = changed.clone()),
        );
        assert!(sign_in(&world.client()).is_err(), "{member} {value}");
        assert_eq!(revoked(&world).1, "refresh_token", "{member} {value}");
    }
}

#[test]
fn a_sign_in_that_must_be_kept_and_cannot_revokes_its_access_token() {
    let world = World::new();
    let how = SignIn {
        must_be_stored: true,
        ..SignIn::default()
    };
    let client = world.client();
    let refused = world.with_fault(Fault::NoRefreshToken, || {
        client.sign_in(&how, &silent(), &Cancel::default())
    });
    assert!(matches!(refused, Err(Error::NoRefreshToken)));
    assert_eq!(revoked(&world).1, "access_token");
}

/// It would live on in no place but the provider's.
#[test]
fn a_sign_in_that_must_be_kept_and_whose_store_refuses_revokes_its_refresh_token() {
    let world = World::new();
    let how = SignIn {
        must_be_stored: true,
        ..SignIn::default()
    };
    for (error, is_revoked) in [
        (StoreError::Locked, true),
        (StoreError::Failed("full".to_owned()), true),
        // It may have been written all the same.
        (StoreError::NoAnswer, false),
    ] {
        world.store.fail_writes(Some(error.clone()));
        let revocations = world.http.count("/revoke");
        let ended = world.client().sign_in(&how, &silent(), &Cancel::default());
        world.browser.pages();
        assert_eq!(ended.is_err(), is_revoked, "{error}");
        let more = world.http.count("/revoke") - revocations;
        assert_eq!(more, usize::from(is_revoked), "{error}");
    }
}

#[test]
fn a_sign_in_that_is_cancelled_after_the_exchange_revokes_what_it_brought() {
    let world = World::new();
    let cancel = Cancel::default();
    let on_step = cancel.clone();
    let progress: Progress = Arc::new(move |step| {
        if matches!(step, Step::Finishing) {
            on_step.cancel();
        }
    });
    let how = SignIn::default();
    let cancelled = world.client().sign_in(&how, &progress, &cancel);
    assert!(matches!(cancelled, Err(Error::Cancelled)));
    // Nobody waits for it.
    eventually("it is revoked", || world.http.count("/revoke") == 1);
    assert_eq!(revoked(&world).1, "refresh_token");
}

/// The person is told why it failed, however long the provider takes.
#[test]
fn a_revocation_that_hangs_holds_the_failure_back_for_a_moment_only() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/revoke", held(gate.passage()));
    let client = world.client();
    let refused = world.with_fault(Fault::WrongNonce, || sign_in(&client).map(drop));
    assert!(matches!(refused, Err(Error::IdToken(_))));
    gate.reached();
}

#[test]
fn a_sign_in_that_fails_before_the_exchange_revokes_nothing() {
    let world = World::new();
    world.http.at("/token", |_, _| status(500, ""));
    assert!(sign_in(&world.client()).is_err());
    assert_eq!(world.http.count("/revoke"), 0);
}

#[test]
fn signing_out_of_a_session_without_refresh_token_revokes_its_access_token() {
    let world = World::new();
    world.faults.set(Fault::NoRefreshToken);
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let access = use_session(&client, &session).unwrap();
    let forgotten = client.forget(&session);
    client.revoke(&forgotten.tokens).unwrap();
    assert_eq!(revoked(&world), (access, "access_token".to_owned()));
}

/// It ends soon by itself, and providers need not take it.
#[test]
fn a_provider_that_takes_no_access_tokens_is_signed_out_of_without_a_warning() {
    for no in [
        r#"{"error":"unsupported_token_type"}"#,
        r#"{"error":"invalid_client"}"#,
        "",
    ] {
        let world = World::new();
        world.faults.set(Fault::NoRefreshToken);
        world.http.at("/revoke", move |_, _| status(400, no));
        let app = App::start(&world);
        app.until("SignedOut");
        app.send(Command::SignIn);
        app.until("SignedIn");
        app.send(Command::SignOut);
        let State::SignedOut { notice, .. } = app.until("SignedOut") else {
            unreachable!()
        };
        assert_eq!(notice, Some(NoticeKind::SignedOut.into()));
        eventually("it is tried", || world.http.count("/revoke") == 1);
        app.quit();
        assert_eq!(app.seen().last(), Some(&"SignedOut"));
    }
}
