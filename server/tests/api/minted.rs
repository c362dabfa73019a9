//! Tokens of `guard::testing`, and keys that are given instead of fetched.

use std::time::Duration;

use serde_json::json;
use vestibule_server::guard::{
    AccessTokenVerifier, Refusal, TypProfile, VerifyError,
    testing::{ISSUER, TestIssuer},
};

use crate::{
    keys::{ED, OTHER, RSA},
    token::{AUDIENCE, good},
    world::FakeClock,
};

async fn refusal(verifier: &AccessTokenVerifier, token: &str) -> Option<Refusal> {
    match verifier.verify(token).await {
        Ok(_) => None,
        Err(VerifyError::Refused(cause)) => Some(cause),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_minted_token_has_all_that_rfc_9068_requires() {
    let issuer = TestIssuer::new(AUDIENCE);
    let strict = issuer.builder().typ(TypProfile::AtJwt).build().unwrap();
    let claims = strict.verify(&issuer.token().sign()).await.unwrap();
    assert_eq!((claims.sub(), claims.scopes().count()), (Some("ada"), 0));
    let token = issuer.token().sub("grace").scope("a b").claim("n", 5);
    let claims = strict.verify(&token.sign()).await.unwrap();
    assert_eq!(claims.sub(), Some("grace"));
    assert!(claims.scopes().eq(["a", "b"]));
    assert_eq!(claims.typed::<serde_json::Value>().unwrap()["n"], 5);
}

#[tokio::test]
async fn tokens_that_the_guard_refuses_can_be_minted() {
    let issuer = TestIssuer::new(AUDIENCE);
    let verifier = issuer.builder().leeway(Duration::ZERO).build().unwrap();
    for (token, cause) in [
        (issuer.token().expired(), Refusal::Expired),
        (issuer.token().expires_in(Duration::ZERO), Refusal::Expired),
        (issuer.token().audience("https://other"), Refusal::Audience),
        (
            issuer.token().claim("iss", "https://other"),
            Refusal::Issuer,
        ),
    ] {
        let text = format!("{token:?}");
        assert_eq!(
            refusal(&verifier, &token.sign()).await,
            Some(cause),
            "{text}"
        );
    }
}

/// Everybody can mint them.
#[tokio::test]
async fn without_its_public_key_a_verifier_takes_no_minted_token() {
    let issuer = TestIssuer::new(AUDIENCE);
    let keys = json!({"keys": [ED.jwk(), RSA.jwk()]}).to_string();
    let verifier = AccessTokenVerifier::builder(ISSUER, AUDIENCE).jwks(keys);
    let verifier = verifier.build().unwrap();
    let cause = refusal(&verifier, &issuer.token().sign()).await;
    assert_eq!(cause, Some(Refusal::UnknownKey));
}

#[tokio::test]
async fn keys_that_are_given_serve_for_ever_and_nothing_is_fetched() {
    let issuer = "accounts.example.com";
    let keys = json!({"keys": [RSA.jwk()]}).to_string();
    let clock = std::sync::Arc::new(FakeClock::default());
    let builder = AccessTokenVerifier::builder(issuer, AUDIENCE).jwks(keys);
    let verifier = builder.clock(clock.clone()).build().unwrap();
    assert!(verifier.is_ready());
    verifier.keep_fresh().await;
    let mut forged = good(issuer, &RSA);
    forged.replace_range(forged.len() - 8.., "AAAAAAAA");
    for (token, cause) in [
        (good(issuer, &RSA), None),
        (good(issuer, &RSA), None),
        (good(issuer, &OTHER), Some(Refusal::UnknownKey)),
        (forged.clone(), Some(Refusal::Signature)),
        (good("https://other", &RSA), Some(Refusal::Issuer)),
    ] {
        assert_eq!(refusal(&verifier, &token).await, cause);
    }
    clock.advance(48 * 3600);
    let later = crate::token::claims(issuer).set("exp", "1900000000");
    let later = crate::token::sign(&crate::token::header(&RSA), &later, &RSA);
    assert_eq!(refusal(&verifier, &later).await, None);
    assert_eq!(refusal(&verifier, &forged).await, Some(Refusal::Signature));
    let statistics = verifier.statistics();
    assert_eq!((statistics.jwks_fetches, statistics.jwks_failures), (0, 0));
    assert_eq!((statistics.cache_hits, statistics.cache_misses), (1, 2));
}
