//! An issuer that is slow and one that hangs: the background waits, as long as it is
//! told to, requests do not.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    issuer::{Mood, TestIssuer},
    issuer_words::Told,
    keys::{Key, OTHER, RSA, full_set},
    process::{Folder, program, until},
    settings::{AUD, ISSUER, refused},
    token::{claims, good, header, quoted, sign},
    world::TestApi,
};

/// Together more than a request waits, and more than was ever waited.
const PAUSE: Duration = Duration::from_secs(4);

fn slow() -> TestIssuer {
    let issuer = TestIssuer::in_mood(Mood::Slow(full_set(), PAUSE));
    issuer.thinks_about_metadata(PAUSE);
    issuer
}

#[test]
fn one_whose_documents_take_their_time_is_usable() {
    let issuer = slow();
    let api = TestApi::start(&issuer);
    let start = Instant::now();
    let first = api.present(&good(&issuer.url, &RSA));
    // It has waited for all of its time, and is told to come back.
    assert_eq!(first.status, 503);
    assert_eq!(first.header("retry-after"), Some("1"));
    assert!(start.elapsed() >= Duration::from_secs(5));
    until("the keys are there", || {
        api.get("/health/ready").status == 200
    });
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    assert_eq!(issuer.fetches(), 1);
    assert_eq!(api.verifier.statistics().jwks_failures, 0);
}

/// A new key, and one that replaces another under its id.
#[test]
fn a_good_token_is_never_refused_while_its_key_is_still_looked_for() {
    for kid in ["new", "rsa"] {
        let set = |key: &Key, kid| json!({"keys": [key.jwk_with(&json!({"kid": kid}))]});
        let issuer = TestIssuer::in_mood(Mood::Serve(set(&RSA, "rsa")));
        let api = TestApi::start(&issuer);
        let of = |key: &Key, kid| {
            let header = header(key).set("kid", quoted(kid));
            api.present(&sign(&header, &claims(&issuer.url), key))
        };
        assert_eq!(of(&RSA, "rsa").status, 200);
        issuer.becomes(Mood::Slow(set(&OTHER, kid), 2 * PAUSE));
        issuer.thinks_about_metadata(PAUSE);

        let start = Instant::now();
        let first = of(&OTHER, kid);
        assert_eq!(
            (first.status, first.header("retry-after")),
            (503, Some("1"))
        );
        assert!(start.elapsed() >= Duration::from_secs(5), "{kid}");
        // The look has taken what requests wait: neither a good token nor a forged one
        // waits for it again.
        api.clock.advance(5);
        for asked in [kid, "forged"] {
            let second = of(&OTHER, asked);
            assert_eq!(
                (second.status, second.header("retry-after")),
                (503, Some("1"))
            );
        }
        assert_eq!(
            api.verifier.statistics().jwks_fetches,
            1,
            "{kid}: none ended"
        );

        until("the new key is there", || {
            api.verifier.statistics().jwks_fetches == 2
        });
        assert_eq!(of(&OTHER, kid).status, 200, "{kid}");
        assert_eq!(of(&OTHER, "forged").status, 401, "{kid}");
    }
}

#[test]
fn all_that_a_request_waits_for_takes_five_seconds_together() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let later = claims(&issuer.url).set("exp", "1900000000");
    assert_eq!(api.present(&sign(&header(&RSA), &later, &RSA)).status, 200);
    // Keys that are too old, and one of them that is not there: each is worth a wait.
    api.clock.advance(300);
    issuer.becomes(Mood::Slow(full_set(), 2 * PAUSE));
    let unknown = sign(&header(&OTHER), &later, &OTHER);
    assert_eq!(api.present(&unknown).status, 503);
    assert_eq!(api.verifier.statistics().jwks_fetches, 1, "it goes on");
}

#[test]
fn with_keys_at_hand_a_slow_fetch_holds_requests_up_no_longer_than_one_waits() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let later = claims(&issuer.url).set("exp", "1900000000");
    let token = sign(&header(&RSA), &later, &RSA);
    assert_eq!(api.present(&token).status, 200);
    issuer.becomes(Mood::Hang);
    api.clock.advance(300);
    let start = Instant::now();
    assert_eq!(api.present(&token).status, 200);
    // Nobody has looked for so long that the keys may be too old.
    assert!(start.elapsed() >= Duration::from_secs(5));
    api.clock.advance(5);
    assert_eq!(api.present(&token).status, 200);
    // The fetch gives up after ten seconds.
    assert_eq!(
        api.verifier.statistics().jwks_failures,
        0,
        "the second waits too"
    );
}

#[test]
fn the_limit_of_a_document_can_be_set() {
    let issuer = TestIssuer::in_mood(Mood::Hang);
    let told = Told::start(&issuer.url, &["--fetch-timeout", "1"], &[]);
    told.until("no whole answer within 1 s; raise fetch_timeout");
    assert_eq!(told.server.get("/health/ready").status, 503);
    let folder = Folder::new("fetch-timeout");
    for value in ["0", "301", "2.5", "1s", "-1"] {
        let mut command = program(&folder);
        command.args(ISSUER).args(AUD);
        command.args(["--fetch-timeout", value]);
        refused(value, &mut command, &["--fetch-timeout", "from 1 to 300"]);
    }
}
