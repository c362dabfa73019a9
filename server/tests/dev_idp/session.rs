//! Sign-out in the browser, and what a restart keeps.

use serde_json::Value;

use crate::world::{Answer, Browser, Folder, Provider, encode};

const AFTER: &str = "http://127.0.0.1:6001/signed-out";

fn signed_in(provider: &Provider) -> (Browser, Value) {
    let mut browser = Browser::new(provider);
    let code = browser.code("ada", &[]);
    (browser, provider.redeem(&code).json())
}

fn is_signed_in(browser: &mut Browser) -> bool {
    let answer = browser.authorize(&[("prompt", "none")]);
    answer.callback().contains_key("code")
}

fn logout(browser: &mut Browser, pairs: &[(&str, &str)]) -> Answer {
    browser.get(&format!("/logout?{}", encode(pairs)))
}

#[test]
fn with_its_id_token_as_hint_the_session_ends_by_get_and_by_post() {
    let provider = Provider::start();
    for post in [false, true] {
        let (mut browser, tokens) = signed_in(&provider);
        let hint = tokens["id_token"].as_str().unwrap();
        let pairs = [
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", AFTER),
            ("state", "a&b"),
        ];
        let answer = match post {
            true => browser.post("/logout", &pairs),
            false => logout(&mut browser, &pairs),
        };
        assert_eq!(answer.location(), format!("{AFTER}?state=a%26b"));
        assert!(!is_signed_in(&mut browser));
    }
}

#[test]
fn a_form_from_elsewhere_brings_no_cookie_and_ends_the_hints_session() {
    let provider = Provider::start();
    let (mut browser, tokens) = signed_in(&provider);
    let hint = tokens["id_token"].as_str().unwrap();
    let answer = provider.post("/logout", &[("id_token_hint", hint)]);
    assert!(answer.body.contains("You are signed out"));
    assert!(!is_signed_in(&mut browser));
}

#[test]
fn without_a_valid_hint_the_person_is_asked() {
    let provider = Provider::start();
    let (mut browser, tokens) = signed_in(&provider);
    let forged = format!("{}x", tokens["id_token"].as_str().unwrap());
    let access = tokens["access_token"].as_str().unwrap();
    for hint in ["", "nonsense", &forged, access] {
        let pairs = [("id_token_hint", hint), ("post_logout_redirect_uri", AFTER)];
        let by_get = logout(&mut browser, &pairs);
        let by_post = browser.post("/logout", &pairs);
        for answer in [by_get, by_post] {
            assert!(answer.body.contains("Sign out?"), "{hint}");
            assert_eq!((answer.status, answer.location()), (200, ""), "{hint}");
        }
        assert!(is_signed_in(&mut browser));
    }
    let page = logout(&mut browser, &[("client_id", "vestibule")]);
    let csrf = page.field("csrf");
    let stay = [("csrf", csrf.as_str()), ("answer", "stay")];
    assert!(
        browser
            .post("/logout/confirm", &stay)
            .body
            .contains("still signed in")
    );
    assert!(is_signed_in(&mut browser));
    let out = [("csrf", csrf.as_str()), ("answer", "sign-out")];
    let answer = browser.post("/logout/confirm", &out);
    assert!(browser.follow(&answer).body.contains("You are signed out"));
    assert!(!is_signed_in(&mut browser));
}

#[test]
fn the_hint_of_somebody_else_asks_too() {
    let provider = Provider::start();
    let (mut ada, _) = signed_in(&provider);
    let code = Browser::new(&provider).code("grace", &[]);
    let tokens = provider.redeem(&code).json();
    let hint = tokens["id_token"].as_str().unwrap();
    let page = logout(&mut ada, &[("id_token_hint", hint)]);
    assert!(page.body.contains("Sign out?"));
    assert!(is_signed_in(&mut ada));
}

#[test]
fn an_address_that_is_not_registered_is_not_gone_to() {
    let provider = Provider::start();
    for address in [
        "https://evil.example/signed-out",
        "http://127.0.0.1:6001/callback",
        "http://127.0.0.1@evil/signed-out",
        "http://127.0.0.1:6001/signed-out?x=1",
    ] {
        let (mut browser, tokens) = signed_in(&provider);
        let hint = tokens["id_token"].as_str().unwrap();
        let pairs = [
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", address),
        ];
        let answer = logout(&mut browser, &pairs);
        assert_eq!((answer.status, answer.location()), (200, ""), "{address}");
        let pairs = [
            ("client_id", "vestibule"),
            ("post_logout_redirect_uri", address),
        ];
        assert!(
            !logout(&mut browser, &pairs)
                .body
                .contains("name=\"return\"")
        );
    }
    // A client that does not say who it is has no registered address.
    let pairs = [("post_logout_redirect_uri", AFTER)];
    let page = provider.get(&format!("/logout?{}", encode(&pairs)));
    assert!(!page.body.contains("name=\"return\""));
}

#[test]
fn the_person_who_was_asked_returns_to_the_registered_address() {
    let provider = Provider::start();
    let (mut browser, _) = signed_in(&provider);
    let pairs = [
        ("client_id", "vestibule"),
        ("post_logout_redirect_uri", AFTER),
    ];
    let page = logout(&mut browser, &pairs);
    let (csrf, address) = (page.field("csrf"), page.field("return"));
    let form = [
        ("csrf", csrf.as_str()),
        ("answer", "sign-out"),
        ("return", &address),
    ];
    assert_eq!(browser.post("/logout/confirm", &form).location(), AFTER);
    let form = [
        ("csrf", csrf.as_str()),
        ("answer", "sign-out"),
        ("return", "https://evil"),
    ];
    assert_eq!(
        browser.post("/logout/confirm", &form).location(),
        "/signed-out"
    );
}

#[test]
fn a_restart_keeps_people_signed_in() {
    let folder = Folder::new("restart");
    let provider = Provider::keeping(&folder.0);
    let (mut browser, tokens) = signed_in(&provider);
    let before = provider.get("/jwks").body;
    let used = tokens["refresh_token"].as_str().unwrap();
    let tokens = provider.refresh(used).json();

    let provider = provider.restart(&folder.0);
    assert_eq!(provider.get("/jwks").body, before);
    assert!(is_signed_in(&mut browser));
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(provider.with_token("/userinfo", access).status, 200);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(provider.refresh(refresh).status, 200);
    // It remembers, too, what was used before.
    let provider = provider.restart(&folder.0);
    assert_eq!(provider.refresh(used).error(), "invalid_grant");
    assert_eq!(provider.with_token("/userinfo", access).status, 401);
}

#[test]
fn the_state_is_for_its_owner_and_has_no_secret_that_only_needs_comparing() {
    let folder = Folder::new("secrets");
    let provider = Provider::keeping(&folder.0);
    let (browser, tokens) = signed_in(&provider);
    let file = folder.0.join("dev-idp.json");
    let kept = std::fs::read_to_string(&file).unwrap();
    let (_, cookie) = browser.cookie.split_once('=').unwrap();
    assert!(!kept.contains(cookie));
    assert!(!kept.contains(tokens["refresh_token"].as_str().unwrap()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
