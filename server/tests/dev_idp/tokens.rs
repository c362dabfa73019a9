//! Tokens and who reads them.

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde_json::Value;

use crate::world::{API, Browser, Provider, VERIFIER, code_form, encode, parts};

/// Checks a token as a relying party would, with a library that is not ours.
pub fn checked(provider: &Provider, token: &Value, audience: &str) -> Option<Value> {
    let token = token.as_str().unwrap();
    let jwks: JwkSet = serde_json::from_str(&provider.get("/jwks").body).unwrap();
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(jwks.find(&kid)?).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&provider.issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    let decoded = jsonwebtoken::decode::<Value>(token, &key, &validation);
    decoded.ok().map(|token| token.claims)
}

#[test]
fn the_whole_flow_gives_tokens_that_tell_who_ada_is() {
    let provider = Provider::start();
    let tokens = provider.tokens(&[]);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 300);
    assert_eq!(tokens["scope"], "openid profile email offline_access");
    let claims = checked(&provider, &tokens["id_token"], "vestibule").unwrap();
    for (claim, value) in [
        ("sub", "ada"),
        ("name", "Ada Lovelace"),
        ("email", "ada@example.org"),
        ("nonce", "the nonce"),
    ] {
        assert_eq!(claims[claim], value, "{claim}");
    }
    for claim in ["iat", "exp", "auth_time"] {
        assert!(claims[claim].is_u64(), "{claim}");
    }
    let picture = claims["picture"].as_str().unwrap();
    let path = picture.strip_prefix(&provider.issuer).unwrap();
    assert_eq!(provider.get(path).header("content-type"), "image/png");

    let token = tokens["access_token"].as_str().unwrap();
    let userinfo = provider.with_token("/userinfo", token).json();
    assert_eq!(userinfo["sub"], "ada");
    assert_eq!(userinfo["name"], "Ada Lovelace");
    assert_eq!(userinfo["picture"], picture);
}

#[test]
fn claims_and_refresh_token_come_only_with_their_scopes() {
    let provider = Provider::start();
    let tokens = provider.tokens(&[("scope", "openid unknown")]);
    assert_eq!(tokens["scope"], "openid");
    assert!(tokens.get("refresh_token").is_none());
    let (_, claims) = parts(&tokens["id_token"]);
    for claim in ["name", "email", "picture"] {
        assert!(claims.get(claim).is_none(), "{claim}");
    }
}

#[test]
fn token_answers_are_not_kept_and_errors_are_json() {
    let provider = Provider::start();
    let code = Browser::new(&provider).code("ada", &[]);
    let good = provider.redeem(&code);
    let bad = provider.redeem(&code);
    assert_eq!((good.status, bad.status), (200, 400));
    for answer in [good, bad] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

#[test]
fn the_client_says_its_name_in_the_body_or_as_basic_with_an_empty_secret() {
    let provider = Provider::start();
    let basic = |text: &str| [("Authorization", format!("Basic {}", STANDARD.encode(text)))];
    let send = |header: &[(&str, String)], client: &str| {
        let code = Browser::new(&provider).code("ada", &[]);
        let mut form = code_form(&code);
        form[1].1 = client;
        Browser::new(&provider).send("POST", "/token", &encode(&form), header)
    };
    assert_eq!(send(&basic("vestibule:"), "").status, 200);
    assert_eq!(send(&basic("vestibule:"), "vestibule").status, 200);
    for (header, client) in [
        (&basic("vestibule:secret")[..], ""),
        (&basic("vestibule:"), "another"),
        (&basic("another:"), ""),
        (&[], "another"),
        (&[], ""),
    ] {
        let answer = send(header, client);
        assert_eq!(
            (answer.status, answer.error().as_str()),
            (401, "invalid_client")
        );
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
}

#[test]
fn access_tokens_are_those_of_rfc_9068_and_no_id_tokens() {
    let provider = Provider::start();
    let tokens = provider.tokens(&[]);
    let (header, _) = parts(&tokens["access_token"]);
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&"at+jwt".into(), &"RS256".into())
    );
    let claims = checked(&provider, &tokens["access_token"], API).unwrap();
    for claim in [
        "iss",
        "exp",
        "aud",
        "sub",
        "client_id",
        "iat",
        "jti",
        "scope",
    ] {
        assert!(claims.get(claim).is_some(), "{claim}");
    }
    assert_eq!(claims["client_id"], "vestibule");
    assert_eq!(claims["aud"], API);
    assert!(checked(&provider, &tokens["id_token"], API).is_none());
    let id_token = tokens["id_token"].as_str().unwrap();
    assert_eq!(provider.with_token("/userinfo", id_token).status, 401);
    let tokens = provider.tokens(&[("audience", "")]);
    let (_, claims) = parts(&tokens["access_token"]);
    assert_eq!(claims["aud"], format!("{}/userinfo", provider.issuer));
}

#[test]
fn userinfo_without_a_token_or_with_a_bad_one_challenges() {
    let provider = Provider::start();
    let answer = provider.get("/userinfo");
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"dev-idp\""
    );
    let answer = provider.with_token("/userinfo", VERIFIER);
    assert_eq!(answer.status, 401);
    assert!(
        answer
            .header("www-authenticate")
            .contains("error=\"invalid_token\"")
    );
}
