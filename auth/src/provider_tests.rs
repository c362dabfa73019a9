use super::*;
use serde_json::{Value, json};

use crate::error::MemberFault;

const ISSUER: &str = "https://sso.example.org/tenant";

fn document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://sso.example.org/authorize",
        "token_endpoint": "https://sso.example.org/token",
        "jwks_uri": "https://sso.example.org/jwks",
    })
}

fn parse(document: &Value) -> Result<ProviderMetadata, DiscoveryError> {
    let issuer = Issuer::parse(ISSUER).unwrap();
    ProviderMetadata::parse(&issuer, document.to_string().as_bytes())
}

fn with(member: &str, value: Value) -> Value {
    let mut document = document();
    document[member] = value;
    document
}

#[test]
fn a_minimal_document_is_enough_and_absent_pkce_methods_mean_nothing() {
    let metadata = parse(&document()).unwrap();
    assert_eq!(metadata.revocation_endpoint, Endpoint::Absent);
    assert!(!metadata.iss_in_response);
}

#[test]
fn an_issuer_that_differs_in_slash_case_port_or_path_is_refused() {
    for other in [
        "https://sso.example.org/tenant/",
        "https://SSO.example.org/tenant",
        "https://sso.example.org:443/tenant",
        "https://sso.example.org/{tenantid}",
    ] {
        let error = parse(&with("issuer", json!(other))).unwrap_err();
        assert!(
            matches!(error, DiscoveryError::IssuerMismatch { given } if given == other),
            "{other}"
        );
    }
}

#[test]
fn endpoints_that_a_browser_or_client_must_not_open_are_refused() {
    for hostile in [
        "http://sso.example.org/authorize",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "-flag",
        "%USERPROFILE%",
    ] {
        for member in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            assert!(
                parse(&with(member, json!(hostile))).is_err(),
                "{member} {hostile}"
            );
        }
    }
}

#[test]
fn pkce_methods_without_s256_are_refused_and_plain_beside_s256_is_not() {
    let methods = "code_challenge_methods_supported";
    assert!(parse(&with(methods, json!(["plain"]))).is_err());
    assert!(parse(&with(methods, json!(["plain", "S256"]))).is_ok());
}

#[test]
fn the_discovery_address_keeps_the_path_and_drops_one_slash() {
    let at = |text| Issuer::parse(text).unwrap().discovery_url();
    let end = "/.well-known/openid-configuration";
    assert_eq!(at("https://a.example/"), format!("https://a.example{end}"));
    assert_eq!(at(ISSUER), format!("{ISSUER}{end}"));
}

#[test]
fn only_an_issuer_written_as_a_private_address_is_private() {
    let is_private = |text| Issuer::parse(text).unwrap().is_private();
    let private = "https://127.0.0.1:8443 https://10.1.2.3/tenant https://192.168.0.5 \
        https://[::1] https://[fd12:3456::1] http://localhost:4400 https://idp.localhost";
    let public = "https://1.1.1.1 https://[2606:4700:4700::1111] https://sso.internal \
        https://10.1.2.3.example.org https://localhost.example.org";
    for (list, expected) in [(private, true), (public, false)] {
        for issuer in list.split_whitespace() {
            assert_eq!(is_private(issuer), expected, "{issuer}");
        }
    }
}

#[test]
fn plain_http_is_an_issuer_on_loopback_only() {
    assert!(Issuer::parse("http://127.0.0.1:4400").is_ok());
    assert!(Issuer::parse("http://192.168.0.5").is_err());
    assert!(Issuer::parse("https://user:pw@a.example").is_err());
    assert!(Issuer::parse("https://a.example?x").is_err());
}

/// An issuer on the Internet must not send codes and tokens to this machine.
#[test]
fn an_endpoint_on_loopback_without_tls_is_only_for_an_issuer_on_loopback() {
    let local = "http://127.0.0.1:4400";
    let at_home = |endpoint: &str| {
        let mut document = document();
        document["issuer"] = json!(local);
        document["jwks_uri"] = json!(endpoint);
        let issuer = Issuer::parse(local).unwrap();
        ProviderMetadata::parse(&issuer, document.to_string().as_bytes())
    };
    for endpoint in [
        "http://127.0.0.1:4400/x",
        "http://127.9.9.9/x",
        "http://[::1]:4400/x",
        "http://localhost/x",
        "http://idp.localhost/x",
    ] {
        for member in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let refused = parse(&with(member, json!(endpoint))).unwrap_err();
            assert!(matches!(refused, DiscoveryError::Endpoint(name) if name == member));
        }
        let metadata = parse(&with("revocation_endpoint", json!(endpoint))).unwrap();
        assert_eq!(metadata.revocation_endpoint, Endpoint::Unusable);
        assert!(at_home(endpoint).is_ok(), "{endpoint}");
    }
    assert!(at_home("http://192.168.0.5/x").is_err());
}

#[test]
fn a_member_that_is_needed_is_named_with_its_fault() {
    for member in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
    ] {
        for (value, fault) in [
            (Value::Null, MemberFault::Missing),
            (json!(""), MemberFault::Missing),
            (json!(5), MemberFault::WrongType),
            (json!([ISSUER]), MemberFault::WrongType),
        ] {
            let error = parse(&with(member, value)).unwrap_err();
            let DiscoveryError::Member { member: found, .. } = error else {
                panic!("{member}: {error}")
            };
            assert_eq!((found.name, found.fault), (member, fault));
        }
    }
}

#[test]
fn a_member_that_is_not_needed_may_be_of_any_type() {
    for member in [
        "authorization_response_iss_parameter_supported",
        "code_challenge_methods_supported",
        "device_authorization_endpoint",
        "end_session_endpoint",
        "revocation_endpoint",
        "scopes_supported",
        "token_endpoint_auth_methods_supported",
        "userinfo_endpoint",
    ] {
        for value in [
            Value::Null,
            json!(5),
            json!("x"),
            json!(true),
            json!({ "a": [] }),
        ] {
            // A flag may be a flag.
            if member.starts_with("authorization_response") && value == json!(true) {
                continue;
            }
            let metadata = parse(&with(member, value.clone()));
            let metadata = metadata.unwrap_or_else(|error| panic!("{member} {value}: {error}"));
            assert!(!metadata.iss_in_response && !metadata.secret_in_body);
            assert!(metadata.userinfo_endpoint.is_none());
            assert!(metadata.end_session_endpoint.is_none());
        }
    }
    // An endpoint that is offered and cannot be used is told at sign-out.
    for (value, expected) in [
        (json!(""), Endpoint::Absent),
        (Value::Null, Endpoint::Absent),
        (json!("not a url"), Endpoint::Unusable),
        (json!("http://sso.example.org/revoke"), Endpoint::Unusable),
        (json!(5), Endpoint::Unusable),
    ] {
        let metadata = parse(&with("revocation_endpoint", value.clone())).unwrap();
        assert_eq!(metadata.revocation_endpoint, expected, "{value}");
        let metadata = parse(&with("device_authorization_endpoint", value.clone())).unwrap();
        assert_eq!(metadata.device_authorization_endpoint, expected, "{value}");
    }
}

#[test]
fn what_is_no_json_is_told_from_json_that_is_no_discovery_document() {
    let issuer = Issuer::parse(ISSUER).unwrap();
    let parse = |text: &str| ProviderMetadata::parse(&issuer, text.as_bytes()).unwrap_err();
    for page in [
        "",
        "<html>Welcome to the hotel</html>",
        "OK",
        "{\"issuer\":",
    ] {
        assert!(
            matches!(parse(page), DiscoveryError::NotJson { .. }),
            "{page}"
        );
    }
    for other in ["{}", "[]", "5", "null"] {
        let error = parse(other);
        assert!(
            matches!(error, DiscoveryError::Member { .. }),
            "{other}: {error}"
        );
    }
    let marked = format!("\u{feff}{}", document());
    assert!(ProviderMetadata::parse(&issuer, marked.as_bytes()).is_ok());
}

#[test]
fn the_issuer_of_a_discovery_document_is_found_from_its_address() {
    for (address, issuer) in [
        (
            "https://a.example/.well-known/openid-configuration",
            Some("https://a.example"),
        ),
        (
            "https://a.example/t/.well-known/openid-configuration",
            Some("https://a.example/t"),
        ),
        ("https://a.example/login", None),
        ("http://a.example/.well-known/openid-configuration", None),
    ] {
        assert_eq!(issuer_of(address), issuer);
    }
}
