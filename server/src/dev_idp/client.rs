//! Which client is speaking, at the token, revocation and push endpoints.
//!
//! The one client is public: it says its name, in the body or as HTTP Basic
//! with an empty secret, and proves nothing. Specs: RFC 6749 §2.3.1, §3.2.1.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use poem::Request;

use super::{
    http::{OAuthError, Params, credentials},
    registry::CLIENT_ID,
};

/// The client's name, or `invalid_client`.
pub(super) fn authenticate(request: &Request, form: &Params) -> Result<&'static str, OAuthError> {
    let refused = |text: &str| Err(OAuthError::new("invalid_client", text));
    if form.get("client_secret").is_some() {
        return refused("the client is public and has no secret");
    }
    let basic = match request.header("authorization") {
        Some(_) => match basic(request) {
            Some((name, secret)) if secret.is_empty() => Some(name),
            Some(_) => return refused("the client is public and has no secret"),
            None => return refused("the Authorization header is no HTTP Basic"),
        },
        None => None,
    };
    let names: Vec<&str> = basic
        .as_deref()
        .into_iter()
        .chain(form.get("client_id"))
        .collect();
    if names.is_empty() {
        return refused("client_id is missing");
    }
    if names.iter().any(|name| *name != CLIENT_ID) {
        return refused("the client is unknown");
    }
    Ok(CLIENT_ID)
}

fn basic(request: &Request) -> Option<(String, String)> {
    let decoded = BASE64.decode(credentials(request, "Basic")?).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (name, secret) = decoded.split_once(':')?;
    Some((name.to_owned(), secret.to_owned()))
}
