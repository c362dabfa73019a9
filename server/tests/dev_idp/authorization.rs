//! The authorization endpoint.

use crate::world::{API, Browser, CALLBACK, Provider, challenge, encode, parts, request};

#[test]
fn a_request_without_pkce_s256_is_refused() {
    let provider = Provider::start();
    for changes in [
        [("code_challenge", ""), ("code_challenge_method", "")],
        [
            ("code_challenge", challenge()),
            ("code_challenge_method", ""),
        ],
        [
            ("code_challenge", challenge()),
            ("code_challenge_method", "plain"),
        ],
        [
            ("code_challenge", "short"),
            ("code_challenge_method", "S256"),
        ],
    ] {
        let answer = Browser::new(&provider).authorize(&changes).callback();
        assert_eq!(answer["error"], "invalid_request", "{changes:?}");
    }
}

#[test]
fn no_code_comes_without_a_challenge_so_no_verifier_can_be_sent_for_one() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    browser.code("ada", &[]);
    let answer = browser.sign_in("ada", &[("code_challenge", "")]).callback();
    assert_eq!(answer["error"], "invalid_request");
    assert!(!answer.contains_key("code"));
    assert_eq!(provider.redeem("never-given").error(), "invalid_grant");
}

#[test]
fn an_error_with_a_doubtful_client_or_address_never_redirects() {
    let provider = Provider::start();
    for changes in [
        [("client_id", "somebody"), ("state", "s")],
        [("client_id", ""), ("state", "s")],
        [("redirect_uri", ""), ("state", "s")],
        [
            ("redirect_uri", "https://evil.example/callback"),
            ("response_type", "token"),
        ],
    ] {
        let answer = Browser::new(&provider).authorize(&changes);
        assert_eq!((answer.status, answer.location()), (400, ""), "{changes:?}");
    }
    let query = encode(&request(&[]));
    for twice in [("redirect_uri", CALLBACK), ("client_id", "vestibule")] {
        let path = format!("/authorize?{query}&{}", encode(&[twice]));
        assert_eq!(provider.get(&path).location(), "", "{twice:?}");
    }
}

#[test]
fn state_and_issuer_stand_on_success_and_on_error() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    let error = browser.authorize(&[("prompt", "none")]).callback();
    assert_eq!(error["error"], "login_required");
    let success = browser.sign_in("ada", &[]).callback();
    for answer in [error, success] {
        assert_eq!(answer["iss"], provider.issuer);
        assert_eq!(answer["state"], "the state");
    }
    let metadata = provider.get("/.well-known/openid-configuration").json();
    assert_eq!(
        metadata["authorization_response_iss_parameter_supported"],
        true
    );
}

#[test]
fn what_the_request_gets_wrong_is_told_to_the_app() {
    let provider = Provider::start();
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("response_mode", "form_post", "invalid_request"),
        ("scope", "profile", "invalid_scope"),
        ("audience", "https://another-api", "invalid_target"),
        ("resource", "https://another-api", "invalid_target"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "sometimes", "invalid_request"),
        ("max_age", "-1", "invalid_request"),
        ("request", "e30.e30.", "request_not_supported"),
        (
            "request_uri",
            "https://evil.example",
            "request_uri_not_supported",
        ),
    ] {
        let answer = Browser::new(&provider)
            .authorize(&[(name, value)])
            .callback();
        assert_eq!(answer["error"], error, "{name}={value}");
    }
    let path = format!("/authorize?{}&nonce=another", encode(&request(&[])));
    assert_eq!(provider.get(&path).callback()["error"], "invalid_request");
}

#[test]
fn the_nonce_comes_back_exactly() {
    let provider = Provider::start();
    let long = "ü\u{1F6AA}e\u{301}\u{202E}語 ".repeat(128);
    assert_eq!(long.len(), 2048);
    for nonce in [
        "ünï & \u{1F6AA} + %20 \"\\\0\n<b>",
        &long,
        &"n".repeat(2048),
    ] {
        let tokens = provider.tokens(&[("nonce", nonce)]);
        assert_eq!(parts(&tokens["id_token"]).1["nonce"], nonce);
    }
    let tokens = provider.tokens(&[("nonce", "")]);
    assert!(parts(&tokens["id_token"]).1.get("nonce").is_none());
}

#[test]
fn prompt_none_is_silent_only_with_session_and_grant() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    let none = [("prompt", "none"), ("scope", "openid")];
    assert_eq!(
        browser.authorize(&none).callback()["error"],
        "login_required"
    );
    browser.code("ada", &[("scope", "openid")]);
    assert!(browser.authorize(&none).callback().contains_key("code"));
    let more = [("prompt", "none"), ("scope", "openid email")];
    assert_eq!(
        browser.authorize(&more).callback()["error"],
        "consent_required"
    );
}

#[test]
fn prompt_and_max_age_ask_again() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    browser.code("ada", &[]);
    assert!(browser.authorize(&[]).callback().contains_key("code"));
    for (name, value, page) in [
        ("prompt", "login", "/login"),
        ("prompt", "select_account", "/login"),
        ("prompt", "consent", "/consent"),
        ("max_age", "0", "/login"),
    ] {
        let answer = browser.authorize(&[(name, value)]);
        assert!(answer.location().starts_with(page), "{name}={value}");
        // Once is enough: the password that was typed for it meets it.
        let code = browser.sign_in("ada", &[(name, value)]).callback();
        assert!(code.contains_key("code"), "{name}={value}");
    }
}

#[test]
fn a_session_older_than_max_age_asks_for_the_password_and_auth_time_tells_it() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    let auth_time = |code: &str| {
        let tokens = provider.redeem(code).json();
        parts(&tokens["id_token"]).1["auth_time"].as_u64().unwrap()
    };
    let before = auth_time(&browser.code("ada", &[]));
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let young = browser.authorize(&[("max_age", "3600")]).callback();
    assert_eq!(auth_time(&young["code"]), before);
    let old = [("max_age", "1")];
    assert!(browser.authorize(&old).location().starts_with("/login"));
    let silent = browser.authorize(&[("max_age", "1"), ("prompt", "none")]);
    assert_eq!(silent.callback()["error"], "login_required");
    let code = browser.code("ada", &old);
    assert!(auth_time(&code) >= before + 2);
}

#[test]
fn the_hint_of_somebody_else_asks_for_a_login() {
    let provider = Provider::start();
    let grace = Browser::new(&provider).code("grace", &[]);
    let hint = provider.redeem(&grace).json()["id_token"].clone();
    let mut browser = Browser::new(&provider);
    browser.code("ada", &[]);
    let answer = browser.authorize(&[("id_token_hint", hint.as_str().unwrap())]);
    assert!(answer.location().starts_with("/login"));
}

#[test]
fn the_request_may_come_as_a_form_and_with_resource_for_audience() {
    let provider = Provider::start();
    let changes = [("audience", ""), ("resource", API)];
    let answer = Browser::new(&provider).post("/authorize", &request(&changes));
    assert!(answer.location().starts_with("/login"));
    let tokens = provider.tokens(&changes);
    assert_eq!(parts(&tokens["access_token"]).1["aud"], API);
}
