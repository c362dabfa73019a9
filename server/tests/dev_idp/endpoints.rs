//! What holds at every endpoint that a client posts to, and for every answer.

use crate::{
    device::{GRANT, ask, text},
    world::{Answer, Browser, Provider, code_form, encode, refresh_form, request},
};

const POSTED: [&str; 4] = ["/token", "/revoke", "/par", "/device_authorization"];

/// Refused, as a token error, and kept by nobody.
#[track_caller]
fn assert_refused(answer: &Answer, status: u16, error: &str, what: &str) {
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (status, error),
        "{what}"
    );
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert_eq!(answer.header("content-type"), "application/json", "{what}");
}

#[test]
fn only_post_is_taken() {
    let provider = Provider::start();
    for path in POSTED {
        for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let answer = Browser::new(&provider).send(method, path, "", &[]);
            assert_eq!(answer.status, 405, "{method} {path}");
        }
    }
}

#[test]
fn a_parameter_that_is_there_twice_is_an_invalid_request_and_uses_nothing_up() {
    let provider = Provider::start();
    let code = Browser::new(&provider).code("ada", &[]);
    let other = provider.tokens(&[]);
    let refresh = text(&other, "refresh_token");
    let device = ask(&provider);
    let poll = [
        ("grant_type", GRANT),
        ("client_id", "vestibule"),
        ("device_code", text(&device, "device_code")),
    ];
    let revoke = [("client_id", "vestibule"), ("token", refresh)];
    let device_request = [("client_id", "vestibule"), ("scope", "openid")];
    for (path, form) in [
        ("/token", code_form(&code).to_vec()),
        ("/token", refresh_form(refresh).to_vec()),
        ("/token", poll.to_vec()),
        ("/revoke", revoke.to_vec()),
        ("/par", request(&[])),
        ("/device_authorization", device_request.to_vec()),
    ] {
        // Even the same value again; and a parameter that means nothing.
        let unknown = [("unknown", "1"), ("unknown", "2")];
        for name in form.iter().map(|(name, _)| *name).chain(["unknown"]) {
            let again = form.iter().chain(&unknown).filter(|(key, _)| *key == name);
            let twice: Vec<_> = form.iter().chain(again).copied().collect();
            let answer = provider.post(path, &twice);
            assert_refused(&answer, 400, "invalid_request", &format!("{path} {name}"));
        }
    }
    assert_eq!(provider.redeem(&code).status, 200);
    assert_eq!(provider.refresh(refresh).status, 200);
}

#[test]
fn a_body_that_is_no_form_or_too_long_is_an_invalid_request() {
    let provider = Provider::start();
    for path in POSTED {
        for kind in ["application/json", "text/plain", "multipart/form-data"] {
            let answer = post_as(&provider, path, kind, "client_id=vestibule");
            assert_refused(&answer, 400, "invalid_request", &format!("{path} {kind}"));
        }
        let long = format!("client_id=vestibule&x={}", "x".repeat(70_000));
        let answer = post(&provider, path, &long);
        assert_refused(&answer, 400, "invalid_request", path);
        // RFC 6749 §3.2 knows no charset, but senders add one.
        let kind = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
        let answer = post_as(&provider, path, kind, "client_id=another");
        assert_refused(&answer, 401, "invalid_client", path);
    }
}

fn post(provider: &Provider, path: &str, body: &str) -> Answer {
    Browser::new(provider).send("POST", path, body, &[])
}

fn post_as(provider: &Provider, path: &str, kind: &str, body: &str) -> Answer {
    let address = format!("{}{path}", provider.issuer);
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent();
    let mut answer = agent
        .post(address)
        .content_type(kind)
        .send(body.as_bytes())
        .unwrap();
    Answer {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.body_mut().read_to_string().unwrap(),
    }
}

#[test]
fn a_client_that_is_not_known_is_told_so_everywhere() {
    let provider = Provider::start();
    for path in POSTED {
        for body in [
            "",
            "client_id=",
            "client_id=another",
            "client_id=vestibule&client_secret=s",
        ] {
            let answer = post(&provider, path, body);
            assert_refused(&answer, 401, "invalid_client", &format!("{path} {body}"));
            assert!(answer.header("www-authenticate").starts_with("Basic "));
        }
    }
}

#[test]
fn the_grant_types_are_those_of_discovery_and_no_others() {
    let provider = Provider::start();
    for grant in [
        "password",
        "client_credentials",
        "implicit",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ] {
        let form = [("grant_type", grant), ("client_id", "vestibule")];
        let answer = provider.post("/token", &form);
        assert_refused(&answer, 400, "unsupported_grant_type", grant);
    }
    let metadata = provider.get("/.well-known/openid-configuration").json();
    for grant in metadata["grant_types_supported"].as_array().unwrap() {
        // Known: it is the grant itself that is missing.
        let form = [
            ("grant_type", grant.as_str().unwrap()),
            ("client_id", "vestibule"),
        ];
        let answer = provider.post("/token", &form);
        assert_refused(&answer, 400, "invalid_request", &grant.to_string());
    }
    let answer = provider.post("/token", &[("client_id", "vestibule")]);
    assert_refused(&answer, 400, "invalid_request", "none");
}

#[test]
fn no_answer_allows_other_origins_not_even_a_preflight() {
    let provider = Provider::start();
    let authorize = format!("/authorize?{}", encode(&request(&[])));
    let pages = [
        "/authorize",
        &authorize,
        "/login",
        "/consent",
        "/device",
        "/logout",
    ];
    let data = ["/userinfo", "/jwks", "/.well-known/openid-configuration"];
    for path in pages.into_iter().chain(data).chain(POSTED) {
        for method in ["GET", "POST", "OPTIONS"] {
            let headers = [
                ("Origin", "https://evil.example".to_owned()),
                ("Access-Control-Request-Method", "POST".to_owned()),
                ("Access-Control-Request-Private-Network", "true".to_owned()),
            ];
            let answer = Browser::new(&provider).send(method, path, "", &headers);
            let names = answer.headers.keys().map(ureq::http::HeaderName::as_str);
            let cors = names.filter(|name| name.starts_with("access-control"));
            assert_eq!(cors.count(), 0, "{method} {path}");
        }
    }
}
