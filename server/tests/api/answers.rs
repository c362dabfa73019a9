//! The answers of the guarded route (RFC 6750).

use crate::{
    issuer::TestIssuer,
    keys::RSA,
    token::{claims, good, header, quoted, sign},
    world::{Answer, TestApi},
};

pub const MESSAGE: &str = "Only authenticated users can read this message.";

fn bearer(issuer: &TestIssuer) -> String {
    format!("Bearer {}", good(&issuer.url, &RSA))
}

fn private(api: &TestApi, headers: &[(&str, &str)]) -> Answer {
    api.request("GET", "/private", headers, "")
}

#[test]
fn with_a_good_token_the_message_is_there() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let answer = private(&api, &[("Authorization", &bearer(&issuer))]);
    assert_eq!((answer.status, answer.body.as_str()), (200, MESSAGE));
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("www-authenticate"), None);
}

#[test]
fn the_scheme_is_free_in_its_letter_case() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    for scheme in ["bearer", "BEARER", "bEaReR"] {
        let value = format!("{scheme} {}", good(&issuer.url, &RSA));
        assert_eq!(
            private(&api, &[("authorization", &value)]).status,
            200,
            "{scheme}"
        );
    }
}

#[test]
fn without_credentials_the_challenge_has_no_error() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let token = good(&issuer.url, &RSA);
    let query = format!("/private?access_token={token}");
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let cookie = format!("access_token={token}");
    for (name, answer) in [
        ("nothing", api.get("/private")),
        (
            "Basic",
            private(&api, &[("Authorization", "Basic YWRhOmFkYQ==")]),
        ),
        (
            "DPoP",
            private(&api, &[("Authorization", &format!("DPoP {token}"))]),
        ),
        (
            "the token alone",
            private(&api, &[("Authorization", &token)]),
        ),
        ("in the query", api.get(&query)),
        ("in a form", api.request("POST", "/private", &form, &cookie)),
        ("in a cookie", private(&api, &[("Cookie", &cookie)])),
        ("OPTIONS", api.request("OPTIONS", "/private", &[], "")),
        ("HEAD", api.request("HEAD", "/private", &[], "")),
        ("DELETE", api.request("DELETE", "/private", &[], "")),
    ] {
        assert_eq!(answer.status, 401, "{name}");
        assert_eq!(answer.challenge(), r#"Bearer realm="api""#, "{name}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
        assert!(!answer.body.contains(&token[..20]), "{name}");
    }
    assert_eq!(issuer.hits(), 0);
}

#[test]
fn half_a_header_and_two_tokens_are_bad_requests() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let token = good(&issuer.url, &RSA);
    let value = format!("Bearer {token}");
    let good = ("Authorization", value.as_str());
    let form = (
        "Content-Type",
        "application/x-www-form-urlencoded; charset=UTF-8",
    );
    let one = |value: &str| private(&api, &[("Authorization", value)]);
    for (name, answer) in [
        ("no token", one("Bearer")),
        ("a space and no token", one("Bearer ")),
        ("two spaces", one(&format!("Bearer  {token}"))),
        ("a tab", one(&format!("Bearer\t{token}"))),
        ("two tokens", one(&format!("Bearer {token} {token}"))),
        (
            "joined by a comma",
            one(&format!("Bearer {token}, Bearer {token}")),
        ),
        ("nothing at all", one("")),
        ("no letters", one("\u{e9}\u{e9}")),
        ("letters outside ASCII", one("Bearer \u{e9}")),
        ("twice", private(&api, &[good, good])),
        (
            "Basic and Bearer",
            private(&api, &[("Authorization", "Basic YTpi"), good]),
        ),
        (
            "also in the query",
            api.request("GET", "/private?access_token=x", &[good], ""),
        ),
        (
            "also in the query, hidden",
            api.request("GET", "/private?a=b&%61ccess_token", &[good], ""),
        ),
        (
            "also in a form",
            api.request("GET", "/private", &[good, form], "access_token=x"),
        ),
        (
            "also in a posted form",
            api.request("POST", "/private", &[good, form], "a=b&access_token="),
        ),
    ] {
        assert_eq!(answer.status, 400, "{name}");
        assert!(
            answer.challenge().contains(r#"error="invalid_request""#),
            "{name}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
    }
    assert_eq!(issuer.fetches(), 1, "verified for the forms alone");
    let other_form = api.request(
        "GET",
        "/private?a=access_token",
        &[good, form],
        "a=access_token",
    );
    assert_eq!(
        other_form.status, 200,
        "other parameters are the endpoint's"
    );
}

#[test]
fn a_bad_token_is_named_so_and_never_repeated() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let expired = claims(&issuer.url).set("exp", "1");
    let token = sign(&header(&RSA), &expired, &RSA);
    let answer = api.present(&token);
    assert_eq!(answer.status, 401);
    let expected = r#"Bearer realm="api", error="invalid_token", error_description=""#;
    assert!(
        answer.challenge().starts_with(expected),
        "{}",
        answer.challenge()
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(!answer.challenge().contains("expired") && !answer.body.contains("expired"));
    assert!(!format!("{answer:?}").contains(&token[..20]));
}

#[test]
fn a_token_without_the_required_scope_is_forbidden() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |builder| {
        let builder = builder.require_scope("read:message".parse().unwrap());
        builder.require_scope("openid".parse().unwrap())
    });
    let scoped = |scope: &str| {
        let payload = claims(&issuer.url).set("scope", quoted(scope));
        api.present(&sign(&header(&RSA), &payload, &RSA))
    };
    for scope in ["read:message openid", "a openid b read:message"] {
        assert_eq!(scoped(scope).status, 200, "{scope}");
    }
    for scope in [
        "",
        "openid",
        "read:messages openid",
        "READ:MESSAGE openid",
        "read: message openid",
    ] {
        let answer = scoped(scope);
        assert_eq!(answer.status, 403, "{scope}");
        assert!(
            answer.challenge().contains(r#"error="insufficient_scope""#),
            "{scope}"
        );
        assert!(
            answer
                .challenge()
                .contains(r#"scope="read:message openid""#),
            "{scope}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let unsigned = format!("{}A", good(&issuer.url, &RSA));
    assert_eq!(
        api.present(&unsigned).status,
        401,
        "the signature comes first"
    );
}

#[test]
fn head_has_the_status_of_get_and_other_methods_are_not_allowed() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let value = bearer(&issuer);
    let head = api.request("HEAD", "/private", &[("Authorization", &value)], "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("cache-control"), Some("no-store"));
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let override_header = ("X-HTTP-Method-Override", "GET");
        let headers = [("Authorization", value.as_str()), override_header];
        let answer = api.request(method, "/private", &headers, "");
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{method}");
    }
}

#[test]
fn the_body_of_a_bad_request_is_not_waited_for() {
    use std::io::{Read, Write};
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut stream = std::net::TcpStream::connect(api.address).unwrap();
    let head = "POST /private HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer a.b.c\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let limit = std::time::Duration::from_secs(20);
    stream.set_read_timeout(Some(limit)).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 401");
}
