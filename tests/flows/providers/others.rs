//! Providers that have no profile, for what they alone do.

use serde_json::{Value, json};

use super::{
    keys::ED,
    shape::{Secret, Shape, jwt, plain},
};

const API: &str = "https://my-resource-server";

/// Each with what stands in `vestibule.toml`, and the API's audience.
pub fn all() -> [(Shape, &'static [&'static str], &'static str); 4] {
    [
        (lemon_ldap(), &[], API),
        (better_auth(), &[], API),
        (silent(), &[], API),
        (secret_in_body(), &["client_secret_file = \"secret\""], API),
    ]
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
