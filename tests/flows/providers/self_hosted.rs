//! Providers that people run themselves, and one that does all as the standards have it.
//! Whoever runs one of them may have set it otherwise.

use serde_json::{Value, json};

use super::{
    keys::P256,
    shape::{Access, Audience, Offline, Shape, jwt, plain},
};

const API: &str = "https://my-resource-server";

/// Access tokens in the form of ID tokens; neither revocation nor sign-out; `bearer`.
pub fn dex() -> Shape {
    let audience = "audience:server:client_id:API";
    Shape {
        path: "/dex",
        discovery: json!({
            "revocation_endpoint": null, "end_session_endpoint": null,
            "code_challenge_methods_supported": ["S256", "plain"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }),
        scopes: Some(&[
            "openid",
            "profile",
            "email",
            "offline_access",
            "audience:server:client_id:API",
        ]),
        id_token: json!({
            "sub": "CgNhZGESBWxvY2Fs", "aud": ["API", "vestibule"], "azp": "vestibule",
            "name": "Ada Lovelace", "email_verified": true,
        }),
        access_token: Some(Access {
            audience: Audience::Scope(audience),
            ..jwt(
                json!({}),
                json!({
                    "aud": ["API", "vestibule"], "azp": "vestibule", "nonce": "n",
                    "at_hash": "1tEcJ0JH8pB3Lbb7zN-IyQ", "scope": null, "jti": null,
                    "client_id": null, "name": "Ada Lovelace",
                }),
            )
        }),
        answer: json!({ "token_type": "bearer", "scope": null }),
        ..plain("Dex")
    }
}

/// `iss` promised; nothing of the person in the ID token; a refresh token only for a
/// consent given just now; no sign-out.
pub fn authelia() -> Shape {
    Shape {
        discovery: json!({
            "authorization_response_iss_parameter_supported": true, "end_session_endpoint": null,
        }),
        callback: "&iss=ISSUER&scope=openid+offline_access+profile+email",
        id_token: json!({ "sub": "9b2e", "azp": "vestibule", "amr": ["pwd"], "jti": "j" }),
        access_token: Some(Access {
            audience: Audience::Parameter(API),
            ..jwt(json!({ "typ": "at+jwt" }), json!({ "aud": [API] }))
        }),
        answer: json!({ "scope": "openid offline_access profile email" }),
        offline: Offline::ScopeAndConsent,
        userinfo: Some(json!({ "sub": "9b2e", "name": "Ada Lovelace" })),
        ..plain("Authelia")
    }
}

/// ES256, RFC 9068, an issuer of each client's own, no sign-out.
pub fn kanidm() -> Shape {
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

/// What `vestibule setup generic` is for: nothing of its own.
pub fn generic() -> Shape {
    Shape {
        access_token: Some(Access {
            audience: Audience::Parameter(API),
            ..jwt(json!({ "typ": "at+jwt" }), json!({ "aud": API }))
        }),
        ..plain("another provider")
    }
}
