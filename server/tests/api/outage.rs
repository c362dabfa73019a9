//! The issuer fails: with keys at hand nobody notices, without them it is said.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    issuer::{Mood, TestIssuer},
    keys::{Key, OTHER, RSA, full_set},
    process::until,
    token::{claims, good, header, sign},
    world::{TestApi, builder},
};

/// Everything that is not a key set.
fn failures() -> Vec<(&'static str, Mood)> {
    let full = full_set().to_string();
    let huge = format!("{}{}", " ".repeat(256 * 1024), full);
    vec![
        ("500", Mood::Status(500)),
        ("404", Mood::Status(404)),
        ("204", Mood::Status(204)),
        ("HTML", Mood::Body("<html>down</html>".to_owned())),
        ("nothing", Mood::Body(String::new())),
        ("cut off", Mood::Body(full[..full.len() / 2].to_owned())),
        ("an empty set", Mood::Serve(json!({"keys": []}))),
        ("no set", Mood::Serve(json!([]))),
        ("keys no list", Mood::Serve(json!({"keys": {}}))),
        (
            "no usable key",
            Mood::Serve(json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]})),
        ),
        ("huge", Mood::Body(huge)),
        ("a redirect", Mood::Redirect("/elsewhere".to_owned())),
    ]
}

#[test]
fn without_keys_a_failed_fetch_is_unavailable_and_says_when_to_come_back() {
    for (name, mood) in failures() {
        let issuer = TestIssuer::in_mood(mood);
        let api = TestApi::start(&issuer);
        let answer = api.present(&good(&issuer.url, &RSA));
        assert_eq!(answer.status, 503, "{name}");
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=30).contains(&seconds), "{name}: {seconds}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
        assert_eq!(answer.header("www-authenticate"), None, "{name}");

        let before = issuer.fetches();
        assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 503, "{name}");
        assert_eq!(issuer.fetches(), before, "{name}: not asked again at once");
        assert_eq!(issuer.hits_of("/elsewhere"), 0);

        issuer.becomes(Mood::Serve(full_set()));
        api.clock.advance(30);
        assert_eq!(
            api.present(&good(&issuer.url, &RSA)).status,
            200,
            "{name}: back again"
        );
    }
}

#[test]
fn with_keys_an_outage_is_not_noticed() {
    for (name, mood) in failures() {
        let issuer = TestIssuer::start();
        let api = TestApi::start(&issuer);
        assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200, "{name}");
        issuer.becomes(mood);
        let later = claims(&issuer.url).set("exp", "1900000000");
        let token = sign(&header(&RSA), &later, &RSA);
        for failures in 1..=12 {
            api.clock.advance(300);
            assert_eq!(api.present(&token).status, 200, "{name}");
            until("the attempt has failed", || {
                api.verifier.statistics().jwks_failures == failures
            });
        }
        assert_eq!(
            api.present(&sign(&header(&OTHER), &later, &OTHER)).status,
            401,
            "{name}"
        );
        assert_eq!(api.get("/health/ready").status, 200, "{name}");
    }
}

#[test]
fn a_new_key_is_used_as_soon_as_the_issuer_is_back() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk()]})));
    let api = TestApi::start(&issuer);
    let later = claims(&issuer.url).set("exp", "1900000000");
    let status = |key: &Key| api.present(&sign(&header(key), &later, key)).status;
    assert_eq!(status(&RSA), 200);

    issuer.becomes(Mood::Status(503));
    api.clock.advance(300);
    for failures in 1..=120 {
        assert_eq!(status(&RSA), 200);
        until("the attempt has failed", || {
            api.verifier.statistics().jwks_failures == failures
        });
        api.clock.advance(if failures < 120 { 30 } else { 0 });
    }
    issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk(), OTHER.jwk()]})));
    assert_eq!(status(&OTHER), 200);
}

#[test]
fn a_new_key_that_was_looked_for_in_vain_is_looked_for_again_after_a_second() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk()]})));
    let api = TestApi::start(&issuer);
    let status = |key| api.present(&good(&issuer.url, key)).status;
    assert_eq!(status(&RSA), 200);
    issuer.becomes(Mood::Status(503));
    assert_eq!(status(&OTHER), 401);
    issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk(), OTHER.jwk()]})));
    assert_eq!(status(&OTHER), 401, "not asked yet");
    assert_eq!(issuer.fetches(), 2);
    api.clock.advance(1);
    assert_eq!(status(&OTHER), 200);
}

#[test]
fn keys_of_an_outage_are_given_up_after_a_day() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    issuer.becomes(Mood::Status(500));
    api.clock.advance(24 * 60 * 60);
    let later = claims(&issuer.url).set("exp", "1900000000");
    assert_eq!(api.present(&sign(&header(&RSA), &later, &RSA)).status, 503);
    assert_eq!(api.get("/health/ready").status, 503);
}

#[test]
fn an_issuer_that_never_answers_is_waited_for_five_seconds_at_most() {
    let issuer = TestIssuer::in_mood(Mood::Hang);
    let api = TestApi::start(&issuer);
    let start = Instant::now();
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 503);
    let waited = start.elapsed();
    assert!(waited >= Duration::from_secs(4), "{waited:?}");
    // 5 s, and whatever a busy machine adds.
    assert!(waited < Duration::from_secs(30), "{waited:?}");
}

#[test]
fn with_keys_an_issuer_that_never_answers_holds_nobody_up() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    issuer.becomes(Mood::Hang);
    api.clock.advance(280);
    let before = issuer.fetches();
    for _ in 0..10 {
        assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    }
    // The fetch gives up after ten seconds: nobody has waited for it.
    assert_eq!(api.verifier.statistics().jwks_failures, 0);
    assert!(issuer.fetches() <= before + 1);
}

#[test]
fn an_issuer_that_cannot_be_reached_is_unavailable() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", closed.local_addr().unwrap());
    drop(closed);
    let api = TestApi::launch(builder(&url), None);
    assert_eq!(api.present(&good(&url, &RSA)).status, 503);
}

#[test]
fn metadata_of_another_issuer_is_not_followed() {
    let issuer = TestIssuer::start();
    let bare = issuer.url.trim_end_matches('/').to_owned();
    let keys = format!("{}jwks", issuer.url);
    for name in [
        bare,
        issuer.url.replace("http", "HTTP"),
        format!("{}x/", issuer.url),
    ] {
        issuer.claims_to_be(json!({"issuer": name, "jwks_uri": keys}));
        let api = TestApi::start(&issuer);
        assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 503, "{name}");
    }
    for metadata in [
        json!({"issuer": issuer.url}),
        json!({"jwks_uri": keys}),
        json!([]),
    ] {
        issuer.claims_to_be(metadata.clone());
        let api = TestApi::start(&issuer);
        assert_eq!(
            api.present(&good(&issuer.url, &RSA)).status,
            503,
            "{metadata}"
        );
    }
    assert_eq!(issuer.fetches(), 0);
}

#[test]
fn keys_are_not_fetched_by_plain_http_from_elsewhere() {
    let issuer = TestIssuer::start();
    // The first two lead here, by names that are not taken for loopback.
    let port = issuer.url.rsplit(':').next().unwrap();
    let short = format!("http://127.1:{port}jwks");
    let user = issuer.url.replace("://", "://user@") + "jwks";
    for uri in [
        short.as_str(),
        user.as_str(),
        "http://192.0.2.1/jwks",
        "file:///etc/passwd",
        "ftp://127.0.0.1/jwks",
        "/jwks",
        "",
    ] {
        issuer.claims_to_be(json!({"issuer": issuer.url, "jwks_uri": uri}));
        let api = TestApi::start(&issuer);
        assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 503, "{uri}");
        assert_eq!(issuer.fetches(), 0, "{uri}");
        // What is tried, and does not answer, takes ten seconds to fail.
        assert_eq!(
            api.verifier.statistics().jwks_failures,
            1,
            "{uri} was tried"
        );
    }
}

#[test]
fn a_fixed_address_of_the_keys_needs_no_metadata() {
    let issuer = TestIssuer::start();
    let tenant = "https://login.example.com/tenant/v2.0";
    let builder = builder(tenant).jwks_uri(format!("{}jwks", issuer.url));
    let api = TestApi::launch(builder, None);
    assert_eq!(api.present(&good(tenant, &RSA)).status, 200);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 401);
    assert_eq!(issuer.hits(), 1);
}

#[test]
fn a_new_key_is_found_at_once_after_an_attempt_that_still_hung_when_the_issuer_was_back() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let later = claims(&issuer.url).set("exp", "1900000000");
    let present = |key: &Key| api.present(&sign(&header(key), &later, key)).status;
    assert_eq!(present(&RSA), 200);
    api.clock.advance(280);
    let nothing = json!({"keys": []});
    issuer.becomes(Mood::Slow(nothing, Duration::from_secs(1)));
    assert_eq!(
        present(&RSA),
        200,
        "in the background, and so it fails there"
    );
    until("the attempt", || issuer.fetches() == 2);
    api.clock.advance(1);
    issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk(), OTHER.jwk()]})));
    present(&OTHER);
    assert_eq!(present(&OTHER), 200);
    assert!(issuer.fetches() <= 3);
}
