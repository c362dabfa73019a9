//! [`KeySource`] and [`TrustAnchors`]: where the issuer's keys are, and which
//! certificates vouch for that place.

use poem::http::Uri;
use ureq::tls::{Certificate, PemItem, parse_pem};

use super::url::{Insecure, https_or_loopback};

/// Whose tokens are verified, and where the keys for that come from. What `iss` must be
/// is said here and nowhere else, so that it cannot differ from whose the keys are.
pub struct KeySource {
    /// Compared as the exact string, never normalised (RFC 9068 §4)
    pub(super) issuer: String,
    /// Whether `uri` is the issuer's metadata, not its key set
    pub(super) discovers: bool,
    pub(super) uri: Uri,
}

/// Why an address cannot be a source of keys.
#[derive(Debug, thiserror::Error)]
#[error("{address:?} cannot be used: {cause}")]
pub struct SourceError {
    address: String,
    #[source]
    cause: Insecure,
}

impl KeySource {
    /// The `jwks_uri` of the issuer's metadata (OpenID Discovery 1.0 §4).
    pub fn issuer(issuer: &str) -> Result<Self, SourceError> {
        let address = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        Ok(Self {
            issuer: issuer.to_owned(),
            discovers: true,
            uri: checked(&address)?,
        })
    }

    /// A fixed address, for issuers whose metadata cannot be used.
    pub fn jwks_uri(issuer: &str, address: &str) -> Result<Self, SourceError> {
        Ok(Self {
            issuer: issuer.to_owned(),
            discovers: false,
            uri: checked(address)?,
        })
    }
}

pub(super) fn checked(address: &str) -> Result<Uri, SourceError> {
    https_or_loopback(address).map_err(|cause| SourceError {
        address: address.to_owned(),
        cause,
    })
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
