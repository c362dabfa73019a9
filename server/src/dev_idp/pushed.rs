//! Pushed authorization requests: the same checks, ahead of the browser.
//!
//! Spec: RFC 9126 §2.

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};
use serde_json::{Value, json};

use super::{
    Idp,
    authorize::PUSHED,
    client::authenticate,
    flows::PUSHED_LIFETIME,
    http::{OAuthError, Params, json_response},
    request::{AuthorizationRequest, Refusal},
};

/// `POST /par`
pub(super) async fn endpoint(idp: Arc<Idp>, mut request: Request) -> Response {
    match push(&idp, &mut request).await {
        // RFC 9126 §2.2: 201.
        Ok(body) => json_response(StatusCode::CREATED, &body),
        Err(error) => error.into_response(),
    }
}

async fn push(idp: &Idp, request: &mut Request) -> Result<Value, OAuthError> {
    let invalid = |text: String| OAuthError::new("invalid_request", text);
    let form = Params::of_client(request).await?;
    // RFC 9126 §2.1, 1: as at the token endpoint.
    authenticate(idp, request, &form)?;
    // 2: a pushed request does not point to another one.
    if form.get("request_uri").is_some() {
        return Err(invalid("request_uri cannot be pushed".to_owned()));
    }
    // 3: the same checks as at the authorization endpoint.
    AuthorizationRequest::parse(&idp.registry, &form).map_err(|refusal| match refusal {
        Refusal::Page(text) => invalid(text),
        Refusal::Redirect(_, error) => error,
    })?;
    let id = idp.flows.push(form);
    Ok(json!({ "request_uri": format!("{PUSHED}{id}"), "expires_in": PUSHED_LIFETIME }))
}
