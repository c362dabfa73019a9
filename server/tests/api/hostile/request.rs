//! Header lines that hold no one token: what is no credential at all, what is a bad
//! request, and what the server does not take for HTTP.

use crate::{
    grid::{Line, Verdict},
    issuer::TestIssuer,
    keys::RSA,
    token::good,
    world::TestApi,
};

fn lines(values: &[&str]) -> Vec<u8> {
    let line = |value: &&str| format!("Authorization: {value}\r\n");
    values.iter().map(line).collect::<String>().into_bytes()
}

/// What `case` sends must be answered with `status`; and never the same way as good.
fn assert_answered(line: &mut Line, case: &str, sent: &[u8], status: u16, error: Option<&str>) {
    let verdict = line.ask(sent);
    assert_eq!(verdict.status, status, "{case}: {}", verdict.body);
    let challenge = challenge(&verdict);
    let expected = error.map(|error| format!("error=\"{error}\""));
    match expected {
        Some(expected) => assert!(challenge.contains(&expected), "{case}: {challenge}"),
        None => assert!(!challenge.contains("error"), "{case}: {challenge}"),
    }
}

fn challenge(verdict: &Verdict) -> String {
    let found = verdict
        .headers
        .iter()
        .find_map(|line| line.strip_prefix("www-authenticate: "));
    found.unwrap_or_default().to_owned()
}

/// RFC 6750 §3.1 and RFC 9110 §11.4: half a header, or more than one token.
#[test]
fn what_is_not_one_token_after_one_space_is_a_bad_request() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let token = good(&issuer.url, &RSA);
    let (half, rest) = token.split_at(token.len() / 2);
    let good = format!("Bearer {token}");
    let mut values = Vec::new();
    for scheme in ["Bearer", "bearer", "BEARER", "bEARER"] {
        for separator in [
            "", "  ", "\t", " \t", "\t ", "   ", ",", ", ", "=", " = ", ":", ": ", "\"", "/", ";",
            "(", "[", "@", "\\", "?",
        ] {
            // Without a separator it is another scheme.
            if !separator.is_empty() {
                values.push(format!("{scheme}{separator}{token}"));
            }
        }
        values.push(scheme.to_owned());
        values.push(format!("{scheme} "));
        values.push(format!("{scheme}\t"));
        for inside in [" ", "\t", "  "] {
            values.push(format!("{scheme} {half}{inside}{rest}"));
            values.push(format!(
                "{scheme} {}",
                token.replace('.', &format!("{inside}."))
            ));
            values.push(format!(
                "{scheme} {}",
                token.replace('.', &format!(".{inside}"))
            ));
            values.push(format!("{scheme} {token}{inside}{token}"));
            values.push(format!("{scheme} {token}{inside}x"));
        }
        values.push(format!("{scheme} {token}, {scheme} {token}"));
        values.push(format!("{scheme} {token},Basic YTpi, x"));
        values.push(format!("{scheme} token=\"{token}\", realm=\"api\""));
    }
    for value in [
        "",
        ",",
        "\"\"",
        "=",
        ":Bearer x",
        "/",
        "\"Bearer\" x",
        "(x)",
        "é",
        "Bearer é",
        "Bearer tökén",
    ] {
        values.push(value.to_owned());
    }
    for value in &values {
        assert_answered(
            &mut line,
            value,
            &lines(&[value]),
            400,
            Some("invalid_request"),
        );
    }
    // RFC 6750 §2: not more than one.
    for (first, second) in [
        (good.as_str(), good.as_str()),
        (&good, "Bearer x"),
        ("Bearer x", &good),
        (&good, ""),
        ("", &good),
        ("Basic YTpi", &good),
        (&good, "Basic YTpi"),
        (&good, "DPoP x"),
    ] {
        let case = format!("{first:.12} and {second:.12}");
        assert_answered(
            &mut line,
            &case,
            &lines(&[first, second]),
            400,
            Some("invalid_request"),
        );
        let mixed = format!("AUTHORIZATION: {first}\r\nHost2: x\r\nauthorization: {second}\r\n");
        assert_answered(
            &mut line,
            &case,
            mixed.as_bytes(),
            400,
            Some("invalid_request"),
        );
    }
    assert!(values.len() > 150, "{}", values.len());
    assert_eq!(issuer.hits(), 0, "nothing was verified");
    assert_eq!(line.ask(&lines(&[&good])).status, 200);
}

#[test]
fn other_schemes_and_other_places_are_no_credentials() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let token = good(&issuer.url, &RSA);
    for scheme in [
        "Basic",
        "Digest",
        "DPoP",
        "dpop",
        "Negotiate",
        "Token",
        "JWT",
        "GNAP",
        "Bearers",
        "Beare",
        "XBearer",
        "Bearer-",
        "Bearer.",
        "Be-arer",
        "B",
        "PrivateToken",
        "OAuth",
        "MAC",
        "Hoba",
        "Bearer2",
        "Bearer~",
        "Bearer'",
    ] {
        let value = format!("{scheme} {token}");
        assert_answered(&mut line, &value, &lines(&[&value]), 401, None);
    }
    assert_answered(&mut line, "the token alone", &lines(&[&token]), 401, None);
    for name in [
        "X-Authorization",
        "Proxy-Authorization",
        "Authorisation",
        "Authorization2",
        "X-Access-Token",
        "Access-Token",
        "X-Forwarded-Authorization",
        "X-Original-Authorization",
        "Authentication",
        "DPoP",
        "X-Auth-Token",
        "Authorization_",
    ] {
        let sent = format!("{name}: Bearer {token}\r\n");
        assert_answered(&mut line, name, sent.as_bytes(), 401, None);
    }
    for name in ["access_token", "token", "Authorization", "session"] {
        let sent = format!("Cookie: {name}={token}\r\n");
        assert_answered(&mut line, &sent, sent.as_bytes(), 401, None);
    }
    assert_eq!(issuer.hits(), 0, "nothing was verified");
}

/// RFC 9112 §5.1 and §5.2: what could be read as one header here and as another there.
#[test]
fn header_lines_that_are_no_http_never_let_a_token_through() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let token = good(&issuer.url, &RSA);
    let (half, rest) = token.split_at(token.len() / 2);
    for sent in [
        format!("Authorization : Bearer {token}\r\n"),
        format!("Authorization: Bearer\r\n {token}\r\n"),
        format!("Authorization:\r\n Bearer {token}\r\n"),
        format!("Authorization: Bearer {half}\r\n {rest}\r\n"),
        format!("Authorization: Bearer {half}\r\n\t{rest}\r\n"),
        format!("Authorization\0: Bearer {token}\r\n"),
        format!("Authorization: Bearer\0{token}\r\n"),
        format!("Authorization: Bearer {token}\0\r\n"),
        format!("Authorization: Bearer {half}\0{rest}\r\n"),
        format!("Authorization: Bearer {token}\r\r\n"),
        format!("Authorization: Bearer {half}\r{rest}\r\n"),
        format!("Authorization: Bearer\x0b{token}\r\n"),
        format!("Authorization: Bearer \x7f{token}\r\n"),
        format!("Authorization\tBearer {token}\r\n"),
        format!("Author ization: Bearer {token}\r\n"),
        format!(": Bearer {token}\r\n"),
        format!(" Authorization: Bearer {token}\r\n"),
        format!("Äuthorization: Bearer {token}\r\n"),
    ] {
        // It may well hang up.
        if let Ok(verdict) = Line::to(api.address).try_ask(sent.as_bytes()) {
            assert!(
                [400, 401].contains(&verdict.status),
                "{sent:?}: {}",
                verdict.status
            );
        }
    }
    assert_eq!(issuer.hits(), 0, "nothing was verified");
}
