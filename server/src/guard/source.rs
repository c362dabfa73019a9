//! [`KeySource`] and [`TrustAnchors`]: where the issuer's keys are, and which
//! certificates vouch for that place.

use std::time::Duration;

use poem::http::Uri;
use ureq::tls::{Certificate, PemItem, parse_pem};

use super::{
    document::WELL_KNOWN,
    inert::Inert,
    url::{Insecure, https_or_loopback, is_loopback},
};

/// Until a document of the issuer is there, unless [`KeySource::fetch_timeout`]
/// says otherwise.
pub const DEFAULT_FETCH_TIMEOUT: Duration = Duration::from_secs(10);

/// Whose tokens are verified, and where the keys for that come from. What `iss` must be
/// is said here and nowhere else, so that it cannot differ from whose the keys are.
pub struct KeySource {
    /// Compared as the exact string, never normalised (RFC 9068 §4)
    pub(super) issuer: String,
    /// Whether `uri` is the issuer's metadata, not its key set
    pub(super) discovers: bool,
    pub(super) uri: Uri,
    pub(super) fetch_timeout: Duration,
}

/// Why an address cannot be a source of keys.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used: {cause}", Inert(.address))]
pub struct SourceError {
    address: String,
    #[source]
    cause: Insecure,
}

impl KeySource {
    /// The `jwks_uri` of the issuer's metadata (OpenID Discovery 1.0 §4).
    pub fn issuer(issuer: &str) -> Result<Self, SourceError> {
        let address = format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/'));
        Ok(Self {
            issuer: issuer.to_owned(),
            discovers: true,
            uri: checked(&address)?,
            fetch_timeout: DEFAULT_FETCH_TIMEOUT,
        })
    }

    /// A fixed address, for issuers whose metadata cannot be used.
    pub fn jwks_uri(issuer: &str, address: &str) -> Result<Self, SourceError> {
        Ok(Self {
            issuer: issuer.to_owned(),
            discovers: false,
            uri: checked(address)?,
            fetch_timeout: DEFAULT_FETCH_TIMEOUT,
        })
    }

    /// How long each document, metadata or key set, may take: in the background, so
    /// that a slow issuer is usable. A request never waits for longer than 5 s.
    #[must_use]
    pub fn fetch_timeout(self, fetch_timeout: Duration) -> Self {
        Self {
            fetch_timeout,
            ..self
        }
    }
}

impl SourceError {
    fn of(address: &str, cause: Insecure) -> Self {
        // Before an @ may be a password.
        let address = match address.rsplit_once('@') {
            Some((_, rest)) => format!("…@{rest}"),
            None => address.to_owned(),
        };
        Self { address, cause }
    }
}

fn checked(address: &str) -> Result<Uri, SourceError> {
    https_or_loopback(address).map_err(|cause| SourceError::of(address, cause))
}

/// An address that the document at `by` names. One from elsewhere has no business
/// pointing this machine at itself without TLS.
pub(super) fn named_by(by: &Uri, address: &str) -> Result<Uri, SourceError> {
    let uri = checked(address)?;
    if uri.scheme_str() == Some("http") && !is_loopback(by) {
        return Err(SourceError::of(address, Insecure::OwnLoopback));
    }
    Ok(uri)
}

/// Which authorities may vouch for the issuer's TLS certificate.
#[derive(Default)]
pub enum TrustAnchors {
    /// The trust store of the system
    #[default]
    System,
    /// These and no others
    Only(Vec<Certificate<'static>>),
}

impl TrustAnchors {
    /// Reads certificates in PEM; `None` if there is none or one is malformed.
    pub fn from_pem(pem: &[u8]) -> Option<Self> {
        let mut certificates = Vec::new();
        for item in parse_pem(pem) {
            if let PemItem::Certificate(certificate) = item.ok()? {
                certificates.push(certificate);
            }
        }
        (!certificates.is_empty()).then_some(Self::Only(certificates))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_has_no_password_and_is_short() {
        for (address, shown) in [
            (
                "https://user:hidden@a.example/",
                "…@a.example/ cannot be used",
            ),
            ("user:hidden@a.example", "…@a.example cannot be used"),
            ("ftp://a.example/", "ftp://a.example/ cannot be used"),
            (&"\u{10ffff}".repeat(999), "\\u{10ffff}"),
        ] {
            let error = KeySource::jwks_uri("", address).err().unwrap().to_string();
            assert!(error.starts_with(shown) && error.len() < 300, "{error}");
        }
    }

    #[test]
    fn plain_http_on_loopback_is_for_an_issuer_on_loopback() {
        let far = Uri::from_static("https://login.example.com/");
        for (by, address, good) in [
            (&far, "https://login.example.com/jwks", true),
            (&far, "https://127.0.0.1/jwks", true),
            (&far, "http://127.0.0.1/jwks", false),
            (&far, "http://[::1]:4400/jwks", false),
            (&far, "http://localhost/jwks", false),
            (&far, "http://login.example.com/jwks", false),
            (
                &Uri::from_static("http://127.0.0.1:1/"),
                "http://localhost/jwks",
                true,
            ),
            (
                &Uri::from_static("https://[::1]/"),
                "http://127.0.0.1/jwks",
                true,
            ),
        ] {
            assert_eq!(named_by(by, address).is_ok(), good, "{by} {address}");
        }
    }
}
