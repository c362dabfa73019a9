//! The issuer and its discovery document (OpenID Connect Discovery 1.0).
//!
//! No I/O: [`Issuer::discovery_url`] says where to look,
//! [`ProviderMetadata::parse`] turns the bytes into a value whose existence
//! proves that the issuer matched and every endpoint is safe to use.

use serde_json::Value;
use url::{Host, Url};

use super::{
    address::{host_and_port, is_https_or_loopback, is_loopback},
    error::{DiscoveryError, Document, IssuerError, bounded},
    members::Members,
};

/// OpenID Connect Discovery §4.
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// An issuer identifier, compared as the exact string, never normalised
/// (OpenID Connect Discovery §4.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    host: String,
}

impl Issuer {
    /// Accepts an https URL, or http on loopback, without query, fragment or
    /// credentials (OpenID Connect Discovery §3, RFC 8414 §2).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        // `Url` would take it off, and the text is what is compared.
        if text.trim() != text {
            return Err(IssuerError::WhiteSpace);
        }
        let url = Url::parse(text).map_err(|_| IssuerError::NotUrl)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(IssuerError::QueryOrFragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(IssuerError::Credentials);
        }
        if !is_https_or_loopback(&url) {
            return Err(IssuerError::NotHttps);
        }
        Ok(Self {
            text: text.to_owned(),
            host: host_and_port(&url),
        })
    }

    /// The exact string.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host for display, with a port that is not the default.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the issuer is written as a loopback or private address. Other names
    /// than this machine's never count, whatever they resolve to: a foreign network's
    /// DNS must not be able to lift the rule about pictures.
    pub fn is_private(&self) -> bool {
        let private = |url: &Url| match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_private(),
            Some(Host::Ipv6(ip)) => ip.is_unique_local(),
            Some(Host::Domain(_)) | None => false,
        };
        Url::parse(&self.text).is_ok_and(|url| is_loopback(&url) || private(&url))
    }

    /// Where the discovery document is (OpenID Connect Discovery §4).
    pub fn discovery_url(&self) -> String {
        let base = self.text.strip_suffix('/').unwrap_or(&self.text);
        format!("{base}{WELL_KNOWN}")
    }

    /// Whether an endpoint, or a page for people, may be there: https, or http on
    /// loopback if the issuer itself is on loopback. One on the Internet has no business
    /// sending a code or token to whatever listens on this machine.
    pub(super) fn allows(&self, endpoint: &Url) -> bool {
        let is_local = Url::parse(&self.text).is_ok_and(|url| is_loopback(&url));
        endpoint.scheme() == "https" && endpoint.host().is_some()
            || is_local && is_https_or_loopback(endpoint)
    }
}

/// The issuer whose discovery document is at `address`, if that is one.
pub(super) fn issuer_of(address: &str) -> Option<&str> {
    let issuer = address.strip_suffix(WELL_KNOWN)?;
    // With a slash at its end or without: both lead here (Discovery §4).
    Issuer::parse(issuer).is_ok().then_some(issuer)
}

/// A discovery document that was found fit for use.
#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Gives the codes for another device (RFC 8628 §4).
    pub device_authorization_endpoint: Endpoint,
    /// Ends the provider's session in the browser.
    pub end_session_endpoint: Option<Url>,
    /// The provider promises `iss` in authorization responses (RFC 9207 §3).
    pub iss_in_response: bool,
    /// The signing keys.
    pub jwks_uri: Url,
    /// The client secret, if any, goes into the body (not a Basic header).
    pub secret_in_body: bool,
    /// Revokes tokens (RFC 7009).
    pub revocation_endpoint: Endpoint,
    /// Exchanges codes and refresh tokens.
    pub token_endpoint: Url,
    /// More about the person.
    pub userinfo_endpoint: Option<Url>,
}

/// An endpoint that a sign-in does not need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Not offered.
    Absent,
    /// What is offered is no address that may be used.
    Unusable,
    /// Here.
    At(Url),
}

impl Endpoint {
    fn url(self) -> Option<Url> {
        match self {
            Self::At(url) => Some(url),
            Self::Absent | Self::Unusable => None,
        }
    }
}

impl ProviderMetadata {
    /// Reads the discovery document of `issuer`.
    ///
    /// # Errors
    /// Another issuer, an endpoint that is needed and is not https (or, for an
    /// issuer on loopback, http on loopback), PKCE without S256, or no such
    /// document.
    pub fn parse(issuer: &Issuer, document: &[u8]) -> Result<Self, DiscoveryError> {
        let what = Document::Discovery;
        let document =
            Members::parse(what.name(), document).ok_or(DiscoveryError::NotJson { what })?;
        let text = |name| {
            let text = document.text(name);
            text.map_err(|member| DiscoveryError::Member { what, member })
        };
        // OpenID Connect Discovery §4.3: exactly the issuer that was asked for.
        let given = text("issuer")?;
        if given != issuer.as_str() {
            return Err(DiscoveryError::IssuerMismatch {
                given: bounded(given, 200),
            });
        }
        // RFC 9700 §4.7.1. An absent list is not "unsupported": S256 is sent
        // and works at providers that do not tell (OIDC Discovery predates it).
        let methods = document.optional_texts("code_challenge_methods_supported");
        if methods.is_some_and(|methods| !methods.contains(&"S256")) {
            return Err(DiscoveryError::NoS256);
        }
        let needed = |name| {
            let url = Url::parse(text(name)?)
                .ok()
                .filter(|url| issuer.allows(url));
            url.ok_or(DiscoveryError::Endpoint(name))
        };
        let optional = |name| optional_endpoint(&document, issuer, name);
        let iss_in_response = "authorization_response_iss_parameter_supported";
        let auth = document.optional_texts("token_endpoint_auth_methods_supported");
        Ok(Self {
            authorization_endpoint: needed("authorization_endpoint")?,
            device_authorization_endpoint: optional("device_authorization_endpoint"),
            end_session_endpoint: optional("end_session_endpoint").url(),
            iss_in_response: document
                .optional(iss_in_response, Value::as_bool)
                .unwrap_or(false),
            jwks_uri: needed("jwks_uri")?,
            // OpenID Connect Discovery §3: absent means client_secret_basic.
            secret_in_body: auth.is_some_and(|methods| {
                !methods.contains(&"client_secret_basic") && methods.contains(&"client_secret_post")
            }),
            revocation_endpoint: optional("revocation_endpoint"),
            token_endpoint: needed("token_endpoint")?,
            userinfo_endpoint: optional("userinfo_endpoint").url(),
        })
    }
}

fn optional_endpoint(document: &Members, issuer: &Issuer, name: &'static str) -> Endpoint {
    if document.value(name).is_none_or(|value| value == "") {
        return Endpoint::Absent;
    }
    // Read here, so that one line tells of it.
    let text = document.value(name).and_then(Value::as_str);
    let url = text.and_then(|text| Url::parse(text).ok());
    match url.filter(|url| issuer.allows(url)) {
        Some(url) => Endpoint::At(url),
        None => {
            log::info!("discovery: {name} is not an https address: not used");
            Endpoint::Unusable
        }
    }
}

#[cfg(test)]
#[path = "provider_tests.rs"]
mod tests;
