//! Tokens and headers of any size: what is read, and what is turned away early.

use crate::{
    grid::{Line, Verdict},
    hostile::signers,
    issuer::TestIssuer,
    keys::{ED, RSA},
    token::{claims, good, header, quoted, sign},
    world::TestApi,
};

/// Turned away: as a bad token, by the server before any token is looked for, or with
/// the connection itself.
fn assert_turned_away(api: &TestApi, name: &str, token: &str, alike: &Verdict) {
    let header = format!("Authorization: Bearer {token}\r\n");
    if let Ok(verdict) = Line::to(api.address).try_ask(header.as_bytes()) {
        let Verdict { status, body, .. } = &verdict;
        assert!(
            verdict == *alike || *status == 431,
            "{name}: {status} {body}"
        );
    }
}

#[test]
fn what_is_larger_than_any_token_is_turned_away() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let alike = line.present("a.b.c");
    let token = good(&issuer.url, &RSA);
    for kibibytes in [17, 32, 64, 100, 256, 1024] {
        let bytes = kibibytes * 1024;
        let padded = claims(&issuer.url).and("padding", quoted(&"p".repeat(bytes)));
        let kid = header(&RSA).set("kid", quoted(&"k".repeat(bytes)));
        for (name, token) in [
            ("letters", "a".repeat(bytes)),
            ("dots", ".".repeat(bytes)),
            (
                "letters behind a good token",
                format!("{token}{}", "A".repeat(bytes)),
            ),
            (
                "letters in front of a good token",
                format!("{}{token}", "A".repeat(bytes)),
            ),
            ("a signed payload", sign(&header(&RSA), &padded, &RSA)),
            ("a signed key id", sign(&kid, &claims(&issuer.url), &RSA)),
        ] {
            assert_turned_away(&api, &format!("{kibibytes} KiB of {name}"), &token, &alike);
        }
    }
    assert_eq!(line.present(&token).status, 200);
    assert_eq!(issuer.fetches(), 1);
}

#[test]
fn tokens_of_eight_kibibytes_are_read_with_every_algorithm() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    for key in signers() {
        for bytes in [1024, 2048, 4096, 5500] {
            let payload = claims(&issuer.url).and("padding", quoted(&"p".repeat(bytes)));
            let token = sign(&header(key), &payload, key);
            assert_eq!(
                line.present(&token).status,
                200,
                "{} {}",
                key.kid,
                token.len()
            );
        }
    }
    let payload = claims(&issuer.url).and("padding", quoted(&"p".repeat(5860)));
    let token = sign(&header(&ED), &payload, &ED);
    assert!((8190..8240).contains(&token.len()), "{}", token.len());
    assert_eq!(line.present(&token).status, 200);
}

#[test]
fn a_connection_serves_on_after_any_number_of_bad_tokens() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let token = good(&issuer.url, &ED);
    for n in 0..200 {
        let bad = format!("{}{n}", &token[..token.len() - 5]);
        assert_eq!(line.present(&bad).status, 401);
    }
    assert_eq!(line.present(&token).status, 200);
}
