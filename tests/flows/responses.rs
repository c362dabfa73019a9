//! Authorization responses: `iss`, `error`, foreign codes. Security catalogue
//! K7, L6, L17; RFC 9207.

use std::{net::SocketAddr, thread, time::SystemTime};

use serde_json::json;
use url::Url;
use vestibule::{
    auth::{
        Cancel, Error, SignIn, Step,
        error::{AuthorizationError, TokenError},
    },
    notice::{Failure, NoticeKind},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    clock::{LONG, eventually},
    http::edited,
    wire::{exchange, location},
    world::{World, noting, sign_in},
};

const DISCOVERY: &str = "/.well-known/openid-configuration";
const PROMISE: &str = "authorization_response_iss_parameter_supported";

fn is_issuer_mismatch(error: &Error) -> bool {
    matches!(
        error,
        Error::Authorization(AuthorizationError::IssuerMismatch)
    )
}

#[test]
fn a_missing_or_wrong_iss_stops_before_the_code_is_sent() {
    for fault in [Fault::NoIss, Fault::WrongIss] {
        for visit in [Visit::As("ada"), Visit::CancelAtConsent] {
            let world = World::new();
            world.browser.set(visit);
            let error = world.with_fault(fault, || sign_in(&world.client()));
            let error = error.err().unwrap();
            assert!(is_issuer_mismatch(&error), "{fault}: {error}");
            assert_eq!(world.http.count("/token"), 0, "{fault}");
        }
    }
}

/// providers.md 3.10: required where promised, checked wherever it comes.
#[test]
fn an_iss_that_was_not_promised_may_be_missing_but_not_wrong() {
    for promise in [json!(false), json!(null)] {
        let world = World::new();
        world.http.at(
            DISCOVERY,
            edited(move |document| document[PROMISE] = promise.clone()),
        );
        world
            .with_fault(Fault::NoIss, || sign_in(&world.client()))
            .unwrap();
        world.browser.pages();
        let error = world.with_fault(Fault::WrongIss, || sign_in(&world.client()));
        assert!(is_issuer_mismatch(&error.err().unwrap()));
    }
}

#[test]
fn a_refusal_in_the_browser_is_told_as_one_and_nothing_is_exchanged() {
    let world = World::new();
    world.browser.set(Visit::CancelAtConsent);
    let error = sign_in(&world.client()).err().unwrap();
    let notice = Failure::of_session(&error, SystemTime::now()).notice;
    assert_eq!(notice.kind, NoticeKind::AccessDenied);
    assert_eq!(world.http.count("/token"), 0);
    assert_eq!(world.kept(), None);
}

/// What becomes of a callback with the right state and issuer, and this.
fn answered_with(world: &World, query: &str) -> Error {
    world.browser.set(Visit::Idle);
    let client = world.client();
    let (progress, steps) = noting();
    let waiting = thread::spawn(move || {
        let how = SignIn::default();
        client
            .sign_in(&how, &progress, &Cancel::default())
            .map(|_| ())
    });
    eventually("the address", || !steps.lock().unwrap().is_empty());
    let Step::Browser { url, .. } = steps.lock().unwrap().remove(0) else {
        panic!("another step first")
    };
    let url = Url::parse(&url).unwrap();
    let value = |name: &str| {
        let mut pairs = url.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let redirect = Url::parse(&value("redirect_uri")).unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], redirect.port().unwrap()));
    let target = format!(
        "/callback?{query}&state={}&iss={}",
        value("state"),
        world.issuer
    );
    let get = |target: &str| {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        exchange(address, head.as_bytes(), LONG)
    };
    let answer = get(&target);
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    let page = get(&location(&answer));
    assert!(page.contains("The sign-in did not finish"), "{page}");
    waiting.join().unwrap().unwrap_err()
}

#[test]
fn every_error_value_becomes_a_sentence_from_a_fixed_table() {
    let long = "x".repeat(7000);
    for (value, notice) in [
        ("access_denied", NoticeKind::ProviderDenied),
        ("consent_required", NoticeKind::ProviderDenied),
        ("temporarily_unavailable", NoticeKind::ProviderTrouble),
        ("server_error", NoticeKind::ProviderTrouble),
        ("invalid_scope", NoticeKind::ProviderRefused),
        ("login_required", NoticeKind::ProviderRefused),
        ("%00%1b%5b31m", NoticeKind::ProviderRefused),
        ("%c3%a9%e2%80%ae", NoticeKind::ProviderRefused),
        ("%3Cscript%3E", NoticeKind::ProviderRefused),
        (&long, NoticeKind::ProviderRefused),
    ] {
        let world = World::new();
        let query = format!("error={value}&error_description=%3Cb%3Ex5s5&error_uri=x5s5");
        let error = answered_with(&world, &query);
        let failure = Failure::of_session(&error, SystemTime::now());
        assert_eq!(failure.notice.kind, notice, "{value}");
        let plain = |c: char| c.is_ascii_graphic() || c == ' ';
        assert!(failure.details.chars().all(plain), "{}", failure.details);
        // Its own words are told as such, and nowhere else.
        assert_eq!(failure.said.as_deref(), Some("<b>x5s5"), "{value}");
        assert!(!failure.details.contains("x5s5"), "{}", failure.details);
        assert!(!failure.details.contains('<'), "{}", failure.details);
        assert!(failure.details.len() < 200, "{}", failure.details);
        assert_eq!(world.http.count("/token"), 0, "{value}");
    }
}

#[test]
fn an_error_beside_a_code_is_an_error_and_neither_is_no_sign_in() {
    let world = World::new();
    let error = answered_with(&world, "error=access_denied&code=c");
    assert!(matches!(
        error,
        Error::Authorization(AuthorizationError::Refused { .. })
    ));
    let error = answered_with(&world, "session_state=x");
    assert!(matches!(
        error,
        Error::Authorization(AuthorizationError::Incomplete)
    ));
    assert_eq!(world.http.count("/token"), 0);
}

/// L6: somebody else's code under our state.
#[test]
fn a_foreign_code_is_refused_by_the_provider_and_nothing_is_kept() {
    let world = World::new();
    let error = answered_with(&world, "code=stolen");
    let Error::Token(TokenError::Refused { code, .. }) = &error else {
        panic!("{error}")
    };
    assert_eq!(code, "invalid_grant");
    assert_eq!(world.kept(), None);
    let notice = Failure::of_session(&error, SystemTime::now()).notice;
    assert_eq!(notice.kind, NoticeKind::ProviderRefused);
}

/// K15: providers put whole tokens into their codes.
#[test]
fn a_code_of_more_than_four_kilobytes_is_exchanged_whole() {
    let world = World::new();
    let code = "c0de".repeat(1500);
    answered_with(&world, &format!("code={code}"));
    let sent = world.http.sent_to("/token");
    assert_eq!(sent.len(), 1);
    assert!(sent[0].field("code") == Some(code), "another code was sent");
}
