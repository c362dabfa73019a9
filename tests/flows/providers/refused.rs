//! What the profiles tell people to set, left out: the provider or the API refuses, and the
//! program says what is to be done. Without this, the rows that work would prove nothing.

use serde_json::json;
use vestibule_server::guard::TypProfile;

use super::{
    Desk, OPAQUE, named, self_hosted,
    shape::{Offline, Shape, jwt, plain},
};

const API: &str = "https://my-resource-server";
const AUDIENCE: &str = "audience = \"https://my-resource-server\"";
const PORTS: &str = "redirect_ports = []";
const LOCALHOST: &str = "redirect_host = \"localhost\"";
const CONSENT: &str = "prompt = \"consent\"";
const SECRET: &str = "client_secret_file = \"secret\"";
const SIMPLE: &str = "scopes = \"openid profile email\"";

/// Only the provider tells, on a page of its own: nothing comes back, and the program waits.
#[test]
fn what_a_provider_refuses_on_its_own_page_is_what_the_profiles_have_settings_for() {
    let unregistered = "the redirect URI is not registered";
    let cases: [(Shape, &[&str], &str); 4] = [
        (named::auth0(), &[AUDIENCE], unregistered),
        (named::okta(), &[], unregistered),
        (named::entra_id(), &[], unregistered),
        (named::google(), &[CONSENT, SECRET], "invalid_scope"),
    ];
    for (shape, settings, page) in cases {
        let desk = Desk::new(shape, settings, API, TypProfile::Any);
        assert_eq!(
            desk.login().err().as_deref(),
            Some(page),
            "{}",
            desk.idp.shape.name
        );
    }
}

#[test]
fn what_is_not_set_at_a_sign_in_is_told_with_its_remedy() {
    let no_refresh_token = "gave no refresh token, so the session cannot be kept: allow offline \
                            access for this client there, add the scope offline_access, or set \
                            prompt to consent";
    let cases: [(Shape, &[&str], i32, &str); 9] = [
        (
            named::google(),
            &[SIMPLE, CONSENT],
            5,
            "says: client_secret is missing.",
        ),
        (named::google(), &[SIMPLE, SECRET], 1, no_refresh_token),
        (self_hosted::authelia(), &[AUDIENCE], 1, no_refresh_token),
        (named::keycloak(), &[SIMPLE], 1, no_refresh_token),
        (
            Shape {
                offline: Offline::Never,
                ..named::auth0()
            },
            &[AUDIENCE, PORTS],
            1,
            no_refresh_token,
        ),
        (
            Shape {
                scopes: Some(&["openid", "profile", "email"]),
                ..plain("a provider without offline_access")
            },
            &[],
            5,
            "refused: check client_id, scopes",
        ),
        (
            Shape {
                callback: "error=consent_required&error_description=Consent+is+required",
                ..self_hosted::authentik()
            },
            &[],
            5,
            "says: Consent is required",
        ),
        (
            self_hosted::without_signing_key(),
            &[CONSENT],
            5,
            "signed the ID token with HS256, which is not accepted: set the ID tokens of this \
             client to RS256, ES256",
        ),
        (
            Shape {
                answer: json!({ "access_token": null, "id_token": null, "refresh_token": null,
                    "error": "bad_verification_code", "error_description": "The code is wrong" }),
                ..plain("a provider that refuses with 200")
            },
            &[],
            5,
            "says: The code is wrong",
        ),
    ];
    for (shape, settings, code, says) in cases {
        let desk = Desk::new(shape, settings, API, TypProfile::Any);
        let name = desk.idp.shape.name;
        let login = desk.login().unwrap_or_else(|page| panic!("{name}: {page}"));
        assert!(login.stderr.contains(says), "{name}: {}", login.stderr);
        assert_eq!(login.code, Some(code), "{name}: {}", login.stderr);
        assert_eq!(desk.run(&["status"]).code, Some(4), "{name}");
    }
}

/// The sign-in works; the access token is for nobody, or for somebody else.
#[test]
fn what_is_not_set_for_the_api_is_told_when_the_message_is_fetched() {
    let first_version = json!({ "iss": "https://sts.example/TENANT/", "aud": "api://API" });
    let cases: [(Shape, &[&str], &str); 9] = [
        (named::auth0(), &[PORTS], API),
        (
            Shape {
                access_token: Some(jwt(json!({ "typ": "JWT" }), json!({ "aud": "account" }))),
                ..named::keycloak()
            },
            &[],
            API,
        ),
        (named::entra_id(), &[LOCALHOST], "API"),
        (
            Shape {
                access_token: Some(jwt(json!({ "typ": "JWT" }), first_version)),
                ..named::entra_id()
            },
            &[LOCALHOST],
            "api://API",
        ),
        (named::zitadel(), &[], "PROJECT"),
        (
            self_hosted::dex(),
            &["scopes = \"openid profile email offline_access audience:server:client_id:API\""],
            "API",
        ),
        (self_hosted::authelia(), &[CONSENT], API),
        (
            Shape {
                access_token: None,
                ..self_hosted::authelia()
            },
            &[CONSENT, AUDIENCE],
            API,
        ),
        (
            Shape {
                access_token: None,
                ..named::zitadel()
            },
            &[
                "scopes = \"openid profile email offline_access urn:zitadel:iam:org:project:id:PROJECT:aud\"",
            ],
            "PROJECT",
        ),
    ];
    for (shape, settings, audience) in cases {
        let desk = Desk::new(shape, settings, audience, TypProfile::Any);
        let name = desk.idp.shape.name;
        desk.sign_in();
        let message = desk.run(&["message"]);
        assert!(
            message.stderr.contains(OPAQUE),
            "{name}: {}",
            message.stderr
        );
        assert_eq!(message.code, Some(5), "{name}: {}", message.stderr);
        assert_eq!(desk.run(&["status"]).code, Some(0), "{name}");
    }
}
