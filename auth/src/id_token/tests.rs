//! Signature and form: OpenID Connect Core §3.1.3.7 (6–8), RFC 8725. The
//! claims are in `tests/claims.rs`, `exp` and `iat` in `tests/times.rs`.

mod claims;
mod keys;
mod times;

use serde_json::{Value, json};

use super::*;
use keys::{ED, FORGED, Key, P256, P384, P521, RSA, all, b64, set};

const NOW: i64 = 1_800_000_000;

fn claims() -> Value {
    json!({
        "iss": "https://sso.example.org",
        "sub": "ada",
        "aud": "app",
        "exp": NOW + 300,
        "iat": NOW,
        "nonce": "n",
    })
}

fn expected() -> Expected<'static> {
    Expected {
        access_token: "access",
        answered_at: None,
        client_id: "app",
        earlier_nonce: None,
        issuer: "https://sso.example.org",
        nonce: Some("n"),
        now: NOW,
        subject: None,
    }
}

fn check(token: &str, keys: &Jwks, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    verify(token, keys, expected).map(|_| ())
}

/// The verdict on a good token whose claims were edited.
fn verdict(edit: impl FnOnce(&mut Value)) -> Result<(), IdTokenError> {
    let mut claims = claims();
    edit(&mut claims);
    check(&RSA.token("RS256", &claims), &all(), &expected())
}

fn with(name: &str, value: Value) -> Result<(), IdTokenError> {
    verdict(|claims| claims[name] = value)
}

fn without(name: &str) -> Result<(), IdTokenError> {
    verdict(|claims| drop(claims.as_object_mut().unwrap().remove(name)))
}

fn each() -> [(&'static Key, &'static str); 10] {
    [
        (&RSA, "RS256"),
        (&RSA, "RS384"),
        (&RSA, "RS512"),
        (&RSA, "PS256"),
        (&RSA, "PS384"),
        (&RSA, "PS512"),
        (&P256, "ES256"),
        (&P384, "ES384"),
        (&P521, "ES512"),
        (&ED, "EdDSA"),
    ]
}

#[test]
fn a_good_token_of_each_algorithm_is_accepted() {
    for (key, alg) in each() {
        let token = key.token(alg, &claims());
        let claims = verify(&token, &all(), &expected()).unwrap();
        assert_eq!(claims.sub, "ada", "{alg}");
    }
}

#[test]
fn a_changed_signature_or_a_changed_claim_is_refused() {
    for (key, alg) in each() {
        let token = key.token(alg, &claims());
        let (input, signature) = token.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { 'B' } else { 'A' };
        let mut forged = claims();
        forged["sub"] = json!("grace");
        let (_, other) = key
            .token(alg, &forged)
            .rsplit_once('.')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        for hostile in [
            format!("{input}.{first}{}", &signature[1..]),
            format!("{input}.{other}"),
            format!("{input}."),
            format!("{input}.AAAA"),
        ] {
            let verdict = check(&hostile, &all(), &expected());
            assert_eq!(verdict, Err(IdTokenError::Signature), "{alg}");
        }
    }
}

#[test]
fn a_key_of_somebody_else_under_the_same_name_is_refused() {
    let verdict = check(&FORGED.token("RS256", &claims()), &all(), &expected());
    assert_eq!(verdict, Err(IdTokenError::Signature));
}

#[test]
fn a_key_that_the_issuer_does_not_publish_is_unknown() {
    let header = json!({ "alg": "RS256", "kid": "newer" });
    let token = RSA.token_with(&header, &claims().to_string());
    let verdict = check(&token, &all(), &expected());
    assert_eq!(verdict, Err(IdTokenError::UnknownKey));
    let empty = check(
        &RSA.token("RS256", &claims()),
        &set(&json!([])),
        &expected(),
    );
    assert_eq!(empty, Err(IdTokenError::UnknownKey));
}

#[test]
fn without_a_kid_every_key_that_fits_is_tried() {
    let token = RSA.token_with(&json!({ "alg": "RS256" }), &claims().to_string());
    assert_eq!(
        check(&token, &set(&json!([RSA.jwk()])), &expected()),
        Ok(())
    );
    let several = set(&json!([FORGED.jwk(), P256.jwk(), RSA.jwk()]));
    assert_eq!(check(&token, &several, &expected()), Ok(()));
    let none = set(&json!([FORGED.jwk(), P256.jwk()]));
    assert_eq!(
        check(&token, &none, &expected()),
        Err(IdTokenError::Signature)
    );
}

#[test]
fn two_keys_of_one_name_are_both_tried_in_either_order() {
    for keys in [[FORGED.jwk(), RSA.jwk()], [RSA.jwk(), FORGED.jwk()]] {
        let token = RSA.token("RS256", &claims());
        assert_eq!(check(&token, &set(&json!(keys)), &expected()), Ok(()));
    }
}

#[test]
fn none_is_refused_whatever_the_letters_and_the_signature() {
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let input = format!(
            "{}.{}",
            b64(json!({ "alg": alg }).to_string()),
            b64(claims().to_string())
        );
        for token in [format!("{input}."), format!("{input}.AAAA")] {
            let verdict = check(&token, &all(), &expected());
            assert_eq!(
                verdict,
                Err(IdTokenError::Algorithm(alg.to_owned())),
                "{alg}"
            );
        }
    }
}

/// RFC 8725 §2.1: the public key taken for a shared secret.
#[test]
fn a_symmetric_signature_is_refused_before_any_key_is_looked_at() {
    let n = RSA.jwk()["n"].as_str().unwrap().to_owned();
    for alg in ["HS256", "HS384", "HS512"] {
        let refused = Err(IdTokenError::Algorithm(alg.to_owned()));
        let header = json!({ "alg": alg, "kid": "rsa" });
        let input = format!("{}.{}", b64(header.to_string()), b64(claims().to_string()));
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, n.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, input.as_bytes());
        let token = format!("{input}.{}", b64(tag));
        assert_eq!(check(&token, &all(), &expected()), refused, "{alg}");
        // Not even if the issuer published the secret.
        let oct = json!([{ "kty": "oct", "kid": "rsa", "k": b64(&n) }]);
        assert_eq!(check(&token, &set(&oct), &expected()), refused);
    }
}

#[test]
fn algorithms_off_the_list_are_refused() {
    for alg in ["rs256", "RS256 ", "ES256K", "Ed25519", "RSA-OAEP", "RS1"] {
        let token = RSA.token("RS256", &claims());
        let (_, rest) = token.split_once('.').unwrap();
        let header = json!({ "alg": alg, "kid": "rsa" });
        let token = format!("{}.{rest}", b64(header.to_string()));
        assert_eq!(
            check(&token, &all(), &expected()),
            Err(IdTokenError::Algorithm(alg.to_owned())),
            "{alg}"
        );
    }
}

/// RFC 8725 §3.1: the key decides.
#[test]
fn a_key_verifies_only_what_it_is_for() {
    for (alg, kid) in [
        ("ES256", "rsa"),
        ("ES384", "p256"),
        ("ES256", "p384"),
        ("ES384", "p521"),
        ("ES512", "p384"),
        ("EdDSA", "rsa"),
        ("RS256", "p256"),
        ("RS256", "ed"),
    ] {
        let header = json!({ "alg": alg, "kid": kid });
        let token = RSA.token_with(&header, &claims().to_string());
        let verdict = check(&token, &all(), &expected());
        assert_eq!(verdict, Err(IdTokenError::UnknownKey), "{alg} {kid}");
    }
    let mut only_pss = RSA.jwk();
    only_pss["alg"] = json!("PS256");
    let keys = set(&json!([only_pss]));
    assert_eq!(
        check(&RSA.token("PS256", &claims()), &keys, &expected()),
        Ok(())
    );
    for other in ["RS256", "PS384", "PS512"] {
        let verdict = check(&RSA.token(other, &claims()), &keys, &expected());
        assert_eq!(verdict, Err(IdTokenError::UnknownKey), "{other}");
    }
}

/// RFC 7515 §4.1.11: what must be understood is not.
#[test]
fn a_critical_extension_is_refused() {
    for crit in [
        json!(["exp"]),
        json!(["b64"]),
        json!(["http://example.org/x"]),
        json!([]),
    ] {
        let header = json!({ "alg": "RS256", "kid": "rsa", "crit": crit });
        let token = RSA.token_with(&header, &claims().to_string());
        let verdict = check(&token, &all(), &expected());
        assert_eq!(verdict, Err(IdTokenError::Malformed("crit")), "{header}");
    }
}

/// A key in the token itself is no key of the issuer (RFC 8725 §3.10).
#[test]
fn keys_and_addresses_in_the_header_change_nothing() {
    let header =
        json!({ "alg": "RS256", "kid": "rsa", "jwk": FORGED.jwk(), "jku": "https://evil.example" });
    let token = FORGED.token_with(&header, &claims().to_string());
    assert_eq!(
        check(&token, &all(), &expected()),
        Err(IdTokenError::Signature)
    );
}

#[test]
fn what_is_no_token_is_refused_without_panic() {
    let good = RSA.token("RS256", &claims());
    let deep = RSA.token_with(&json!({ "alg": "RS256" }), &"[".repeat(100_000));
    let text = RSA.token_with(&json!({ "alg": "RS256" }), "\"ada\"");
    let (head, rest) = good.split_once('.').unwrap();
    for hostile in [
        String::new(),
        ".".repeat(100_000),
        "a.b".to_owned(),
        head.to_owned(),
        format!(".{good}"),
        format!("{head}=.{rest}"),
        format!("{good}="),
        format!("{good}\n"),
        good.replacen('.', "..", 1),
        deep,
        text,
        "é.é.é".to_owned(),
    ] {
        assert!(check(&hostile, &all(), &expected()).is_err());
    }
    for encrypted in [format!("{good}.x.y"), "....".to_owned()] {
        let verdict = check(&encrypted, &all(), &expected());
        assert_eq!(verdict, Err(IdTokenError::Encrypted));
    }
    assert!(check(&format!("{good}.x"), &all(), &expected()).is_err());
    assert_eq!(unverified_subject(&good).as_deref(), Some("ada"));
    assert_eq!(unverified_subject(&format!("{good}.x")), None);
}
