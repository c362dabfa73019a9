//! Each malformed PKCS #1 padding of the set, made anew around our own claims: the
//! digest in it is exchanged for ours, and the key's private half signs the result.
//! Nothing but the padding is wrong then.

use aws_lc_rs::digest;
use serde_json::json;
use vestibule_server::guard::Refusal;

use super::{RSA_2048, Vector, bytes, private};
use crate::{
    grid::{Grid, Topic, assert_all_accepted},
    issuer::{Mood, TestIssuer},
    token::{Members, claims, signing_input},
    world::TestApi,
};

pub const TOPIC: Topic = Topic {
    name: "Wycheproof, malformed padding around our claims",
    cause: |cause| matches!(cause, Refusal::Signature),
    grid: |issuer| around_our_claims(issuer, |vector| vector.result != "valid"),
};

fn around_our_claims(issuer: &str, wanted: fn(&Vector) -> bool) -> Grid {
    let (jwk, key) = private::key("RS256");
    let head = Members::of(&json!({"alg": "RS256", "kid": jwk["kid"], "typ": "at+jwt"}));
    let mut grid = Grid::new();
    // The other groups have keys whose private half is not there.
    for vector in RSA_2048.groups[0]
        .tests
        .iter()
        .filter(|vector| wanted(vector))
    {
        let payload = claims(issuer).and("vector", vector.id.to_string());
        let input = signing_input(head.text().as_bytes(), payload.text().as_bytes());
        let encoded = key.open(&bytes(&vector.sig));
        if key.sign(&encoded) != bytes(&vector.sig) {
            // What is wrong is the number, not the padding: see `hostile/rsa.rs`.
            continue;
        }
        if let Some(encoded) = exchanged(&encoded, &bytes(&vector.msg), input.as_bytes()) {
            let name = format!("{}: {}", vector.id, vector.comment);
            grid.push((name, private::token(&input, &encoded, &key)));
        }
    }
    grid
}

/// `encoded` with the digest of `ours` for that of `theirs`, by whatever hash it is.
fn exchanged(encoded: &[u8], theirs: &[u8], ours: &[u8]) -> Option<Vec<u8>> {
    let hashes = [
        &digest::SHA256,
        &digest::SHA1_FOR_LEGACY_USE_ONLY,
        &digest::SHA224,
        &digest::SHA384,
        &digest::SHA512,
        &digest::SHA512_256,
        &digest::SHA3_256,
    ];
    hashes.into_iter().find_map(|hash| {
        let (theirs, ours) = (digest::digest(hash, theirs), digest::digest(hash, ours));
        let length = theirs.as_ref().len();
        let at = encoded
            .windows(length)
            .position(|part| part == theirs.as_ref())?;
        let mut encoded = encoded.to_vec();
        encoded[at..at + length].copy_from_slice(ours.as_ref());
        Some(encoded)
    })
}

/// That the malformed ones are refused says something only if these are not.
#[test]
fn a_right_padding_around_our_claims_is_accepted() {
    let (jwk, _) = private::key("RS256");
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [jwk]})));
    let api = TestApi::start(&issuer);
    let valid = around_our_claims(&issuer.url, |vector| vector.result == "valid");
    assert_eq!(valid.len(), 7);
    assert_all_accepted(&api, &valid);
    let malformed = around_our_claims(&issuer.url, |vector| vector.result != "valid");
    assert!(malformed.len() > 200, "{}", malformed.len());
}
