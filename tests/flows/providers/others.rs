//! Providers that README does not name, for what they alone do.

use serde_json::{Value, json};

use super::{
    keys::{ED, P256},
    shape::{Offline, Secret, Shape, jwt, plain},
};

const API: &str = "https://my-resource-server";

/// Each with what stands in `vestibule.toml`, and the API's audience.
pub fn all() -> [(Shape, &'static [&'static str], &'static str); 6] {
    [
        (kanidm(), &[], "vestibule"),
        (authentik(), &["prompt = \"consent\""], "vestibule"),
        (lemon_ldap(), &[], API),
        (better_auth(), &[], API),
        (silent(), &[], API),
        (secret_in_body(), &["client_secret_file = \"secret\""], API),
    ]
}

/// ES256, RFC 9068, an issuer of each client's own, no sign-out.
fn kanidm() -> Shape {
    Shape {
        path: "/oauth2/openid/vestibule",
        key: &P256,
        jwk: json!({ "use": "sig", "alg": "ES256", "kid": P256.kid }),
        discovery: json!({ "end_session_endpoint": null }),
        refreshes_id_token: false,
        ..plain("Kanidm")
    }
}

/// The slash at the end of a path; the ID token and the access token are for one
/// audience; `consent_required` where the person is not asked.
pub fn authentik() -> Shape {
    Shape {
        path: "/application/o/vestibule/",
        access_token: Some(jwt(json!({ "typ": "JWT" }), json!({ "azp": "vestibule" }))),
        offline: Offline::ScopeAndConsent,
        ..plain("authentik")
    }
}

/// No signing key is set there: the client's secret signs, and no keys are published.
pub fn without_signing_key() -> Shape {
    Shape {
        header: json!({ "typ": "JWT", "alg": "HS256", "kid": null }),
        jwk: Value::Null,
        discovery: json!({ "id_token_signing_alg_values_supported": ["HS256"] }),
        ..authentik()
    }
}

/// Several audiences in the ID token and `azp`, as Oracle's has them too.
fn lemon_ldap() -> Shape {
    Shape {
        id_token: json!({
            "aud": [API, "vestibule"], "azp": "vestibule", "name": "Ada Lovelace", "acr": "loa-2",
        }),
        ..for_api("LemonLDAP::NG")
    }
}

/// EdDSA with a key that has no `use`; no ID token at a refresh.
fn better_auth() -> Shape {
    Shape {
        key: &ED,
        jwk: json!({ "kid": ED.kid }),
        refreshes_id_token: false,
        ..for_api("Better Auth")
    }
}

/// Says no more of itself than it must.
fn silent() -> Shape {
    Shape {
        discovery: json!({
            "code_challenge_methods_supported": Value::Null, "end_session_endpoint": "",
            "revocation_endpoint": "", "token_endpoint_auth_methods_supported": Value::Null,
            "id_token_signing_alg_values_supported": ["none", "HS256"],
        }),
        answer: json!({ "token_type": "BEARER", "expires_at": "2026", "created_at": 1 }),
        ..for_api("a provider that tells little of itself")
    }
}

fn secret_in_body() -> Shape {
    Shape {
        discovery: json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] }),
        secret: Secret::Body,
        ..for_api("a provider that takes the secret in the body alone")
    }
}

fn for_api(name: &'static str) -> Shape {
    Shape {
        access_token: Some(jwt(json!({ "typ": "at+jwt" }), json!({ "aud": API }))),
        ..plain(name)
    }
}
