//! Headers and payloads that are not one JSON object in UTF-8, from end to end.

use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic},
    hostile::json::{no_object, object, signed},
    keys::{ED, b64, full_set},
    token::{claims, header},
};

pub const TOPICS: [Topic; 2] = [
    Topic {
        name: "documents that are no object",
        cause: |cause| {
            // Where the object is there but empty, or the set has no dots.
            let empty = matches!(cause, Refusal::Algorithm | Refusal::Expiry);
            no_object(cause) || empty || matches!(cause, Refusal::NotCompact)
        },
        grid: documents,
    },
    Topic {
        name: "objects that end early",
        cause: no_object,
        grid: cut_off,
    },
];

fn documents(issuer: &str) -> Grid {
    let head = header(&ED).text();
    let good = claims(issuer).text();
    let mut grid = Grid::new();
    for (part, text) in [("header", &head), ("payload", &good)] {
        for (name, document) in spoilt(text) {
            let token = match part {
                "header" => signed(&document, good.as_bytes()),
                _ => signed(head.as_bytes(), &document),
            };
            grid.push((format!("{part}: {name}"), token));
        }
    }
    let set = b64(full_set().to_string().as_bytes());
    grid.push(("the key set as a token".to_owned(), set.clone()));
    grid.push((
        "the key set in all three parts".to_owned(),
        format!("{set}.{set}.{set}"),
    ));
    grid
}

fn spoilt(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect();
    let utf32 = text
        .chars()
        .flat_map(|letter| (letter as u32).to_le_bytes());
    let deep = |open: &str, close: &str, levels: usize| {
        let value = open.repeat(levels) + "0" + &close.repeat(levels);
        object(text, &[b",\"x\":", value.as_bytes()])
    };
    vec![
        ("blank", b" ".to_vec()),
        ("null", b"null".to_vec()),
        ("a number", b"5".to_vec()),
        ("a list", format!("[{text}]").into_bytes()),
        (
            "a list of members",
            text.replace('{', "[").replace('}', "]").into_bytes(),
        ),
        (
            "a text",
            serde_json::Value::from(text).to_string().into_bytes(),
        ),
        ("an empty object", b"{}".to_vec()),
        ("bytes behind", format!("{text}x").into_bytes()),
        ("a brace behind", format!("{text}}}").into_bytes()),
        ("a comma behind", format!("{text},").into_bytes()),
        ("a second object", format!("{text}{text}").into_bytes()),
        ("an empty second object", format!("{text}{{}}").into_bytes()),
        (
            "a second object on a line of its own",
            format!("{text}\n{text}").into_bytes(),
        ),
        ("NUL behind", format!("{text}\0").into_bytes()),
        ("NUL in front", format!("\0{text}").into_bytes()),
        ("a byte order mark", format!("\u{feff}{text}").into_bytes()),
        (
            "half a byte order mark",
            [b"\xef\xbb", text.as_bytes()].concat(),
        ),
        ("UTF-16, little end first", utf16(u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(u16::to_be_bytes)),
        ("UTF-32", utf32.collect()),
        (
            "a guard against hijacking",
            format!(")]}}',\n{text}").into_bytes(),
        ),
        ("a comment", text.replacen('{', "{/**/", 1).into_bytes()),
        ("a comment behind", format!("{text}//").into_bytes()),
        ("a comma in front", text.replacen('{', "{,", 1).into_bytes()),
        ("single quotes", text.replace('"', "'").into_bytes()),
        ("no quotes", text.replace('"', "").into_bytes()),
        ("typographic quotes", text.replace('"', "”").into_bytes()),
        ("no commas", text.replace(",\"", "\"").into_bytes()),
        ("no colons", text.replace("\":", "\"").into_bytes()),
        ("equals signs", text.replace("\":", "\"=").into_bytes()),
        ("1,500 objects", deep("{\"a\":", "}", 1500)),
        ("5,000 lists", deep("[", "]", 5000)),
        (
            "lists that nobody closes",
            format!("{{\"x\":{}", "[".repeat(9000)).into_bytes(),
        ),
        (
            "closed too often",
            format!("{text}{}", "]".repeat(5000)).into_bytes(),
        ),
    ]
}

/// Each beginning of a good object, under a signature of its own.
fn cut_off(issuer: &str) -> Grid {
    let head = header(&ED).text();
    let good = claims(issuer).text();
    let payloads = (1..good.len()).map(|end| {
        let token = signed(head.as_bytes(), &good.as_bytes()[..end]);
        (format!("payload at {end}"), token)
    });
    let headers = (1..head.len()).map(|end| {
        let token = signed(&head.as_bytes()[..end], good.as_bytes());
        (format!("header at {end}"), token)
    });
    payloads.chain(headers).collect()
}
