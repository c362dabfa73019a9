//! Discovery, and what comes back from the browser.

use serde_json::{Value, json};

use super::{Case, GOOD, case, login_says};
use crate::double::{DISCOVERY, Double, Reply};

#[test]
fn each_flaw_of_discovery_is_named_with_its_remedy() {
    const CASES: [Case; 14] = [
        case(
            |d| d.at(DISCOVERY, Reply::new("404 Not Found", "", "")),
            2,
            "HOST has no OpenID discovery document there: check that issuer is spelt",
        ),
        case(
            |d| d.at(DISCOVERY, Reply::json(&json!({ "hello": 1 }))),
            2,
            "HOST has no OpenID discovery document there: check that issuer is spelt",
        ),
        case(
            |d| d.edit(DISCOVERY, |j| j["issuer"] = json!("https://b.example")),
            2,
            "HOST calls itself https://b.example",
        ),
        case(
            |d| d.edit(DISCOVERY, |j| j["jwks_uri"] = Value::Null),
            2,
            "jwks_uri is missing or wrong; check issuer",
        ),
        case(
            |d| d.edit(DISCOVERY, |j| j["token_endpoint"] = json!("ftp://x")),
            2,
            "token_endpoint is missing or wrong",
        ),
        case(
            |d| {
                d.edit(DISCOVERY, |j| {
                    j["code_challenge_methods_supported"] = json!(["plain"]);
                });
            },
            2,
            "the provider does not offer PKCE with S256",
        ),
        case(
            |d| {
                d.at(
                    DISCOVERY,
                    Reply::redirect("https://new.example/.well-known/openid-configuration"),
                );
            },
            2,
            "HOST redirects to https://new.example: set issuer to that",
        ),
        case(
            |d| {
                d.at(
                    DISCOVERY,
                    Reply::redirect("http://portal.example/welcome?from=x"),
                );
            },
            6,
            "a redirect to http://portal.example/welcome came where",
        ),
        case(
            |d| d.at(DISCOVERY, Reply::page()),
            6,
            "a page came where an answer of HOST should be: a gateway may be in between",
        ),
        case(
            |d| {
                let page = Reply::page();
                let blocked = Reply::new("403 Forbidden", &page.headers, &page.body);
                d.at(DISCOVERY, blocked);
            },
            6,
            "a page came where an answer of HOST should be",
        ),
        case(
            |d| d.at(DISCOVERY, Reply::new("200 OK", "", "OK")),
            6,
            "a page came where an answer of HOST should be",
        ),
        case(
            |d| {
                d.at(
                    DISCOVERY,
                    Reply::new("511 Network Authentication Required", "", ""),
                );
            },
            6,
            "a page came where an answer of HOST should be",
        ),
        case(
            |d| {
                let coding = "Content-Encoding: br\r\n";
                d.at(DISCOVERY, Reply::new("200 OK", coding, "compressed"));
            },
            5,
            "HOST gave an answer that cannot be used: Content-Encoding is missing or wrong",
        ),
        case(
            |d| d.at(DISCOVERY, Reply::new("503 Unavailable", "", "")),
            6,
            "HOST has a problem; try again in a minute",
        ),
    ];
    for case in &CASES {
        login_says(GOOD, case);
    }
}

#[test]
fn a_refusal_in_the_browser_is_told_with_the_words_of_the_provider() {
    fn nothing(_: &Double) {}
    for (query, code, says) in [
        (
            "error=access_denied",
            5,
            "somebody chose Cancel in the browser",
        ),
        (
            "error=access_denied&error_description=Please+verify+your+email",
            5,
            "HOST refused the sign-in; nothing was changed; do what it asks for",
        ),
        (
            "error=access_denied&error_description=Please+verify+your+email",
            5,
            "\nHOST says: Please verify your email\n",
        ),
        (
            "error=access_denied&error_description=a%1b%5b31mb%0d%0avestibule:%20c",
            5,
            "\nHOST says: a[31mb vestibule: c\n",
        ),
        (
            "error=invalid_scope&error_description=Unknown+scope",
            5,
            "HOST refused: check client_id, scopes",
        ),
        (
            "error=invalid_scope&error_description=Unknown+scope",
            5,
            "info: the provider says: Unknown scope\n",
        ),
        (
            "error=server_error",
            6,
            "HOST has a problem; try again in a minute",
        ),
        (
            "session_state=x",
            5,
            "HOST gave an answer that cannot be used: code is missing or wrong in it",
        ),
        (
            "code=good&iss=https://b.example",
            5,
            "this answer did not come from HOST",
        ),
    ] {
        login_says(&format!("{query}&state=STATE"), &case(nothing, code, says));
    }
}
