//! Revocation: a refresh token ends its family, an access token only itself.
//!
//! Spec: RFC 7009 §2. Always 200 once the client is known, whatever the token.

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};

use super::{
    Fault, Idp,
    client::authenticate,
    families,
    http::{OAuthError, Params, json_response},
    keys::hash,
};

/// `POST /revoke`
pub(super) async fn endpoint(idp: Arc<Idp>, mut request: Request) -> Response {
    if idp.acts(Fault::NoRevocation) {
        return StatusCode::NOT_FOUND.into();
    }
    match revoke(&idp, &mut request).await {
        Ok(()) => json_response(StatusCode::OK, &serde_json::json!({})),
        Err(error) => error.into_response(),
    }
}

async fn revoke(idp: &Idp, request: &mut Request) -> Result<(), OAuthError> {
    let invalid = |text: &str| OAuthError::new("invalid_request", text);
    let form = Params::of_client(request).await?;
    let client_id = authenticate(idp, request, &form)?;
    let token = form
        .get("token")
        .ok_or_else(|| invalid("token is missing"))?;
    let access = idp.access_token_claims(token);
    let jti = access.as_ref().and_then(|claims| claims["jti"].as_str());
    idp.store.change(|stored| {
        let of_access = jti
            .and_then(|jti| jti.split_once('.'))
            .map(|(id, _)| id.to_owned());
        let Some(id) = of_access.or_else(|| families::find(stored, &hash(token))) else {
            return;
        };
        let Some(family) = stored.families.get_mut(&id) else {
            return;
        };
        // RFC 7009 §2.1: only the client that it was given to.
        if family.client_id != client_id {
            return;
        }
        tracing::info!(sub = family.sub, "revoked");
        match jti {
            Some(jti) => family.revoked.push(jti.to_owned()),
            None => drop(stored.families.remove(&id)),
        }
    });
    Ok(())
}
