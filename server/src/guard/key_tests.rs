//! Which published keys are usable, and for what: the table that the app is held to as well.
#![allow(clippy::unwrap_used)]

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Deserialize)]
struct Form {
    name: String,
    key: Value,
    /// What the key may verify; none if it is passed over
    algorithms: Vec<String>,
    /// Of the words `key forms`, with the first of these algorithms
    signature: Option<String>,
}

fn forms() -> Vec<Form> {
    serde_json::from_str(include_str!("../../../tests/key-forms.json")).unwrap()
}

#[test]
fn keys_are_used_or_passed_over_as_the_table_of_forms_says() {
    let mut wrong = Vec::new();
    for form in forms() {
        let read = VerificationKey::read(form.key);
        let verifiers = read.as_ref().map_or(&[][..], |key| &key.verifiers);
        let names: Vec<_> = verifiers.iter().map(|v| v.algorithm.name()).collect();
        if names != form.algorithms {
            let why = read.as_ref().err();
            wrong.push(format!("{}: {names:?} {why:?}", form.name));
        }
        // A key that was read as another one would verify nothing.
        let signed = form
            .signature
            .map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
        assert_eq!(
            signed.is_some(),
            !form.algorithms.is_empty(),
            "{}",
            form.name
        );
        if let (Some(signed), Some(first)) = (signed, verifiers.first()) {
            let good = first.key.verify_sig(b"key forms", &signed).is_ok();
            let other = first.key.verify_sig(b"other words", &signed).is_ok();
            assert!(good && !other, "{}", form.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_keys_for_all_algorithms_and_many_that_are_passed_over() {
    let (used, passed_over): (Vec<_>, Vec<_>) = forms()
        .into_iter()
        .partition(|form| !form.algorithms.is_empty());
    assert!(used.len() >= 35 && passed_over.len() >= 35);
    for algorithm in Algorithm::ALL {
        let name = algorithm.name();
        assert!(used.iter().any(|form| form.algorithms == [name]), "{name}");
    }
}

#[test]
fn a_key_that_is_passed_over_is_told_why() {
    let n = URL_SAFE_NO_PAD.encode([0xff; 256]);
    let key = |members: Value| {
        let mut key = json!({"kty": "RSA", "n": n, "e": "AQAB"});
        let all = key.as_object_mut().unwrap();
        all.extend(members.as_object().unwrap().clone());
        VerificationKey::read(key)
            .map(drop)
            .unwrap_err()
            .to_string()
    };
    for (members, why) in [
        (json!({"kid": 5}), "its kid is of the wrong type"),
        (json!({"use": "enc"}), "its use is enc, not sig"),
        (
            json!({"key_ops": ["sign"]}),
            "its key_ops do not have verify",
        ),
        (json!({"alg": "RSA-OAEP"}), "its alg is RSA-OAEP, which"),
        (
            json!({"alg": "A\n\u{202e}"}),
            "its alg is A\\n\\u{202e}, which",
        ),
        (json!({"d": "AQAB"}), "it has private members"),
        (json!({"kty": "oct"}), "its kty is oct, and"),
        (json!({"kty": null}), "its kty is missing, and"),
        (
            json!({"n": "AQAB"}),
            "its modulus does not have 2048 to 8192 bits",
        ),
        (json!({"n": "!"}), "its n is not base64url"),
        (json!({"e": "!"}), "its e is not base64url"),
        (json!({"e": "AQ"}), "its exponent e is 1, even or"),
        (json!({"e": "AAAA"}), "its exponent e is 1, even or"),
        (json!({"e": null}), "it has no e"),
        (json!({"n": 5}), "its n is of the wrong type"),
        (json!({"kty": "EC"}), "it has no crv"),
        (
            json!({"kty": "EC", "crv": "P-256", "x": "AA"}),
            "it has no y",
        ),
        (
            json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "!"}),
            "its y is not base64url",
        ),
        (json!({"kty": "OKP", "crv": "Ed25519"}), "it has no x"),
    ] {
        let told = key(members);
        assert!(told.starts_with(why), "{told}");
    }
    let long = key(json!({"alg": "x".repeat(9000)}));
    assert!(long.len() < 300, "{long}");
}

#[test]
fn rsa_keys_have_2048_to_8192_bits() {
    let usable = |bits: usize| {
        let mut n = vec![0x5a; bits.div_ceil(8)];
        n[0] = 1 << ((bits + 7) % 8);
        *n.last_mut().unwrap() |= 1;
        let key = json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(n), "e": "AQAB"});
        VerificationKey::read(key).is_ok()
    };
    for (bits, expected) in [
        (8, false),
        (512, false),
        (2047, false),
        (2048, true),
        (2049, true),
        (4096, true),
        (8192, true),
        (8193, false),
        (16384, false),
    ] {
        assert_eq!(usable(bits), expected, "{bits}");
    }
}
