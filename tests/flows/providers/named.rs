//! The providers that have a profile, as their documentation and what was seen of them
//! say. Whoever runs one of them may have set it otherwise.

use serde_json::{Value, json};

use super::{
    keys::RSA,
    self_hosted::{authelia, authentik, dex, generic, kanidm},
    shape::{Access, Audience, Offline, Redirect, Rotation, Secret, Shape, jwt, plain},
};

const API: &str = "https://my-resource-server";

/// Each with the word for it after `vestibule setup`, and the API's audience where that is
/// no name of one's own choice.
pub fn all() -> [(&'static str, Option<&'static str>, Shape); 11] {
    [
        ("auth0", None, auth0()),
        ("entra", Some("API"), entra_id()),
        ("google", None, google()),
        ("okta", None, okta()),
        ("keycloak", None, keycloak()),
        ("authentik", None, authentik()),
        ("authelia", None, authelia()),
        ("zitadel", Some("PROJECT"), zitadel()),
        ("kanidm", None, kanidm()),
        ("dex", Some("API"), dex()),
        ("generic", None, generic()),
    ]
}

/// Which ways of authentication, grants aside, a provider lists that leaves out `none`.
fn without_none() -> Value {
    json!([
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt"
    ])
}

/// The slash at the end; HS256 listed; two audiences in the access token.
pub fn auth0() -> Shape {
    Shape {
        path: "/",
        discovery: json!({
            "id_token_signing_alg_values_supported": ["HS256", "RS256", "PS256"],
            "code_challenge_methods_supported": ["S256", "plain"],
            "token_endpoint_auth_methods_supported": without_none(),
        }),
        redirect: Redirect::Listed,
        scopes: None,
        at_hash: false,
        id_token: json!({
            "sub": "auth0|5f7c", "nickname": "ada", "name": "Ada Lovelace", "sid": "s",
            "picture": null, "updated_at": "2026-11-29T10:00:00.000Z",
        }),
        access_token: Some(Access {
            audience: Audience::Parameter(API),
            ..jwt(
                json!({ "typ": "JWT" }),
                json!({ "aud": [API, "https://t.example/userinfo"], "azp": "vestibule" }),
            )
        }),
        userinfo: Some(json!({ "sub": "auth0|5f7c", "email_verified": true })),
        ..plain("Auth0")
    }
}

/// `none` left out of the ways of authentication, `iss` promised, `session_state`, members
/// of its own in the token answer; the old refresh token lives on.
pub fn keycloak() -> Shape {
    Shape {
        path: "/realms/REALM",
        discovery: json!({
            "authorization_response_iss_parameter_supported": true,
            "id_token_signing_alg_values_supported": ["PS384", "ES256", "HS256", "RS256"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": without_none(),
        }),
        callback: "&session_state=3f0c&iss=ISSUER",
        id_token: json!({
            "azp": "vestibule", "typ": "ID", "acr": "1", "sid": "3f0c", "name": "Ada Lovelace",
            "preferred_username": "ada", "auth_time": 1,
        }),
        access_token: Some(jwt(
            json!({ "typ": "JWT" }),
            json!({
                "aud": [API, "account"], "azp": "vestibule", "typ": "Bearer", "sid": "3f0c",
                "realm_access": { "roles": ["offline_access"] }, "allowed-origins": [""],
            }),
        )),
        answer: json!({
            "scope": "openid email offline_access profile", "refresh_expires_in": 0,
            "not-before-policy": 0, "session_state": "3f0c",
        }),
        rotation: Rotation::Another,
        ..plain("Keycloak")
    }
}

/// No `code_challenge_methods_supported`, no revocation, keys without `alg`; userinfo takes
/// no token for an API; the scope in the answer is the API's alone.
pub fn entra_id() -> Shape {
    Shape {
        path: "/TENANT/v2.0",
        jwk: json!({ "use": "sig", "kid": RSA.kid, "x5t": RSA.kid, "issuer": "https://t.example" }),
        discovery: json!({
            "code_challenge_methods_supported": null, "revocation_endpoint": null,
            "token_endpoint_auth_methods_supported": without_none(),
            "tenant_region_scope": "EU", "request_uri_parameter_supported": false,
        }),
        redirect: Redirect::Localhost,
        scopes: None,
        refuses_on_its_page: true,
        callback: "&session_state=7a1b",
        at_hash: false,
        id_token: json!({
            "name": "Ada Lovelace", "preferred_username": "ada", "email": null, "oid": "o",
            "tid": "TENANT", "uti": "u", "rh": "r", "ver": "2.0", "nbf": 1,
        }),
        access_token: Some(Access {
            audience: Audience::Scope("api://API/access"),
            ..jwt(
                json!({ "typ": "JWT" }),
                json!({
                    "aud": "API", "azp": "vestibule", "azpacr": "0", "scp": "access",
                    "ver": "2.0", "scope": null, "client_id": null, "jti": null,
                }),
            )
        }),
        answer: json!({ "scope": "api://API/access", "ext_expires_in": 300 }),
        rotation: Rotation::Another,
        userinfo: None,
        ..plain("Entra ID")
    }
}

/// No `typ` in the header, scopes as a list in the access token and in another order in
/// the answer.
pub fn okta() -> Shape {
    Shape {
        path: "/oauth2/default",
        redirect: Redirect::Listed,
        header: json!({}),
        id_token: json!({
            "ver": 1, "jti": "ID.x", "amr": ["pwd"], "idp": "00o", "name": "Ada Lovelace",
            "preferred_username": "ada@example.org",
        }),
        access_token: Some(jwt(
            json!({}),
            json!({
                "aud": "api://default", "ver": 1, "cid": "vestibule", "uid": "00u",
                "scp": ["offline_access", "openid"], "scope": null, "client_id": null,
            }),
        )),
        answer: json!({ "scope": "offline_access profile openid email" }),
        ..plain("Okta")
    }
}

/// A secret in spite of PKCE, no `offline_access`, long forms of scopes, opaque access
/// tokens, a refresh token that stays; no `end_session_endpoint`.
pub fn google() -> Shape {
    Shape {
        discovery: json!({
            "end_session_endpoint": null,
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        }),
        scopes: Some(&["openid", "profile", "email"]),
        refuses_on_its_page: true,
        secret: Secret::Basic,
        callback: "&scope=email+profile+openid&authuser=0&prompt=consent",
        id_token: json!({
            "azp": "vestibule", "name": "Ada Lovelace", "given_name": "Ada",
            "family_name": "Lovelace", "email_verified": true,
        }),
        access_token: None,
        answer: json!({
            "scope": "https://g.example/auth/userinfo.profile openid https://g.example/auth/userinfo.email",
            "refresh_token_expires_in": 604_799,
        }),
        offline: Offline::Consent,
        rotation: Rotation::Stays,
        ..plain("Google")
    }
}

/// Several audiences in the ID token with `azp`; the name is told by userinfo alone.
pub fn zitadel() -> Shape {
    Shape {
        scopes: Some(&[
            "openid",
            "profile",
            "email",
            "offline_access",
            "urn:zitadel:iam:org:project:id:PROJECT:aud",
        ]),
        id_token: json!({
            "sub": "301", "aud": ["vestibule", "other-app", "PROJECT"], "azp": "vestibule",
            "client_id": "vestibule", "amr": ["pwd"], "sid": "V1_301",
        }),
        access_token: Some(Access {
            audience: Audience::Scope("urn:zitadel:iam:org:project:id:PROJECT:aud"),
            ..jwt(json!({}), json!({ "aud": ["vestibule", "PROJECT"] }))
        }),
        answer: json!({ "scope": null }),
        userinfo: Some(json!({ "sub": "301", "name": "Ada Lovelace" })),
        ..plain("Zitadel")
    }
}
