//! Pushed authorization requests (RFC 9126).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::world::{Answer, Browser, CALLBACK, Provider, encode, request};

fn push(provider: &Provider) -> String {
    let answer = provider.post("/par", &request(&[]));
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["request_uri"].as_str().unwrap().to_owned()
}

fn authorize(browser: &mut Browser, pairs: &[(&str, &str)]) -> Answer {
    browser.get(&format!("/authorize?{}", encode(pairs)))
}

#[test]
fn a_push_is_answered_with_a_short_lived_urn_that_nobody_keeps() {
    let provider = Provider::start();
    let metadata = provider.get("/.well-known/openid-configuration").json();
    let endpoint = &metadata["pushed_authorization_request_endpoint"];
    assert_eq!(*endpoint, format!("{}/par", provider.issuer));
    let answer = provider.post("/par", &request(&[]));
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (201, "no-store")
    );
    assert_eq!(answer.header("content-type"), "application/json");
    let body = answer.json();
    let uri = body["request_uri"].as_str().unwrap();
    let id = uri
        .strip_prefix("urn:ietf:params:oauth:request_uri:")
        .unwrap();
    assert!(id.len() >= 43);
    let lifetime = body["expires_in"].as_u64().unwrap();
    assert!((5..=600).contains(&lifetime));
    assert_ne!(push(&provider), push(&provider));
}

#[test]
fn a_pushed_request_leads_to_a_code_and_nothing_in_the_address_changes_it() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    browser.code("ada", &[]);
    let uri = push(&provider);
    let pairs = [
        ("client_id", "vestibule"),
        ("request_uri", &uri),
        ("state", "another"),
        ("redirect_uri", "http://127.0.0.1:1/callback"),
    ];
    let callback = authorize(&mut browser, &pairs).callback();
    assert_eq!(callback["state"], "the state");
    assert_eq!(callback["iss"], provider.issuer);
    assert_eq!(provider.redeem(&callback["code"]).status, 200);
}

#[test]
fn a_request_uri_is_good_once_and_for_its_client_alone() {
    let provider = Provider::start();
    let uri = push(&provider);
    let mut browser = Browser::new(&provider);
    let ours = [("client_id", "vestibule"), ("request_uri", uri.as_str())];
    for pairs in [
        &[("request_uri", uri.as_str())][..],
        &[("client_id", "another"), ours[1]],
        &[ours[0], ("client_id", "another"), ours[1]],
        &[ours[0], ours[1], ours[1]],
        &[
            ours[0],
            ("request_uri", "urn:ietf:params:oauth:request_uri:guess"),
        ],
    ] {
        let answer = authorize(&mut browser, pairs);
        assert_eq!((answer.status, answer.location()), (400, ""), "{pairs:?}");
    }
    // None of these has used it up; its own client does.
    assert!(
        authorize(&mut browser, &ours)
            .location()
            .starts_with("/login")
    );
    let again = authorize(&mut browser, &ours);
    assert_eq!((again.status, again.location()), (400, ""));
}

#[test]
fn a_push_is_checked_like_any_request_and_refused_like_a_token_request() {
    let provider = Provider::start();
    let urn = "urn:ietf:params:oauth:request_uri:another";
    for (name, value, status, error) in [
        ("client_id", "", 401, "invalid_client"),
        ("client_id", "another", 401, "invalid_client"),
        ("client_secret", "s", 401, "invalid_client"),
        ("request_uri", urn, 400, "invalid_request"),
        (
            "request_uri",
            "https://evil.example",
            400,
            "invalid_request",
        ),
        ("request", "e30.e30.", 400, "request_not_supported"),
        ("redirect_uri", "", 400, "invalid_request"),
        (
            "redirect_uri",
            "http://evil/callback",
            400,
            "invalid_request",
        ),
        ("code_challenge", "", 400, "invalid_request"),
        ("code_challenge_method", "plain", 400, "invalid_request"),
        ("response_type", "token", 400, "unsupported_response_type"),
        ("scope", "profile", 400, "invalid_scope"),
        ("audience", "https://another-api", 400, "invalid_target"),
    ] {
        let answer = provider.post("/par", &request(&[(name, value)]));
        let told = (answer.status, answer.error());
        assert_eq!(told, (status, error.to_owned()), "{name}={value}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    for twice in ["client_id", "redirect_uri", "scope", "state", "nonce"] {
        let mut form = request(&[]);
        form.push((twice, CALLBACK));
        assert_eq!(
            provider.post("/par", &form).error(),
            "invalid_request",
            "{twice}"
        );
    }
}

#[test]
fn a_push_comes_by_post_as_a_form() {
    let provider = Provider::start();
    for method in ["GET", "PUT", "DELETE"] {
        let answer = Browser::new(&provider).send(method, "/par", "", &[]);
        assert_eq!(answer.status, 405, "{method}");
    }
    let json = [("Content-Type", "application/json".to_owned())];
    let mut browser = Browser::new(&provider);
    assert_eq!(browser.send("PUT", "/par", "{}", &json).status, 405);
    let long = "x".repeat(70_000);
    let answer = provider.post("/par", &request(&[("state", &long)]));
    assert_eq!(answer.error(), "invalid_request");
}

#[test]
fn a_push_may_name_its_client_as_basic_with_an_empty_secret() {
    let provider = Provider::start();
    let send = |credentials: &str| {
        let header = format!("Basic {}", STANDARD.encode(credentials));
        let header = [("Authorization", header)];
        Browser::new(&provider).send("POST", "/par", &encode(&request(&[])), &header)
    };
    assert_eq!(send("vestibule:").status, 201);
    for other in ["vestibule:secret", "another:"] {
        let answer = send(other);
        assert_eq!(
            (answer.status, answer.error().as_str()),
            (401, "invalid_client")
        );
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
}
