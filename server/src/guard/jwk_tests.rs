//! Key sets as a whole; single keys are in `key_tests.rs`.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::guard::Algorithm::Es256;

/// As `tests/key-forms.json` has it.
fn form(name: &str) -> Value {
    let forms: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/key-forms.json")).unwrap();
    let mut forms = forms.into_iter();
    forms.find(|form| form["name"] == name).unwrap()["key"].take()
}

fn p256() -> Value {
    form("P-256: type, curve and numbers alone")
}

fn rsa() -> Value {
    form("RSA: type and numbers alone")
}

fn set(keys: &[Value]) -> Jwks {
    Jwks::parse(json!({ "keys": keys }).to_string().as_bytes())
        .ok()
        .unwrap()
}

#[test]
fn a_key_set_knows_which_of_its_keys_have_left() {
    let named = |kid: &str| {
        let mut key = p256();
        key["kid"] = kid.into();
        key
    };
    let both = set(&[named("a"), rsa()]);
    assert!(both.all_in(&both));
    assert!(set(&[named("a")]).all_in(&both));
    for newer in [set(&[named("a")]), set(&[named("b"), rsa()])] {
        assert!(!both.all_in(&newer));
    }
    // Narrowed to one algorithm, it is another key.
    let mut narrowed = rsa();
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
    let one = set(&[p256(), rsa()]);
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

#[test]
fn of_the_keys_that_were_passed_over_the_first_are_named() {
    let bad = json!({"kty": "oct", "kid": "a\n"});
    let told = set(&[bad.clone(), json!({"kty": "oct", "kid": 5}), json!(null)]).passed_over();
    for part in [
        "kid a\\n: its kty is oct",
        "kid 5: its kid",
        "kid missing: it is no",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let many = set(&vec![bad; 10_000]);
    assert!(many.is_empty() && many.passed_over().len() < 1000);
    assert_eq!(set(&[]).passed_over(), "it is empty");
}
