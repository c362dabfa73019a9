//! What comes when the person has allowed it, and what is wrong with that.

use serde_json::{Value, json};

use super::{
    Terminal, assert_told,
    provider::{Provider, with_status},
    side_by_side,
};
use crate::double::Reply;

struct Flaw {
    wrong: fn(&Provider),
    says: &'static str,
}

const fn flaw(wrong: fn(&Provider), says: &'static str) -> Flaw {
    Flaw { wrong, says }
}

const FLAWS: [Flaw; 9] = [
    flaw(
        |p| p.claims(|c| c["aud"] = json!("other")),
        "the ID token of HOST is for another client",
    ),
    flaw(
        |p| p.edit("/token", broken_signature),
        "this answer did not come from HOST",
    ),
    flaw(
        |p| {
            p.claims(|c| {
                c["iat"] = json!(1_500_000_000);
                c["exp"] = json!(1_500_000_300);
            });
        },
        "HOST",
    ),
    flaw(
        |p| p.claims(|c| c["iss"] = json!("https://b.example")),
        "this answer did not come from HOST",
    ),
    flaw(
        |p| p.claims(|c| c["at_hash"] = json!("other")),
        "belongs to another access token",
    ),
    flaw(
        |p| p.edit("/token", |j| j["id_token"] = json!("a.b.c")),
        "the ID token of HOST is malformed",
    ),
    // At one provider the way by another device brings none.
    flaw(
        |p| {
            p.edit("/token", |j| {
                j.as_object_mut().unwrap().remove("id_token");
            });
        },
        "HOST gave an answer that cannot be used: id_token is missing",
    ),
    flaw(
        |p| p.edit("/token", |j| j["token_type"] = json!("mac")),
        "token_type has a value that cannot be used",
    ),
    flaw(
        |p| p.edit("/token", |j| j["access_token"] = json!(5)),
        "access_token is of a wrong type",
    ),
];

fn broken_signature(answer: &mut Value) {
    let token = answer["id_token"].as_str().unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    answer["id_token"] = json!(format!("{input}.{first}{}", &signature[1..]));
}

#[test]
fn each_flaw_of_the_tokens_is_named_and_what_came_is_revoked() {
    side_by_side(&FLAWS, |flaw| {
        let provider = Provider::allowing();
        (flaw.wrong)(&provider);
        let ended = Terminal::at(&provider).ends_with(5, flaw.says);
        assert_eq!(provider.polls().len(), 1, "{}", ended.stderr);
        assert_eq!(provider.revoked(), ["refresh 1"], "{}", ended.stderr);
    });
}

/// None was sent, so there is none that it could have to match.
#[test]
fn a_nonce_in_the_id_token_is_no_flaw() {
    let provider = Provider::allowing();
    provider.claims(|claims| claims["nonce"] = json!("of nobody"));
    let terminal = Terminal::at(&provider);
    terminal.signs_in_as("Ada Lovelace");
    // Nor is one of another sign-in, or none, when the session is renewed.
    provider.claims(|claims| claims["nonce"] = json!("of somebody else"));
    assert_eq!(terminal.run(&["message"]).code, Some(0));
    provider.claims(|_| ());
    assert_eq!(terminal.run(&["message"]).code, Some(0));
}

#[test]
fn a_provider_that_gives_no_refresh_token_is_told_of_as_in_the_way_through_the_browser() {
    let provider = Provider::allowing();
    provider.edit("/token", |answer| {
        answer.as_object_mut().unwrap().remove("refresh_token");
    });
    let terminal = Terminal::at(&provider);
    terminal.ends_with(
        1,
        "the provider gave no refresh token, so the session cannot be kept",
    );
    assert_eq!(provider.revoked(), ["access 1"]);
}

#[test]
fn the_session_is_renewed_by_each_new_refresh_token() {
    let provider = Provider::allowing();
    let terminal = Terminal::at(&provider);
    terminal.signs_in_as("Ada Lovelace");
    for number in [1, 2, 3] {
        let message = terminal.run(&["message"]);
        assert_eq!(message.stdout, "the message\n", "{}", message.stderr);
        let asked = provider.came("/token");
        let form = &asked.last().unwrap().asked.form;
        assert_eq!(form["grant_type"], "refresh_token");
        assert_eq!(form["refresh_token"], format!("refresh {number}"));
    }
    let again = terminal.login();
    assert_told(&again, 0, "Already signed in to ");
    assert_eq!(provider.polls().len(), 1);
}

#[test]
fn without_userinfo_the_person_is_who_the_id_token_says() {
    for status in ["401 Unauthorized", "500 Internal Server Error"] {
        let provider = Provider::allowing();
        provider.at(
            "/userinfo",
            with_status(status, &json!({ "error": "invalid_token" })),
        );
        Terminal::at(&provider).signs_in_as("Ada Lovelace");
    }
    let provider = Provider::allowing();
    // OpenID Connect Core §5.3.2: of somebody else, it must not be used.
    let other = json!({ "sub": "grace", "name": "Grace Hopper" });
    provider.at("/userinfo", Reply::json(&other));
    Terminal::at(&provider).signs_in_as("Ada Lovelace");
}
