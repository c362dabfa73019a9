//! Tokens that are not three parts of base64url (RFC 7515 §3.1 and §7.1), or whose
//! parts belong to different tokens.

use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic},
    hostile::{any_cause, signers},
    keys::{ED, Key, P256, RSA, b64},
    token::{Members, claims, good, header, parts, quoted, sign},
};

pub const TOPICS: [Topic; 4] = [
    Topic {
        name: "wrong number of parts",
        cause: |cause| matches!(cause, Refusal::NotCompact | Refusal::Header),
        grid: numbers_of_parts,
    },
    Topic {
        name: "letters outside base64url",
        cause: |cause| matches!(cause, Refusal::NotCompact),
        grid: letters,
    },
    Topic {
        name: "base64url that nobody writes",
        cause: |cause| matches!(cause, Refusal::NotCompact),
        grid: not_canonical,
    },
    Topic {
        name: "parts of different tokens",
        cause: any_cause,
        grid: swapped,
    },
];

fn numbers_of_parts(issuer: &str) -> Grid {
    let good = good(issuer, &ED);
    let [head, body, signature] = parts(&good);
    let json = format!(r#"{{"protected":"{head}","payload":"{body}","signature":"{signature}"}}"#);
    let general = format!(
        r#"{{"payload":"{body}","signatures":[{{"protected":"{head}","signature":"{signature}"}}]}}"#
    );
    // RFC 7516 §3.1; with an iteration count that would take hours (CVE-2022-36083 class).
    let pbes2 = r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":1000000000,"p2s":"AAAA"}"#;
    let jwe = r#"{"alg":"RSA-OAEP","enc":"A256GCM","zip":"DEF","kid":"rsa"}"#;
    let five = |head: &str| format!("{}.{signature}.AAAA.{body}.AAAA", b64(head.as_bytes()));
    let cases = [
        ("one part", head.to_owned()),
        ("header and payload", format!("{head}.{body}")),
        ("payload and signature", format!("{body}.{signature}")),
        ("header and signature", format!("{head}.{signature}")),
        ("four parts", format!("{good}.{signature}")),
        ("four parts, the last one empty", format!("{good}.")),
        ("a dot in front", format!(".{good}")),
        ("two dots between", format!("{head}..{body}.{signature}")),
        (
            "two dots before the signature",
            format!("{head}.{body}..{signature}"),
        ),
        ("five parts", format!("{good}.{signature}.{signature}")),
        ("six parts", format!("{good}.{good}")),
        ("a JWE", five(jwe)),
        ("a JWE under a password", five(pbes2)),
        ("a JWE with a good header", five(&header(&ED).text())),
        ("no signature", format!("{head}.{body}.")),
        ("no payload", format!("{head}..{signature}")),
        ("no header", format!(".{body}.{signature}")),
        ("no header, no signature", format!(".{body}.")),
        ("one dot", ".".to_owned()),
        ("two dots", "..".to_owned()),
        ("three dots", "...".to_owned()),
        ("four dots", "....".to_owned()),
        ("a thousand dots", ".".repeat(1000)),
        ("eight thousand dots", ".".repeat(8000)),
        ("a letter between many dots", "a.".repeat(4000)),
        ("JSON serialisation", json.clone()),
        ("JSON serialisation in base64url", b64(json.as_bytes())),
        ("general JSON serialisation", general),
        ("eight thousand letters", "a".repeat(8000)),
    ];
    cases.map(|(name, token)| (name.to_owned(), token)).to_vec()
}

/// All that may stand in a header line and is no letter of ours, in each part: in
/// front, in the middle and behind; and where the dots are.
fn letters(issuer: &str) -> Grid {
    let good = good(issuer, &ED);
    let dots: Vec<_> = good.match_indices('.').map(|(at, _)| at).collect();
    let ends = [0, dots[0], dots[0] + 1, dots[1], dots[1] + 1, good.len()];
    let middles = [
        dots[0] / 2,
        (dots[0] + dots[1]) / 2,
        (dots[1] + good.len()) / 2,
    ];
    let mut grid = Grid::new();
    let strangers = (0x21..0x7f_u8).map(char::from);
    for stranger in strangers.filter(|c| !c.is_ascii_alphanumeric() && !"-_.".contains(*c)) {
        for at in ends.into_iter().chain(middles) {
            let token = format!("{}{stranger}{}", &good[..at], &good[at..]);
            grid.push((format!("{stranger} at {at}"), token));
        }
        for at in middles {
            let token = format!("{}{stranger}{}", &good[..at], &good[at + 1..]);
            grid.push((format!("{stranger} for a letter at {at}"), token));
        }
        for at in &dots {
            let token = format!("{}{stranger}{}", &good[..*at], &good[*at + 1..]);
            grid.push((format!("{stranger} for the dot at {at}"), token));
        }
    }
    for code in [
        "%2E", "%2e", "==", "=.", "%3D", "\\u002e", "&period;", "%0A", "\\n",
    ] {
        grid.push((format!("{code} for dots"), good.replace('.', code)));
        grid.push((format!("{code} behind"), format!("{good}{code}")));
        grid.push((
            format!("{code} before each dot"),
            good.replace('.', &format!("{code}.")),
        ));
    }
    grid
}

/// RFC 4648 §3.5: bits that belong to no byte are zero; and no length leaves one
/// letter over.
fn not_canonical(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for key in signers() {
        // Header and payload in all lengths modulo three.
        for filler in ["", "a", "aa"] {
            let head = header(key).and("x", quoted(filler));
            let payload = claims(issuer).and("x", quoted(filler));
            let token = sign(&head, &payload, key);
            for part in 0..3 {
                for (name, spoilt) in spoilt(parts(&token)[part]) {
                    let mut parts = parts(&token).map(str::to_owned);
                    parts[part] = spoilt;
                    // A signature of its own, so that nothing else is wrong.
                    let token = match part {
                        2 => parts.join("."),
                        _ => resigned(&parts[0], &parts[1], key),
                    };
                    grid.push((format!("{} {filler:?}, part {part} {name}", key.alg), token));
                }
            }
        }
    }
    grid
}

/// Other last letters that leave the same bytes, and one letter too many.
fn spoilt(part: &str) -> Vec<(String, String)> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = part.split_at(part.len() - 1);
    let value = ALPHABET.find(last).unwrap();
    let unused = match part.len() % 4 {
        2 => 16,
        3 => 4,
        _ => 1,
    };
    let letter = |n: usize| ALPHABET.chars().nth(n).unwrap();
    let mut all: Vec<_> = (value + 1..value / unused * unused + unused)
        .map(|n| {
            (
                format!("ends in {}", letter(n)),
                format!("{rest}{}", letter(n)),
            )
        })
        .collect();
    let surplus = (4 - part.len() % 4) % 4 + 1;
    all.push((
        "one letter over".to_owned(),
        format!("{part}{}", "A".repeat(surplus)),
    ));
    all
}

fn resigned(head: &str, body: &str, key: &Key) -> String {
    let input = format!("{head}.{body}");
    let signature = key.sign(key.alg, input.as_bytes());
    format!("{input}.{}", b64(&signature))
}

/// Each part from each of five good tokens, but never all from one.
fn swapped(issuer: &str) -> Grid {
    let token = |key: &Key, jti: &str| sign(&header(key), &claims(issuer).set("jti", jti), key);
    let tokens = [
        ("RSA", token(&RSA, "\"1\"")),
        ("RSA again", token(&RSA, "\"2\"")),
        ("P-256", token(&P256, "\"3\"")),
        ("Ed25519", token(&ED, "\"4\"")),
        (
            "typ",
            sign(&typed(), &claims(issuer).set("jti", "\"5\""), &RSA),
        ),
    ];
    let mut grid = Grid::new();
    for (a, (head, first)) in tokens.iter().enumerate() {
        for (b, (body, second)) in tokens.iter().enumerate() {
            for (c, (signature, third)) in tokens.iter().enumerate() {
                if a == b && b == c {
                    continue;
                }
                let parts = [parts(first)[0], parts(second)[1], parts(third)[2]];
                if tokens.iter().all(|(_, whole)| *whole != parts.join(".")) {
                    grid.push((format!("{head}, {body}, {signature}"), parts.join(".")));
                }
            }
        }
    }
    grid
}

fn typed() -> Members {
    header(&RSA).set("typ", "\"JWT\"")
}
