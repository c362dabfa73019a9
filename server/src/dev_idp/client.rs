//! Which client is speaking, at the token, revocation and push endpoints.
//!
//! All clients are public: one says its identifier, in the body or as HTTP Basic
//! with an empty secret, and proves nothing. Specs: RFC 6749 §2.3.1, §3.2.1.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use poem::Request;

use super::{
    Idp,
    http::{OAuthError, Params, credentials, form_decoded},
};

/// The client's identifier, or `invalid_client`.
pub(super) fn authenticate<'a>(
    idp: &'a Idp,
    request: &Request,
    form: &Params,
) -> Result<&'a str, OAuthError> {
    let refused = |text: &str| Err(OAuthError::new("invalid_client", text));
    if form.get("client_secret").is_some() {
        return refused("the client is public and has no secret");
    }
    let basic = match request.header("authorization") {
        Some(_) => match basic(request) {
            Some((id, secret)) if secret.is_empty() => Some(id),
            Some(_) => return refused("the client is public and has no secret"),
            None => return refused("the Authorization header is no HTTP Basic"),
        },
        None => None,
    };
    let in_form = form.get("client_id");
    let Some(id) = basic.as_deref().or(in_form) else {
        return refused("client_id is missing");
    };
    match idp.registry.client(id) {
        Some(client) if in_form.is_none_or(|in_form| in_form == id) => Ok(&client.id),
        Some(_) => refused("the Authorization header names another client"),
        None => refused("the client is unknown"),
    }
}

fn basic(request: &Request) -> Option<(String, String)> {
    let decoded = BASE64.decode(credentials(request, "Basic")?).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    // RFC 6749 §2.3.1: each in the encoding of forms.
    Some((form_decoded(id), form_decoded(secret)))
}
