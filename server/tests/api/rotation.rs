//! Keys come and go: how soon that is noticed, and how seldom the issuer is asked.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use vestibule_server::guard::Clock;

use crate::{
    issuer::{Mood, TestIssuer},
    keys::{ED, Key, OTHER, P256, RSA, full_set},
    token::{NOW, claims, good, header, quoted, sign},
    world::{TestApi, builder},
};

#[test]
fn a_new_key_is_used_at_once_after_one_fetch() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk()]})));
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    assert_eq!(issuer.fetches(), 1);

    issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk(), OTHER.jwk()]})));
    assert_eq!(api.present(&good(&issuer.url, &OTHER)).status, 200);
    assert_eq!(
        api.present(&good(&issuer.url, &RSA)).status,
        200,
        "both while they overlap"
    );
    assert_eq!(issuer.fetches(), 2);
}

#[test]
fn a_new_key_with_an_id_of_any_text_is_used_at_once() {
    for kid in [
        "2026-11 key",
        "{8f2c}",
        "a..b",
        "",
        "ключ №2",
        &"k".repeat(300),
    ] {
        let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk()]})));
        let api = TestApi::start(&issuer);
        assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
        let new = OTHER.jwk_with(&json!({"kid": kid}));
        issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk(), new]})));
        let head = header(&OTHER).set("kid", quoted(kid));
        let token = sign(&head, &claims(&issuer.url), &OTHER);
        assert_eq!(api.present(&token).status, 200, "{kid}");
    }
}

#[test]
fn a_withdrawn_key_is_refused_after_five_minutes() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk(), OTHER.jwk()]})));
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &OTHER)).status, 200);
    issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk()]})));
    assert_eq!(
        api.present(&good(&issuer.url, &OTHER)).status,
        200,
        "not asked yet"
    );
    api.clock.advance(300);
    let later = claims(&issuer.url).set("exp", "1900000000");
    let statuses = [&RSA, &OTHER].map(|key| api.present(&sign(&header(key), &later, key)).status);
    assert_eq!(statuses, [200, 401]);
    assert_eq!(
        issuer.fetches(),
        3,
        "first, aged, and for what is unknown now"
    );
}

#[test]
fn a_flood_of_unknown_keys_costs_one_fetch_in_thirty_seconds() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    let unknown = |n: usize| {
        let head = header(&OTHER).set("kid", quoted(&format!("unknown-{n}")));
        sign(&head, &claims(&issuer.url), &OTHER)
    };
    for n in 0..100 {
        assert_eq!(api.present(&unknown(n)).status, 401);
    }
    assert_eq!(issuer.fetches(), 2, "the first one, and one for them all");
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    api.clock.advance(29);
    assert_eq!(api.present(&unknown(101)).status, 401);
    assert_eq!(issuer.fetches(), 2);
    api.clock.advance(1);
    assert_eq!(api.present(&unknown(102)).status, 401);
    assert_eq!(issuer.fetches(), 3);
}

#[test]
fn a_flood_while_the_issuer_fails_costs_no_more() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    for mood in [Mood::Status(500), Mood::Serve(json!({"keys": []}))] {
        issuer.becomes(mood);
        let before = issuer.fetches();
        for _ in 0..20 {
            assert_eq!(api.present(&good(&issuer.url, &OTHER)).status, 401);
        }
        assert_eq!(issuer.fetches(), before + 1);
        assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
        api.clock.advance(30);
    }
}

#[test]
fn a_key_replaced_under_its_own_id_is_used_at_once_after_one_fetch() {
    for (kid, header) in [
        (json!("rsa"), header(&RSA)),
        (json!("an odd id"), header(&RSA).set("kid", "\"an odd id\"")),
        (json!(null), header(&RSA).without("kid")),
    ] {
        let set = |key: &Key| json!({"keys": [key.jwk_with(&json!({"kid": kid}))]});
        let issuer = TestIssuer::in_mood(Mood::Serve(set(&RSA)));
        let api = TestApi::start(&issuer);
        let status = |key| {
            api.present(&sign(&header, &claims(&issuer.url), key))
                .status
        };
        assert_eq!(status(&RSA), 200, "{kid}");

        issuer.becomes(Mood::Serve(set(&OTHER)));
        assert_eq!(status(&OTHER), 200, "{kid}");
        assert_eq!(status(&RSA), 401, "{kid}: verified before, by the old key");
        assert_eq!(issuer.fetches(), 2, "{kid}");
    }
}

#[test]
fn a_key_replaced_under_its_own_id_is_used_for_all_who_come_during_the_look() {
    let set = |key: &Key| json!({"keys": [key.jwk_with(&json!({"kid": "rsa"}))]});
    let issuer = TestIssuer::in_mood(Mood::Serve(set(&RSA)));
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    issuer.becomes(Mood::Slow(set(&OTHER), Duration::from_millis(500)));
    std::thread::scope(|scope| {
        for _ in 0..10 {
            let token = sign(&header(&RSA), &claims(&issuer.url), &OTHER);
            let api = &api;
            scope.spawn(move || assert_eq!(api.present(&token).status, 200));
        }
    });
    assert_eq!(issuer.fetches(), 2);
}

#[test]
fn a_flood_of_bad_signatures_costs_one_fetch_in_thirty_seconds() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    let forged = || {
        api.present(&sign(&header(&RSA), &claims(&issuer.url), &OTHER))
            .status
    };
    for _ in 0..50 {
        assert_eq!(forged(), 401);
    }
    assert_eq!(issuer.fetches(), 2, "the first one, and one for them all");
    let unknown = api.present(&good(&issuer.url, &OTHER)).status;
    assert_eq!((unknown, issuer.fetches()), (401, 2), "the same budget");
    api.clock.advance(29);
    assert_eq!((forged(), issuer.fetches()), (401, 2));
    api.clock.advance(1);
    assert_eq!((forged(), issuer.fetches()), (401, 3));
    let verdicts = api.verifier.statistics().verdicts;
    assert!(verdicts.contains(&("signature", 52)), "{verdicts:?}");
}

#[test]
fn a_forgery_that_is_wrong_in_other_ways_fetches_nothing() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    let unknown = header(&OTHER).set("kid", "\"unknown\"");
    for (claim, value) in [
        ("iss", "\"other\""),
        ("aud", "\"other\""),
        ("exp", "1"),
        ("nbf", "1900000000"),
    ] {
        let payload = claims(&issuer.url).set(claim, value);
        for header in [&unknown, &header(&RSA)] {
            assert_eq!(api.present(&sign(header, &payload, &OTHER)).status, 401);
        }
    }
    let verdicts = api.verifier.statistics().verdicts;
    assert!(verdicts.contains(&("signature", 4)), "{verdicts:?}");
    for (member, value) in [
        ("alg", "\"HS256\""),
        ("typ", "\"id+jwt\""),
        ("crit", "[\"x\"]"),
    ] {
        let head = unknown.clone().set(member, value);
        assert_eq!(
            api.present(&sign(&head, &claims(&issuer.url), &OTHER))
                .status,
            401
        );
    }
    assert_eq!(issuer.fetches(), 1);
}

#[test]
fn many_requests_at_once_share_one_fetch() {
    let slow = Mood::Slow(full_set(), Duration::from_millis(300));
    let issuer = TestIssuer::in_mood(slow);
    let api = Arc::new(TestApi::start(&issuer));
    let requests: Vec<_> = (0..40)
        .map(|n| {
            let (api, key) = (Arc::clone(&api), [&*RSA, &P256, &ED][n % 3]);
            let token = good(&issuer.url, key);
            std::thread::spawn(move || api.present(&token).status)
        })
        .collect();
    for request in requests {
        assert_eq!(request.join().unwrap(), 200);
    }
    assert_eq!(issuer.fetches(), 1);
    assert_eq!(issuer.hits(), 2, "metadata and keys");
}

/// The runtime's own time, which a test can let pass.
struct RuntimeClock(tokio::time::Instant);

impl Clock for RuntimeClock {
    fn unix_time(&self) -> f64 {
        NOW as f64
    }

    fn uptime(&self) -> Duration {
        self.0.elapsed()
    }
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_again_before_they_age_without_any_request() {
    let issuer = TestIssuer::start();
    let clock = Arc::new(RuntimeClock(tokio::time::Instant::now()));
    let verifier = builder(&issuer.url).clock(clock.clone()).build().unwrap();
    tokio::spawn(verifier.keep_fresh());
    let until = async |fetches: usize| {
        while issuer.fetches() < fetches {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        clock.uptime().as_secs()
    };
    assert!(until(1).await < 10);
    let second = until(2).await;
    assert!((260..300).contains(&second), "{second}");
    let third = until(3).await;
    assert!((260..300).contains(&(third - second)), "{second} {third}");
}

#[tokio::test(start_paused = true)]
async fn the_task_that_keeps_the_keys_fresh_ends_with_the_verifier() {
    let issuer = TestIssuer::start();
    let clock = Arc::new(RuntimeClock(tokio::time::Instant::now()));
    let verifier = builder(&issuer.url).clock(clock).build().unwrap();
    let task = tokio::spawn(verifier.keep_fresh());
    while !verifier.is_ready() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(!task.is_finished());
    drop(verifier);
    // Sooner than the next fetch is due.
    let ended = tokio::time::timeout(Duration::from_secs(60), task).await;
    assert!(ended.is_ok(), "it waits for the next fetch");
    assert_eq!(issuer.fetches(), 1);
}
