//! Two clients of one provider: what one was given is no good to the other.

use base64::{Engine, engine::general_purpose::STANDARD};
use vestibule_server::dev_idp::Options;

use crate::{
    device::GRANT,
    own_app::{NOTES, options, redeem, refresh, tokens},
    world::{Browser, CALLBACK, Provider, encode, request},
};

#[test]
fn what_one_client_was_given_is_no_good_to_another() {
    let provider = Provider::with(options());
    let code = Browser::new(&provider).code("mary", &NOTES);
    assert_eq!(
        redeem(&provider, "vestibule", &code).error(),
        "invalid_grant"
    );
    let tokens = tokens(&provider);
    let token = &tokens["refresh_token"];
    assert_eq!(
        refresh(&provider, "vestibule", token).error(),
        "invalid_grant"
    );
    for name in ["refresh_token", "access_token"] {
        let form = [
            ("client_id", "vestibule"),
            ("token", tokens[name].as_str().unwrap()),
        ];
        assert_eq!(provider.post("/revoke", &form).status, 200);
    }
    // Neither used up nor revoked.
    assert_eq!(refresh(&provider, "your-notes", token).status, 200);
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(provider.with_token("/userinfo", access).status, 200);
}

#[test]
fn a_pushed_request_and_a_device_code_are_for_their_client_alone() {
    let provider = Provider::with(options());
    let pushed = provider.post("/par", &request(&NOTES)).json();
    let uri = pushed["request_uri"].as_str().unwrap();
    let mut browser = Browser::new(&provider);
    let mut come = |client: &str| {
        let pairs = [("client_id", client), ("request_uri", uri)];
        browser.get(&format!("/authorize?{}", encode(&pairs)))
    };
    assert_eq!(come("vestibule").status, 400);
    assert_eq!(come("your-notes").status, 303);
    let asks = [("client_id", "your-notes"), ("scope", "openid")];
    let device = provider.post("/device_authorization", &asks).json();
    let poll = |client: &str| {
        let code = device["device_code"].as_str().unwrap();
        let form = [
            ("grant_type", GRANT),
            ("client_id", client),
            ("device_code", code),
        ];
        provider.post("/token", &form).error()
    };
    assert_eq!(poll("vestibule"), "invalid_grant");
    assert_eq!(poll("your-notes"), "authorization_pending");
}

#[test]
fn a_consent_to_one_client_is_none_to_another() {
    let provider = Provider::with(options());
    let mut browser = Browser::new(&provider);
    browser.code("mary", &NOTES);
    let scope = NOTES[2];
    assert!(browser.authorize(&NOTES).location().starts_with(CALLBACK));
    assert!(
        browser
            .authorize(&[scope])
            .location()
            .starts_with("/consent")
    );
}

#[test]
fn a_client_is_named_by_basic_in_the_encoding_of_forms_and_once() {
    let clients = ["https://notes.example/a+b", "vestibule"].map(|id| id.parse().unwrap());
    let provider = Provider::with(Options {
        clients: clients.to_vec(),
        ..Options::default()
    });
    let send = |basic: &str, body: &str| {
        let header = [("Authorization", format!("Basic {}", STANDARD.encode(basic)))];
        Browser::new(&provider).send("POST", "/revoke", body, &header)
    };
    let encoded = "https%3A%2F%2Fnotes.example%2Fa%2Bb:";
    assert_eq!(send(encoded, "token=unknown").status, 200);
    let both = send(encoded, "token=unknown&client_id=vestibule");
    assert_eq!(
        (both.status, both.error().as_str()),
        (401, "invalid_client")
    );
}

#[test]
fn the_id_token_of_another_client_is_no_hint() {
    let provider = Provider::with(options());
    let mut browser = Browser::new(&provider);
    let code = browser.code("mary", &NOTES);
    let tokens = redeem(&provider, "your-notes", &code).json();
    let hint = tokens["id_token"].as_str().unwrap();
    let mut sign_out = |client: &str| {
        let pairs = [("id_token_hint", hint), ("client_id", client)];
        browser.get(&format!("/logout?{}", encode(&pairs))).body
    };
    assert!(sign_out("vestibule").contains("Sign out?"));
    assert!(sign_out("your-notes").contains("You are signed out"));
}
