//! What the token endpoint answers to a sign-in.

use serde_json::{Value, json};

use super::{Case, GOOD, case, login_says, refusal};
use crate::double::Reply;

#[test]
fn each_flaw_of_a_token_answer_is_named() {
    const AADSTS: &str = "AADSTS7000218: The request body must contain: client_secret";
    const CASES: [Case; 10] = [
        case(
            |d| d.at("/token", refusal("invalid_client", AADSTS)),
            5,
            "HOST refused: check client_id",
        ),
        case(
            |d| d.at("/token", refusal("invalid_client", AADSTS)),
            5,
            "\nHOST says: AADSTS7000218: The request body must contain: client_secret\n",
        ),
        case(
            |d| d.at("/token", refusal("server_error", "Sorry")),
            6,
            "HOST has a problem",
        ),
        case(
            |d| d.edit("/token", |j| j["token_type"] = Value::Null),
            5,
            "token_type is missing or wrong in it",
        ),
        case(
            |d| d.edit("/token", |j| j["token_type"] = json!("mac")),
            5,
            "token_type has a value that cannot be used",
        ),
        case(
            |d| d.edit("/token", |j| j["access_token"] = json!(5)),
            5,
            "access_token is of a wrong type",
        ),
        case(
            |d| d.edit("/token", |j| j["id_token"] = Value::Null),
            5,
            "HOST gave an answer that cannot be used: id_token is missing",
        ),
        case(
            |d| d.at("/token", Reply::json(&json!({}))),
            6,
            "HOST has a problem; try again in a minute",
        ),
        case(
            |d| d.at("/token", Reply::page()),
            6,
            "a page came where an answer of HOST should be",
        ),
        case(
            |d| d.at("/token", Reply::redirect("/elsewhere")),
            6,
            "/elsewhere came where an answer of HOST should be",
        ),
    ];
    for case in &CASES {
        login_says(GOOD, case);
    }
}
