//! Which published keys are used, and for what: `tests/key-forms.json` is the table.
#![allow(clippy::unwrap_used)]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;
use vestibule_keys::{Algorithm, VerificationKey};

#[derive(Deserialize)]
struct Form {
    name: String,
    key: Value,
    /// What the key may verify; none if it is not used
    algorithms: Vec<String>,
    /// Of the words `key forms`, with the first of these algorithms
    signature: Option<String>,
}

fn forms() -> Vec<Form> {
    serde_json::from_str(include_str!("../../tests/key-forms.json")).unwrap()
}

#[test]
fn keys_are_used_or_refused_as_the_table_of_forms_says() {
    let mut wrong = Vec::new();
    for form in forms() {
        let read = VerificationKey::read(&form.key);
        let is_used_for = |algorithm: &Algorithm| {
            let key = read.as_ref();
            key.is_ok_and(|key| key.is_for(*algorithm))
        };
        let names: Vec<_> = Algorithm::ALL
            .into_iter()
            .filter(is_used_for)
            .map(Algorithm::name)
            .collect();
        if names != form.algorithms {
            let why = read.as_ref().err();
            wrong.push(format!("{}: {names:?} {why:?}", form.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A key that was read as another one would verify nothing.
#[test]
fn each_key_that_is_used_verifies_with_the_algorithm_of_the_signature_alone() {
    for form in forms() {
        let (Some(first), Some(signature)) = (form.algorithms.first(), form.signature) else {
            assert!(form.algorithms.is_empty(), "{}", form.name);
            continue;
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = VerificationKey::read(&form.key).unwrap();
        for algorithm in Algorithm::ALL {
            let good = key.verify(algorithm, b"key forms", &signature);
            assert_eq!(good, algorithm.name() == first, "{}", form.name);
            assert!(!key.verify(algorithm, b"other words", &signature));
        }
    }
}

#[test]
fn the_table_has_keys_for_all_algorithms_and_many_that_are_refused() {
    let (used, refused): (Vec<_>, Vec<_>) = forms()
        .into_iter()
        .partition(|form| !form.algorithms.is_empty());
    assert!(used.len() >= 35 && refused.len() >= 35);
    for algorithm in Algorithm::ALL {
        let name = algorithm.name();
        assert!(used.iter().any(|form| form.algorithms == [name]), "{name}");
    }
}
