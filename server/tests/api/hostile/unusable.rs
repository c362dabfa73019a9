//! Published keys that may not verify anything: they do not, and they harm no others.

use serde_json::{Value, json};

use crate::{
    grid::Line,
    hostile::signers,
    issuer::{Mood, TestIssuer},
    keys::{ED, Key, OTHER, P256, RSA, b64},
    token::{claims, header, sign},
    world::TestApi,
};

/// How `key` might be published, so that it may not be used.
fn unusable(key: &Key) -> Vec<(String, Value)> {
    let mut members = vec![
        json!({"kid": key.kid, "kty": "oct", "k": "c2VjcmV0"}),
        json!({"kid": key.kid, "kty": key.public()["kty"].as_str().unwrap().to_lowercase()}),
        json!({"kid": key.kid, "kty": ""}),
        json!({"kid": key.kid, "kty": 5}),
        json!({"kid": key.kid, "kty": null}),
        json!({"kid": key.kid, "kty": ["RSA"]}),
        json!({"kid": key.kid, "d": "AQAB"}),
        json!({"kid": key.kid, "alg": 5}),
        json!({"kid": key.kid, "alg": ["RS256"]}),
        json!({"kid": key.kid, "use": 5}),
        json!({"kid": key.kid, "key_ops": "verify"}),
        json!({"kid": key.kid, "key_ops": [5]}),
        json!({"kid": 5}),
        json!({"kid": [key.kid]}),
    ];
    for usage in ["enc", "tls", " ", "SIG", "sig ", "sig,enc"] {
        members.push(json!({"kid": key.kid, "use": usage}));
    }
    for ops in [
        vec![""],
        vec!["sign"],
        vec!["encrypt"],
        vec!["VERIFY"],
        vec!["sign, verify"],
        vec!["deriveKey", "wrapKey"],
    ] {
        members.push(json!({"kid": key.kid, "key_ops": ops}));
        members.push(json!({"kid": key.kid, "use": "sig", "key_ops": ops}));
    }
    for alg in [
        "RS256", "RS384", "RS512", "PS256", "PS512", "ES256", "ES384", "EdDSA", "Ed25519", "HS256",
        "RSA-OAEP", "ECDH-ES", "none", " ",
    ] {
        if alg != key.alg {
            members.push(json!({"kid": key.kid, "alg": alg}));
        }
    }
    for crv in [
        "P-384",
        "P-521",
        "secp256k1",
        "X25519",
        "Ed448",
        "p-256",
        "ED25519",
        "",
    ] {
        if key.public()["kty"] != "RSA" {
            members.push(json!({"kid": key.kid, "crv": crv}));
        }
    }
    members
        .iter()
        .map(|m| (m.to_string(), key.jwk_with(m)))
        .collect()
}

/// RFC 7517 §4: what a key is for, and what it is. None of the bad ones takes the
/// good one with it, nor does it verify what it signed.
#[test]
fn keys_that_may_not_verify_do_not_and_harm_no_others() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [OTHER.jwk()]})));
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let lasting = |key: &Key| {
        sign(
            &header(key),
            &claims(&issuer.url).set("exp", "9999999999"),
            key,
        )
    };
    let witness = lasting(&OTHER);
    assert_eq!(line.present(&witness).status, 200);
    let mut wrong = Vec::new();
    let mut count = 0;
    for key in signers() {
        let token = lasting(key);
        for (name, jwk) in unusable(key) {
            issuer.becomes(Mood::Serve(json!({"keys": [jwk, OTHER.jwk()]})));
            api.clock.advance(301);
            let statuses = [&witness, &token].map(|token| line.present(token).status);
            count += 1;
            if statuses != [200, 401] {
                wrong.push(format!("{} published with {name}: {statuses:?}", key.kid));
            }
        }
        issuer.becomes(Mood::Serve(json!({"keys": [key.jwk(), OTHER.jwk()]})));
        api.clock.advance(301);
        assert_eq!(
            line.present(&token).status,
            200,
            "{} as it should be",
            key.kid
        );
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 150, "{count}");
}

/// Numbers that are no keys, or weak ones, beside a good key.
#[test]
fn malformed_numbers_harm_no_other_key() {
    let ones = |bytes: usize| b64(&vec![0xff; bytes]);
    let zeros = |bytes: usize| b64(&vec![0; bytes]);
    let rsa = |n: String, e: &str| json!({"kty": "RSA", "kid": "rsa", "n": n, "e": e});
    let ec =
        |x: String, y: String| json!({"kty": "EC", "crv": "P-256", "kid": "p256", "x": x, "y": y});
    let ed = |x: String| json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": x});
    let text = |key: &Key, name: &str| key.public()[name].as_str().unwrap().to_owned();
    let n = text(&RSA, "n");
    let (x, y) = (text(&P256, "x"), text(&P256, "y"));
    let bad = [
        rsa(ones(64), "AQAB"),
        rsa(ones(128), "AQAB"),
        rsa(ones(255), "AQAB"),
        rsa(ones(1025), "AQAB"),
        rsa(String::new(), "AQAB"),
        rsa(zeros(256), "AQAB"),
        rsa(n.clone(), ""),
        rsa(n.clone(), "AA"),
        rsa(n.clone(), "AQ"),
        rsa(n.clone(), "Ag"),
        rsa(n.clone(), "AQAA"),
        rsa(n.clone(), &ones(256)),
        rsa(format!("{n}==="), "AQAB"),
        rsa(format!("{n}+"), "AQAB"),
        rsa("AQAB".to_owned(), &n),
        ec(x.clone(), x.clone()),
        ec(y.clone(), x.clone()),
        ec(zeros(32), zeros(32)),
        ec(ones(32), ones(32)),
        ec(zeros(31), y.clone()),
        ec(x.clone(), format!("AA{y}")),
        ec(String::new(), String::new()),
        ec(x.clone() + "==", y.clone()),
        ed(zeros(31)),
        ed(zeros(33)),
        ed(ones(32)),
        ed(String::new()),
        json!({"kty": "EC", "crv": "P-256", "kid": "p256", "x": x}),
        json!({"kty": "RSA", "kid": "rsa", "e": "AQAB"}),
        json!({"kty": "OKP", "kid": "ed", "x": text(&ED, "x")}),
        json!(null),
        json!([]),
        json!("key"),
    ];
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [OTHER.jwk()]})));
    let api = TestApi::start(&issuer);
    let lasting = |key: &Key| {
        sign(
            &header(key),
            &claims(&issuer.url).set("exp", "9999999999"),
            key,
        )
    };
    let witness = lasting(&OTHER);
    let tokens = signers().map(lasting);
    for jwk in bad {
        issuer.becomes(Mood::Serve(json!({"keys": [jwk, OTHER.jwk(), jwk]})));
        api.clock.advance(301);
        assert_eq!(api.present(&witness).status, 200, "beside {jwk}");
        for token in &tokens {
            assert_eq!(api.present(token).status, 401, "{token:.30} by {jwk}");
        }
    }
}
