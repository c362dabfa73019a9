//! Key sets as a whole; single keys are tested in `keys/tests`.

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
    serde_json::from_str(include_str!("../../tests/key-forms.json")).unwrap()
}

fn form(name: &str) -> Value {
    forms()
        .into_iter()
        .find(|form| form.name == name)
        .unwrap()
        .key
}

#[test]
fn the_keys_of_a_set_are_those_that_the_table_of_forms_allows() {
    for form in forms() {
        let set = Jwks::read(&[form.key], b"");
        let usable = |known: &Algorithm| set.candidates(None, *known).count() == 1;
        let algorithms: Vec<_> = Algorithm::ALL.into_iter().filter(usable).collect();
        let names: Vec<_> = algorithms.iter().map(|known| known.name()).collect();
        assert_eq!(names, form.algorithms, "{}", form.name);
        let Some(first) = algorithms.first() else {
            continue;
        };
        let signature = URL_SAFE_NO_PAD.decode(form.signature.unwrap()).unwrap();
        let key = set.candidates(None, *first).next().unwrap();
        assert!(
            key.verify(*first, b"key forms", &signature),
            "{}",
            form.name
        );
        assert!(!key.verify(*first, b"other words", &signature));
    }
}

#[test]
fn one_bad_key_does_not_spoil_the_set_and_the_id_chooses() {
    let mut good = form("RSA: type and numbers alone");
    good["kid"] = "good".into();
    let mut number = good.clone();
    number["kid"] = 5.into();
    let set = [
        json!("nonsense"),
        number,
        json!({ "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA" }),
        good,
    ];
    let set = Jwks::read(&set, b"");
    let usable = |kid, algorithm| set.candidates(kid, algorithm).count();
    assert_eq!(usable(Some("good"), Algorithm::Rs256), 1);
    assert_eq!(usable(None, Algorithm::Ps512), 1);
    assert_eq!(usable(None, Algorithm::Es256), 0);
    assert_eq!(usable(Some("other"), Algorithm::Rs256), 0);
}

#[test]
fn each_key_that_is_passed_over_has_a_line_with_its_id_up_to_a_limit() {
    let secret = |kid: Value| json!({ "kty": "oct", "kid": kid, "k": "AAAA" });
    let lines = |keys: &[Value]| sorted(keys).1;
    let good = form("RSA: type and numbers alone");
    let told = lines(&[secret(json!("a\n")), good, secret(json!(5)), json!({})]);
    assert_eq!(told.len(), 3);
    for (line, begins) in told.iter().zip([
        "passed over the provider's key a: its kty is oct, and",
        "passed over the provider's key 5: its kid is of the wrong type",
        "passed over the provider's key (none): its kty is missing, and",
    ]) {
        assert!(line.starts_with(begins), "{line}");
    }
    let long = lines(&[secret(json!(["x".repeat(9000)]))]);
    assert!(long[0].len() < 250, "{}", long[0]);
    let many = lines(&vec![secret(json!("x")); 100]);
    assert_eq!(many.len(), 17);
    assert_eq!(many[16], "passed over 84 more of the provider's keys");
}
