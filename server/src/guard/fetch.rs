//! Gets the key set from the issuer. Blocking; the cache runs it off the runtime.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use poem::{
    http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header},
    web::headers::{Age, CacheControl, HeaderMapExt},
};
use serde::Deserialize;
use ureq::{
    Body,
    tls::{RootCerts, TlsConfig},
};

use super::{
    jwk::Jwks,
    source::{KeySource, SourceError, TrustAnchors, checked},
    url::is_loopback,
};

/// Discovery and key set together. Less than a request waits for them.
pub(super) const FETCH_LIMIT: Duration = Duration::from_millis(4500);
/// Real documents have 1 to 20 KiB.
const MAX_DOCUMENT: u64 = 256 * 1024;

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
    #[error("{uri} has no key that can verify tokens: {passed_over}")]
    NoUsableKey { uri: Uri, passed_over: String },
    #[error("the fetch ended without a result")]
    Panicked,
}

/// A key set, and for how long the issuer lets others keep it (RFC 9111 §4.2).
pub(super) struct Fetched {
    pub jwks: Arc<Jwks>,
    pub max_age: Option<Duration>,
}

/// The key set that was fetched last, for a conditional request (RFC 9110 §13.1.2).
struct Tagged {
    uri: Uri,
    etag: HeaderValue,
    jwks: Arc<Jwks>,
}

/// An HTTP client for the documents of one issuer.
pub(super) struct Fetcher {
    source: KeySource,
    agent: ureq::Agent,
    last: Mutex<Option<Tagged>>,
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
            .unversioned_rustls_crypto_provider(Arc::new(provider))
            .build();
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // A redirect would lead past the check of the address.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Shared by the two requests of one fetch, too old for the next one.
            .max_idle_age(Duration::from_secs(1))
            // Of 128 KiB each by default, four for a connection, which is kept until the
            // next fetch: half a megabyte between two of them, a whole one during them.
            .input_buffer_size(32 * 1024)
            .output_buffer_size(8 * 1024)
            .user_agent(concat!("vestibule-server/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            source,
            agent: agent.into(),
            last: Mutex::new(None),
        }
    }

    pub(super) fn fetch(&self) -> Result<Fetched, FetchError> {
        let deadline = Instant::now() + FETCH_LIMIT;
        let uri = match self.source.discovers {
            true => self.discover(&self.source.issuer, deadline)?,
            false => self.source.uri.clone(),
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.take().filter(|last| last.uri == uri);
        let etag = known.as_ref().map(|known| &known.etag);
        let mut answer = self.get(&uri, etag, deadline)?;
        let max_age = max_age(answer.headers());
        if answer.status() == StatusCode::NOT_MODIFIED
            && let Some(known) = known
        {
            let jwks = Arc::clone(&known.jwks);
            *last = Some(known);
            return Ok(Fetched { jwks, max_age });
        }
        let etag = answer.headers().get(header::ETAG).cloned();
        let jwks = match Jwks::parse(&read(&uri, &mut answer)?) {
            None => return Err(FetchError::KeySet { uri }),
            Some(keys) if keys.is_empty() => {
                let passed_over = keys.passed_over();
                return Err(FetchError::NoUsableKey { uri, passed_over });
            }
            Some(keys) => Arc::new(keys),
        };
        *last = etag.map(|etag| Tagged {
            uri,
            etag,
            jwks: Arc::clone(&jwks),
        });
        Ok(Fetched { jwks, max_age })
    }

    fn discover(&self, issuer: &str, deadline: Instant) -> Result<Uri, FetchError> {
        #[derive(Deserialize)]
        struct Metadata {
            issuer: String,
            jwks_uri: String,
        }
        let uri = &self.source.uri;
        let mut answer = self.get(uri, None, deadline)?;
        let metadata: Metadata = serde_json::from_slice(&read(uri, &mut answer)?)
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

    /// 200, or 304 if `etag` was given.
    fn get(
        &self,
        uri: &Uri,
        etag: Option<&HeaderValue>,
        deadline: Instant,
    ) -> Result<Response<Body>, FetchError> {
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
        let mut request = request.build();
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let response = request.call().map_err(|cause| transport(uri, cause))?;
        let status = response.status();
        if status == StatusCode::OK || (etag.is_some() && status == StatusCode::NOT_MODIFIED) {
            return Ok(response);
        }
        Err(FetchError::Status {
            uri: uri.clone(),
            status,
        })
    }
}

fn read(uri: &Uri, response: &mut Response<Body>) -> Result<Vec<u8>, FetchError> {
    let body = response.body_mut().with_config().limit(MAX_DOCUMENT);
    body.read_to_vec().map_err(|cause| transport(uri, cause))
}

fn transport(uri: &Uri, cause: ureq::Error) -> FetchError {
    FetchError::Transport {
        uri: uri.clone(),
        cause: Box::new(cause),
    }
}

/// RFC 9111 §4.2.1 and §5.1: what is left of the time the issuer allows, zero if it
/// allows none.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let control: CacheControl = headers.typed_get()?;
    if control.no_store() || control.no_cache() {
        return Some(Duration::ZERO);
    }
    let age = headers
        .typed_get()
        .map_or(Duration::ZERO, |age: Age| age.into());
    Some(control.max_age()?.saturating_sub(age))
}
