//! Members that are named twice. RFC 7519 §4 lets a parser refuse them or take the
//! last; two parsers of one token could then read two tokens, so all are refused.

use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic},
    keys::{ED, RSA},
    token::{Members, NOW, claims, header, quoted, sign, sign_text},
};

pub const TOPICS: [Topic; 3] = [
    Topic {
        name: "claims named twice",
        cause: |cause| matches!(cause, Refusal::Payload),
        grid: claims_twice,
    },
    Topic {
        name: "header members named twice",
        cause: |cause| matches!(cause, Refusal::Header),
        grid: header_twice,
    },
    Topic {
        name: "bad values under an escaped name",
        cause: |cause| {
            !matches!(
                cause,
                Refusal::Payload | Refusal::Header | Refusal::Signature
            )
        },
        grid: escaped_once,
    },
];

/// The same name as JSON lets it be written (RFC 8259 §7).
fn spellings(name: &str) -> Vec<String> {
    let letters: Vec<_> = name.chars().collect();
    let spell = |escaped: &dyn Fn(usize) -> bool| {
        let letter = |(at, letter): (usize, &char)| match escaped(at) {
            true => escape(*letter),
            false => plain(*letter),
        };
        letters.iter().enumerate().map(letter).collect::<String>()
    };
    let all = spell(&|_| true);
    let mut spellings = vec![
        spell(&|_| false),
        spell(&|at| at == 0),
        spell(&|at| at + 1 == letters.len()),
        all.to_uppercase().replace("\\U", "\\u"),
        all,
    ];
    spellings.sort();
    spellings.dedup();
    spellings
}

fn plain(letter: char) -> String {
    let quoted = quoted(&letter.to_string());
    quoted[1..quoted.len() - 1].to_owned()
}

fn escape(letter: char) -> String {
    let mut units = [0; 2];
    let units = letter.encode_utf16(&mut units);
    units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// Each spelling of `name` in front of and behind `good`, which has it already.
fn twice(good: &Members, name: &str, values: &[String]) -> Vec<(String, Members)> {
    let mut all = Vec::new();
    for spelling in spellings(name) {
        for value in values {
            let case = format!("{spelling} {value:.30}");
            all.push((format!("{case} behind"), good.clone().and(&spelling, value)));
            all.push((
                format!("{case} in front"),
                good.clone().after(&spelling, value),
            ));
        }
    }
    all
}

fn claims_twice(issuer: &str) -> Grid {
    let good = claims(issuer);
    let exp = (NOW + 300).to_string();
    let mut cases = Vec::new();
    // The very same value, and another.
    for (name, same, other) in [
        ("iss", quoted(issuer), "\"https://evil.example/\""),
        (
            "aud",
            "\"https://my-resource-server\"".to_owned(),
            "\"other\"",
        ),
        ("exp", exp, "1"),
        ("iat", NOW.to_string(), "1"),
        ("sub", "\"ada\"".to_owned(), "\"grace\""),
        ("client_id", "\"vestibule\"".to_owned(), "null"),
        ("jti", "\"1\"".to_owned(), "\"2\""),
        ("scope", "\"openid read:message\"".to_owned(), "\"admin\""),
    ] {
        cases.extend(twice(&good, name, &[same, other.to_owned()]));
    }
    // Names that the guard does not know, and some that are easily lost.
    for name in [
        "nbf",
        "x",
        "",
        "tenant",
        "roles",
        "é",
        "🔑",
        "a b",
        "a\"b",
        "a\\b",
        "a\0b",
        "__proto__",
    ] {
        let name_twice = good.clone().and(&spellings(name)[0], "0");
        cases.extend(twice(&name_twice, name, &["0".to_owned(), "[]".to_owned()]));
    }
    let long = "n".repeat(400);
    cases.extend(twice(
        &good.clone().and(&long, "1"),
        &long,
        &["1".to_owned()],
    ));
    // Three times, and two pairs.
    cases.push((
        "sub three times".to_owned(),
        good.clone().and("sub", "1").and("sub", "1"),
    ));
    let pairs = good.clone().and("sub", "1").and("jti", "1");
    cases.push(("two pairs".to_owned(), pairs));
    cases.extend(far_apart(&good));
    cases
        .iter()
        .map(|(case, payload)| (case.clone(), sign(&header(&ED), payload, &ED)))
        .collect()
}

/// However many members stand between the two.
fn far_apart(good: &Members) -> Vec<(String, Members)> {
    let mut all = Vec::new();
    for count in [15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 600] {
        let mut members = good.clone();
        for n in 0..count {
            members = members.and(&format!("m{n}"), "0");
        }
        for n in [0, count / 2, count - 1] {
            let twice = members.clone().and(&format!("m{n}"), "0");
            all.push((format!("m{n} of {count}"), twice));
        }
        all.push((
            format!("sub, {count} apart"),
            members.clone().and("sub", "\"ada\""),
        ));
        all.push((
            format!("sub, {count} apart, in front"),
            members.after("m0", "0"),
        ));
    }
    all
}

fn header_twice(issuer: &str) -> Grid {
    let payload = claims(issuer);
    let mut grid = Grid::new();
    for key in [&*RSA, &ED] {
        let good = header(key);
        let mut cases = Vec::new();
        for (name, same, other) in [
            ("alg", quoted(key.alg), "\"none\""),
            ("kid", quoted(key.kid), "\"other\""),
            ("typ", "\"at+jwt\"".to_owned(), "\"JWT\""),
        ] {
            cases.extend(twice(&good, name, &[same, other.to_owned()]));
        }
        for name in ["cty", "jku", "jwk", "x5c", "x", "", "é"] {
            let once = good.clone().and(name, "\"a\"");
            cases.extend(twice(
                &once,
                name,
                &["\"a\"".to_owned(), "\"b\"".to_owned()],
            ));
        }
        for (case, head) in cases {
            grid.push((format!("{}: {case}", key.alg), sign(&head, &payload, key)));
        }
    }
    grid
}

/// An escaped name is the name: what it says must be read, not passed over.
fn escaped_once(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for (name, bad) in [
        ("iss", "\"https://evil.example/\""),
        ("aud", "\"other\""),
        ("exp", "1"),
        ("nbf", "9999999999"),
        ("iat", "9999999999"),
        ("sub", "5"),
        ("client_id", "\"\""),
        ("jti", "null"),
        ("scope", "5"),
        ("at_hash", "\"x\""),
        ("c_hash", "\"x\""),
        ("events", "{}"),
    ] {
        for spelling in spellings(name) {
            let payload = claims(issuer).without(name).and(&spelling, bad);
            grid.push((
                format!("{spelling} is {bad}"),
                sign(&header(&ED), &payload, &ED),
            ));
        }
    }
    for (name, bad) in [
        ("alg", "\"HS256\""),
        ("typ", "\"id+jwt\""),
        ("kid", "\"nobody\""),
        ("crit", "[\"x\"]"),
        ("zip", "\"DEF\""),
        ("enc", "\"A256GCM\""),
        ("cty", "\"JWT\""),
    ] {
        for spelling in spellings(name) {
            let head = header(&ED).without(name).and(&spelling, bad).text();
            let token = sign_text(head.as_bytes(), claims(issuer).text().as_bytes(), &ED);
            grid.push((format!("header {spelling} is {bad}"), token));
        }
    }
    grid
}
