//! Where the issuer's keys are, and which certificates vouch for that place.

use std::{borrow::Cow, fmt};

use poem::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use super::{
    document::WELL_KNOWN,
    inert::Inert,
    url::{Insecure, https_or_loopback, is_loopback},
};

/// Where the key set is fetched from.
pub(super) enum KeySource {
    /// The `jwks_uri` of the metadata at `uri`, which must be those of `issuer` (OpenID
    /// Discovery 1.0 §4)
    Metadata { issuer: String, uri: Uri },
    /// This address, for issuers whose metadata cannot be used
    JwksUri(Uri),
}

/// An address that the guard does not connect to, and why.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used: {cause}", Inert(.address))]
pub struct AddressError {
    address: String,
    #[source]
    cause: Insecure,
}

impl KeySource {
    pub(super) fn metadata(issuer: &str) -> Result<Self, AddressError> {
        let address = format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/'));
        Ok(Self::Metadata {
            issuer: issuer.to_owned(),
            uri: checked(&address)?,
        })
    }

    pub(super) fn jwks_uri(address: &str) -> Result<Self, AddressError> {
        Ok(Self::JwksUri(checked(address)?))
    }
}

impl AddressError {
    fn of(address: &str, cause: Insecure) -> Self {
        let address = without_password(address).into_owned();
        Self { address, cause }
    }
}

/// The address without what is before an @, which may be a password.
pub(super) fn without_password(address: &str) -> Cow<'_, str> {
    match address.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}").into(),
        None => address.into(),
    }
}

fn checked(address: &str) -> Result<Uri, AddressError> {
    https_or_loopback(address).map_err(|cause| AddressError::of(address, cause))
}

/// An address that the document at `by` names. One from elsewhere has no business
/// pointing this machine at itself without TLS.
pub(super) fn named_by(by: &Uri, address: &str) -> Result<Uri, AddressError> {
    let uri = checked(address)?;
    if uri.scheme_str() == Some("http") && !is_loopback(by) {
        return Err(AddressError::of(address, Insecure::OwnLoopback));
    }
    Ok(uri)
}

/// Which authorities may vouch for the issuer's TLS certificate: those of the system's trust
/// store ([`Self::default`]), or those of a file and no others.
#[derive(Default)]
pub struct TrustAnchors(Option<Vec<Certificate<'static>>>);

impl TrustAnchors {
    /// These certificates alone, in PEM; `None` if there is none or one is malformed.
    pub fn from_pem(pem: &[u8]) -> Option<Self> {
        let mut certificates = Vec::new();
        for item in parse_pem(pem) {
            if let PemItem::Certificate(certificate) = item.ok()? {
                certificates.push(certificate);
            }
        }
        (!certificates.is_empty()).then_some(Self(Some(certificates)))
    }

    pub(super) fn root_certs(&self) -> RootCerts {
        match &self.0 {
            None => RootCerts::PlatformVerifier,
            Some(certificates) => RootCerts::new_with_certs(certificates),
        }
    }
}

impl fmt::Debug for TrustAnchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("TrustAnchors(system)"),
            Some(certificates) => write!(f, "TrustAnchors({} certificates)", certificates.len()),
        }
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
            let error = KeySource::jwks_uri(address).err().unwrap().to_string();
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
