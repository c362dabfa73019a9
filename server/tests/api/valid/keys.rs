//! Keys are found however they are published.

use serde_json::{Value, json};

use crate::{
    grid::Line,
    hostile::signers,
    issuer::{Mood, TestIssuer},
    keys::{Key, OTHER, P256, RSA},
    token::{claims, header, quoted, sign},
    world::TestApi,
};

/// Members with which `key` may be published, beside its numbers.
fn publications(key: &Key) -> Vec<Value> {
    let (kid, alg) = (key.kid, key.alg);
    vec![
        json!({"kid": kid}),
        json!({"kid": kid, "alg": alg}),
        json!({"kid": kid, "use": "sig"}),
        json!({"kid": kid, "alg": alg, "use": "sig"}),
        json!({"kid": kid, "key_ops": ["verify"]}),
        json!({"kid": kid, "key_ops": ["sign", "verify"]}),
        json!({"kid": kid, "use": "sig", "key_ops": ["verify"], "alg": alg}),
        json!({"kid": kid, "alg": null, "use": null, "key_ops": null}),
        json!({"kid": kid, "x5c": [5], "x5t": 7, "x5u": {}, "x5t#S256": null}),
        json!({"kid": kid, "iat": 1, "exp": 1, "nbf": 9_999_999_999_u64, "revoked": null}),
        json!({"kid": kid, "k": "AAAA", "oth": [], "ext": true, "🔑": "🔑"}),
        // As Microsoft's JsonWebKey writes them, and Go what was left empty.
        json!({"kid": kid, "key_ops": [], "oth": [], "x5c": []}),
        json!({"kid": kid, "alg": "", "use": "", "d": "", "p": null, "x5t": ""}),
        json!({"kid": kid, "more": {"deep": [[[{}]]]}}),
    ]
}

/// Sets in which our key stands, that is the last argument.
fn surroundings(key: &Key, jwk: &Value) -> Vec<(&'static str, Value)> {
    let other = |members: Value| OTHER.jwk_with(&members);
    let another_type = if key.kid == P256.kid { &*RSA } else { &*P256 };
    vec![
        ("alone", json!([jwk])),
        ("twice", json!([jwk, jwk])),
        (
            "before one with the same id",
            json!([jwk, other(json!({"kid": key.kid}))]),
        ),
        (
            "after one with the same id",
            json!([other(json!({"kid": key.kid})), jwk]),
        ),
        (
            "after one of another type",
            json!([another_type.jwk_with(&json!({"kid": key.kid})), jwk]),
        ),
        (
            "after one for encryption",
            json!([other(json!({"kid": key.kid, "use": "enc"})), jwk]),
        ),
        (
            "among rubbish",
            json!([
                null, 5, "x", [], {}, {"kty": 5}, {"kty": "RSA"}, {"kty": "RSA", "n": 5, "e": []},
                {"kty": "oct", "k": "AAAA", "kid": key.kid}, {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
                {"kty": "OKP", "crv": "X25519"}, {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"},
                other(json!({"kid": 5})), jwk, {"kty": "OKP", "crv": "Ed25519", "x": "!"}, [jwk], {"keys": []},
            ]),
        ),
        (
            "among many",
            Value::from_iter(
                (0..100)
                    .map(|n| other(json!({"kid": n.to_string()})))
                    .chain([jwk.clone()]),
            ),
        ),
    ]
}

#[test]
fn keys_are_found_however_they_are_published() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let mut refused = Vec::new();
    let mut count = 0;
    let mut expect = |name: String, set: Value, token: &str| {
        issuer.becomes(Mood::Serve(set));
        api.clock.advance(301);
        count += 1;
        let mut status = line.present(token).status;
        if status != 200 {
            // On a busy machine a fetch can miss its time; the next one is due then.
            api.clock.advance(31);
            status = line.present(token).status;
        }
        if status != 200 {
            refused.push(format!("{name}: {status}"));
        }
    };
    for key in signers() {
        let payload = claims(&issuer.url).set("exp", "9999999999");
        let token = sign(&header(key), &payload, key);
        for members in publications(key) {
            let set = json!({"keys": [key.jwk_with(&members)]});
            expect(format!("{} with {members}", key.kid), set, &token);
        }
        for (name, keys) in surroundings(key, &key.jwk()) {
            let set = json!({"keys": keys, "issuer": 5, "more": {}});
            expect(format!("{} {name}", key.kid), set, &token);
        }
        let anonymous = sign(&header(key).without("kid"), &payload, key);
        expect(
            format!("{} bare", key.kid),
            json!({"keys": [key.public()]}),
            &anonymous,
        );
        for id in [
            "1",
            "2026-11",
            "a/b+c=",
            "kid with spaces",
            "ünï",
            "🔑",
            &"k".repeat(1000),
            "null",
            "..",
            "0",
        ] {
            let set = json!({"keys": [key.jwk_with(&json!({"kid": id}))]});
            let token = sign(&header(key).set("kid", quoted(id)), &payload, key);
            expect(format!("{} under {id:.40}", key.kid), set, &token);
        }
    }
    assert!(
        refused.is_empty(),
        "{} of {count}:\n{}",
        refused.len(),
        refused.join("\n")
    );
    assert!(count > 100, "{count}");
}
