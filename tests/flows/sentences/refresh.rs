//! What can be wrong when a session is renewed and used.

use serde_json::{Value, json};

use super::{Case, case, message_says, refusal};
use crate::double::{DISCOVERY, Reply};

#[test]
fn a_session_survives_what_is_wrong_at_a_refresh_and_each_flaw_is_named() {
    const CASES: [Case; 10] = [
        case(
            |d| d.at(DISCOVERY, Reply::page()),
            6,
            "a page came where an answer of HOST should be",
        ),
        case(
            |d| d.at("/token", Reply::page()),
            6,
            "a page came where an answer of HOST should be",
        ),
        case(
            |d| d.at("/token", refusal("invalid_client", "No secret")),
            5,
            "\nHOST says: No secret\n",
        ),
        case(
            |d| d.edit("/token", |j| j["token_type"] = Value::Null),
            5,
            "token_type is missing",
        ),
        case(
            |d| d.edit("/token", |j| j["id_token"] = json!("a.b.c")),
            5,
            "the ID token of HOST is malformed",
        ),
        case(
            |d| {
                d.claims(|c| {
                    c["iat"] = json!(1_000_000_000);
                    c["exp"] = json!(1_000_000_300)
                })
            },
            5,
            "HOST brought an old ID token instead of a new one",
        ),
        case(
            |d| d.claims(|c| c["sub"] = json!("grace")),
            5,
            "HOST answered about somebody else",
        ),
        case(
            |d| d.at("/api", Reply::page()),
            6,
            "a page came where the message of HOST should be: check api_url",
        ),
        case(
            |d| d.at("/api", Reply::redirect("https://new.example/private")),
            5,
            "HOST redirects to https://new.example/private: set api_url to that",
        ),
        case(
            |d| d.at("/api", Reply::new("404 Not Found", "", "")),
            5,
            "HOST answered with status 404, as no message server does",
        ),
    ];
    for case in &CASES {
        message_says(case);
    }
}
