//! The way by phone: what its two endpoints answer, and what comes of nobody's answer.

use serde_json::{Value, json};

use super::{Case, assert_told, case, refusal, start};
use crate::{
    double::{DISCOVERY, Double, Reply},
    store::Folder,
};

const CODES: &str = "/device_authorization";

/// A sign-in with a phone where something is wrong from the beginning.
#[track_caller]
fn login_says(case: &Case) {
    let double = Double::start();
    let folder = Folder::new(&format!("device-sentence-{}", double.port()));
    (case.wrong)(&double);
    let ended = start(&double, &folder, &["login", "--device", "--log", "info"]).finish();
    assert_told(&ended, &double, case.code, case.says);
    assert!(!ended.stderr.contains("device secret"), "{}", ended.stderr);
}

#[test]
fn each_end_of_a_sign_in_with_a_phone_is_told_for_what_it_is() {
    const CASES: [Case; 10] = [
        case(
            |d| {
                d.edit(DISCOVERY, |j| {
                    j["device_authorization_endpoint"] = Value::Null;
                });
            },
            2,
            "HOST offers no sign-in with a phone: run vestibule login; where no browser can be",
        ),
        case(
            |d| d.at(CODES, refusal("unauthorized_client", "Not this one")),
            5,
            "HOST does not let this client sign in with a phone: allow the device authorization",
        ),
        case(
            |d| d.at("/token", refusal("unauthorized_client", "Not this one")),
            5,
            "HOST does not let this client sign in with a phone: allow the device authorization",
        ),
        case(
            |d| d.at(CODES, refusal("unauthorized_client", "Not this one")),
            5,
            "\nHOST says: Not this one\n",
        ),
        case(
            |d| d.at("/token", refusal("access_denied", "Ask for it first")),
            5,
            "the sign-in was refused on the phone; nothing was changed",
        ),
        case(
            |d| d.at("/token", refusal("access_denied", "Ask for it first")),
            5,
            "\nHOST says: Ask for it first\n",
        ),
        case(
            |d| {
                d.edit(CODES, |j| j["expires_in"] = json!(1));
                d.at("/token", refusal("authorization_pending", "Not yet"));
            },
            1,
            "nobody entered a code on a phone in time; start again for new ones",
        ),
        case(
            |d| d.edit(CODES, |j| j["user_code"] = Value::Null),
            5,
            "HOST gave an answer that cannot be used: user_code is missing or wrong in it",
        ),
        case(
            |d| d.at(CODES, Reply::page()),
            6,
            "a page came where an answer of HOST should be",
        ),
        case(
            |d| d.at(CODES, Reply::new("503 Unavailable", "", "")),
            6,
            "HOST has a problem; try again in a minute",
        ),
    ];
    for case in &CASES {
        login_says(case);
    }
}
