//! Everything around the guarded route: its spellings, its metadata (RFC 9728), health.

use serde_json::{Value, json};

use crate::{
    answers::MESSAGE,
    connections_world::Client,
    issuer::{Mood, TestIssuer},
    keys::RSA,
    token::good,
    world::{TestApi, builder},
};

#[test]
fn no_other_spelling_of_the_path_leads_past_the_guard() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    for path in [
        "//private",
        "/private/",
        "/%70rivate",
        "/private;a",
        "/./private",
        "/x/../private",
        "/private%00",
        "/PRIVATE",
        "/private//",
        "/private?x",
        "http://api/private",
        "/private%2f",
    ] {
        let answer = api.get(path);
        assert!(
            matches!(answer.status, 400 | 401 | 404),
            "{path}: {}",
            answer.status
        );
        assert!(!answer.body.contains(MESSAGE), "{path}");
    }
}

#[test]
fn the_metadata_says_who_signs_people_in() {
    let issuer = TestIssuer::start();
    let builder = builder(&issuer.url).require_scope("read:message".parse().unwrap());
    let public_url = "https://api.example.com".parse().unwrap();
    let api = TestApi::launch(builder, Some(&public_url));
    let mut client = Client::connect(api.address);
    client.say("GET /.well-known/oauth-protected-resource HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    let answer = client.reply();
    assert_eq!(answer.status, 200);
    assert!(
        answer.head.contains("content-type: application/json\r\n"),
        "{}",
        answer.head
    );
    let document: Value = serde_json::from_str(&answer.body).unwrap();
    let expected = json!({
        "resource": "https://api.example.com",
        "authorization_servers": [issuer.url],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["read:message"],
    });
    assert_eq!(document, expected);
    let metadata =
        r#"resource_metadata="https://api.example.com/.well-known/oauth-protected-resource""#;
    assert!(api.get("/private").challenge().contains(metadata));
    assert!(api.present("a.b.c").challenge().contains(metadata));
}

#[test]
fn without_a_public_address_there_is_no_metadata() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    assert_eq!(api.get("/.well-known/oauth-protected-resource").status, 404);
}

#[test]
fn health_tells_whether_a_key_is_known() {
    let issuer = TestIssuer::in_mood(Mood::Status(500));
    let api = TestApi::start(&issuer);
    assert_eq!(api.get("/health/live").status, 200);
    assert_eq!(api.get("/health/ready").status, 503);
    issuer.becomes(Mood::Serve(json!({"keys": [RSA.jwk()]})));
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 200);
    assert_eq!(api.get("/health/ready").status, 200);
}
