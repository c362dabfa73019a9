//! What can be wrong when a session is renewed and used.

use serde_json::{Value, json};

use super::{Case, GOOD, assert_told, case, message_says, refusal, sign_in, start};
use crate::{
    double::{DISCOVERY, Double, Reply},
    store::Folder,
};

#[test]
fn a_session_survives_what_is_wrong_at_a_refresh_and_each_flaw_is_named() {
    const CASES: [Case; 9] = [
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
                    c["iat"] = json!(1_500_000_000);
                    c["exp"] = json!(1_500_000_300);
                });
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

/// What the provider said is remembered for a day, and not asked for again.
#[test]
fn a_page_in_place_of_the_metadata_is_told_where_none_is_remembered() {
    let double = Double::start();
    let folder = Folder::new(&format!("forgotten-{}", double.port()));
    assert_eq!(sign_in(&double, &folder, GOOD).code, Some(0));
    double.at(DISCOVERY, Reply::page());
    assert_eq!(start(&double, &folder, &["message"]).finish().code, Some(0));
    forget_the_provider(&folder);
    let ended = start(&double, &folder, &["message"]).finish();
    let says = "a page came where an answer of HOST should be";
    assert_told(&ended, &double, 6, says);
    double.mend();
    assert_eq!(start(&double, &folder, &["message"]).finish().code, Some(0));
}

fn forget_the_provider(folder: &Folder) {
    let state = std::fs::read_dir(folder.0.join(".local/state/vestibule")).unwrap();
    let paths = state.map(|entry| entry.unwrap().path());
    let remembered: Vec<_> = paths
        .filter(|path| path.to_string_lossy().ends_with(".provider.json"))
        .collect();
    assert_eq!(remembered.len(), 1, "{remembered:?}");
    std::fs::remove_file(&remembered[0]).unwrap();
}

#[test]
fn a_session_that_the_provider_ended_is_told_with_its_words() {
    let double = Double::start();
    let folder = Folder::new(&format!("ended-{}", double.port()));
    assert_eq!(sign_in(&double, &folder, GOOD).code, Some(0));
    double.at(
        "/token",
        refusal("invalid_grant", "Revoked by an administrator"),
    );
    let ended = start(&double, &folder, &["message"]).finish();
    let says = "the session ended: the provider no longer accepts it; run vestibule login";
    assert_told(&ended, &double, 4, says);
    let says = "\nHOST says: Revoked by an administrator\n";
    assert_told(&ended, &double, 4, says);
}

/// Entra ID answers so where a second factor is due.
#[test]
fn a_provider_that_wants_the_person_is_told_so_and_login_signs_in_anew() {
    for code in ["interaction_required", "login_required", "consent_required"] {
        let double = Double::start();
        let folder = Folder::new(&format!("interaction-{}", double.port()));
        assert_eq!(sign_in(&double, &folder, GOOD).code, Some(0));
        double.at("/token", refusal(code, "AADSTS50076: multi-factor"));
        let ended = start(&double, &folder, &["message"]).finish();
        let says = "HOST does not renew it and wants you to sign in again; run vestibule login";
        assert_told(&ended, &double, 4, says);
        assert_told(
            &ended,
            &double,
            4,
            "\nHOST says: AADSTS50076: multi-factor\n",
        );
        let program = start(&double, &folder, &["login", "--no-browser"]);
        let address = program.address();
        double.mend();
        double.come_back(&address, GOOD);
        assert_eq!(program.finish().code, Some(0));
    }
}

#[test]
fn a_session_that_is_refused_for_another_reason_can_be_replaced_as_it_says() {
    let double = Double::start();
    let folder = Folder::new(&format!("anew-{}", double.port()));
    assert_eq!(sign_in(&double, &folder, GOOD).code, Some(0));
    double.at("/token", refusal("unauthorized_client", "No"));
    let ended = start(&double, &folder, &["login"]).finish();
    assert_told(
        &ended,
        &double,
        5,
        "still signed in as Ada Lovelace, but HOST refused",
    );
    assert_told(
        &ended,
        &double,
        5,
        "to sign in anew: vestibule login --switch",
    );
}
