//! `GET /.well-known/oauth-protected-resource` (RFC 9728): who signs people in for
//! this API. Built from the configured public address, never from the Host header.

use std::str::FromStr;

use poem::{Endpoint, Response, endpoint::make_sync};
use serde_json::json;

use crate::guard::{AccessTokenVerifier, Insecure, Scope, https_or_loopback};

/// RFC 9728 §3
pub(crate) const PATH: &str = "/.well-known/oauth-protected-resource";

/// The address under which clients reach this API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// Why an address cannot be that of this API.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPublicUrl {
    /// See [`Insecure`]
    #[error(transparent)]
    Insecure(#[from] Insecure),
    /// RFC 9728 §3.1 would put the metadata elsewhere then
    #[error("it has a path or a query")]
    Path,
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(address: &str) -> Result<Self, InvalidPublicUrl> {
        let uri = https_or_loopback(address)?;
        if uri.path() != "/" || uri.query().is_some() {
            return Err(InvalidPublicUrl::Path);
        }
        Ok(Self(address.to_owned()))
    }
}

impl PublicUrl {
    /// Where the metadata is.
    pub fn metadata_url(&self) -> String {
        format!("{}{PATH}", self.0.trim_end_matches('/'))
    }
}

pub(crate) fn endpoint(
    public_url: &PublicUrl,
    verifier: &AccessTokenVerifier,
) -> impl Endpoint + 'static {
    let scopes = verifier.required_scopes().iter().map(Scope::as_str);
    let scopes: Vec<&str> = scopes.collect();
    let mut document = json!({
        // RFC 9728 §3.3: to the letter what the client was told.
        "resource": public_url.0,
        "authorization_servers": [verifier.issuer()],
        "bearer_methods_supported": ["header"],
    });
    if !scopes.is_empty() {
        document["scopes_supported"] = json!(scopes);
    }
    let document = document.to_string();
    make_sync(move |_| {
        Response::builder()
            .content_type("application/json")
            .body(document.clone())
    })
}
