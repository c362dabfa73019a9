//! Gets the key set from the issuer. Blocking; the cache runs it off the runtime.

use std::time::{Duration, Instant};

use poem::http::{StatusCode, Uri};
use serde::Deserialize;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::{
    jwk::Jwks,
    url::{Insecure, https_or_loopback, is_loopback},
};

/// Discovery and key set together. Less than a request waits for them.
pub(super) const FETCH_LIMIT: Duration = Duration::from_millis(4500);
/// Real documents have 1 to 20 KiB.
const MAX_DOCUMENT: u64 = 256 * 1024;

/// Where the keys come from.
pub struct KeySource {
    issuer: Option<String>,
    uri: Uri,
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
            issuer: Some(issuer.to_owned()),
            uri: checked(&address)?,
        })
    }

    /// A fixed address, for issuers whose metadata cannot be used.
    pub fn jwks_uri(address: &str) -> Result<Self, SourceError> {
        Ok(Self {
            issuer: None,
            uri: checked(address)?,
        })
    }
}

fn checked(address: &str) -> Result<Uri, SourceError> {
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

/// Why a fetch failed: for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("{uri} cannot be fetched: {cause}")]
    Transport { uri: Uri, cause: Box<ureq::Error> },
    #[error("{uri} answers {status}")]
    Status { uri: Uri, status: StatusCode },
    #[error("{uri} is not the metadata of an issuer")]
    Metadata { uri: Uri },
    #[error("the metadata of {expected:?} is that of another issuer, {found:?}")]
    Issuer { expected: String, found: String },
    #[error(transparent)]
    JwksUri(#[from] SourceError),
    #[error("{uri} is not a key set")]
    KeySet { uri: Uri },
    #[error("{uri} has no key that can verify tokens")]
    NoUsableKey { uri: Uri },
    #[error("the fetch ended without a result")]
    Panicked,
}

/// An HTTP client for the documents of one issuer.
pub(super) struct Fetcher {
    source: KeySource,
    agent: ureq::Agent,
}

impl Fetcher {
    pub(super) fn new(source: KeySource, anchors: TrustAnchors) -> Self {
        let roots = match anchors {
            TrustAnchors::System => RootCerts::PlatformVerifier,
            TrustAnchors::Only(certificates) => RootCerts::new_with_certs(&certificates),
        };
        // Given here, since a process-wide provider is the binary's to install.
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(std::sync::Arc::new(provider))
            .build();
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // A redirect would lead past the check of the address.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Shared by the two requests of one fetch, too old for the next one.
            .max_idle_age(Duration::from_secs(1))
            .user_agent(concat!("vestibule-server/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            source,
            agent: agent.into(),
        }
    }

    pub(super) fn fetch(&self) -> Result<Jwks, FetchError> {
        let deadline = Instant::now() + FETCH_LIMIT;
        let uri = match &self.source.issuer {
            Some(issuer) => self.discover(issuer, deadline)?,
            None => self.source.uri.clone(),
        };
        let keys = Jwks::parse(&self.get(&uri, deadline)?);
        match keys {
            None => Err(FetchError::KeySet { uri }),
            Some(keys) if keys.is_empty() => Err(FetchError::NoUsableKey { uri }),
            Some(keys) => Ok(keys),
        }
    }

    fn discover(&self, issuer: &str, deadline: Instant) -> Result<Uri, FetchError> {
        #[derive(Deserialize)]
        struct Metadata {
            issuer: String,
            jwks_uri: String,
        }
        let uri = &self.source.uri;
        let metadata: Metadata = serde_json::from_slice(&self.get(uri, deadline)?)
            .map_err(|_| FetchError::Metadata { uri: uri.clone() })?;
        // OpenID Discovery 1.0 §4.3: exactly the issuer that was asked for.
        if metadata.issuer != issuer {
            return Err(FetchError::Issuer {
                expected: issuer.to_owned(),
                found: metadata.issuer,
            });
        }
        Ok(checked(&metadata.jwks_uri)?)
    }

    fn get(&self, uri: &Uri, deadline: Instant) -> Result<Vec<u8>, FetchError> {
        let transport = |cause| FetchError::Transport {
            uri: uri.clone(),
            cause: Box::new(cause),
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let mut request = self
            .agent
            .get(uri.clone())
            .config()
            .timeout_global(Some(left));
        if is_loopback(uri) {
            // A proxy's loopback is another machine.
            request = request.proxy(None);
        }
        let mut response = request.build().call().map_err(transport)?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(FetchError::Status {
                uri: uri.clone(),
                status,
            });
        }
        let body = response.body_mut().with_config().limit(MAX_DOCUMENT);
        body.read_to_vec().map_err(transport)
    }
}
