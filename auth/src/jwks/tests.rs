//! Which keys are usable, and for what: the table that the API's guard is held to as well.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

#[derive(Deserialize)]
struct Form {
    name: String,
    key: Value,
    /// What the key may verify; none if it is passed over.
    algorithms: Vec<String>,
    /// Of the words `key forms`, with the first of these algorithms.
    signature: Option<String>,
}

fn forms() -> Vec<Form> {
    serde_json::from_str(include_str!("../../../tests/key-forms.json")).unwrap()
}

fn form(name: &str) -> Value {
    forms()
        .into_iter()
        .find(|form| form.name == name)
        .unwrap()
        .key
}

#[test]
fn keys_are_used_or_passed_over_as_the_table_of_forms_says() {
    let mut wrong = Vec::new();
    for form in forms() {
        let read = Key::read(&form.key);
        let verifies = |algorithm: &Algorithm| {
            let key = read.as_ref();
            key.is_ok_and(|key| key.verifies(*algorithm))
        };
        let algorithms: Vec<_> = Algorithm::ALL.into_iter().filter(verifies).collect();
        let names: Vec<_> = algorithms.iter().map(|known| known.name()).collect();
        if names != form.algorithms {
            let why = read.as_ref().err();
            wrong.push(format!("{}: {names:?} {why:?}", form.name));
        }
        // A key that was read as another one would verify nothing.
        if let (Ok(key), Some(signature)) = (&read, form.signature) {
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            for algorithm in Algorithm::ALL {
                let good = key.verify(algorithm, b"key forms", &signature);
                assert_eq!(
                    good,
                    algorithms.first() == Some(&algorithm),
                    "{}",
                    form.name
                );
                assert!(!key.verify(algorithm, b"other words", &signature));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn algorithms_are_known_by_their_exact_names() {
    for known in Algorithm::ALL {
        assert_eq!(Algorithm::from_name(known.name()), Some(known));
    }
    for other in [
        "", "none", "HS256", "rs256", "RS256 ", "Ed25519", "ES256K", "ES521",
    ] {
        assert_eq!(Algorithm::from_name(other), None, "{other}");
    }
}

#[test]
fn one_bad_key_does_not_spoil_the_set_and_the_id_chooses() {
    let mut good = form("RSA: type and numbers alone");
    good["kid"] = "good".into();
    let mut number = good.clone();
    number["kid"] = 5.into();
    let set = Jwks::read(&[
        json!("nonsense"),
        number,
        json!({ "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA" }),
        good,
    ]);
    let usable = |kid, algorithm| set.candidates(kid, algorithm).count();
    assert_eq!(usable(Some("good"), Algorithm::Rs256), 1);
    assert_eq!(usable(None, Algorithm::Ps512), 1);
    assert_eq!(usable(None, Algorithm::Es256), 0);
    assert_eq!(usable(Some("other"), Algorithm::Rs256), 0);
}

#[test]
fn a_key_that_is_passed_over_is_told_why_in_few_printable_letters() {
    let long = "x".repeat(9000);
    for (members, why) in [
        (json!({ "kid": 5 }), "its kid is of the wrong type"),
        (json!({ "use": "enc" }), "it is not for verifying"),
        (json!({ "key_ops": ["sign"] }), "it is not for verifying"),
        (json!({ "alg": "A\n\u{202e}B" }), "its alg is AB, which"),
        (json!({ "alg": long }), "its alg is xxxx"),
        (json!({ "d": "AQAB" }), "it has private members"),
        (json!({ "kty": "oct" }), "its kty is oct, and"),
        (json!({ "n": "AQAB" }), "its modulus does not have"),
        (json!({ "n": "!" }), "a number in it is not base64url"),
    ] {
        let mut key = form("RSA: type and numbers alone");
        for (name, value) in members.as_object().unwrap() {
            key[name] = value.clone();
        }
        let told = Key::read(&key).map(drop).unwrap_err().to_string();
        assert!(told.starts_with(why) && told.len() < 250, "{told}");
    }
    assert_eq!(key::shown(Some(&json!("a\nb"))), "ab");
    assert_eq!(key::shown(Some(&json!([5]))), "[5]");
}

#[test]
fn each_key_that_is_passed_over_has_a_line_with_its_id_up_to_a_limit() {
    let secret = |kid: Value| json!({ "kty": "oct", "kid": kid, "k": "AAAA" });
    let lines = |keys: &[Value]| Jwks::sorted(keys).1;
    let good = form("RSA: type and numbers alone");
    let told = lines(&[secret(json!("a\n")), good, secret(json!(5)), json!({})]);
    assert_eq!(told.len(), 3);
    for (line, begins) in told.iter().zip([
        "passed over the provider's key a: its kty is oct, and",
        "passed over the provider's key 5: its kid is of the wrong type",
        "passed over the provider's key (none): its kty is (none), and",
    ]) {
        assert!(line.starts_with(begins), "{line}");
    }
    let many = lines(&vec![secret(json!("x")); 100]);
    assert_eq!(many.len(), 17);
    assert_eq!(many[16], "passed over 84 more of the provider's keys");
}
