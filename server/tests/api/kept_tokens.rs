//! Tokens that were verified before, and for how long that counts (security.md D26).

use std::sync::Arc;

use serde_json::json;
use vestibule_server::guard::AccessTokenVerifier;

use crate::{
    issuer::{Mood, TestIssuer},
    keys::{ED, OTHER, RSA},
    token::{NOW, claims, good, header, sign},
    world::{FakeClock, TestApi, builder},
};

/// Hits, misses and entries.
fn counted(verifier: &AccessTokenVerifier) -> (u64, u64, usize) {
    let statistics = verifier.statistics();
    let (hits, misses) = (statistics.cache_hits, statistics.cache_misses);
    (hits, misses, statistics.cache_entries)
}

#[test]
fn a_token_is_verified_once_and_then_remembered() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let token = good(&issuer.url, &RSA);
    assert_eq!(api.present(&token).status, 200);
    assert_eq!(counted(&api.verifier), (0, 1, 1));
    for _ in 0..3 {
        assert_eq!(api.present(&token).status, 200);
    }
    assert_eq!(counted(&api.verifier), (3, 1, 1));
}

#[test]
fn a_refused_token_is_not_remembered() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    let (head, other) = (header(&RSA), claims(&issuer.url).set("aud", "\"other\""));
    for _ in 0..2 {
        assert_eq!(api.present(&sign(&head, &other, &RSA)).status, 401);
        // OTHER signs, but the header names RSA.
        let forged = sign(&head, &claims(&issuer.url), &OTHER);
        assert_eq!(api.present(&forged).status, 401);
        assert_eq!(api.present("garbage").status, 401);
    }
    assert_eq!(counted(&api.verifier), (0, 1, 1));
}

#[test]
fn a_remembered_token_ends_with_its_expiry() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let payload = claims(&issuer.url).set("exp", (NOW + 100).to_string());
    let token = sign(&header(&RSA), &payload, &RSA);
    let after = |seconds| {
        api.clock.advance(seconds);
        (api.present(&token).status, counted(&api.verifier))
    };
    assert_eq!(after(0), (200, (0, 1, 1)));
    // Five seconds of leeway, as for a token that was never seen.
    assert_eq!(after(104), (200, (1, 1, 1)));
    assert_eq!(after(1), (401, (1, 1, 0)));
}

#[test]
fn a_remembered_token_ends_when_its_key_leaves_the_set() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk(), OTHER.jwk()]})));
    let api = TestApi::start(&issuer);
    let later = claims(&issuer.url).set("exp", (NOW + 9000).to_string());
    let token = |key| sign(&header(key), &later, key);
    let both = || [&RSA, &OTHER].map(|key| api.present(&token(key)).status);
    assert_eq!(both(), [200, 200]);

    issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk()]})));
    api.clock.advance(300);
    assert_eq!(both(), [200, 401]);
    assert_eq!(both(), [200, 401]);

    // The key is back, so what it signed counts again, after being verified anew.
    issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk(), OTHER.jwk()]})));
    api.clock.advance(300);
    assert_eq!(both(), [200, 200]);
}

#[test]
fn a_new_key_beside_the_old_ones_forgets_nothing() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk()]})));
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    issuer.becomes(Mood::Serve(json!({"keys": [OTHER.jwk(), RSA.jwk()]})));
    assert_eq!(api.present(&good(&issuer.url, &OTHER)).status, 200);
    let (hits, misses, _) = counted(&api.verifier);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    assert_eq!(counted(&api.verifier), (hits + 1, misses, 2));
}

#[test]
fn a_remembered_token_counts_through_an_outage_for_a_day_at_most() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let later = claims(&issuer.url).set("exp", (NOW + 1_000_000).to_string());
    let token = sign(&header(&RSA), &later, &RSA);
    assert_eq!(api.present(&token).status, 200);
    issuer.becomes(Mood::Status(503));
    for hours in 0..23 {
        assert_eq!(api.present(&token).status, 200, "{hours}");
        api.clock.advance(3600);
    }
    api.clock.advance(3600);
    // This one finds out that the issuer is still away; the next one has no keys.
    api.present(&token);
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(api.present(&token).status, 503);
}

#[tokio::test]
async fn without_a_cache_nothing_is_remembered() {
    let issuer = TestIssuer::start();
    let builder = builder(&issuer.url).clock(Arc::new(FakeClock::default()));
    let verifier = builder.token_cache(0).build().unwrap();
    let token = good(&issuer.url, &RSA);
    for _ in 0..2 {
        assert_eq!(verifier.verify(&token).await.unwrap().sub(), Some("ada"));
    }
    assert_eq!(counted(&verifier), (0, 0, 0));
}

#[test]
fn the_issuer_may_say_how_long_its_keys_are_good_and_that_they_have_not_changed() {
    let keys = || json!({"keys": [RSA.jwk()]});
    let issuer = TestIssuer::in_mood(Mood::Cached(keys(), "public, max-age=90"));
    let api = TestApi::start(&issuer);
    let later = claims(&issuer.url).set("exp", (NOW + 9000).to_string());
    let token = sign(&header(&RSA), &later, &RSA);
    let present = || {
        assert_eq!(api.present(&token).status, 200);
        // What is fetched in the background is not waited for.
        std::thread::sleep(std::time::Duration::from_millis(200));
        (issuer.fetches(), issuer.hits_of("not modified"))
    };
    assert_eq!(present(), (1, 0));
    api.clock.advance(89);
    assert_eq!(present(), (1, 0));
    api.clock.advance(1);
    assert_eq!(present(), (2, 1), "asked again, and nothing new");
    issuer.becomes(Mood::Cached(
        json!({"keys": [RSA.jwk(), OTHER.jwk()]}),
        "no-cache",
    ));
    api.clock.advance(90);
    assert_eq!(present(), (3, 1), "changed");
    assert_eq!(api.present(&good(&issuer.url, &OTHER)).status, 200);
    api.clock.advance(60);
    assert_eq!(present(), (4, 2), "not more often than once a minute");
}

#[test]
fn keys_are_taken_over_when_their_tag_has_changed_and_from_no_error() {
    let issuer = TestIssuer::in_mood(Mood::Cached(json!({"keys": [RSA.jwk()]}), "public"));
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    // Its body has all keys, and is not for us.
    issuer.becomes(Mood::Status(500));
    assert_eq!(api.present(&good(&issuer.url, &ED)).status, 401);
    api.clock.advance(30);
    let both = json!({"keys": [RSA.jwk(), OTHER.jwk()]});
    issuer.becomes(Mood::Cached(both, "public"));
    assert_eq!(api.present(&good(&issuer.url, &OTHER)).status, 200);
    assert_eq!(issuer.hits_of("not modified"), 0);
}
