//! What can be wrong with an ID token.

use serde_json::{Value, json};

use super::{Case, GOOD, case, login_says};
use crate::double::Reply;

#[test]
fn each_flaw_of_an_id_token_is_named_for_what_it_is() {
    const CASES: [Case; 20] = [
        case(
            |d| d.edit("/token", |j| j["id_token"] = json!("a.b.c.d.e")),
            5,
            "the ID token of HOST is encrypted",
        ),
        case(
            |d| d.edit("/token", |j| j["id_token"] = json!("a.b.c")),
            5,
            "the ID token of HOST is malformed; tell",
        ),
        case(
            |d| d.edit("/token", |j| signature(j, |_| "!!!".to_owned())),
            5,
            "the ID token of HOST is malformed; tell",
        ),
        case(
            |d| d.edit("/token", |j| signature(j, |s| format!("{s}=="))),
            5,
            "the ID token of HOST is malformed; tell",
        ),
        case(
            |d| d.edit("/token", |j| signature(j, |s| format!("{s}.x"))),
            5,
            "the ID token of HOST is malformed; tell",
        ),
        case(
            |d| d.at("/jwks", Reply::new("404 Not Found", "", "")),
            2,
            "what HOST publishes about itself cannot be used: jwks_uri is missing or wrong",
        ),
        case(
            |d| d.header(|h| h["alg"] = json!("HS256")),
            5,
            "HOST signed the ID token with HS256, which is not accepted",
        ),
        case(
            |d| d.header(|h| h["alg"] = json!("none")),
            5,
            "HOST signed the ID token with none, which is not accepted",
        ),
        case(
            |d| d.header(|h| h["alg"] = json!("ES256K")),
            5,
            "HOST signed the ID token with ES256K, which is not accepted",
        ),
        case(
            |d| d.header(|h| h["kid"] = json!("other")),
            5,
            "with a key that it does not publish, or that cannot be used",
        ),
        case(
            |d| d.claims(|c| c["exp"] = Value::Null),
            5,
            "malformed: exp is missing",
        ),
        case(
            |d| d.claims(|c| c["iat"] = json!("now")),
            5,
            "iat is of a wrong type",
        ),
        case(
            |d| d.claims(|c| c["aud"] = json!("other")),
            5,
            "the ID token of HOST is for another client",
        ),
        case(
            |d| d.claims(|c| c["aud"] = json!(["vestibule", "api"])),
            5,
            "azp is not this client",
        ),
        case(
            |d| d.claims(|c| c["nonce"] = json!("other")),
            5,
            "belongs to another sign-in",
        ),
        case(
            |d| d.claims(|c| c["at_hash"] = json!("other")),
            5,
            "belongs to another access token",
        ),
        case(
            |d| d.claims(|c| c["iss"] = json!("https://b.example")),
            5,
            "this answer did not come from HOST",
        ),
        case(
            |d| d.edit("/token", broken_signature),
            5,
            "this answer did not come from HOST",
        ),
        case(
            |d| {
                d.claims(|c| {
                    c["iat"] = json!(1_500_000_000);
                    c["exp"] = json!(1_500_000_300);
                });
            },
            5,
            "the clock of this device is wrong",
        ),
        case(
            |d| d.at("/jwks", Reply::json(&json!({ "keys": 5 }))),
            2,
            "keys is missing or wrong",
        ),
    ];
    for case in &CASES {
        login_says(GOOD, case);
    }
}

fn broken_signature(answer: &mut Value) {
    signature(answer, |signature| {
        let first = if signature.starts_with('A') { 'B' } else { 'A' };
        format!("{first}{}", &signature[1..])
    });
}

fn signature(answer: &mut Value, edit: fn(&str) -> String) {
    let token = answer["id_token"].as_str().unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    answer["id_token"] = json!(format!("{input}.{}", edit(signature)));
}
