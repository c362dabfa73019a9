//! Why a key is refused, in words for a log.
#![allow(clippy::unwrap_used)]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vestibule_keys::VerificationKey;

#[test]
fn a_key_that_is_refused_is_told_why() {
    let n = URL_SAFE_NO_PAD.encode([0xff; 256]);
    let key = |members: Value| {
        let mut key = json!({"kty": "RSA", "n": n, "e": "AQAB"});
        let all = key.as_object_mut().unwrap();
        all.extend(members.as_object().unwrap().clone());
        VerificationKey::read(&key)
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
    let long = key(json!({"alg": "\u{10ffff}".repeat(9000)}));
    assert!(long.len() < 500 && long.contains('…'), "{long}");
}

#[test]
fn rsa_keys_have_2048_to_8192_bits() {
    let usable = |bits: usize| {
        let mut n = vec![0x5a; bits.div_ceil(8)];
        n[0] = 1 << ((bits + 7) % 8);
        *n.last_mut().unwrap() |= 1;
        let key = json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(n), "e": "AQAB"});
        VerificationKey::read(&key).is_ok()
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
