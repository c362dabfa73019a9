//! Tokens that have most of a good one, presented right after it: what a cache of
//! verified tokens might take for the same.

use crate::{
    grid::{Grid, Line, assert_all_refused},
    hostile::{cache::use_it, signers},
    issuer::TestIssuer,
    keys::{ED, Key, OTHER, P256, PSS, RSA, b64},
    token::{claims, good, header, parts, quoted, sign},
    world::TestApi,
};

/// GHSA-rp9m-7r4c-75qg: what makes two tokens one for a cache must be all of them.
#[test]
fn nothing_but_the_whole_token_is_remembered() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    for key in signers() {
        let token = good(&issuer.url, key);
        let other = sign(&header(key), &claims(&issuer.url).set("jti", "\"2\""), key);
        use_it(&mut line, &token);
        use_it(&mut line, &other);
        let grid = siblings(&issuer.url, key, &token, &other);
        assert!(grid.len() > 90, "{}", grid.len());
        assert_all_refused(&api, &grid);
        use_it(&mut line, &token);
    }
}

fn siblings(issuer: &str, key: &Key, token: &str, other: &str) -> Grid {
    let [head, body, signature] = parts(token);
    let [_, other_body, other_signature] = parts(other);
    let mut grid = Grid::new();
    let mut push = |name: &str, token: String| grid.push((format!("{}: {name}", key.kid), token));
    push(
        "another signature",
        format!("{head}.{body}.{other_signature}"),
    );
    push(
        "another payload",
        format!("{head}.{other_body}.{signature}"),
    );
    push("no signature", format!("{head}.{body}."));
    push("a letter more", format!("{token}A"));
    push("four letters more", format!("{token}AAAA"));
    push("a letter less", token[..token.len() - 1].to_owned());
    push("twice", format!("{token}.{token}"));
    push("lower case", token.to_lowercase());
    push("upper case", token.to_uppercase());
    push("padding", format!("{token}=="));
    for (claim, value) in [
        ("aud", "\"other\"".to_owned()),
        ("iss", "\"https://evil.example/\"".to_owned()),
        ("sub", "\"grace\"".to_owned()),
        ("exp", "9999999999".to_owned()),
        ("scope", "\"admin\"".to_owned()),
        ("jti", quoted(&"1".repeat(20))),
    ] {
        let changed = claims(issuer).set(claim, &value).text();
        push(
            &format!("other {claim}"),
            format!("{head}.{}.{signature}", b64(changed.as_bytes())),
        );
    }
    for other in [&*RSA, &PSS, &P256, &ED, &OTHER] {
        if other.kid != key.kid {
            let changed = b64(header(key).set("kid", quoted(other.kid)).text().as_bytes());
            push(
                &format!("kid {}", other.kid),
                format!("{changed}.{body}.{signature}"),
            );
        }
    }
    // One letter anywhere: what a hash of a part, or of every nth byte, would miss.
    for at in (0..token.len()).step_by(5) {
        let letter = match &token[at..=at] {
            "." => continue,
            "A" => "B",
            _ => "A",
        };
        push(
            &format!("{letter} at {at}"),
            format!("{}{letter}{}", &token[..at], &token[at + 1..]),
        );
    }
    grid.retain(|(_, sibling)| sibling != token);
    grid
}

/// Many at once with a good token and its forgeries: each gets its own verdict.
#[test]
fn verdicts_are_not_exchanged_between_requests_at_once() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let token = good(&issuer.url, &ED);
    let other = sign(&header(&ED), &claims(&issuer.url).set("jti", "\"2\""), &ED);
    let forged = format!("{}{}", &token[..token.len() - 86], parts(&other)[2]);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let mut line = Line::to(api.address);
            let (token, status) = if n % 2 == 0 {
                (&token, 200)
            } else {
                (&forged, 401)
            };
            scope.spawn(move || {
                for _ in 0..100 {
                    assert_eq!(line.present(token).status, status);
                }
            });
        }
    });
}
