//! What a code is redeemed with, and how often.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::world::{Browser, Provider, challenge, code_form};

#[test]
fn a_wrong_or_missing_verifier_is_refused_and_uses_the_code_up() {
    let provider = Provider::start();
    for verifier in ["", "another-verifier-that-is-long-enough-for-the-rule"] {
        let code = Browser::new(&provider).code("ada", &[]);
        let mut form = code_form(&code);
        form[4].1 = verifier;
        assert_eq!(provider.post("/token", &form).error(), "invalid_grant");
        assert_eq!(provider.redeem(&code).error(), "invalid_grant");
    }
}

#[test]
fn a_verifier_that_could_be_guessed_or_is_the_challenge_itself_is_refused() {
    let provider = Provider::start();
    let long = "v".repeat(129);
    for verifier in [
        "short",
        &long,
        "not-unreserved+but-long-enough-for-the-rule/=",
        "v",
    ] {
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let code = Browser::new(&provider).code("ada", &[("code_challenge", &challenge)]);
        let mut form = code_form(&code);
        form[4].1 = verifier;
        assert_eq!(
            provider.post("/token", &form).error(),
            "invalid_grant",
            "{verifier}"
        );
    }
    let code = Browser::new(&provider).code("ada", &[]);
    let mut form = code_form(&code);
    form[4].1 = challenge();
    assert_eq!(provider.post("/token", &form).error(), "invalid_grant");
}

#[test]
fn of_many_redemptions_at_once_one_wins_and_its_tokens_end() {
    let provider = Provider::start();
    let code = Browser::new(&provider).code("ada", &[]);
    let won: Vec<_> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| provider.redeem(&code)))
            .collect();
        let answers = tries.into_iter().map(|one| one.join().unwrap());
        answers.filter(|answer| answer.status == 200).collect()
    });
    assert_eq!(won.len(), 1);
    let refresh = won[0].json()["refresh_token"].clone();
    let refused = provider.refresh(refresh.as_str().unwrap());
    assert_eq!(refused.error(), "invalid_grant");
}

#[test]
fn a_code_used_twice_ends_what_the_first_use_was_given() {
    let provider = Provider::start();
    let code = Browser::new(&provider).code("ada", &[]);
    let tokens = provider.redeem(&code).json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(provider.with_token("/userinfo", access).status, 200);
    assert_eq!(provider.redeem(&code).error(), "invalid_grant");
    assert_eq!(provider.with_token("/userinfo", access).status, 401);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(provider.refresh(refresh).error(), "invalid_grant");
}

#[test]
fn a_code_is_bound_to_its_redirect_uri() {
    let provider = Provider::start();
    for other in [
        "",
        "http://127.0.0.1:6000/callback",
        "http://localhost:5999/callback",
    ] {
        let code = Browser::new(&provider).code("ada", &[]);
        let mut form = code_form(&code);
        form[3].1 = other;
        assert_eq!(
            provider.post("/token", &form).error(),
            "invalid_grant",
            "{other}"
        );
    }
}
