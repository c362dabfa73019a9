//! A provider that errs or lies outside its tokens: discovery, keys, userinfo,
//! redirects, sizes. Security catalogue K5, K8, K13, T4, T5, T8, L21.

use serde_json::{Value, json};
use vestibule::auth::{
    Error,
    error::{DiscoveryError, TransportErrorKind},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    http::{dropped, edited, status},
    raw::Hostile,
    world::{World, sign_in},
};

const DISCOVERY: &str = "/.well-known/openid-configuration";
const REDIRECTS: [&str; 5] = [
    "301 Moved",
    "302 Found",
    "303 See Other",
    "307 Temporary",
    "308 Permanent",
];

/// A sign-in with this discovery document ends before a browser opens.
fn stopped(edit: impl Fn(&mut Value) + Send + Sync + 'static) -> Error {
    let world = World::new();
    world.browser.set(Visit::Never);
    world.http.at(DISCOVERY, edited(edit));
    let error = sign_in(&world.client()).expect_err("a session");
    assert_eq!(world.http.all().len(), 1, "{error}");
    error
}

/// A world whose discovery names `server` as `endpoint`.
fn with_endpoint(endpoint: &'static str, server: &Hostile) -> World {
    let world = World::new();
    let url = format!("{}/{endpoint}", server.url);
    world.http.at(
        DISCOVERY,
        edited(move |document| document[endpoint] = json!(url)),
    );
    world
}

#[test]
fn another_issuer_in_the_document_stops_before_the_browser_opens() {
    for other in ["{issuer}/", "https://evil.example", "HTTP://127.0.0.1"] {
        let error = stopped(move |document| {
            let ours = document["issuer"].as_str().unwrap().to_owned();
            document["issuer"] = json!(other.replace("{issuer}", &ours));
        });
        assert!(
            matches!(
                error,
                Error::Discovery(DiscoveryError::IssuerMismatch { .. })
            ),
            "{other}: {error}"
        );
    }
}

#[test]
fn endpoints_that_are_not_https_stop_before_the_browser_opens() {
    for endpoint in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        for hostile in [
            "http://sso.example.org/x",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "-flag",
            "ftp://127.0.0.1/",
            "http://127.0.0.1.evil.example/",
        ] {
            let error = stopped(move |document| document[endpoint] = json!(hostile));
            assert!(
                matches!(error, Error::Discovery(DiscoveryError::Endpoint(_))),
                "{endpoint} {hostile}: {error}"
            );
        }
    }
}

#[test]
fn a_provider_without_s256_is_refused_and_one_that_does_not_tell_is_not() {
    let methods = "code_challenge_methods_supported";
    for without in [json!(["plain"]), json!([])] {
        let error = stopped(move |document| document[methods] = without.clone());
        assert!(
            matches!(error, Error::Discovery(DiscoveryError::NoS256)),
            "{error}"
        );
    }
    let world = World::new();
    world.http.at(
        DISCOVERY,
        edited(move |document| drop(document.as_object_mut().unwrap().remove(methods))),
    );
    sign_in(&world.client()).unwrap();
    assert!(world.browser.opened()[0].contains("code_challenge_method=S256"));
}

#[test]
fn no_redirect_of_any_endpoint_is_followed() {
    let target = Hostile::answering("200 OK", "", "{}");
    for code in REDIRECTS {
        let location = format!("Location: {}/stolen\r\n", target.url);
        let server = Hostile::answering(code, &location, "");
        for endpoint in ["token_endpoint", "jwks_uri"] {
            let world = with_endpoint(endpoint, &server);
            assert!(sign_in(&world.client()).is_err(), "{endpoint} {code}");
            assert_eq!(world.kept(), None, "{endpoint} {code}");
        }
        let world = with_endpoint("userinfo_endpoint", &server);
        let client = world.client_without_email();
        assert_eq!(sign_in(&client).unwrap().sub(), "ada");
        // Keys are asked for ahead, and once more when they are needed.
        assert_eq!(server.requests().len(), 4, "{code}");
    }
    assert!(target.requests().is_empty());
}

#[test]
fn a_redirected_discovery_document_is_not_fetched_from_there() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let target = Hostile::answering("200 OK", "", "{}");
    let url = target.url.clone();
    world.http.at(DISCOVERY, move |_, _| {
        let answer = http::Response::builder()
            .status(302)
            .header("location", &url);
        Ok(answer.body(Vec::new()).unwrap())
    });
    let error = sign_in(&world.client()).err().unwrap();
    assert!(
        matches!(error, Error::Discovery(DiscoveryError::Redirect { .. })),
        "{error}"
    );
    assert!(target.requests().is_empty());
}

#[test]
fn answers_beyond_their_limit_are_cut_off() {
    let padded = |size: usize| json!({ "keys": [], "pad": "x".repeat(size) }).to_string();
    for (endpoint, limit) in [("token_endpoint", 256), ("jwks_uri", 256)] {
        let server = Hostile::answering("200 OK", "", &padded(limit * 1024));
        let world = with_endpoint(endpoint, &server);
        let error = sign_in(&world.client()).err().unwrap();
        let Error::Transport(transport) = &error else {
            panic!("{endpoint}: {error}")
        };
        assert_eq!(transport.kind, TransportErrorKind::TooLarge, "{endpoint}");
    }
    let server = Hostile::answering("200 OK", "", &padded(256 * 1024));
    let world = with_endpoint("userinfo_endpoint", &server);
    let session = sign_in(&world.client_without_email()).unwrap();
    assert_eq!((session.sub(), server.requests().len()), ("ada", 1));
}

#[test]
fn keys_that_changed_between_two_logins_are_fetched_once_more() {
    let world = World::new();
    let client = world.client();
    sign_in(&client).unwrap();
    assert_eq!(world.http.count("/jwks"), 1);
    world.browser.pages();
    world.faults.set(Fault::RotatedKeys);
    sign_in(&client).unwrap();
    assert_eq!(world.http.count("/jwks"), 2);
    world.browser.pages();
    sign_in(&client).unwrap();
    assert_eq!(world.http.count("/jwks"), 2, "the new ones are known now");
    assert_eq!(world.http.count(DISCOVERY), 3, "one for each login");
}

#[test]
fn keys_are_forgotten_after_an_hour() {
    let world = World::new();
    let client = world.client();
    sign_in(&client).unwrap();
    world.browser.pages();
    world.clock.advance(3601);
    // The provider's clock is an hour behind now, and the keys are asked for first.
    assert!(sign_in(&client).is_err());
    assert_eq!(world.http.count("/jwks"), 2);
}

#[test]
fn a_bad_signature_leads_to_one_fetch_of_keys_and_not_to_a_loop() {
    let world = World::new();
    let client = world.client();
    sign_in(&client).unwrap();
    world.browser.pages();
    let failed = world.with_fault(Fault::WrongSignature, || sign_in(&client));
    assert!(failed.is_err());
    assert_eq!(world.http.count("/jwks"), 2);
}

#[test]
fn key_sets_that_are_none_or_empty_are_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "<html>",
        "{\"keys\":5}",
        "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}",
    ] {
        let world = World::new();
        world.http.at("/jwks", move |_, _| status(200, body));
        assert!(sign_in(&world.client()).is_err(), "{body}");
        assert_eq!(world.kept(), None);
    }
}

/// OpenID Connect Core §5.3.2.
#[test]
fn what_userinfo_says_of_somebody_else_is_not_used() {
    for (sub, name) in [
        ("ada", "Countess"),
        ("grace", "ada"),
        ("adainvalid", "ada"),
        ("", "ada"),
    ] {
        let world = World::new();
        world.http.at(
            "/userinfo",
            edited(move |answer| {
                answer["sub"] = json!(sub);
                answer["name"] = json!("Countess");
            }),
        );
        // Without `profile` in it, the name is userinfo's alone.
        let client = world.builder_without_audience().scopes(["openid"]);
        let client = client.build().unwrap();
        assert_eq!(sign_in(&client).unwrap().display_name(), name, "{sub}");
        assert_eq!(world.http.count("/userinfo"), 1);
    }
    let world = World::new();
    let client = world.client_without_email();
    let session = world.with_fault(Fault::UserinfoWrongSub, || sign_in(&client));
    assert_eq!(world.http.count("/userinfo"), 1);
    assert_eq!(session.unwrap().display_name(), "Ada Lovelace");
}

/// providers.md 3.3.
#[test]
fn a_refused_or_broken_userinfo_is_a_sign_in_all_the_same() {
    let world = World::new();
    let client = world.client_without_email();
    let session = world
        .with_fault(Fault::Userinfo401, || sign_in(&client))
        .unwrap();
    assert_eq!(session.display_name(), "Ada Lovelace");
    let asked = (world.http.count("/token"), world.http.count("/userinfo"));
    assert_eq!(asked, (1, 1), "no reason to refresh");
    for (code, body) in [
        (500, "<h1>no</h1>"),
        (200, "<html>"),
        (200, "{\"sub\":5}"),
        (200, "a.jwt.here"),
        (204, ""),
    ] {
        let world = World::new();
        world.http.at("/userinfo", move |_, _| status(code, body));
        assert_eq!(
            sign_in(&world.client_without_email()).unwrap().sub(),
            "ada",
            "{code} {body}"
        );
    }
    let world = World::new();
    world.http.at("/userinfo", |_, _| dropped());
    assert_eq!(sign_in(&world.client_without_email()).unwrap().sub(), "ada");
}
