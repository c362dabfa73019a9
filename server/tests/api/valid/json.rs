//! All that JSON allows, in every place where a token holds JSON: the same places in
//! which `hostile/json.rs` puts what it does not allow.

use crate::{
    grid::Grid,
    hostile::words,
    keys::{ED, RSA},
    token::{AUDIENCE, Members, NOW, claims, header, quoted, sign, sign_text},
};

const VALUES: &str = r#"null true false 0 -0 1 -1 10 0.0 -0.0 0.5 1.25 1e5 1E5 1e+5 1E-5 -1.5e-5 0e0 0E+0
    9007199254740993 9223372036854775807 -9223372036854775808 18446744073709551615
    18446744073709551616 123456789012345678901234567890 1e308 -1e308 1e-400 0.1000000000000000055511151231257827
    "" "x" [] [[]] [1] [null,true,false] {} {"":{}} {"a":1} {"a":{"b":[{"c":null}]}} [{},[],""] "[" "}" "," ":""#;
const TEXTS: &str = r#"\" \\ \/ \b \f \n \r \t \u0000 \u001f \u0041 \u00e9 \u20AC \uFFFF \ufffe \ud83d\udd11
    \uD83D\uDD11 \uDBFF\uDFFF \ud800\udc00 \\u0041 \\\" é € 🔑 \u007f ﷺ é"#;
/// Those that words cannot hold: a space, DEL, no-break spaces and line separators.
const MORE_TEXTS: [&str; 9] = [
    "\u{202e}",
    " ",
    "\u{7f}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{10ffff}",
    "a b",
];
const BLANKS: [&str; 6] = [" ", "\t", "\n", "\r", "\r\n", " \t\r\n  "];

pub fn grid(issuer: &str) -> Grid {
    let mut grid = values(issuer);
    grid.extend(white_space(issuer));
    grid.extend(escaped(issuer));
    grid.extend(different_names(issuer));
    grid
}

fn values(issuer: &str) -> Grid {
    let mut values = words(VALUES);
    for text in words(TEXTS).iter().map(String::as_str).chain(MORE_TEXTS) {
        values.push(format!("\"{text}\""));
        values.push(format!("{{\"{text}\":\"{text}{text}\"}}"));
    }
    let mut grid = Grid::new();
    for value in values {
        let good = claims(issuer);
        for (place, payload) in [
            ("last", good.clone().and("x", &value)),
            ("first", good.clone().after("x", &value)),
            ("in a list", good.clone().and("x", format!("[0,{value},0]"))),
            (
                "in an object",
                good.clone().and("x", format!("{{\"y\":{value}}}")),
            ),
        ] {
            grid.push((
                format!("{value} {place}"),
                sign(&header(&ED), &payload, &ED),
            ));
        }
        let head = header(&ED).and("x", &value);
        grid.push((format!("{value} in the header"), sign(&head, &good, &ED)));
        if let Some(text) = value.strip_prefix('"').filter(|text| text.len() > 1) {
            let payload = good.clone().set("sub", format!("\"{text}"));
            grid.push((format!("{value} as sub"), sign(&header(&ED), &payload, &ED)));
        }
    }
    grid
}

/// RFC 8259 §2: before and after each of the six structural characters.
fn white_space(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for blank in BLANKS {
        let spaced = |members: &Members| {
            let text = members.text();
            // No text of a good token has any of these characters beside quotes.
            let text = text.replace("\":", &format!("\"{blank}:{blank}"));
            let text = text.replace(",\"", &format!("{blank},{blank}\""));
            let inside = &text[1..text.len() - 1];
            format!("{blank}{{{blank}{inside}{blank}}}{blank}")
        };
        let payload = claims(issuer).set(
            "aud",
            format!("[{blank}\"{AUDIENCE}\"{blank},{blank}\"x\"{blank}]"),
        );
        for key in [&*RSA, &ED] {
            let token = sign_text(
                spaced(&header(key)).as_bytes(),
                spaced(&payload).as_bytes(),
                key,
            );
            grid.push((format!("{}: {blank:?} around everything", key.alg), token));
        }
    }
    grid
}

/// RFC 8259 §7: an escaped letter is the letter, in names and in values.
fn escaped(issuer: &str) -> Grid {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| format!("\\u{b:04x}"))
            .collect::<String>()
    };
    let mixed = |text: &str| format!("\\u{:04X}{}", text.as_bytes()[0], &text[1..]);
    let text = |text: &str| format!("\"{}\"", escape(text));
    let mut grid = Grid::new();
    let values = [
        ("iss", text(issuer)),
        ("iss", quoted(issuer).replace('/', "\\/")),
        ("aud", text(AUDIENCE)),
        ("aud", quoted(AUDIENCE).replace('/', "\\/")),
        ("aud", format!("[\"x\",{}]", text(AUDIENCE))),
        ("sub", text("ada")),
        ("client_id", text("vestibule")),
        ("jti", text("1")),
        ("scope", text("openid read:message")),
        ("exp", (NOW + 300).to_string()),
        ("nbf", NOW.to_string()),
        ("iat", NOW.to_string()),
    ];
    for (name, value) in values {
        for name in [escape(name), mixed(name), name.to_owned()] {
            let good = claims(issuer).without(&name).without(unescaped(&name));
            let payload = good.and(&name, &value);
            grid.push((
                format!("{name} {value:.60}"),
                sign(&header(&ED), &payload, &ED),
            ));
        }
    }
    for (name, value) in [
        ("alg", text("EdDSA")),
        ("kid", text("ed")),
        ("typ", text("at+jwt")),
    ] {
        for spelling in [escape(name), mixed(name), name.to_owned()] {
            let head = header(&ED).without(name).and(&spelling, &value);
            grid.push((
                format!("header {spelling} {value}"),
                sign(&head, &claims(issuer), &ED),
            ));
        }
    }
    grid
}

/// The claim that a name means.
fn unescaped(name: &str) -> &'static str {
    let name: String = serde_json::from_str(&format!("\"{name}\"")).unwrap();
    let all = [
        "iss",
        "aud",
        "sub",
        "client_id",
        "jti",
        "scope",
        "exp",
        "nbf",
        "iat",
    ];
    all.into_iter().find(|claim| *claim == name).unwrap()
}

/// Names that differ, however little, are no duplicates.
fn different_names(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for name in [
        "Exp",
        "EXP",
        "exp ",
        " exp",
        "exp\\u0000",
        "\\u0000exp",
        "exp\\n",
        "ex",
        "expp",
        "éxp",
        "e\\u0301xp",
        "Iss",
        "AUD",
        "aud\\u200b",
        "sub.",
        "\\u0455ub",
        "scope[]",
        "$scope",
        "",
        "\\\"exp\\\"",
        "\\\\u0065xp",
    ] {
        let payload = claims(issuer).and(name, "0");
        grid.push((
            format!("{name:?} as well"),
            sign(&header(&ED), &payload, &ED),
        ));
        let payload = claims(issuer).after(name, "\"x\"");
        grid.push((
            format!("{name:?} in front"),
            sign(&header(&ED), &payload, &ED),
        ));
    }
    for (one, other) in [
        ("é", "e\\u0301"),
        ("a", "A"),
        ("a", "a\\u0000"),
        ("", " "),
        ("ß", "ss"),
        ("\\u212a", "k"),
        ("ﬁ", "fi"),
    ] {
        let payload = claims(issuer).and(one, "1").and(other, "2");
        grid.push((
            format!("{one:?} and {other:?}"),
            sign(&header(&ED), &payload, &ED),
        ));
    }
    for name in [
        "Alg",
        "ALG",
        "alg ",
        "kid\\u0000",
        "Crit",
        "CRIT",
        "crits",
        "Zip",
        "Typ",
        "b65",
    ] {
        let head = header(&ED).and(name, "\"none\"");
        grid.push((
            format!("header {name:?} as well"),
            sign(&head, &claims(issuer), &ED),
        ));
    }
    grid
}
