//! What ends a sign-in on another device without a session, and which way is found.

use std::sync::{Arc, Mutex};

use vestibule::auth::{
    Error, SignIn, Step, Way,
    error::{DeviceError, IdTokenError, TokenError},
    testing::FakeBrowser,
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    device_library::{CODES, on_a_device},
    http::{edited, status},
    under_way::UnderWay,
    worker_device::scanned,
    world::{World, noting},
};

#[test]
fn a_provider_without_it_is_told_from_one_that_refuses_it() {
    let world = World::new();
    let client = world.client();
    let failed = || on_a_device(&client).end().unwrap_err();
    let absent = world.with_fault(Fault::NoDevice, failed);
    assert!(
        matches!(absent, Error::Device(DeviceError::NotOffered)),
        "{absent}"
    );
    let refused = world.with_fault(Fault::DeviceNotAllowed, failed);
    let Error::Device(DeviceError::NoCode(TokenError::Refused { code, .. })) = &refused else {
        panic!("{refused}")
    };
    assert_eq!(code, "unauthorized_client");
    world.http.at(CODES, |_, _| status(503, ""));
    assert!(failed().is_transient());
}

/// A way that is found, and what is shown of it first.
fn found(world: &World, browser: FakeBrowser) -> Step {
    let client = world.client_in(Arc::new(browser));
    let under_way = UnderWay::start(&client, Way::Found);
    let first = under_way.step(0);
    under_way.cancel.cancel();
    assert!(matches!(under_way.end(), Err(Error::Cancelled)));
    first
}

#[test]
fn the_browser_is_found_first_then_the_device_then_the_address_alone() {
    let world = World::new();
    let absent = || {
        let browser = FakeBrowser::default();
        browser.set_there(false);
        browser
    };
    let first = found(&world, FakeBrowser::default());
    let is_whole = |step| {
        matches!(
            step,
            Step::Browser {
                opens: true,
                device_offered: true,
                ..
            }
        )
    };
    assert!(is_whole(first));
    assert!(matches!(found(&world, absent()), Step::Device(_)));
    let last = world.with_fault(Fault::NoDevice, || found(&world, absent()));
    let is_bare = |step| {
        matches!(
            step,
            Step::Browser {
                opens: false,
                device_offered: false,
                ..
            }
        )
    };
    assert!(is_bare(last));
}

/// All the checks of an ID token but that of its nonce, which there is none of.
#[test]
fn an_id_token_that_is_not_for_this_client_signs_nobody_in_and_its_tokens_are_revoked() {
    for (fault, expected) in [
        (Fault::WrongSignature, IdTokenError::Signature),
        (Fault::WrongAudience, IdTokenError::Audience),
        (Fault::WrongIssuer, IdTokenError::Issuer),
        (Fault::WrongAtHash, IdTokenError::AtHash),
    ] {
        let world = World::new();
        let error = world.with_fault(fault, || {
            let under_way = on_a_device(&world.client());
            scanned(&under_way.code(0), Visit::As("ada"));
            under_way.end().unwrap_err()
        });
        assert!(
            matches!(&error, Error::IdToken(found) if *found == expected),
            "{error}"
        );
        assert_eq!(world.kept(), None);
        assert_eq!(world.http.count("/revoke"), 1);
    }
}

#[test]
fn nothing_that_is_shown_of_a_sign_in_has_a_code_or_a_token() {
    let world = World::new();
    let brought: Arc<Mutex<Vec<String>>> = Arc::default();
    for path in [CODES, "/token"] {
        let brought = brought.clone();
        let note = move |answer: &mut serde_json::Value| {
            for name in ["device_code", "access_token", "refresh_token", "id_token"] {
                let text = answer[name].as_str().map(str::to_owned);
                brought.lock().unwrap().extend(text);
            }
        };
        world.http.at(path, edited(note));
    }
    let under_way = on_a_device(&world.client());
    let code = under_way.code(0);
    let mut shown = format!("{:?} {code:?}", under_way.attempt);
    scanned(&code, Visit::As("ada"));
    let steps = under_way.steps.clone();
    let session = under_way.end().unwrap();
    shown += &format!("{session:?} {:?}", steps.lock().unwrap());
    let brought = brought.lock().unwrap();
    assert_eq!(brought.len(), 4);
    for secret in brought.iter().chain([&code.user_code]) {
        assert!(!shown.contains(secret.as_str()), "{shown}");
    }
}

#[test]
fn who_must_be_stored_and_cannot_be_is_not_signed_in() {
    let world = World::new();
    let client = world.client_with(|builder| builder.scopes(["openid"]));
    let how = SignIn {
        must_be_stored: true,
        way: Way::Device,
        ..SignIn::default()
    };
    let under_way = UnderWay::with(&client, how, noting());
    scanned(&under_way.code(0), Visit::As("ada"));
    assert!(matches!(under_way.end(), Err(Error::NoRefreshToken)));
    assert_eq!(world.kept(), None);
}
