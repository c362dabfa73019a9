//! What the provider is asked for by GET: its documents, and userinfo
//! (OpenID Connect Discovery §4, OpenID Connect Core §5.3).

use http::header::AUTHORIZATION;
use serde_json::Value;
use url::Url;

use super::{
    address::told,
    client::{Client, Provider},
    error::{DiscoveryError, Document, Error, MemberError, MemberFault},
    jwks::Jwks,
    members::Members,
    ports::{Limits, Response},
    profile::PersonClaims,
    provider::issuer_of,
    response::{is_gateways, redirect_target, retry_after},
    secret::AccessToken,
    send::bearer,
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
        let Some(endpoint) = &provider.metadata.userinfo_endpoint else {
            return PersonClaims::default();
        };
        let request = http::Request::get(endpoint.as_str())
            .header("accept", "application/json")
            .body(Vec::new());
        let (Ok(mut request), Ok(bearer)) = (request, bearer(access_token)) else {
            return PersonClaims::default();
        };
        request.headers_mut().insert(AUTHORIZATION, bearer);
        match self.ports.http.send(request, Limits::body(DOCUMENT_LIMIT)) {
            Ok(response) if response.status().is_success() => {
                return person(response.body(), subject).unwrap_or_default();
            }
            Ok(response) => log::info!("userinfo answered {}: not used", response.status()),
            Err(error) => log::info!("userinfo: {error}"),
        }
        PersonClaims::default()
    }

    /// The discovery document of the issuer (OpenID Connect Discovery §4).
    pub(super) fn discovery_document(&self) -> Result<Vec<u8>, Error> {
        self.discovery_answer().map(Response::into_body)
    }

    /// The answer that holds the discovery document.
    pub(super) fn discovery_answer(&self) -> Result<Response, Error> {
        let issuer = &self.settings.issuer;
        let answer = self.answer(Document::Discovery, &issuer.discovery_url());
        answer.map_err(|error| match error {
            // An issuer that moved is a setting to change; any other redirect may be
            // that of a gateway.
            Error::Discovery(DiscoveryError::Redirect { to, .. }) => {
                moved(to, &issuer.discovery_url())
            }
            error => error,
        })
    }

    /// The provider's key set (RFC 7517 §5).
    pub(super) fn keys(&self, provider: &Provider) -> Result<Jwks, Error> {
        let document = self.document(Document::KeySet, provider.metadata.jwks_uri.as_str())?;
        Ok(key_set(&document)?)
    }

    /// The body of a document of the provider.
    pub(super) fn document(&self, what: Document, url: &str) -> Result<Vec<u8>, Error> {
        self.answer(what, url).map(Response::into_body)
    }

    fn answer(&self, what: Document, url: &str) -> Result<Response, Error> {
        let request = http::Request::get(url)
            .header("accept", "application/json")
            .body(Vec::new())
            .map_err(|_| DiscoveryError::Endpoint(what.name()))?;
        let response = self
            .ports
            .http
            .send(request, Limits::body(DOCUMENT_LIMIT))?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(self.no_document(what, url, &response).into())
    }

    fn no_document(&self, what: Document, url: &str, response: &Response) -> DiscoveryError {
        let asked = Url::parse(url).ok();
        match asked.and_then(|asked| redirect_target(response, &asked)) {
            Some(to) => DiscoveryError::Redirect {
                what,
                to: told(&to),
            },
            None if is_gateways(response) => DiscoveryError::NotJson { what },
            None => DiscoveryError::Status {
                what,
                status: response.status().as_u16(),
                retry_after: retry_after(response, self.ports.clock.now()),
            },
        }
    }
}

/// The usable keys of a key set.
pub(super) fn key_set(document: &[u8]) -> Result<Jwks, DiscoveryError> {
    let what = Document::KeySet;
    let members = Members::parse(what.name(), document);
    let members = members.ok_or(DiscoveryError::NotJson { what })?;
    let fault = match members.value("keys") {
        Some(Value::Array(keys)) => return Ok(Jwks::read(keys, document)),
        Some(_) => MemberFault::WrongType,
        None => MemberFault::Missing,
    };
    let name = "keys";
    let member = MemberError { name, fault };
    Err(DiscoveryError::Member { what, member })
}

/// `asked` that redirects to itself, to set a cookie perhaps, has not moved.
fn moved(to: String, asked: &str) -> Error {
    let error = match issuer_of(&to) {
        Some(issuer) if to != asked => DiscoveryError::IssuerMoved {
            to: issuer.to_owned(),
        },
        _ => DiscoveryError::Redirect {
            what: Document::Discovery,
            to,
        },
    };
    error.into()
}

fn person(answer: &[u8], subject: &str) -> Option<PersonClaims> {
    let Some(members) = Members::parse("userinfo", answer) else {
        log::info!("userinfo is no JSON: not used");
        return None;
    };
    match members.text("sub") {
        // OpenID Connect Core §5.3.2: the same person, or nothing of it.
        Ok(sub) if sub == subject => return Some(PersonClaims::read(&members)),
        Ok(_) => log::warn!("userinfo is about somebody else: not used"),
        Err(error) => log::info!("userinfo: {error}: not used"),
    }
    None
}
