//! OpenID Connect Core §3.1.3.7 (2–5, 9–11), §3.1.3.8 and §12.2, rule by rule.

use aws_lc_rs::digest::{SHA256, SHA384, SHA512};

use super::*;

#[test]
fn a_token_of_another_issuer_is_refused_however_alike() {
    for iss in [
        "https://sso.example.org/",
        "https://SSO.example.org",
        "https://sso.example.org:443",
        "https://sso.example.org.evil.example",
    ] {
        assert_eq!(with("iss", json!(iss)), Err(IdTokenError::Issuer), "{iss}");
    }
}

#[test]
fn this_client_is_the_audience_as_a_string_or_in_a_list() {
    assert_eq!(with("aud", json!("app")), Ok(()));
    assert_eq!(with("aud", json!(["app"])), Ok(()));
    for aud in [
        json!("api"),
        json!([]),
        json!(["api"]),
        json!(["api", "project"]),
        json!("app "),
        json!(["App"]),
    ] {
        let named = verdict(|c| {
            c["aud"] = aud.clone();
            c["azp"] = json!("app");
        });
        assert_eq!(named, Err(IdTokenError::Audience), "{aud}");
    }
}

/// Zitadel puts the project there, Oracle and LemonLDAP the API or other clients.
#[test]
fn several_audiences_need_azp_and_azp_is_this_client_whoever_the_others_are() {
    let other = Err(IdTokenError::AuthorizedParty);
    for (aud, azp, expected) in [
        (json!(["app", "api"]), json!("app"), Ok(())),
        (json!(["api", "project", "app"]), json!("app"), Ok(())),
        (json!(["app", "app"]), json!("app"), Ok(())),
        (json!(["app", "api"]), Value::Null, other.clone()),
        (json!(["app", "app"]), Value::Null, other.clone()),
        (json!(["app", "api"]), json!("api"), other.clone()),
        (json!(["app", "api"]), json!(""), other.clone()),
        (json!("app"), json!("app"), Ok(())),
        (json!("app"), json!("other"), other.clone()),
        (json!("app"), json!(""), other),
        (
            json!(["app", "api"]),
            json!(["app"]),
            Err(fault("azp", MemberFault::WrongType)),
        ),
    ] {
        let verdict = verdict(|c| {
            c["aud"] = aud.clone();
            c["azp"] = azp.clone();
        });
        assert_eq!(verdict, expected, "{aud} {azp}");
    }
}

#[test]
fn the_nonce_is_that_of_the_request() {
    for nonce in [
        json!("other"),
        json!(""),
        json!("n "),
        json!("N"),
        Value::Null,
    ] {
        assert_eq!(
            with("nonce", nonce.clone()),
            Err(IdTokenError::Nonce),
            "{nonce}"
        );
    }
    assert_eq!(without("nonce"), Err(IdTokenError::Nonce));
}

#[test]
fn a_refreshed_token_needs_no_nonce_and_is_about_the_same_person() {
    let refreshed = |edit: fn(&mut Value)| {
        let mut claims = claims();
        edit(&mut claims);
        let mut expected = expected();
        expected.nonce = None;
        expected.subject = Some("ada");
        check(&RSA.token("RS256", &claims), &all(), &expected)
    };
    assert_eq!(refreshed(|_| {}), Ok(()));
    assert_eq!(refreshed(|c| c["nonce"] = Value::Null), Ok(()));
    for other in ["grace", "Ada", "ada "] {
        let mut claims = claims();
        claims["sub"] = json!(other);
        let mut expected = expected();
        expected.subject = Some("ada");
        let verdict = check(&RSA.token("RS256", &claims), &all(), &expected);
        assert_eq!(verdict, Err(IdTokenError::Subject), "{other}");
    }
}

/// Core §12.2: absent, or that of the sign-in.
#[test]
fn a_refreshed_token_with_another_nonce_is_refused_where_the_first_is_known() {
    let token = RSA.token("RS256", &claims());
    for (earlier, verdict) in [
        (None, Ok(())),
        (Some("n"), Ok(())),
        (Some("another"), Err(IdTokenError::Nonce)),
    ] {
        let mut expected = expected();
        expected.nonce = None;
        expected.earlier_nonce = earlier;
        assert_eq!(check(&token, &all(), &expected), verdict, "{earlier:?}");
    }
}

#[test]
fn an_empty_subject_is_nobody() {
    let missing = Err(fault("sub", MemberFault::Missing));
    assert_eq!(with("sub", json!("")), missing);
    assert_eq!(with("sub", json!("1")), Ok(()));
}

#[test]
fn at_hash_is_checked_if_present_with_the_hash_of_the_algorithm() {
    let hashed = |key: &Key, alg: &str, at_hash: String| {
        let mut claims = claims();
        claims["at_hash"] = json!(at_hash);
        check(&key.token(alg, &claims), &all(), &expected())
    };
    let sha256 = b64(&digest::digest(&SHA256, b"access").as_ref()[..16]);
    let sha384 = b64(&digest::digest(&SHA384, b"access").as_ref()[..24]);
    let sha512 = b64(&digest::digest(&SHA512, b"access").as_ref()[..32]);
    for (key, alg) in each() {
        let (own, other) = match &alg[2..] {
            "256" => (&sha256, &sha512),
            "384" => (&sha384, &sha256),
            // Ed25519 hashes with SHA-512.
            _ => (&sha512, &sha256),
        };
        assert_eq!(hashed(key, alg, own.clone()), Ok(()), "{alg}");
        let other = hashed(key, alg, other.clone());
        assert_eq!(other, Err(IdTokenError::AtHash), "{alg}");
    }
    let of_another = b64(&digest::digest(&SHA256, b"stolen").as_ref()[..16]);
    for wrong in [of_another, String::new(), format!("{sha256}=")] {
        assert_eq!(hashed(&RSA, "RS256", wrong), Err(IdTokenError::AtHash));
    }
}

#[test]
fn at_hash_is_that_of_the_specification() {
    // OpenID Connect Core §A.3
    let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    let hash = access_token_hash(Algorithm::Rs256, token);
    assert_eq!(hash, "77QmUPtjPfzWtF2AnpK9RQ");
}

#[test]
fn a_claim_that_is_needed_and_cannot_be_used_is_named() {
    for name in ["iss", "sub", "aud", "exp", "iat"] {
        let missing = Err(fault(name, MemberFault::Missing));
        assert_eq!(without(name), missing, "{name}");
        assert_eq!(with(name, Value::Null), missing, "{name}: null");
        let wrong = Err(fault(name, MemberFault::WrongType));
        assert_eq!(with(name, json!({})), wrong, "{name}: an object");
    }
    for (name, value) in [
        ("exp", json!("1800000000")),
        ("iat", json!(true)),
        ("sub", json!(5)),
        ("iss", json!(["https://sso.example.org"])),
        ("aud", json!(["app", 5])),
        ("nonce", json!(5)),
        ("at_hash", json!([])),
        ("azp", json!(5)),
    ] {
        let wrong = Err(fault(name, MemberFault::WrongType));
        assert_eq!(with(name, value), wrong, "{name}");
    }
}

#[test]
fn a_claim_that_comes_twice_is_refused() {
    for twice in [
        r#""sub":"grace","#,
        r#""nonce":"n","#,
        r#""aud":"app","#,
        r#""exp":9e9,"#,
    ] {
        let claims = claims().to_string().replacen('{', &format!("{{{twice}"), 1);
        let token = RSA.token_with(&json!({ "alg": "RS256" }), &claims);
        let refused = Err(IdTokenError::Malformed("claims"));
        assert_eq!(check(&token, &all(), &expected()), refused, "{twice}");
    }
}

#[test]
fn numbers_of_any_size_are_judged_without_panic() {
    assert_eq!(with("exp", json!(NOW as f64 + 100.5)), Ok(()));
    assert_eq!(with("iat", json!(NOW as f64 - 0.5)), Ok(()));
    assert_eq!(with("exp", json!(1e308)), Ok(()));
    assert!(with("exp", json!(-1e308)).is_err());
    assert!(with("iat", json!(1e308)).is_err());
    assert!(with("iat", json!(-1e308)).is_err());
    assert!(with("exp", json!(u64::MAX)).is_ok());
    let huge = claims()
        .to_string()
        .replace(&(NOW + 300).to_string(), "1e999");
    let token = RSA.token_with(&json!({ "alg": "RS256" }), &huge);
    assert!(check(&token, &all(), &expected()).is_err());
    for now in [i64::MIN, i64::MAX, -1, 0] {
        let mut expected = expected();
        expected.now = now;
        assert!(check(&RSA.token("RS256", &claims()), &all(), &expected).is_err());
    }
}
