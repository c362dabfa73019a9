//! Tokens as real issuers make them, and as they might: each must be let through.

mod json;
mod keys;
mod tokens;

use serde_json::json;

use crate::{
    grid::{Library, assert_all_accepted},
    hostile::signers,
    issuer::{Mood, TestIssuer},
    keys::{Key, full_set},
    world::TestApi,
    wycheproof,
};

#[test]
fn two_hundred_different_good_tokens_are_accepted() {
    // Beside all the keys of the vectors, which must be in nobody's way.
    let mut set = full_set();
    let keys = set["keys"].as_array_mut().unwrap();
    keys.extend(wycheproof::published());
    let issuer = TestIssuer::in_mood(Mood::Serve(set));
    let api = TestApi::start(&issuer);
    let mut grid = tokens::grid(&issuer.url);
    grid.extend(json::grid(&issuer.url));
    let library = Library::of(&issuer, |builder| builder);
    for (name, token) in &grid {
        assert_eq!(library.refusal(token), None, "{name}");
    }
    let different = assert_all_accepted(&api, &grid);
    assert!(different >= 200, "{different}");
    assert_eq!(issuer.fetches(), 2, "one for each verifier");
}

#[test]
fn without_an_id_the_one_key_that_fits_is_taken() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(
        assert_all_accepted(&api, &tokens::without_id(&issuer.url)),
        4
    );
    let bare = signers().map(Key::public);
    // A bare RSA key fits six algorithms, and so there would be two for each.
    issuer.becomes(Mood::Serve(json!({"keys": [bare[0], bare[2], bare[3]]})));
    api.clock.advance(301);
    let mut grid = tokens::without_id(&issuer.url);
    grid.retain(|(name, _)| !name.starts_with("PS256"));
    assert_all_accepted(&api, &grid);
}
