//! What the provider is asked for by GET: its documents, and userinfo
//! (OpenID Connect Discovery §4, OpenID Connect Core §5.3).

use oauth2::AccessToken;
use serde::Deserialize;

use super::{
    client::{Client, Provider},
    error::{DiscoveryError, Error},
    ports::Limits,
    profile::PersonClaims,
    retry::retry_after,
};

/// Most bytes of a discovery document, key set or userinfo answer.
const DOCUMENT_LIMIT: u64 = 256 * 1024;

impl Client {
    /// What userinfo says of `subject`. A refused or odd userinfo is no
    /// refused sign-in: providers refuse tokens there that are bound to an API.
    pub(super) fn userinfo(
        &self,
        provider: &Provider,
        access_token: &AccessToken,
        subject: &str,
    ) -> PersonClaims {
        #[derive(Deserialize)]
        struct Userinfo {
            sub: String,
            #[serde(flatten)]
            person: PersonClaims,
        }
        let Some(endpoint) = &provider.metadata.userinfo_endpoint else {
            return PersonClaims::default();
        };
        let request = http::Request::get(endpoint.as_str())
            .header("accept", "application/json")
            // RFC 6750 §2.1: in the header only.
            .header("authorization", format!("Bearer {}", access_token.secret()))
            .body(Vec::new());
        let Ok(request) = request else {
            return PersonClaims::default();
        };
        match self.ports.http.send(request, Limits::body(DOCUMENT_LIMIT)) {
            Ok(response) if response.status() == 200 => {
                match serde_json::from_slice::<Userinfo>(response.body()) {
                    // OpenID Connect Core §5.3.2: the same person, or nothing of it.
                    Ok(userinfo) if userinfo.sub == subject => return userinfo.person,
                    Ok(_) => log::warn!("userinfo is about somebody else: not used"),
                    Err(_) => log::info!("userinfo is not the JSON expected: not used"),
                }
            }
            Ok(response) => log::info!("userinfo answered {}: not used", response.status()),
            Err(error) => log::info!("userinfo: {error}"),
        }
        PersonClaims::default()
    }

    /// The body of a document of the provider.
    pub(super) fn document(&self, what: &'static str, url: &str) -> Result<Vec<u8>, Error> {
        let request = http::Request::get(url)
            .header("accept", "application/json")
            .body(Vec::new())
            .map_err(|_| DiscoveryError::Endpoint(what))?;
        let response = self
            .ports
            .http
            .send(request, Limits::body(DOCUMENT_LIMIT))?;
        match response.status().as_u16() {
            200 => Ok(response.into_body()),
            status => Err(DiscoveryError::Status {
                what,
                status,
                retry_after: retry_after(&response, self.ports.clock.now()),
            }
            .into()),
        }
    }
}
