//! The network: ureq under the rules of [`Http`].
//!
//! TLS is rustls with aws-lc-rs, named explicitly: a library installs no
//! process-wide provider. The trust store is the system's, loaded at the first
//! https request, or one file that replaces it. What goes through a proxy is
//! decided by [`Proxies`]. A picture never does: a proxy would resolve its name
//! and so get around the rule about private addresses. Where one is set for the
//! picture's host, the picture is not fetched.

use std::{path::Path, sync::Arc, time::Duration};

use ureq::{
    Agent, AsSendBody, Body, Error,
    http::Uri,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};
use url::Url;
use vestibule_net::{ACCEPT_ENCODING, CodingError, Proxy, agent, decoded};

use super::{
    Proxies,
    public_addresses::{CheckedResolver, marked},
    words,
};
use crate::{
    address::{host_and_port, is_https_or_loopback},
    error::{BuildError, CaFileError, SettingFault, TransportError, TransportErrorKind as Kind},
    ports::{Http, Limits, Request, Response},
};

/// Until a connection is up, TLS included.
const CONNECT: Duration = Duration::from_secs(5);
/// Until the last byte of an answer.
const WHOLE: Duration = Duration::from_secs(15);
/// Shorter than servers keep idle connections open (5 s are common), so that none is used in
/// the moment in which the server closes it: a form that is under way then has perhaps been
/// received, and neither a code nor a refresh token can be sent twice. Long enough for a
/// browser that is signed in already to come back (some 2 s), so that the code goes out on the
/// connection that brought the keys.
const IDLE: Duration = Duration::from_secs(4);
/// Octets that are kept for reading with each connection, and again with its TLS, until the
/// next request. More than the 64 KiB that ureq takes of an answer's head: a longer one is
/// seen to be too long only where it fits in here so far.
const INPUT: usize = 80 * 1024;
/// The same for writing. Each line of a request's head fits; servers take less.
const OUTPUT: usize = 32 * 1024;

/// Sends requests. Cheap to build; what is expensive waits for the first
/// https request.
pub struct HttpClient {
    direct: Agent,
    /// Its configuration names the proxy.
    through_proxy: Agent,
    proxies: Proxies,
}

impl HttpClient {
    /// A client that calls itself `user_agent` (RFC 9110 §10.1.5), trusts what the
    /// system trusts, or only the certificates of `ca_file` (PEM), and goes through
    /// `proxies`.
    ///
    /// # Errors
    /// `user_agent` is not printable ASCII; `ca_file` cannot be read or has no certificate.
    pub fn new(
        user_agent: &str,
        ca_file: Option<&Path>,
        proxies: Proxies,
    ) -> Result<Self, BuildError> {
        let is_printable = |b: u8| b == b' ' || b.is_ascii_graphic();
        if user_agent.is_empty() || !user_agent.bytes().all(is_printable) {
            return Err(BuildError {
                setting: "user_agent",
                fault: SettingFault::Spelling("printable ASCII"),
            });
        }
        let roots = match ca_file {
            Some(path) => roots_of(path).map_err(|error| BuildError {
                setting: "ca_file",
                fault: error.into(),
            })?,
            None => RootCerts::PlatformVerifier,
        };
        Ok(Self::with(user_agent, roots, proxies, WHOLE))
    }

    fn with(user_agent: &str, roots: RootCerts, proxies: Proxies, whole: Duration) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(Arc::new(
                rustls::crypto::aws_lc_rs::default_provider(),
            ))
            .build();
        let build = |proxy: Option<&Proxy>| {
            let config = Agent::config_builder()
                .tls_config(tls.clone())
                .proxy(proxy.map(Proxy::for_ureq))
                .user_agent(user_agent)
                .accept_encoding(ACCEPT_ENCODING)
                // RFC 9700 §4.12: a redirect would carry a code or token on.
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .timeout_connect(Some(CONNECT.min(whole)))
                .timeout_global(Some(whole))
                .max_idle_connections(2)
                .max_idle_connections_per_host(1)
                .max_idle_age(IDLE)
                .input_buffer_size(INPUT)
                .output_buffer_size(OUTPUT)
                .build();
            agent(config, CheckedResolver::default())
        };
        let direct = build(None);
        let through_proxy = match proxies.0.usable() {
            Some(proxy) => build(Some(proxy)),
            None => direct.clone(),
        };
        Self {
            direct,
            through_proxy,
            proxies,
        }
    }

    fn run(&self, url: &Url, request: Request, limits: Limits) -> Result<Response, Kind> {
        // As it was checked: an address can be spelt in odd ways.
        let uri: Uri = url.as_str().parse().map_err(|_| Kind::Forbidden)?;
        let route = self.proxies.0.route(&uri);
        let (agent, proxy) = match route.map_err(|error| Kind::Proxy(error.to_string()))? {
            Some(proxy) if limits.public_only => {
                return Err(Kind::Proxy(format!(
                    "pictures are not fetched through {proxy}, which would not check their address"
                )));
            }
            Some(proxy) => (&self.through_proxy, Some(proxy)),
            None => (&self.direct, None),
        };
        let failed = |error| words::kind_of(error, proxy, &uri);
        let (head, body) = request.into_parts();
        // With a body, however empty, a GET would carry a Content-Length.
        let answer = if body.is_empty() && head.method.is_safe() {
            start(agent, http::Request::from_parts(head, ()), limits)
        } else {
            start(agent, http::Request::from_parts(head, body), limits)
        };
        let (mut head, body) = answer.map_err(failed)?.into_parts();
        let body = body.into_with_config().limit(limits.body).read_to_vec();
        let body = decoded(&mut head.headers, body.map_err(failed)?, limits.body);
        let mut response = Response::new(body.map_err(|error| match error {
            CodingError::TooLarge => Kind::TooLarge,
            other => Kind::Coding(other.to_string()),
        })?);
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        Ok(response)
    }
}

impl Http for HttpClient {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let url = Url::parse(&request.uri().to_string()).ok();
        let host = url.as_ref().map(host_and_port).unwrap_or_default();
        let allowed = url.filter(|url| {
            if limits.public_only {
                // Which address it may be is the resolver's rule.
                url.scheme() == "https" && url.port().is_none()
            } else {
                is_https_or_loopback(url)
            }
        });
        let result = match allowed {
            Some(url) => self.run(&url, request, limits),
            None => Err(Kind::Forbidden),
        };
        result.map_err(|kind| TransportError { host, kind })
    }
}

fn start(
    agent: &Agent,
    request: http::Request<impl AsSendBody>,
    limits: Limits,
) -> Result<http::Response<Body>, Error> {
    if limits.public_only {
        agent.run(marked(agent, request))
    } else {
        // Not through `configure_request`: with it the trust store that was
        // loaded would not be kept.
        agent.run(request)
    }
}

fn roots_of(path: &Path) -> Result<RootCerts, CaFileError> {
    let named = || path.to_owned();
    // A pipe or a device has no end that could be waited for.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(CaFileError::NoFile { path: named() });
    }
    let pem = std::fs::read(path).map_err(|error| CaFileError::Unreadable {
        path: named(),
        error,
    })?;
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(CaFileError::NotPem { path: named() }),
        }
    }
    if certificates.is_empty() {
        return Err(CaFileError::Empty { path: named() });
    }
    Ok(certificates.into())
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tls_tests;
