//! Key sets as a whole; single keys are tested in `keys/tests`.
#![allow(clippy::unwrap_used)]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;
use crate::guard::Algorithm::Es256;

/// The table that `vestibule-keys` is held to.
fn forms() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../tests/key-forms.json")).unwrap()
}

fn form(name: &str) -> Value {
    let mut forms = forms().into_iter();
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
fn the_keys_of_a_set_are_those_that_the_table_of_forms_allows() {
    for form in forms() {
        let keys = set(&[form["key"].clone()]);
        let first = form["algorithms"].get(0).and_then(Value::as_str);
        assert_eq!(keys.is_empty(), first.is_none(), "{}", form["name"]);
        let Some(first) = first else { continue };
        let signature = form["signature"].as_str().unwrap();
        let wanted = Lookup {
            kid: None,
            algorithm: first.parse().unwrap(),
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        for (input, outcome) in [
            (b"key forms".as_slice(), Signature::Good),
            (b"other words", Signature::Bad),
        ] {
            let verified = keys.verify(wanted, input, &signature);
            assert_eq!(verified, outcome, "{}", form["name"]);
        }
    }
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
