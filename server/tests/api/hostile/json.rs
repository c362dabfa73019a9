//! Text that is nearly JSON, in every place where a token holds JSON. Much of it
//! stands where nobody reads it, and must be found nevertheless: another parser of
//! the same token might make something else of it.

use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic},
    hostile::words,
    keys::ED,
    token::{claims, header, sign_text},
};

pub const TOPICS: [Topic; 2] = [
    Topic {
        name: "malformed values",
        cause: no_object,
        grid: values,
    },
    Topic {
        name: "malformed texts",
        cause: no_object,
        grid: texts,
    },
];

pub fn no_object(cause: Refusal) -> bool {
    matches!(cause, Refusal::Header | Refusal::Payload)
}

/// RFC 8259 §3, §4, §5 and §6: numbers, words, lists, objects and white space.
const VALUES: &str = r#"01 -01 00 0123 1. -1. .5 -.5 +1 +0 - -- -a 1e 1E 1e+ 1e- 1.e5 1.5. 1..5 1e1.5 1e1e1
    0x10 0b1 0o7 0e 0.e1 1_000 1'000 1f 1n 1L ٣ １ ½ ∞ NaN -NaN nan Infinity -Infinity +Infinity inf
    tru true1 truee nul nulll fals TRUE True FALSE NULL Null undefined nil None yes on x
    [1,] [,1] [,] [1,,2] [ ] ]] [1} [} {] { } {1} {"a"} {"a":} {:1} {"a":1,} {,"a":1} {,} {"a"::1}
    {a:1} {'a':1} {1:1} {null:1} {["a"]:1} {"a"=1} {"a":1;} {"a":1,,"b":2} {"a":1]
    /**/1 1/**/ 1//x #1 'x' `x` "x x" "x""y" "x"+"y" b"x" u"x" r"x" “x” <1> (1) @ $ % & * \ ; = ? ^ |"#;
const SPACED: [&str; 12] = [
    "",
    " ",
    "1 2",
    "true false",
    "- 1",
    "1 .5",
    "1 e5",
    "[1 2]",
    "{\"a\" 1}",
    "{\"a\":1 \"b\":2}",
    "// x\n1",
    "t rue",
];
/// Other white space than the four characters that are.
const BLANKS: [&str; 9] = [
    "\u{b}", "\u{c}", "\u{a0}", "\u{2028}", "\u{feff}", "\u{85}", "\0", "\u{200b}", "\u{3000}",
];
/// RFC 8259 §7: what may not stand between the quotes, in escapes.
const ESCAPES: &str = r"\x41 \u \u1 \u12 \u123 \u123g \u{41} \u-041 \u+041 \U00000041 \a \v \e \0 \1 \' \` \, \N
    \uD800 \uDBFF \uDC00 \uDFFF \ud800x \ud800\u0041 \ud800\ud800 \ud800\n \udc00\ud800 \ud83d\uD83D
    \ud800\\udc00 \ud800\u00dc \";
/// RFC 3629 §3 and §4: what is no UTF-8 (RFC 8725 §3.7).
const NO_UTF8: [&[u8]; 30] = [
    b"\x80",
    b"\xbf",
    b"\x80\xbf",
    b"\xfe",
    b"\xff",
    b"\xfe\xff",
    b"\xc0\x80",
    b"\xc0\xaf",
    b"\xc1\xbf",
    b"\xc2",
    b"\xc3\x28",
    b"\xe0\x80\x80",
    b"\xe0\x80\xaf",
    b"\xe0\x9f\xbf",
    b"\xe2\x82",
    b"\xe2\x28\xa1",
    b"\xe2\x82\x28",
    b"\xed\xa0\x80",
    b"\xed\xaf\xbf",
    b"\xed\xb0\x80",
    b"\xed\xa0\xbd\xed\xb4\x91",
    b"\xf0\x80\x80\x80",
    b"\xf0\x8f\xbf\xbf",
    b"\xf0\x9f\x94",
    b"\xf0\x28\x8c\xbc",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xfc\x84\x80\x80\x80\x80",
    b"\xe9",
];

pub fn signed(head: &[u8], payload: &[u8]) -> String {
    sign_text(head, payload, &ED)
}

/// An object with `inside` before its last brace.
pub fn object(good: &str, inside: &[&[u8]]) -> Vec<u8> {
    [&good.as_bytes()[..good.len() - 1], &inside.concat(), b"}"].concat()
}

fn values(issuer: &str) -> Grid {
    let head = header(&ED).text();
    let good = claims(issuer).text();
    let mut values = words(VALUES);
    values.extend(SPACED.map(str::to_owned));
    for blank in BLANKS {
        values.push(format!("{blank}1"));
        values.push(format!("1{blank}"));
    }
    let mut grid = Grid::new();
    for value in &values {
        let raw = value.as_bytes();
        let in_front = [b"{\"x\":", raw, b",", &good.as_bytes()[1..]].concat();
        let payloads = [
            ("last", object(&good, &[b",\"x\":", raw])),
            ("first", in_front),
            ("in a list", object(&good, &[b",\"x\":[0,", raw, b",0]"])),
            (
                "in an object",
                object(&good, &[b",\"x\":{\"y\":", raw, b"}"]),
            ),
        ];
        for (place, payload) in payloads {
            grid.push((
                format!("{value:?} {place}"),
                signed(head.as_bytes(), &payload),
            ));
        }
        let head = object(&head, &[b",\"x\":", raw]);
        grid.push((
            format!("{value:?} in the header"),
            signed(&head, good.as_bytes()),
        ));
    }
    grid
}

fn texts(issuer: &str) -> Grid {
    let head = header(&ED).text();
    let good = claims(issuer).text();
    let mut texts: Vec<Vec<u8>> = words(ESCAPES).into_iter().map(String::into_bytes).collect();
    texts.extend(NO_UTF8.map(<[u8]>::to_vec));
    texts.extend((0..0x20).map(|control| vec![control]));
    let mut grid = Grid::new();
    for text in &texts {
        let name = text.escape_ascii();
        let text = text.as_slice();
        let payloads = [
            ("in a claim", object(&good, &[b",\"x\":\"a", text, b"\""])),
            (
                "deep down",
                object(&good, &[b",\"x\":[{\"y\":\"", text, b"z\"}]"]),
            ),
            ("as a name", object(&good, &[b",\"", text, b"\":1"])),
            (
                "as a name deep down",
                object(&good, &[b",\"x\":{\"", text, b"\":1}"]),
            ),
        ];
        for (place, payload) in payloads {
            grid.push((format!("{name} {place}"), signed(head.as_bytes(), &payload)));
        }
        let subject = good.replacen("\"ada\"", "\"ada\u{1}\"", 1);
        let (before, after) = subject.split_once('\u{1}').unwrap();
        let subject = [before.as_bytes(), text, after.as_bytes()].concat();
        grid.push((format!("{name} in sub"), signed(head.as_bytes(), &subject)));
        for (place, head) in [
            ("in the header", object(&head, &[b",\"x\":\"", text, b"\""])),
            (
                "as a name in the header",
                object(&head, &[b",\"", text, b"\":1"]),
            ),
        ] {
            grid.push((format!("{name} {place}"), signed(&head, good.as_bytes())));
        }
    }
    grid
}
