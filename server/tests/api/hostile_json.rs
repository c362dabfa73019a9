//! Tokens that are not well formed: as compact JWS, as base64url, as JSON.

use crate::{
    grid::{Grid, assert_all_refused},
    issuer::TestIssuer,
    keys::{RSA, b64, full_set},
    token::{Members, claims, good, header, quoted, sign, sign_text},
    world::TestApi,
};

fn named(grid: &[(&str, String)]) -> Grid {
    grid.iter()
        .map(|(name, token)| ((*name).to_owned(), token.clone()))
        .collect()
}

#[test]
fn what_is_not_three_parts_of_base64url_is_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let good = good(&issuer.url, &RSA);
    let [head, body, signature] = parts(&good);
    let serialised =
        format!(r#"{{"protected":"{head}","payload":"{body}","signature":"{signature}"}}"#);
    let grid = named(&[
        ("one part", head.to_owned()),
        ("two parts", format!("{head}.{body}")),
        ("four parts", format!("{good}.{signature}")),
        (
            "five parts, as a JWE",
            format!("{good}.{signature}.{signature}"),
        ),
        ("a dot in front", format!(".{good}")),
        ("a dot behind", format!("{good}.")),
        ("two dots between", format!("{head}..{body}.{signature}")),
        ("dots alone", "..".to_owned()),
        ("a thousand dots", ".".repeat(1000)),
        ("sixteen thousand dots", ".".repeat(16_000)),
        ("no signature", format!("{head}.{body}.")),
        ("no payload", format!("{head}..{signature}")),
        ("no header", format!(".{body}.{signature}")),
        (
            "padding on the header",
            format!("{head}=.{body}.{signature}"),
        ),
        (
            "padding on the payload",
            format!("{head}.{body}=.{signature}"),
        ),
        ("padding on the signature", format!("{good}==")),
        ("a plus", good.replacen('.', "+.", 1)),
        ("a slash", good.replacen('.', "/.", 1)),
        ("a percent sign", good.replacen('.', "%2E", 1)),
        ("a quote", format!("\"{good}\"")),
        ("a comma and a second token", format!("{good},{good}")),
        ("a semicolon", format!("{good};")),
        ("trailing bits in the signature", with_trailing_bits(&good)),
        ("one letter too many", format!("{good}A")),
        ("JSON serialisation", serialised),
        (
            "one letter more than is looked at",
            format!("{good}{}", "A".repeat(16_385 - good.len())),
        ),
        ("100 KiB", "a".repeat(100 * 1024)),
        (
            "100 KiB in three parts",
            format!("{}.{body}.{signature}", "a".repeat(100 * 1024)),
        ),
    ]);
    assert_all_refused(&api, &issuer, &grid);
}

fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<_> = token.split('.').collect();
    parts.try_into().unwrap()
}

/// The last letter of 256 bytes carries four bits that must be zero.
fn with_trailing_bits(token: &str) -> String {
    let (rest, last) = token.split_at(token.len() - 1);
    let changed = match last {
        "A" => "B",
        "Q" => "R",
        "g" => "h",
        "w" => "x",
        other => panic!("256 bytes cannot end in {other}"),
    };
    format!("{rest}{changed}")
}

#[test]
fn a_member_that_is_named_twice_is_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let good = claims(&issuer.url);
    let mut grid = Grid::new();
    let values = [
        ("iss", quoted(&issuer.url)),
        ("iss", "\"https://evil.example/\"".to_owned()),
        ("aud", "\"other\"".to_owned()),
        ("exp", "1900000000".to_owned()),
        ("exp", "1".to_owned()),
        ("iat", "1".to_owned()),
        ("sub", "\"grace\"".to_owned()),
        ("scope", "\"admin\"".to_owned()),
        ("client_id", "\"other\"".to_owned()),
        // The same name, written otherwise.
        ("\\u0073cope", "\"admin\"".to_owned()),
        ("i\\u0073s", quoted(&issuer.url)),
    ];
    for (name, value) in values {
        for (place, payload) in [
            ("behind", good.clone().and(name, &value)),
            ("in front", good.clone().after(name, &value)),
        ] {
            let token = sign(&header(&RSA), &payload, &RSA);
            grid.push((format!("{name} {value} {place}"), token));
        }
    }
    for (name, value) in [
        ("alg", "\"RS256\""),
        ("alg", "\"none\""),
        ("kid", "\"other\""),
        ("typ", "\"JWT\""),
    ] {
        for (place, head) in [
            ("behind", header(&RSA).and(name, value)),
            ("in front", header(&RSA).after(name, value)),
        ] {
            grid.push((
                format!("header {name} {value} {place}"),
                sign(&head, &good, &RSA),
            ));
        }
    }
    assert_all_refused(&api, &issuer, &grid);
}

#[test]
fn what_is_not_a_json_object_is_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let text = claims(&issuer.url).text();
    let deep = |depth: usize| claims(&issuer.url).and("x", "[".repeat(depth) + &"]".repeat(depth));
    let with = |name: &str, value: &[u8]| {
        let mut bytes = text.as_bytes()[..text.len() - 1].to_vec();
        bytes.extend([b",\"", name.as_bytes(), b"\":\"", value, b"\"}"].concat());
        bytes
    };
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let payloads: Vec<(&str, Vec<u8>)> = vec![
        ("empty", b" ".to_vec()),
        ("null", b"null".to_vec()),
        ("a list", format!("[{text}]").into_bytes()),
        ("a text", quoted(&text).into_bytes()),
        ("a number", b"5".to_vec()),
        ("bytes behind", format!("{text}x").into_bytes()),
        ("a second object", format!("{text}{text}").into_bytes()),
        ("NUL behind", format!("{text}\0").into_bytes()),
        ("a byte order mark", format!("\u{feff}{text}").into_bytes()),
        ("UTF-16", utf16),
        ("bytes that are no UTF-8", with("x", &[0xff, 0xfe])),
        ("an overlong NUL", with("x", &[0xc0, 0x80])),
        ("a surrogate in UTF-8", with("x", &[0xed, 0xa0, 0x80])),
        ("a lone high surrogate", with("x", b"\\ud800")),
        ("a lone low surrogate", with("x", b"\\udc00")),
        ("a control character", with("x", b"\n")),
        ("a bad escape", with("x", b"\\x41")),
        ("a comment", text.replacen('{', "{/**/", 1).into_bytes()),
        ("a trailing comma", text.replacen('}', ",}", 1).into_bytes()),
        ("single quotes", text.replace('"', "'").into_bytes()),
        ("cut off", text.as_bytes()[..text.len() - 1].to_vec()),
        ("129 levels", deep(129).text().into_bytes()),
        ("5,000 levels", deep(5_000).text().into_bytes()),
    ];
    let good_header = header(&RSA).text();
    let mut grid: Grid = payloads
        .iter()
        .map(|(name, payload)| {
            let token = sign_text(good_header.as_bytes(), payload, &RSA);
            (format!("payload: {name}"), token)
        })
        .collect();
    for (name, head) in [
        ("empty", String::new()),
        ("null", "null".to_owned()),
        ("a list", format!("[{good_header}]")),
        ("a text", quoted(&good_header)),
        ("bytes behind", format!("{good_header}x")),
        ("a byte order mark", format!("\u{feff}{good_header}")),
        ("an empty object", "{}".to_owned()),
        (
            "5,000 levels",
            Members::default()
                .and("x", "[".repeat(5_000) + &"]".repeat(5_000))
                .text(),
        ),
    ] {
        grid.push((
            format!("header: {name}"),
            sign_text(head.as_bytes(), text.as_bytes(), &RSA),
        ));
    }
    grid.push((
        "the key set as a token".to_owned(),
        b64(full_set().to_string().as_bytes()),
    ));
    assert_all_refused(&api, &issuer, &grid);
}
