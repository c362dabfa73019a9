//! The device's side of RFC 8628: two codes, polling, what ends them.

use std::time::Duration;

use serde_json::Value;
use vestibule_server::dev_idp::Options;

use crate::{
    tokens::checked,
    world::{ALL_SCOPES, API, Answer, Browser, Provider, parts},
};

pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A provider whose devices may poll as often as they like.
pub fn impatient() -> Provider {
    Provider::with(Options {
        device_interval: Duration::ZERO,
        ..Options::default()
    })
}

pub fn ask(provider: &Provider) -> Value {
    let form = [
        ("client_id", "vestibule"),
        ("scope", ALL_SCOPES),
        ("audience", API),
    ];
    let answer = provider.post("/device_authorization", &form);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

pub fn text<'a>(device: &'a Value, name: &str) -> &'a str {
    device[name].as_str().unwrap()
}

pub fn poll(provider: &Provider, device: &Value) -> Answer {
    let form = [
        ("grant_type", GRANT),
        ("client_id", "vestibule"),
        ("device_code", text(device, "device_code")),
    ];
    provider.post("/token", &form)
}

/// Types the code, logs in if asked, and answers the question.
pub fn answer_device(browser: &mut Browser, device: &Value, user: &str, choice: &str) -> Answer {
    let mut answer = browser.enter(text(device, "user_code"));
    if answer.location().starts_with("/login") {
        let page = browser.follow(&answer);
        answer = browser.log_in(&page, user, user);
    }
    let page = browser.follow(&answer);
    browser.consent(&page, choice)
}

#[test]
fn a_device_is_given_two_codes_and_where_to_carry_the_short_one() {
    let provider = Provider::start();
    let metadata = provider.get("/.well-known/openid-configuration").json();
    let endpoint = text(&metadata, "device_authorization_endpoint");
    assert_eq!(
        endpoint,
        format!("{}/device_authorization", provider.issuer)
    );
    let grants = metadata["grant_types_supported"].as_array().unwrap();
    assert!(grants.contains(&GRANT.into()));

    let device = ask(&provider);
    let code = text(&device, "user_code");
    assert_eq!((code.len(), code.find('-')), (9, Some(4)), "{code}");
    let letters = code.replace('-', "");
    assert!(letters.chars().all(|c| "BCDFGHJKLMNPQRSTVWXZ".contains(c)));
    let page = format!("{}/device", provider.issuer);
    assert_eq!(device["verification_uri"], page);
    let complete = format!("{page}?user_code={code}");
    assert_eq!(device["verification_uri_complete"], complete);
    assert_eq!(
        (&device["interval"], &device["expires_in"]),
        (&5.into(), &600.into())
    );
    assert!(text(&device, "device_code").len() >= 43);
    let other = ask(&provider);
    for one in ["device_code", "user_code"] {
        assert_ne!(device[one], other[one]);
    }
}

#[test]
fn a_device_gets_ordinary_tokens_once_its_person_has_allowed_it() {
    let provider = impatient();
    let device = ask(&provider);
    assert_eq!(poll(&provider, &device).error(), "authorization_pending");
    let mut browser = Browser::new(&provider);
    let done = answer_device(&mut browser, &device, "grace", "allow");
    assert_eq!(done.location(), "/device/allowed");
    let answer = poll(&provider, &device);
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, "no-store")
    );
    let tokens = answer.json();
    let claims = checked(&provider, &tokens["id_token"], "vestibule").unwrap();
    assert_eq!(
        (&claims["sub"], claims.get("nonce")),
        (&"grace".into(), None)
    );
    assert!(checked(&provider, &tokens["access_token"], API).is_some());
    assert_eq!(tokens["scope"], ALL_SCOPES);
    let refreshed = provider.refresh(text(&tokens, "refresh_token")).json();
    assert_eq!(parts(&refreshed["access_token"]).1["aud"], API);
}

#[test]
fn a_device_code_is_good_once_and_for_its_client_alone() {
    let provider = impatient();
    let device = ask(&provider);
    answer_device(&mut Browser::new(&provider), &device, "ada", "allow");
    let foreign = [
        ("grant_type", GRANT),
        ("client_id", "another"),
        ("device_code", text(&device, "device_code")),
    ];
    assert_eq!(provider.post("/token", &foreign).error(), "invalid_client");
    let won = std::thread::scope(|scope| {
        let polls: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| poll(&provider, &device)))
            .collect();
        let answers = polls.into_iter().map(|one| one.join().unwrap());
        let (won, lost): (Vec<_>, Vec<_>) = answers.partition(|answer| answer.status == 200);
        assert!(lost.iter().all(|answer| answer.error() == "invalid_grant"));
        won.len()
    });
    assert_eq!(won, 1);
    let unknown = serde_json::json!({ "device_code": "never-given" });
    assert_eq!(poll(&provider, &unknown).error(), "invalid_grant");
}

#[test]
fn a_device_cannot_ask_for_another_api_once_its_person_has_answered() {
    let provider = impatient();
    for (resource, error) in [(API, None), ("https://another-api", Some("invalid_target"))] {
        let device = ask(&provider);
        answer_device(&mut Browser::new(&provider), &device, "ada", "allow");
        let form = [
            ("grant_type", GRANT),
            ("client_id", "vestibule"),
            ("device_code", text(&device, "device_code")),
            ("resource", resource),
        ];
        let answer = provider.post("/token", &form).json();
        assert_eq!(
            answer.get("error").and_then(Value::as_str),
            error,
            "{resource}"
        );
    }
}

#[test]
fn a_device_is_given_a_refresh_token_for_offline_access_alone_and_it_rotates() {
    let provider = impatient();
    for (scope, given) in [("openid profile", false), (ALL_SCOPES, true)] {
        let form = [("client_id", "vestibule"), ("scope", scope)];
        let device = provider.post("/device_authorization", &form).json();
        answer_device(&mut Browser::new(&provider), &device, "ada", "allow");
        let tokens = poll(&provider, &device).json();
        assert_eq!(tokens.get("refresh_token").is_some(), given, "{scope}");
        if given {
            let first = text(&tokens, "refresh_token");
            let second = provider.refresh(first).json();
            assert_ne!(text(&second, "refresh_token"), first);
            assert_eq!(provider.refresh(first).error(), "invalid_grant");
        }
    }
}

#[test]
fn a_device_that_is_refused_hears_access_denied() {
    let provider = impatient();
    let device = ask(&provider);
    let mut browser = Browser::new(&provider);
    let done = answer_device(&mut browser, &device, "ada", "cancel");
    assert_eq!(done.location(), "/device/refused");
    for _ in 0..2 {
        let answer = poll(&provider, &device);
        assert_eq!(
            (answer.status, answer.error().as_str()),
            (400, "access_denied")
        );
    }
}

#[test]
fn a_device_that_polls_too_fast_is_slowed_down_even_after_the_answer() {
    let provider = Provider::start();
    let device = ask(&provider);
    assert_eq!(poll(&provider, &device).error(), "authorization_pending");
    answer_device(&mut Browser::new(&provider), &device, "ada", "allow");
    for _ in 0..2 {
        let answer = poll(&provider, &device);
        assert_eq!((answer.status, answer.error().as_str()), (400, "slow_down"));
    }
}

#[test]
fn a_code_that_is_too_old_is_expired_for_device_and_person() {
    let provider = Provider::with(Options {
        device_ttl: Duration::from_secs(1),
        device_interval: Duration::ZERO,
        ..Options::default()
    });
    let device = ask(&provider);
    assert_eq!(device["expires_in"], 1);
    std::thread::sleep(Duration::from_millis(2100));
    assert_eq!(poll(&provider, &device).error(), "expired_token");
    let answer = Browser::new(&provider).bring(text(&device, "user_code"));
    assert_eq!(answer.status, 400);
}

#[test]
fn what_a_device_gets_wrong_is_named() {
    let provider = Provider::start();
    let client = ("client_id", "vestibule");
    for (form, status, error) in [
        (&[("scope", "openid")][..], 401, "invalid_client"),
        (
            &[("client_id", "another"), ("scope", "openid")],
            401,
            "invalid_client",
        ),
        (&[client], 400, "invalid_scope"),
        (&[client, ("scope", "profile")], 400, "invalid_scope"),
        (
            &[client, ("scope", "openid"), ("scope", "openid")],
            400,
            "invalid_request",
        ),
        (
            &[
                client,
                ("scope", "openid"),
                ("audience", "https://another-api"),
            ],
            400,
            "invalid_target",
        ),
        (
            &[
                client,
                ("scope", "openid"),
                ("resource", "https://another-api"),
            ],
            400,
            "invalid_target",
        ),
        (
            &[client, ("scope", "openid"), ("client_secret", "s")],
            401,
            "invalid_client",
        ),
    ] {
        let answer = provider.post("/device_authorization", form);
        assert_eq!(
            (answer.status, answer.error().as_str()),
            (status, error),
            "{form:?}"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let without = [("grant_type", GRANT), client];
    assert_eq!(provider.post("/token", &without).error(), "invalid_request");
}
