//! Gets the key set from the issuer. Blocking; the cache runs it off the runtime.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use poem::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    web::headers::{Age, CacheControl, HeaderMapExt},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    document::{DocumentError, Documents},
    inert::Inert,
    jwks::Jwks,
    source::{AddressError, KeySource, named_by},
};

/// Why a fetch failed: for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(
        "{uri} is not the metadata of an issuer: {what}; see whether issuer is right, or set jwks_uri to \
        where its keys are"
    )]
    Metadata { uri: Uri, what: &'static str },
    #[error(
        "the metadata of {} is that of another issuer, {}; if that one is meant, set issuer to it, \
        letter by letter", Inert(.expected), Inert(.found)
    )]
    Issuer { expected: String, found: String },
    #[error(transparent)]
    JwksUri(#[from] AddressError),
    #[error(
        "{uri} is not a key set: {what}; see whether jwks_uri is right, in the settings or in the issuer's \
        metadata"
    )]
    KeySet { uri: Uri, what: &'static str },
    #[error(
        "{uri} has no key that can verify tokens: {passed_over}; have the issuer publish one for \
        signatures by RSA, EC or Ed25519"
    )]
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

/// Fetches the key set of one issuer.
pub(super) struct Fetcher {
    source: KeySource,
    documents: Documents,
    last: Mutex<Option<Tagged>>,
}

impl Fetcher {
    pub(super) fn new(source: KeySource, documents: Documents) -> Self {
        Self {
            documents,
            source,
            last: Mutex::new(None),
        }
    }

    pub(super) fn fetch(&self) -> Result<Fetched, FetchError> {
        let uri = match &self.source {
            KeySource::Metadata { issuer, uri } => self.discover(issuer, uri)?,
            KeySource::JwksUri(uri) => uri.clone(),
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.take().filter(|last| last.uri == uri);
        let etag = known.as_ref().map(|known| &known.etag);
        let answer = self.documents.get(&uri, etag)?;
        let max_age = max_age(&answer.headers);
        if answer.status == StatusCode::NOT_MODIFIED
            && let Some(known) = known
        {
            let jwks = Arc::clone(&known.jwks);
            *last = Some(known);
            return Ok(Fetched { jwks, max_age });
        }
        let etag = answer.headers.get(header::ETAG).cloned();
        let jwks = match Jwks::parse(&answer.body) {
            Err(what) => return Err(FetchError::KeySet { uri, what }),
            Ok(keys) if keys.is_empty() => {
                let passed_over = keys.passed_over();
                return Err(FetchError::NoUsableKey { uri, passed_over });
            }
            Ok(keys) => Arc::new(keys),
        };
        *last = etag.map(|etag| Tagged {
            uri,
            etag,
            jwks: Arc::clone(&jwks),
        });
        Ok(Fetched { jwks, max_age })
    }

    /// The `jwks_uri` of the metadata at `uri`.
    fn discover(&self, issuer: &str, uri: &Uri) -> Result<Uri, FetchError> {
        #[derive(Deserialize)]
        struct Metadata {
            issuer: Option<Value>,
            jwks_uri: Option<Value>,
        }
        let answer = self.documents.get(uri, None)?;
        let wrong = |what| FetchError::Metadata {
            uri: uri.clone(),
            what,
        };
        // serde would read a list as the members one after the other.
        let object: Result<Map<String, Value>, _> = serde_json::from_slice(&answer.body);
        object.map_err(|_| wrong("it is no JSON object"))?;
        let metadata: Metadata =
            serde_json::from_slice(&answer.body).map_err(|_| wrong("it has a member twice"))?;
        let found = match metadata.issuer {
            Some(Value::String(found)) => found,
            None => return Err(wrong("it has no issuer")),
            Some(_) => return Err(wrong("its issuer is no text")),
        };
        // OpenID Discovery 1.0 §4.3: exactly the issuer that was asked for.
        if found != issuer {
            let expected = issuer.to_owned();
            return Err(FetchError::Issuer { expected, found });
        }
        match metadata.jwks_uri {
            Some(Value::String(address)) => Ok(named_by(uri, &address)?),
            None => Err(wrong("it has no jwks_uri")),
            Some(_) => Err(wrong("its jwks_uri is no text")),
        }
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
