//! Each fault does what it says while it is on, and neither before nor after.

use std::time::{Duration, Instant};

use serde_json::Value;
use vestibule_server::dev_idp::Fault;

use crate::{
    device::{ask, poll},
    tokens::checked,
    world::{API, Answer, Browser, Provider, code_form, encode, parts, refresh_form},
};

/// Whether the provider does wrong in the way of this fault. Without a
/// wildcard: a new fault needs its observation.
fn shows(fault: Fault, provider: &Provider) -> bool {
    use Fault::*;

    match fault {
        SlowToken => is_slow(|| drop(redeem(provider))),
        SlowDiscovery => is_slow(|| drop(metadata(provider))),
        LostToken => try_redeem(provider).is_err(),
        Token500 => {
            let answer = redeem(provider);
            answer.status == 500 && answer.header("content-type") == "text/html"
        }
        Token429 => {
            let answer = redeem(provider);
            answer.status == 429 && answer.header("retry-after") == "2"
        }
        TokenEmpty400 => {
            let answer = redeem(provider);
            answer.status == 400
                && answer.body.is_empty()
                && answer.header("content-type").is_empty()
        }
        WrongIssuer => claims(&tokens(provider))["iss"] != provider.issuer,
        WrongNonce => claims(&tokens(provider))["nonce"] != "the nonce",
        WrongAudience => claims(&tokens(provider))["aud"] != "vestibule",
        WrongSignature => {
            let tokens = tokens(provider);
            let id_token = checked(provider, &tokens["id_token"], "vestibule");
            id_token.is_none() && checked(provider, &tokens["access_token"], API).is_some()
        }
        WrongAtHash => !at_hash_fits(&tokens(provider)),
        NoRefreshToken => tokens(provider).get("refresh_token").is_none(),
        NoRotation => refreshed(provider).get("refresh_token").is_none(),
        NoIdTokenAtRefresh => refreshed(provider).get("id_token").is_none(),
        Userinfo401 => userinfo(provider).status == 401,
        Userinfo500 => userinfo(provider).status == 500,
        UserinfoWrongSub => {
            let answer = userinfo(provider);
            answer.status == 200 && answer.json()["sub"] != "ada"
        }
        RotatedKeys => {
            let first = provider.get("/jwks").json()["keys"][0]["kid"].clone();
            parts(&tokens(provider)["id_token"]).0["kid"] != first
        }
        ClockAhead => clock_error(provider) == 3600,
        ClockBehind => clock_error(provider) == -3600,
        NoIss => !callback(provider).contains_key("iss"),
        WrongIss => callback(provider)
            .get("iss")
            .is_some_and(|iss| *iss != provider.issuer),
        Discovery500 => provider.get(METADATA).status == 500,
        WrongDiscoveryIssuer => {
            let answer = provider.get(METADATA);
            answer.status == 200 && answer.json()["issuer"] != provider.issuer
        }
        Jwks500 => provider.get("/jwks").status == 500,
        NoRevocation => lacks(provider, "revocation_endpoint", "/revoke"),
        NoDevice => lacks(
            provider,
            "device_authorization_endpoint",
            "/device_authorization",
        ),
        DeviceNotAllowed => {
            let form = [("client_id", "vestibule"), ("scope", "openid")];
            let answer = provider.post("/device_authorization", &form);
            answer.status == 400 && answer.error() == "unauthorized_client"
        }
        NoCompleteUri => ask(provider).get("verification_uri_complete").is_none(),
        SlowDown => poll(provider, &ask(provider)).error() == "slow_down",
    }
}

const METADATA: &str = "/.well-known/openid-configuration";

fn metadata(provider: &Provider) -> Value {
    provider.get(METADATA).json()
}

fn lacks(provider: &Provider, member: &str, path: &str) -> bool {
    let form = [
        ("client_id", "vestibule"),
        ("token", "x"),
        ("scope", "openid"),
    ];
    let missing = metadata(provider).get(member).is_none();
    assert_eq!(missing, provider.post(path, &form).status == 404, "{path}");
    missing
}

fn is_slow(act: impl FnOnce()) -> bool {
    let begun = Instant::now();
    act();
    begun.elapsed() >= Duration::from_secs(10)
}

fn code(provider: &Provider) -> String {
    Browser::new(provider).code("ada", &[])
}

fn redeem(provider: &Provider) -> Answer {
    provider.redeem(&code(provider))
}

fn try_redeem(provider: &Provider) -> Result<Answer, ureq::Error> {
    let form = encode(&code_form(&code(provider)));
    Browser::new(provider).try_send("POST", "/token", &form, &[])
}

fn tokens(provider: &Provider) -> Value {
    redeem(provider).json()
}

fn refreshed(provider: &Provider) -> Value {
    let token = tokens(provider)["refresh_token"].clone();
    provider.refresh(token.as_str().unwrap()).json()
}

fn userinfo(provider: &Provider) -> Answer {
    let tokens = tokens(provider);
    provider.with_token("/userinfo", tokens["access_token"].as_str().unwrap())
}

fn callback(provider: &Provider) -> std::collections::HashMap<String, String> {
    Browser::new(provider).sign_in("ada", &[]).callback()
}

fn claims(tokens: &Value) -> Value {
    parts(&tokens["id_token"]).1
}

/// By how many seconds all times of a sign-in are off, to the hour.
fn clock_error(provider: &Provider) -> i64 {
    let tokens = tokens(provider);
    let (id, access) = (claims(&tokens), parts(&tokens["access_token"]).1);
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    let off = |time: &Value| (time.as_f64().unwrap() - now) / 3600.0;
    let errors = [off(&id["iat"]), off(&id["auth_time"]), off(&access["iat"])];
    let hours = errors.map(|error| error.round() as i64);
    assert!(hours.iter().all(|one| *one == hours[0]), "{hours:?}");
    hours[0] * 3600
}

fn at_hash_fits(tokens: &Value) -> bool {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    let access = tokens["access_token"].as_str().unwrap();
    let digest = digest(&SHA256, access.as_bytes());
    claims(tokens)["at_hash"] == URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16])
}

#[test]
fn no_fault_is_on_by_default() {
    let provider = Provider::start();
    assert!(provider.faults.active().is_empty());
    for fault in Fault::ALL {
        assert!(!shows(*fault, &provider), "{fault}");
    }
}

#[test]
fn each_fault_shows_while_it_is_on_and_not_after() {
    let provider = Provider::start();
    let slow = [Fault::SlowToken, Fault::SlowDiscovery];
    for fault in Fault::ALL.iter().filter(|fault| !slow.contains(fault)) {
        provider.faults.set(*fault);
        assert!(shows(*fault, &provider), "{fault}");
        provider.faults.clear(*fault);
        assert!(!shows(*fault, &provider), "{fault}");
    }
}

#[test]
fn slow_answers_take_ten_seconds_and_are_right() {
    let provider = Provider::start();
    provider.faults.set(Fault::SlowToken);
    provider.faults.set(Fault::SlowDiscovery);
    std::thread::scope(|scope| {
        let discovery = scope.spawn(|| shows(Fault::SlowDiscovery, &provider));
        let code = code(&provider);
        let begun = Instant::now();
        assert_eq!(provider.redeem(&code).status, 200);
        assert!(begun.elapsed() >= Duration::from_secs(10));
        assert!(discovery.join().unwrap());
    });
}

#[test]
fn a_lost_answer_has_used_the_refresh_token_up_and_an_error_has_not() {
    let provider = Provider::start();
    let tokens = provider.tokens(&[]);
    let token = tokens["refresh_token"].as_str().unwrap();
    for fault in [Fault::Token500, Fault::Token429, Fault::TokenEmpty400] {
        provider.faults.set(fault);
        assert_ne!(provider.refresh(token).status, 200, "{fault}");
        provider.faults.clear(fault);
    }
    let next = provider.refresh(token).json();
    let token = next["refresh_token"].as_str().unwrap();
    provider.faults.set(Fault::LostToken);
    let form = encode(&refresh_form(token));
    let lost = Browser::new(&provider).try_send("POST", "/token", &form, &[]);
    assert!(lost.is_err());
    provider.faults.clear(Fault::LostToken);
    assert_eq!(provider.refresh(token).error(), "invalid_grant");
}

#[test]
fn a_token_that_is_not_rotated_stays_good() {
    let provider = Provider::start();
    let tokens = provider.tokens(&[]);
    let token = tokens["refresh_token"].as_str().unwrap();
    provider.faults.set(Fault::NoRotation);
    for _ in 0..2 {
        assert_eq!(provider.refresh(token).status, 200);
    }
}

#[test]
fn rotated_keys_are_published_beside_the_old_ones() {
    let provider = Provider::start();
    let before = provider.tokens(&[]);
    provider.faults.set(Fault::RotatedKeys);
    let after = provider.tokens(&[]);
    for tokens in [before, after] {
        assert!(checked(&provider, &tokens["id_token"], "vestibule").is_some());
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(provider.with_token("/userinfo", access).status, 200);
    }
    let keys = provider.get("/jwks").json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
}
