//! An issuer that is slow and one that hangs: the background waits, as long as it is
//! told to, requests do not.

use std::time::{Duration, Instant};

use crate::{
    issuer::{Mood, TestIssuer},
    issuer_words::Told,
    keys::{RSA, full_set},
    process::{Folder, program, until},
    settings::{AUD, ISSUER, refused},
    token::{claims, good, header, sign},
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

#[test]
fn with_keys_at_hand_a_slow_fetch_holds_requests_up_no_longer_than_one_waits() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let later = claims(&issuer.url).set("exp", "1900000000");
    let token = sign(&header(&RSA), &later, &RSA);
    assert_eq!(api.present(&token).status, 200);
    issuer.becomes(Mood::Hang);
    api.clock.advance(300);
    let wait = || {
        let start = Instant::now();
        assert_eq!(api.present(&token).status, 200);
        start.elapsed()
    };
    // Nobody has looked for so long that the keys may be too old.
    assert!(wait() >= Duration::from_secs(5));
    api.clock.advance(5);
    assert!(wait() < Duration::from_secs(4), "the second waits too");
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
