//! Signatures that were touched, with everything else as it was.

use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic},
    hostile::signers,
    keys::{Key, b64},
    token::{claims, good, header, parts},
};

pub const TOPICS: [Topic; 2] = [
    Topic {
        name: "one bit of the signature",
        cause: wrong,
        grid: flipped_bits,
    },
    Topic {
        name: "other signatures",
        cause: wrong,
        grid: touched,
    },
];

pub fn wrong(cause: Refusal) -> bool {
    matches!(cause, Refusal::Signature)
}

/// A good token's signing input, and its genuine signature.
pub fn genuine(issuer: &str, key: &Key) -> (String, Vec<u8>) {
    let token = good(issuer, key);
    let (input, _) = token.rsplit_once('.').unwrap();
    (input.to_owned(), key.sign(key.alg, input.as_bytes()))
}

fn flipped_bits(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for key in signers() {
        let (input, genuine) = genuine(issuer, key);
        for at in 0..genuine.len() {
            let mut signature = genuine.clone();
            signature[at] ^= 1 << (at % 8);
            let name = format!("{}: bit {} of byte {at}", key.kid, at % 8);
            grid.push((name, format!("{input}.{}", b64(&signature))));
        }
    }
    grid
}

fn touched(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for key in signers() {
        let (input, genuine) = genuine(issuer, key);
        let length = genuine.len();
        let other = |fill: fn(&Key, &str, &[u8]) -> Vec<u8>| fill(key, &input, &genuine);
        let cases = [
            ("one byte less in front", genuine[1..].to_vec()),
            ("one byte less behind", genuine[..length - 1].to_vec()),
            ("the first half", genuine[..length / 2].to_vec()),
            ("the second half", genuine[length / 2..].to_vec()),
            ("a zero in front", [&[0], genuine.as_slice()].concat()),
            ("a zero behind", [genuine.as_slice(), &[0]].concat()),
            // One in 256 begins with a zero.
            (
                "a zero for the first byte, or a one for a zero",
                [&[u8::from(genuine[0] == 0)], &genuine[1..]].concat(),
            ),
            (
                "moved on by one byte",
                [&genuine[1..], &genuine[..1]].concat(),
            ),
            ("twice", genuine.repeat(2)),
            ("backwards", genuine.iter().rev().copied().collect()),
            (
                "halves exchanged",
                [&genuine[length / 2..], &genuine[..length / 2]].concat(),
            ),
            (
                "all bits flipped",
                genuine.iter().map(|byte| !byte).collect(),
            ),
            ("zeros", vec![0; length]),
            ("ones", vec![0xff; length]),
            ("a one", [&vec![0; length - 1], &[1][..]].concat()),
            ("one zero byte", vec![0]),
            ("six thousand zeros", vec![0; 6000]),
            ("in base64url twice", b64(&genuine).into_bytes()),
            (
                "in hexadecimal",
                genuine
                    .iter()
                    .map(|b| format!("{b:02x}"))
                    .collect::<String>()
                    .into_bytes(),
            ),
            ("the signing input", input.clone().into_bytes()),
            ("of nothing", other(|key, _, _| key.sign(key.alg, b""))),
            (
                "of the header alone",
                other(|key, input, _| {
                    key.sign(key.alg, input.split('.').next().unwrap().as_bytes())
                }),
            ),
            (
                "of the payload alone",
                other(|key, input, _| {
                    key.sign(key.alg, input.split('.').nth(1).unwrap().as_bytes())
                }),
            ),
            (
                "of header and payload without the dot",
                other(|key, input, _| key.sign(key.alg, input.replace('.', "").as_bytes())),
            ),
            (
                "of header, payload and a dot",
                other(|key, input, _| key.sign(key.alg, format!("{input}.").as_bytes())),
            ),
            (
                "of the signature",
                other(|key, _, genuine| key.sign(key.alg, genuine)),
            ),
            (
                "of the decoded parts",
                other(|key, _, _| key.sign(key.alg, header(key).text().as_bytes())),
            ),
        ];
        for (name, signature) in cases {
            grid.push((
                format!("{}: {name}", key.kid),
                format!("{input}.{}", b64(&signature)),
            ));
        }
        grid.extend(altered(issuer, key));
    }
    grid
}

/// The genuine signature under other claims, and under another header.
fn altered(issuer: &str, key: &Key) -> Grid {
    let token = good(issuer, key);
    let [head, body, signature] = parts(&token);
    let mut grid = Grid::new();
    for (claim, value) in [
        ("sub", "\"grace\""),
        ("scope", "\"openid read:message admin\""),
        ("exp", "9999999999"),
        ("jti", "\"2\""),
        ("admin", "true"),
    ] {
        let body = b64(claims(issuer).set(claim, value).text().as_bytes());
        grid.push((
            format!("{}: other {claim}", key.kid),
            format!("{head}.{body}.{signature}"),
        ));
    }
    // The same object in other letters.
    let spaced = b64(claims(issuer).text().replace(',', ", ").as_bytes());
    grid.push((
        format!("{}: spaces in the payload", key.kid),
        format!("{head}.{spaced}.{signature}"),
    ));
    let head = b64(header(key).without("typ").text().as_bytes());
    grid.push((
        format!("{}: other header", key.kid),
        format!("{head}.{body}.{signature}"),
    ));
    grid
}
