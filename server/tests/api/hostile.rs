//! Tokens that are bad in every way we could think of: none may be let through, and
//! all must be answered alike. The catalogue is that of RFC 8725, RFC 9068 §4 and
//! of what went wrong in other libraries.

mod cache;
mod claims;
mod clock;
mod compact;
mod curves;
mod dates;
mod documents;
mod flood;
mod header;
mod json;
mod keys;
mod kid;
mod names;
mod request;
mod rsa;
mod siblings;
mod signature;
mod size;
mod twice;
mod unusable;
mod weak;

use serde_json::json;
use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic, assert_refused_alike},
    issuer::{Mood, TestIssuer},
    keys::{ED, Key, P256, PSS, RSA, full_set},
    token::{claims, good, header, sign},
    world::TestApi,
    wycheproof,
};

#[test]
fn two_thousand_different_hostile_tokens_are_refused_alike() {
    let mut set = full_set();
    let keys = set["keys"].as_array_mut().unwrap();
    keys.extend(wycheproof::published());
    let issuer = TestIssuer::in_mood(Mood::Serve(set));
    let api = TestApi::start(&issuer);
    let mut topics = Vec::new();
    topics.extend(claims::TOPICS);
    topics.extend(dates::TOPICS);
    topics.extend(names::TOPICS);
    topics.extend(header::TOPICS);
    topics.extend(kid::TOPICS);
    topics.extend(twice::TOPICS);
    topics.extend(json::TOPICS);
    topics.extend(documents::TOPICS);
    topics.extend(compact::TOPICS);
    topics.extend(keys::TOPICS);
    topics.extend(signature::TOPICS);
    topics.extend(curves::TOPICS);
    topics.extend(rsa::TOPICS);
    topics.extend(wycheproof::TOPICS);
    let different = assert_refused_alike(&api, &issuer, &topics);
    assert!(different >= 2000, "{different}");
    // The clock stands still: each verifier fetched the keys, and once more for all
    // the ids that nobody has.
    assert!(issuer.fetches() <= 4, "{}", issuer.fetches());
}

/// Cuts are easily many; they are not counted among the two thousand.
#[test]
fn a_token_that_ends_anywhere_before_its_end_is_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let topic = Topic {
        name: "cut off",
        cause: |_| true,
        grid: |issuer| {
            let cut = |key| {
                let token = good(issuer, key);
                (1..token.len()).map(move |end| {
                    let name = format!("{} at {end}", key.kid);
                    (name, token[..end].to_owned())
                })
            };
            cut(&RSA).chain(cut(&P256)).collect()
        },
    };
    assert_refused_alike(&api, &issuer, &[topic]);
}

#[test]
fn keys_of_every_kind_are_published_and_the_others_survive_them() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": wycheproof::published()})));
    assert!(wycheproof::published().len() > 150);
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 401, "not 503");
}

/// One of each algorithm.
pub fn signers() -> [&'static Key; 4] {
    [&RSA, &PSS, &P256, &ED]
}

/// Values without spaces, written one after the other.
pub fn words(values: &str) -> Vec<String> {
    values.split_whitespace().map(str::to_owned).collect()
}

/// Good tokens with one claim replaced by each of `values`, which are JSON text.
pub fn with_claim(issuer: &str, name: &str, values: &[String], key: &Key) -> Grid {
    let token = |value: &String| {
        let payload = claims(issuer).set(name, value);
        let case = format!("{}: {name} is {value:.80}", key.alg);
        (case, sign(&header(key), &payload, key))
    };
    values.iter().map(token).collect()
}

pub fn without_claim(issuer: &str, name: &str, key: &Key) -> (String, String) {
    let payload = claims(issuer).without(name);
    let case = format!("{}: without {name}", key.alg);
    (case, sign(&header(key), &payload, key))
}

/// For topics in which one cause can hide another.
pub fn any_cause(_: Refusal) -> bool {
    true
}
