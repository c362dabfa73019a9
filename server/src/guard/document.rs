//! One document of the issuer, over the network. Blocking.

use std::{sync::Arc, time::Duration};

use poem::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use ureq::{Agent, Error, tls::TlsConfig, unversioned::resolver::DefaultResolver};
use vestibule_net::{
    ACCEPT_ENCODING, CodingError, Proxies, Proxy, agent, decoded, with_whole_characters,
};

use super::source::TrustAnchors;

/// Real documents have 1 to 20 KiB.
const MAX_DOCUMENT: u64 = 256 * 1024;
const TOO_LARGE: &str = "its answer is larger than 256 KiB; see whether it is the right address";
/// Longest part of a redirect's address in the log, in characters.
const MAX_SHOWN: usize = 200;
/// OpenID Discovery 1.0 §4
pub(super) const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// Why there is no document: for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum DocumentError {
    #[error("{uri} cannot be fetched: {cause}")]
    Transport { uri: Uri, cause: String },
    #[error("{uri} answers {status}{}", remedy(*.status, *.page))]
    Status {
        uri: Uri,
        status: StatusCode,
        page: bool,
    },
    #[error("{uri} redirects to {advice}")]
    Redirect { uri: Uri, advice: String },
    #[error("{uri} answers{PAGE}")]
    Page { uri: Uri },
}

const PAGE: &str = " with a web page: a gateway, a proxy or a network's sign-in may answer in its \
                    place, or the address is another one";

/// The byte-order mark of UTF-8
const MARK: &[u8] = b"\xef\xbb\xbf";

fn remedy(status: StatusCode, page: bool) -> &'static str {
    match status {
        _ if page => PAGE,
        StatusCode::TOO_MANY_REQUESTS => "; it is asked again after 30 s at most",
        _ if status.is_server_error() => "; see whether the issuer is well",
        _ => "; see whether issuer, or jwks_uri, is right",
    }
}

/// An answer with status 2xx, or 304 to a request with an `ETag`.
pub(super) struct Document {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Fetches documents, each within a limit of its own.
pub(super) struct Documents {
    agent: Agent,
    proxies: Proxies,
    limit: Duration,
}

impl Documents {
    pub(super) fn new(anchors: &TrustAnchors, limit: Duration) -> Self {
        // Given here, since a process-wide provider is the binary's to install.
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let tls = TlsConfig::builder()
            .root_certs(anchors.root_certs())
            .unversioned_rustls_crypto_provider(Arc::new(provider))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .accept_encoding(ACCEPT_ENCODING)
            .http_status_as_error(false)
            // A redirect would lead past the check of the address.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(limit))
            // Shared by the two requests of one fetch, too old for the next one.
            .max_idle_age(Duration::from_secs(1))
            // Of 128 KiB each by default, four for a connection, which is kept until the
            // next fetch: half a megabyte between two of them, a whole one during them.
            .input_buffer_size(32 * 1024)
            .output_buffer_size(8 * 1024)
            .user_agent(concat!("vestibule-server/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: agent(config, DefaultResolver::default()),
            // Of the process, as every HTTP client reads them.
            proxies: Proxies::from_environment(|name| std::env::var_os(name)),
            limit,
        }
    }

    /// 304 only if `etag` was given.
    pub(super) fn get(
        &self,
        uri: &Uri,
        etag: Option<&HeaderValue>,
    ) -> Result<Document, DocumentError> {
        let transport = |cause| DocumentError::Transport {
            uri: uri.clone(),
            cause,
        };
        let route = self.proxies.route(uri);
        let proxy = route.map_err(|error| transport(error.to_string()))?;
        // A configuration of the request's own, though it is the same each time: with the
        // agent's, ureq would keep the trust store in memory, which is needed for a moment
        // every few minutes.
        let request = self.agent.get(uri.clone()).config();
        let mut request = request.proxy(proxy.map(Proxy::for_ureq)).build();
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let failed = |error| transport(self.words(&error, proxy, uri));
        let (mut head, body) = request.call().map_err(failed)?.into_parts();
        let known = etag.is_some() && head.status == StatusCode::NOT_MODIFIED;
        if !known && !head.status.is_success() {
            return Err(refused(uri, head.status, &head.headers));
        }
        if known {
            // It has no content (RFC 9110 §15.4.5), whatever its fields say of one.
            return Ok(Document {
                status: head.status,
                headers: head.headers,
                body: Vec::new(),
            });
        }
        let body = body.into_with_config().limit(MAX_DOCUMENT).read_to_vec();
        let body = decoded(&mut head.headers, body.map_err(failed)?, MAX_DOCUMENT);
        let body = body.map_err(|error| match error {
            CodingError::TooLarge => transport(TOO_LARGE.to_owned()),
            other => transport(other.to_string()),
        })?;
        if is_page(&head.headers, &body) {
            return Err(DocumentError::Page { uri: uri.clone() });
        }
        Ok(Document {
            status: head.status,
            headers: head.headers,
            body: readable(&body),
        })
    }

    fn words(&self, error: &Error, proxy: Option<&Proxy>, uri: &Uri) -> String {
        if let Some(words) = proxy.and_then(|proxy| proxy.failure(error, uri)) {
            return words;
        }
        let words = match error {
            Error::Timeout(_) => format!(
                "no whole answer within {} s; raise fetch_timeout if it is that slow",
                self.limit.as_secs()
            ),
            Error::BodyExceedsLimit(_) => TOO_LARGE.to_owned(),
            other => other.to_string(),
        };
        match proxy {
            Some(proxy) => format!("{words}, through {proxy}"),
            None => words,
        }
    }
}

fn refused(uri: &Uri, status: StatusCode, headers: &HeaderMap) -> DocumentError {
    let location = headers.get(header::LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    if let (true, Some(location)) = (status.is_redirection(), location) {
        let to = target(uri, location);
        let remedy = match to.strip_suffix(WELL_KNOWN) {
            Some(issuer) => {
                format!("set issuer to {issuer}, if that is what the document there says")
            }
            None if uri.path().ends_with(WELL_KNOWN) => {
                "set issuer to what is meant, with a jwks_uri if it has no metadata".to_owned()
            }
            None => "set jwks_uri to that".to_owned(),
        };
        return DocumentError::Redirect {
            uri: uri.clone(),
            advice: format!("{to}, which is not followed; {remedy}"),
        };
    }
    DocumentError::Status {
        uri: uri.clone(),
        status,
        page: is_html(headers),
    }
}

/// Where a redirect leads (RFC 9110 §10.2.2), fit for the log: what sends people to
/// a sign-in has more in its query than others should read.
fn target(uri: &Uri, location: &str) -> String {
    let place = location.split(['?', '#']).next().unwrap_or_default();
    let scheme = uri.scheme_str().unwrap_or("https");
    let host = uri.host().unwrap_or_default();
    let port = uri.port().map_or_else(String::new, |p| format!(":{p}"));
    let whole = match (place.starts_with("//"), place.starts_with('/')) {
        (true, _) => format!("{scheme}:{place}"),
        (_, true) => format!("{scheme}://{host}{port}{place}"),
        _ => place.to_owned(),
    };
    let printable = whole.chars().filter(char::is_ascii_graphic);
    printable.take(MAX_SHOWN).collect()
}

fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind.trim().to_ascii_lowercase();
            kind.starts_with("text/html") || kind.starts_with("application/xhtml")
        })
}

/// JSON as this server can read it: without a byte-order mark (RFC 8259 §8.1), and with
/// another character for escapes that are half of one (§8.2). No member that is needed here
/// has such an escape.
fn readable(body: &[u8]) -> Vec<u8> {
    let text = body.strip_prefix(MARK).unwrap_or(body);
    with_whole_characters(text).into_owned()
}

/// Whether the answer is a web page. Its type alone does not tell, since some issuers serve
/// JSON as `text/html`.
fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    let text = body.strip_prefix(MARK).unwrap_or(body);
    let first = text.trim_ascii_start().first();
    first == Some(&b'<') || (is_html(headers) && first != Some(&b'{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_shown_as_an_address_without_its_query() {
        let uri = Uri::from_static("https://sso.example:8443/.well-known/openid-configuration");
        for (location, shown) in [
            ("https://new.example/a?token=1", "https://new.example/a"),
            ("//new.example/a#b", "https://new.example/a"),
            ("/a?b", "https://sso.example:8443/a"),
            ("a", "a"),
            ("https://new.example/\u{7f}\n a", "https://new.example/a"),
        ] {
            assert_eq!(target(&uri, location), shown);
        }
    }
}
