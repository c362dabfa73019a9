//! P17: each fault does what it says while it is on, and nothing after.

use serde_json::Value;
use vestibule_server::dev_idp::Fault;

use crate::{
    tokens::checked,
    world::{API, Browser, Provider, parts},
};

fn claims(tokens: &Value) -> Value {
    parts(&tokens["id_token"]).1
}

#[test]
fn p17_no_fault_is_on_by_default() {
    let provider = Provider::start();
    assert!(provider.faults.active().is_empty());
    let tokens = provider.tokens(&[]);
    assert!(checked(&provider, &tokens["id_token"], "vestibule").is_some());
}

#[test]
fn p17_faults_of_the_id_token() {
    let provider = Provider::start();
    let good = claims(&provider.tokens(&[]));
    for (fault, claim) in [
        (Fault::WrongIssuer, "iss"),
        (Fault::WrongNonce, "nonce"),
        (Fault::WrongAudience, "aud"),
    ] {
        provider.faults.set(fault);
        assert_ne!(claims(&provider.tokens(&[]))[claim], good[claim], "{fault}");
        provider.faults.clear(fault);
        assert_eq!(claims(&provider.tokens(&[]))[claim], good[claim], "{fault}");
    }
    provider.faults.set(Fault::WrongSignature);
    let forged = provider.tokens(&[]);
    assert!(checked(&provider, &forged["id_token"], "vestibule").is_none());
    assert!(checked(&provider, &forged["access_token"], API).is_some());
}

#[test]
fn p17_at_hash_fits_unless_its_fault_is_on() {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    let provider = Provider::start();
    let fits = |tokens: &Value| {
        let access = tokens["access_token"].as_str().unwrap();
        let digest = digest(&SHA256, access.as_bytes());
        claims(tokens)["at_hash"] == URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16])
    };
    assert!(fits(&provider.tokens(&[])));
    provider.faults.set(Fault::WrongAtHash);
    assert!(!fits(&provider.tokens(&[])));
}

#[test]
fn p17_faults_of_the_clock_move_the_times_in_tokens() {
    let provider = Provider::start();
    let iat = |provider: &Provider| claims(&provider.tokens(&[]))["iat"].as_u64().unwrap();
    let good = iat(&provider);
    provider.faults.set(Fault::ClockAhead);
    assert!(iat(&provider) >= good + 3600);
    provider.faults.clear(Fault::ClockAhead);
    provider.faults.set(Fault::ClockBehind);
    assert!(iat(&provider) < good);
}

#[test]
fn p17_faults_of_refresh() {
    let provider = Provider::start();
    provider.faults.set(Fault::NoRefreshToken);
    assert!(provider.tokens(&[]).get("refresh_token").is_none());
    provider.faults.clear(Fault::NoRefreshToken);
    let tokens = provider.tokens(&[]);
    let token = tokens["refresh_token"].as_str().unwrap();
    provider.faults.set(Fault::NoRotation);
    provider.faults.set(Fault::NoIdTokenAtRefresh);
    for _ in 0..2 {
        let answer = provider.refresh(token);
        assert_eq!(answer.status, 200);
        assert!(answer.json().get("refresh_token").is_none());
        assert!(answer.json().get("id_token").is_none());
    }
}

#[test]
fn p17_a_lost_answer_has_used_the_refresh_token_up_and_an_error_has_not() {
    let provider = Provider::start();
    let tokens = provider.tokens(&[]);
    let token = tokens["refresh_token"].as_str().unwrap();
    for (fault, status) in [
        (Fault::Token500, 500),
        (Fault::Token429, 429),
        (Fault::TokenEmpty400, 400),
        (Fault::LostToken, 502),
    ] {
        provider.faults.set(fault);
        let answer = provider.refresh(token);
        assert_eq!(answer.status, status, "{fault}");
        assert!(!answer.body.starts_with('{'), "{fault}");
        provider.faults.clear(fault);
    }
    assert_eq!(provider.refresh(token).error(), "invalid_grant");
}

#[test]
fn p17_a_slow_answer_takes_ten_seconds() {
    let provider = Provider::start();
    provider.faults.set(Fault::SlowToken);
    let begun = std::time::Instant::now();
    provider.tokens(&[]);
    assert!(begun.elapsed().as_secs() >= 10);
}

#[test]
fn p17_faults_of_userinfo() {
    let provider = Provider::start();
    let tokens = provider.tokens(&[]);
    let token = tokens["access_token"].as_str().unwrap();
    provider.faults.set(Fault::Userinfo401);
    assert_eq!(provider.with_token("/userinfo", token).status, 401);
    provider.faults.clear(Fault::Userinfo401);
    provider.faults.set(Fault::UserinfoWrongSub);
    assert_ne!(provider.with_token("/userinfo", token).json()["sub"], "ada");
}

#[test]
fn p17_rotated_keys_are_published_beside_the_old_ones() {
    let provider = Provider::start();
    let before = provider.tokens(&[]);
    provider.faults.set(Fault::RotatedKeys);
    let after = provider.tokens(&[]);
    assert_ne!(
        parts(&before["id_token"]).0["kid"],
        parts(&after["id_token"]).0["kid"]
    );
    for tokens in [before, after] {
        assert!(checked(&provider, &tokens["id_token"], "vestibule").is_some());
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(provider.with_token("/userinfo", access).status, 200);
    }
    assert_eq!(
        provider.get("/jwks").json()["keys"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn p17_faults_of_the_authorization_response() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    provider.faults.set(Fault::NoIss);
    assert!(!browser.sign_in("ada", &[]).callback().contains_key("iss"));
    provider.faults.clear(Fault::NoIss);
    provider.faults.set(Fault::WrongIss);
    assert_ne!(
        browser.sign_in("ada", &[]).callback()["iss"],
        provider.issuer
    );
}

#[test]
fn p17_faults_of_discovery() {
    let provider = Provider::start();
    let path = "/.well-known/openid-configuration";
    provider.faults.set(Fault::NoRevocation);
    assert!(
        provider
            .get(path)
            .json()
            .get("revocation_endpoint")
            .is_none()
    );
    let form = [("token", "x"), ("client_id", "vestibule")];
    assert_eq!(provider.post("/revoke", &form).status, 404);
    provider.faults.set(Fault::Discovery500);
    assert_eq!(provider.get(path).status, 500);
}
