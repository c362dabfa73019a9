//! What the log and the statistics say about a refusal: enough to find the cause by, and
//! never the token. Of the built program, at info.

use serde_json::{Value, json};

use crate::{
    issuer::{Mood, TestIssuer},
    keys::{Key, OTHER, RSA, b64},
    process::{Folder, Running, program, until},
    token::{AUDIENCE, Members, claims, good, header, quoted, sign},
    world::TestApi,
};

/// The program with its log in a file.
struct Told {
    folder: Folder,
    server: Running,
}

impl Told {
    fn by(issuer: &TestIssuer, name: &str) -> Self {
        let folder = Folder::new(&format!("refused-{name}"));
        let log = std::fs::File::create(folder.0.join("log")).unwrap();
        let mut command = program(&folder);
        command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
        command.args(["--listen", "127.0.0.1:0", "--log", "info"]);
        let server = Running::start(command.stderr(log));
        Self { folder, server }
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.folder.0.join("log")).unwrap()
    }

    /// The first line that says `message`, once it is there, after the first `skipped`.
    fn line(&self, message: &str, skipped: usize) -> Value {
        let mut found = None;
        until(message, || {
            let text = self.text();
            let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
            let lines = whole
                .lines()
                .map(|line| serde_json::from_str(line).unwrap());
            found = lines
                .filter(|line: &Value| line["message"] == message)
                .nth(skipped);
            found.is_some()
        });
        found.unwrap()
    }
}

/// Good by the real clock, but for what the caller changes.
fn lasting(issuer: &str) -> Members {
    claims(issuer).without("iat").set("exp", "9999999999")
}

#[test]
fn the_log_says_what_was_found_where_something_else_was_expected() {
    let issuer = TestIssuer::start();
    let told = Told::by(&issuer, "found");
    let ours = || lasting(&issuer.url);
    let iss = |iss: &str| (header(&RSA), ours().set("iss", iss));
    let aud = |aud: &str| (header(&RSA), ours().set("aud", aud));
    let long = "x".repeat(3000);
    let cases = [
        (
            iss("\"https://login.example.com/b\""),
            "https://login.example.com/b",
        ),
        (iss("[\"a\"]"), "[a]"),
        (iss("null"), "neither text"),
        (
            iss("\"\\u202eb\\n\\u001b[31m\""),
            "\\u{202e}b\\n\\u{1b}[31m",
        ),
        (iss(&quoted(&long)), "xxxxxx"),
        (aud("\"https://other.example\""), "https://other.example"),
        (aud("[\"one\",\"two\"]"), "[one, two]"),
        ((header(&RSA), ours().without("aud")), "missing"),
        ((header(&RSA).set("typ", "\"id+jwt\""), ours()), "id+jwt"),
        ((header(&RSA).set("alg", "\"HS256\""), ours()), "HS256"),
        (
            (header(&RSA), ours().set("exp", "1700000000")),
            "1700000000",
        ),
        ((header(&RSA), ours().and("at_hash", "\"h\"")), "at_hash"),
        ((header(&OTHER), ours()), "kid: other; alg: RS256"),
        ((header(&RSA).set("crit", "[\"b64\"]"), ours()), "crit"),
    ];
    for (at, ((header, payload), found)) in cases.into_iter().enumerate() {
        let key: &Key = if found.starts_with("kid: other") {
            &OTHER
        } else {
            &RSA
        };
        let token = sign(&header, &payload, key);
        assert_eq!(told.server.present(&token).status, 401);
        let line = told.line("refused an access token", at);
        assert_eq!(line["level"], "INFO", "{line}");
        let said = line["found"].as_str().unwrap();
        assert!(said.starts_with(found) && said.len() <= 200, "{line}");
        for part in token.split('.') {
            assert!(!told.text().contains(&part[..part.len().min(24)]), "{line}");
        }
    }
    assert!(!told.text().contains(['\u{202e}', '\u{1b}']));
    // By a stranger under the id of our key: its words are nobody's.
    let forged = sign(&header(&RSA), &ours(), &OTHER);
    assert_eq!(told.server.present(&forged).status, 401);
    let line = told.line("refused an access token", 14);
    assert_eq!(line["cause"], "the signature is wrong", "{line}");
    assert_eq!(line["found"], Value::Null, "{line}");
}

#[test]
fn three_parts_that_are_no_token_are_malformed_and_not_wrongly_signed() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let good = good(&issuer.url, &RSA);
    let (input, _) = good.rsplit_once('.').unwrap();
    for (token, verdict) in [
        ("a.b.c".to_owned(), "not_compact"),
        ("one.two.three".to_owned(), "not_compact"),
        (format!("{input}.c"), "not_compact"),
        ("abcd.abcd.abcd".to_owned(), "header"),
        (format!("{}.e30.AA", b64(b"[]")), "header"),
        (format!("{input}.AAAA"), "signature"),
    ] {
        let count = || {
            let verdicts = api.verifier.statistics().verdicts;
            verdicts
                .into_iter()
                .find(|(name, _)| *name == verdict)
                .unwrap()
                .1
        };
        let before = count();
        assert_eq!(api.present(&token).status, 401);
        assert_eq!(count(), before + 1, "{token} is {verdict}");
    }
}

#[test]
fn a_key_that_is_passed_over_is_told_with_its_id_and_why() {
    let bad = json!({"kty": "oct", "kid": "the bad one\n", "k": "AAAA"});
    let encryption = OTHER.jwk_with(&json!({"kid": "enc-1", "use": "enc"}));
    let set = json!({"keys": [bad, encryption, RSA.jwk()]});
    let issuer = TestIssuer::in_mood(Mood::Serve(set));
    let told = Told::by(&issuer, "passed-over");
    let good = sign(&header(&RSA), &lasting(&issuer.url), &RSA);
    assert_eq!(told.server.present(&good).status, 200);
    for (at, kid, why) in [
        (0, "the bad one\\n", "its kty is oct"),
        (1, "enc-1", "its use is enc"),
    ] {
        let line = told.line("passed over a key of the issuer", at);
        assert_eq!(line["level"], "INFO", "{line}");
        assert_eq!(line["kid"], kid, "{line}");
        assert!(line["why"].as_str().unwrap().starts_with(why), "{line}");
    }
}

#[test]
fn a_set_without_a_usable_key_is_a_warning_that_says_why() {
    let bad = OTHER.jwk_with(&json!({"kid": "small", "n": "AQAB"}));
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [bad]})));
    let told = Told::by(&issuer, "unusable");
    assert_eq!(told.server.get("/health/ready").status, 503);
    let line = told.line("the keys of the issuer could not be fetched", 0);
    assert_eq!(line["level"], "WARN", "{line}");
    let error = line["error"].as_str().unwrap();
    assert!(
        error.contains("kid small: its modulus does not have 2048"),
        "{line}"
    );
    assert_eq!(line["old_keys_serve"], false, "{line}");
}

#[test]
fn an_api_that_goes_on_with_old_keys_says_so_and_why() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk()]})));
    let told = Told::by(&issuer, "old-keys");
    let token = |key| sign(&header(key), &lasting(&issuer.url), key);
    assert_eq!(told.server.present(&token(&RSA)).status, 200);
    let bad = OTHER.jwk_with(&json!({"kid": "other", "e": "AQ"}));
    issuer.becomes(Mood::Serve(json!({"keys": [bad]})));
    assert_eq!(told.server.present(&token(&OTHER)).status, 401);
    let line = told.line("the keys of the issuer could not be fetched", 0);
    assert_eq!(line["level"], "WARN", "{line}");
    assert_eq!(line["old_keys_serve"], true, "{line}");
    let error = line["error"].as_str().unwrap();
    assert!(error.contains("kid other: its exponent e is 1"), "{line}");
    assert_eq!(
        told.line("refused an access token", 0)["found"],
        "kid: other; alg: RS256"
    );
    assert_eq!(told.server.present(&token(&RSA)).status, 200);
}
