//! What the provider says of itself, and its public keys.
//!
//! Specs: OpenID Connect Discovery §3, RFC 8414 §2, RFC 7517 §5, RFC 9207 §3,
//! RFC 9126 §5, RFC 8628 §4.

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};
use serde_json::{Value, json};

use super::{Fault, Idp, SLOW, device, http::json_response};

/// `GET /.well-known/openid-configuration` and `…/oauth-authorization-server`
pub(super) async fn metadata(idp: Arc<Idp>, _: Request) -> Response {
    if idp.acts(Fault::SlowDiscovery) {
        tokio::time::sleep(SLOW).await;
    }
    if idp.acts(Fault::Discovery500) {
        return StatusCode::INTERNAL_SERVER_ERROR.into();
    }
    let mut document = document(&idp);
    if idp.acts(Fault::WrongDiscoveryIssuer) {
        document["issuer"] = json!(format!("{}/wrong", idp.issuer));
    }
    json_response(StatusCode::OK, &document)
}

/// `GET /jwks`
pub(super) async fn jwks(idp: Arc<Idp>, _: Request) -> Response {
    if idp.acts(Fault::Jwks500) {
        return StatusCode::INTERNAL_SERVER_ERROR.into();
    }
    json_response(StatusCode::OK, &idp.keys.jwks(&idp.options.faults))
}

fn document(idp: &Idp) -> Value {
    let at = |path: &str| format!("{}{path}", idp.issuer);
    let mut document = json!({
        "issuer": idp.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"),
        "userinfo_endpoint": at("/userinfo"),
        "end_session_endpoint": at("/logout"),
        "pushed_authorization_request_endpoint": at("/par"),
        "authorization_response_iss_parameter_supported": true,
        "scopes_supported": idp.registry.scopes().collect::<Vec<_>>(),
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid",
            "name", "given_name", "family_name", "preferred_username", "picture",
            "email", "email_verified",
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    if !idp.acts(Fault::NoDevice) {
        // RFC 8628 §4
        document["device_authorization_endpoint"] = json!(at("/device_authorization"));
        document["grant_types_supported"] =
            json!(["authorization_code", "refresh_token", device::GRANT_TYPE]);
    }
    if !idp.acts(Fault::NoRevocation) {
        document["revocation_endpoint"] = json!(at("/revoke"));
        document["revocation_endpoint_auth_methods_supported"] = json!(["none"]);
    }
    document
}
