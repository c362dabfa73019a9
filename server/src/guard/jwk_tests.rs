//! Which published keys are usable, and for what.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

use serde_json::{Value, json};

use super::*;

/// A number of so many bits that looks like a modulus.
fn odd_number(bits: usize) -> String {
    let mut bytes = vec![0x5a; bits.div_ceil(8)];
    bytes[0] = match bits % 8 {
        0 => 0x80,
        rest => 1 << (rest - 1),
    };
    *bytes.last_mut().unwrap() |= 1;
    URL_SAFE_NO_PAD.encode(bytes)
}

fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rsa(n: &str, e: &str) -> Value {
    json!({"kty": "RSA", "n": n, "e": e})
}

fn set(keys: &[Value]) -> Jwks {
    Jwks::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// The algorithms of the one usable key; none if there is none.
fn usable(key: Value) -> Vec<Algorithm> {
    let verifiers = set(&[key]).0.pop().map(|key| key.verifiers);
    let verifiers = verifiers.unwrap_or_default();
    verifiers
        .iter()
        .map(|verifier| verifier.algorithm)
        .collect()
}

/// A point of P-256: its base point (FIPS 186-4 §D.1.2.3).
fn p256() -> Value {
    json!({"kty": "EC", "crv": "P-256",
        "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
        "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"})
}

#[test]
fn rsa_keys_have_2048_to_8192_bits() {
    for bits in [2048, 2049, 3072, 4096, 8192] {
        assert_eq!(
            usable(rsa(&odd_number(bits), "AQAB")),
            [Rs256, Ps256],
            "{bits}"
        );
    }
    for bits in [8, 512, 1024, 2047, 8193, 16384] {
        assert_eq!(usable(rsa(&odd_number(bits), "AQAB")), [], "{bits}");
    }
}

#[test]
fn leading_zeros_do_not_lengthen_a_modulus() {
    let padded = |bits: usize| {
        let number = URL_SAFE_NO_PAD.decode(odd_number(bits)).unwrap();
        b64(&[&[0; 200], number.as_slice()].concat())
    };
    assert_eq!(usable(rsa(&padded(1024), "AQAB")), []);
    assert_eq!(usable(rsa(&padded(2048), "AQAB")), [Rs256, Ps256]);
}

#[test]
fn weak_or_malformed_rsa_numbers_are_refused() {
    let n = odd_number(2048);
    for e in [&[3][..], &[1, 0, 0, 1]] {
        assert_eq!(usable(rsa(&n, &b64(e))), [Rs256, Ps256], "e {e:?}");
    }
    for e in ["", "AQ", "AA", "Ag", "AQAA", "AQAB=", "!", &b64(&[1; 5])] {
        assert_eq!(usable(rsa(&n, e)), [], "e {e}");
    }
    let mut even = vec![0x80; 256];
    even[255] = 2;
    for n in ["", "AA", "!", &b64(&even), &format!("{n}==")] {
        assert_eq!(usable(rsa(n, "AQAB")), [], "n {n}");
    }
    assert_eq!(usable(json!({"kty": "RSA", "n": n})), []);
}

#[test]
fn coordinates_have_their_full_length() {
    let ec = |x: &[u8], y: &[u8]| json!({"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y)});
    assert_eq!(usable(p256()), [Es256]);
    // Together they would still make 64 bytes.
    for (x, y) in [
        (31, 33),
        (33, 31),
        (0, 64),
        (64, 0),
        (31, 32),
        (32, 31),
        (33, 32),
    ] {
        assert_eq!(usable(ec(&vec![1; x], &vec![1; y])), [], "{x} {y}");
    }
    let ed = |x: &[u8]| json!({"kty": "OKP", "crv": "Ed25519", "x": b64(x)});
    assert_eq!(usable(ed(&[1; 32])), [EdDsa]);
    for length in [0, 31, 33, 64] {
        assert_eq!(usable(ed(&vec![1; length])), [], "{length}");
    }
}

#[test]
fn other_types_and_curves_are_refused() {
    let (x, y) = (b64(&[1; 32]), b64(&[1; 32]));
    for (kty, crv) in [
        ("EC", "P-384"),
        ("EC", "P-521"),
        ("EC", "secp256k1"),
        ("EC", "Ed25519"),
        ("EC", "p-256"),
        ("OKP", "X25519"),
        ("OKP", "Ed448"),
        ("OKP", "P-256"),
        ("oct", "P-256"),
        ("AKP", "P-256"),
    ] {
        let key = json!({"kty": kty, "crv": crv, "x": x, "y": y});
        assert_eq!(usable(key), [], "{kty} {crv}");
    }
    assert_eq!(
        usable(json!({"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"})),
        []
    );
}

#[test]
fn alg_narrows_a_key_to_one_algorithm() {
    let with = |alg: &str| json!({"kty": "RSA", "n": odd_number(2048), "e": "AQAB", "alg": alg});
    assert_eq!(usable(with("RS256")), [Rs256]);
    assert_eq!(usable(with("PS256")), [Ps256]);
    for alg in [
        "RS384", "RS512", "PS512", "ES256", "rs256", "HS256", "none", "",
    ] {
        assert_eq!(usable(with(alg)), [], "{alg}");
    }
    // RFC 9864 names the curve; such a token is refused, and so is such a key.
    let ed = json!({"kty": "OKP", "crv": "Ed25519", "x": b64(&[1; 32]), "alg": "Ed25519"});
    assert_eq!(usable(ed), []);
}

#[test]
fn a_point_off_the_curve_is_no_key() {
    for (x, y) in [
        ([0; 32], [0; 32]),
        ([1; 32], [1; 32]),
        ([255; 32], [255; 32]),
    ] {
        let key = json!({"kty": "EC", "crv": "P-256", "x": b64(&x), "y": b64(&y)});
        assert_eq!(usable(key), [], "{x:?}");
    }
}

#[test]
fn a_key_set_knows_which_of_its_keys_have_left() {
    let named = |kid: &str| {
        let mut key = p256();
        key["kid"] = kid.into();
        key
    };
    let other = rsa(&odd_number(2048), "AQAB");
    let both = set(&[named("a"), other.clone()]);
    assert!(both.all_in(&both));
    assert!(set(&[named("a")]).all_in(&both));
    for newer in [set(&[named("a")]), set(&[named("b"), other])] {
        assert!(!both.all_in(&newer));
    }
    // Narrowed to one algorithm, it is another key.
    let mut narrowed = rsa(&odd_number(2048), "AQAB");
    narrowed["alg"] = "PS256".into();
    assert!(!both.all_in(&set(&[named("a"), narrowed])));
}

#[test]
fn without_an_id_exactly_one_key_must_fit() {
    let wanted = |kid| Lookup {
        kid,
        algorithm: Es256,
    };
    let signature = [1; 64];
    let one = set(&[p256(), rsa(&odd_number(2048), "AQAB")]);
    assert_eq!(
        one.verify(wanted(None), b"input", &signature),
        Signature::Bad
    );
    let two = set(&[p256(), p256()]);
    assert_eq!(
        two.verify(wanted(None), b"input", &signature),
        Signature::NoKey
    );
    assert_eq!(
        one.verify(wanted(Some("a")), b"input", &signature),
        Signature::NoKey
    );
}
