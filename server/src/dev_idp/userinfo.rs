//! Userinfo: who the bearer of an access token is. Also the pictures.
//!
//! Specs: OpenID Connect Core §5.3, RFC 6750 §2.1, §3, RFC 9068 §4.

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};
use serde_json::{Value, json};

use super::{
    Fault, Idp,
    http::{credentials, json_response, set_header},
};

/// `GET` and `POST /userinfo`
pub(super) async fn endpoint(idp: Arc<Idp>, request: Request) -> Response {
    if idp.acts(Fault::Userinfo500) {
        return StatusCode::INTERNAL_SERVER_ERROR.into();
    }
    let Some(token) = credentials(&request, "Bearer") else {
        // RFC 6750 §3.1: no error code for a request without a token.
        return challenge("Bearer realm=\"dev-idp\"");
    };
    let claims = idp.access_token_claims(token);
    let claims = claims.filter(|_| !idp.acts(Fault::Userinfo401));
    let user = claims
        .as_ref()
        .and_then(|claims| idp.registry.user(claims["sub"].as_str()?));
    let (Some(claims), Some(user)) = (claims, user) else {
        return challenge("Bearer realm=\"dev-idp\", error=\"invalid_token\"");
    };
    let scope = claims["scope"].as_str().unwrap_or_default();
    let scope: Vec<String> = scope.split(' ').map(str::to_owned).collect();
    let mut body = Value::Object(user.claims(&idp.issuer, &scope));
    let wrong = idp.acts(Fault::UserinfoWrongSub);
    body["sub"] = json!(if wrong { "somebody-else" } else { &user.login });
    json_response(StatusCode::OK, &body)
}

fn challenge(value: &str) -> Response {
    let mut response = Response::builder()
        .status(StatusCode::UNAUTHORIZED)
        .header("Cache-Control", "no-store")
        .finish();
    set_header(&mut response, "WWW-Authenticate", value);
    response
}

/// `GET /picture/NAME.png`
pub(super) async fn picture(idp: Arc<Idp>, request: Request) -> Response {
    let path = request.uri().path();
    let mut users = idp.registry.users().iter();
    let user = users.find(|user| user.picture_path().as_deref() == Some(path));
    match user.and_then(|user| user.picture) {
        Some(picture) => Response::builder()
            .content_type("image/png")
            .header("X-Content-Type-Options", "nosniff")
            .header("Cache-Control", "max-age=3600")
            .body(picture),
        None => StatusCode::NOT_FOUND.into(),
    }
}
