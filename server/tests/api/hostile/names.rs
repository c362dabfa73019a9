//! Names of issuers and audiences that are nearly ours.

use serde_json::Value;
use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic},
    hostile::with_claim,
    keys::{ED, RSA},
    token::{AUDIENCE, quoted},
};

pub const TOPICS: [Topic; 2] = [
    Topic {
        name: "another issuer",
        cause: |cause| matches!(cause, Refusal::Issuer),
        grid: issuers,
    },
    Topic {
        name: "another audience",
        cause: |cause| matches!(cause, Refusal::Audience),
        grid: audiences,
    },
];

/// Behind or before the name.
const ADDED: [&str; 24] = [
    "/",
    "//",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{200b}",
    "\u{feff}",
    "\u{301}",
    "?",
    "#",
    "%00",
    "%20",
    ".",
    "..",
    "/..",
    "/.",
    ";",
    ",",
    "\\",
    "@evil.example",
    ".evil.example",
    ":443",
];

/// All that one slip of a comparison could take for `name`.
fn near(name: &str) -> Vec<String> {
    let mut all = Vec::new();
    for added in ADDED {
        all.push(format!("{name}{added}"));
        all.push(format!("{added}{name}"));
    }
    for (at, letter) in name.char_indices() {
        let (before, after) = (&name[..at], &name[at + 1..]);
        all.push(format!("{before}{after}"));
        all.push(format!("{before}{letter}{letter}{after}"));
        all.push(format!("{before}%{:02x}{after}", letter as u32));
        all.push(before.to_owned());
        let flipped = if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        };
        // Full width forms look the same, and so they are after NFKC.
        let wide = char::from_u32(letter as u32 + 0xfee0).unwrap();
        for other in [flipped, wide, '*', '?', '\0'] {
            all.push(format!("{before}{other}{after}"));
        }
    }
    all.push(name.to_uppercase());
    all.push(format!("{name}{name}"));
    all.push(format!("https://evil.example/{name}"));
    all.push(format!("https://evil.example/#{name}"));
    all.push(name.chars().rev().collect());
    all.retain(|other| other != name);
    all
}

fn quoted_all(names: Vec<String>) -> Vec<String> {
    names.iter().map(|name| quoted(name)).collect()
}

/// RFC 8725 §3.8 and RFC 9068 §4: exactly this issuer.
fn issuers(ours: &str) -> Grid {
    let mut names = near(ours);
    names.extend([
        ours.replace("http:", "https:"),
        ours.replace("127.0.0.1", "localhost"),
        ours.replace("127.0.0.1", "127.1"),
        ours.replace("127.0.0.1", "2130706433"),
        ours.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
        ours.replace("127.0.0.1", "127.0.0.1."),
        ours.replace("://", "://user@"),
        ours.replace("://", ":\\\\"),
        format!("{ours}tenant/"),
        format!("{ours}../"),
    ]);
    let mut values = quoted_all(names);
    let quoted = quoted(ours);
    // A list is no issuer, not even of ours alone (RFC 7519 §4.1.1).
    values.extend([
        format!("[{quoted}]"),
        format!("[{quoted},{quoted}]"),
        format!("{{{quoted}:{quoted}}}"),
        format!("[[{quoted}]]"),
        Value::from(quoted).to_string(),
    ]);
    let mut grid = with_claim(ours, "iss", &values, &ED);
    grid.extend(with_claim(ours, "iss", &values[..8], &RSA));
    grid
}

/// RFC 8725 §3.9: ours must be among them, in letters; and all of them strings.
fn audiences(issuer: &str) -> Grid {
    let ours = quoted(AUDIENCE);
    let near = quoted_all(near(AUDIENCE));
    let mut values = near.clone();
    values.extend(near.iter().map(|other| format!("[{other}]")));
    values.extend(
        near.iter()
            .map(|other| format!("[\"vestibule\",{other},\"x\"]")),
    );
    for stranger in ["5", "null", "true", "{}", "[]", &format!("[{ours}]"), "1.5"] {
        values.push(format!("[{ours},{stranger}]"));
        values.push(format!("[{stranger},{ours}]"));
    }
    values.extend([
        format!("[[{ours}]]"),
        format!("{{{ours}:{ours}}}"),
        format!("{{\"0\":{ours}}}"),
        format!("[\"x {AUDIENCE} y\"]"),
        format!("[\"x\",\"y,{AUDIENCE}\"]"),
        format!("\"{AUDIENCE} {AUDIENCE}\""),
        "\"vestibule\"".to_owned(),
        "\"*\"".to_owned(),
        quoted(issuer),
        Value::from(ours.as_str()).to_string(),
        Value::from(format!("[{ours}]")).to_string(),
    ]);
    let many: Vec<_> = (0..1500).map(|n| format!("\"a{n}\"")).collect();
    values.push(format!("[{}]", many.join(",")));
    with_claim(issuer, "aud", &values, &ED)
}
