//! The network: ureq under the rules of [`Http`].
//!
//! TLS is rustls with aws-lc-rs, named explicitly: a library installs no
//! process-wide provider. The trust store is the system's, loaded at the first
//! https request, or one file that replaces it. Proxies are those of the
//! environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`); neither loopback nor
//! a picture goes through one: for pictures a proxy would resolve the name and
//! so get around the rule about private addresses.

use std::{io, path::Path, sync::Arc, time::Duration};

use rustls::{AlertDescription, CertificateError, Error as TlsError, PeerIncompatible};
use ureq::{
    Agent, AsSendBody, Body, Error, Proxy,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
    unversioned::transport::DefaultConnector,
};
use url::{Host, Url};

use super::public::{CheckedResolver, Refused};
use crate::auth::{
    error::{TransportError, TransportErrorKind as Kind, bounded},
    ports::{Http, Limits, Request, Response},
    provider::{host_and_port, is_https_or_loopback},
};

const USER_AGENT: &str = concat!("vestibule/", env!("CARGO_PKG_VERSION"));
/// Until a connection is up, TLS included.
const CONNECT: Duration = Duration::from_secs(5);
/// Until the last byte of an answer.
const WHOLE: Duration = Duration::from_secs(15);
/// Shorter than servers keep idle connections open (5 s are common), so that
/// none is used in the moment in which the server closes it.
const IDLE: Duration = Duration::from_secs(2);

/// Sends requests. Cheap to build; what is expensive waits for the first
/// https request.
pub struct HttpClient {
    direct: Agent,
    /// For all that is neither loopback nor a picture.
    remote: Agent,
}

impl HttpClient {
    /// A client that trusts what the system trusts, or only the certificates
    /// of `ca_file` (PEM).
    ///
    /// # Errors
    /// A sentence when `ca_file` cannot be read or has no certificate.
    pub fn new(ca_file: Option<&Path>) -> Result<Self, String> {
        let roots = match ca_file {
            Some(path) => roots_of(path)?,
            None => RootCerts::PlatformVerifier,
        };
        Ok(Self::with(roots, Proxy::try_from_env(), WHOLE))
    }

    fn with(roots: RootCerts, proxy: Option<Proxy>, whole: Duration) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(Arc::new(
                rustls::crypto::aws_lc_rs::default_provider(),
            ))
            .build();
        let agent = |proxy: Option<Proxy>| {
            let config = Agent::config_builder()
                .tls_config(tls.clone())
                .proxy(proxy)
                .user_agent(USER_AGENT)
                // RFC 9700 §4.12: a redirect would carry a code or token on.
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .timeout_connect(Some(CONNECT.min(whole)))
                .timeout_global(Some(whole))
                .max_idle_connections(2)
                .max_idle_connections_per_host(1)
                .max_idle_age(IDLE)
                .build();
            let connector = DefaultConnector::default();
            Agent::with_parts(config, connector, CheckedResolver::default())
        };
        let direct = agent(None);
        let remote = match proxy {
            Some(proxy) => agent(Some(proxy)),
            None => direct.clone(),
        };
        Self { direct, remote }
    }

    fn agent(&self, url: &Url, limits: Limits) -> &Agent {
        if limits.public_only || is_loopback(url) {
            &self.direct
        } else {
            &self.remote
        }
    }

    fn run(&self, url: &Url, request: Request, limits: Limits) -> Result<Response, Error> {
        let agent = self.agent(url, limits);
        let (head, body) = request.into_parts();
        // With a body, however empty, a GET would carry a Content-Length.
        let answer = if body.is_empty() && head.method.is_safe() {
            start(agent, http::Request::from_parts(head, ()), limits)
        } else {
            start(agent, http::Request::from_parts(head, body), limits)
        }?;
        let (head, body) = answer.into_parts();
        let body = body.into_with_config().limit(limits.body).read_to_vec()?;
        let mut response = Response::new(body);
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
            Some(url) => self.run(&url, request, limits).map_err(kind_of),
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
        let request = agent.configure_request(request).https_only(true);
        agent.run(request.build())
    } else {
        // Not through `configure_request`: with it the trust store that was
        // loaded would not be kept.
        agent.run(request)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn roots_of(path: &Path) -> Result<RootCerts, String> {
    let name = path.display();
    let pem = std::fs::read(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(format!("{name} is not a PEM file")),
        }
    }
    if certificates.is_empty() {
        return Err(format!(
            "{name} has no certificate in it; it needs lines like -----BEGIN CERTIFICATE-----"
        ));
    }
    Ok(certificates.into())
}

/// What happened, without any address in it.
fn kind_of(error: Error) -> Kind {
    match error {
        Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Kind::TooLarge,
        Error::Other(other) if other.is::<Refused>() => Kind::Forbidden,
        Error::RequireHttpsOnly(_) => Kind::Forbidden,
        Error::Rustls(error) => tls_kind(&error),
        Error::Io(error) => match error.get_ref().and_then(|e| e.downcast_ref::<TlsError>()) {
            Some(error) => tls_kind(error),
            None => unreachable(&io_words(&error)),
        },
        Error::Timeout(_) => unreachable("no answer within the time limit"),
        Error::BadUri(_) => unreachable("not an address"),
        Error::Protocol(_) => unreachable("the answer is not HTTP"),
        Error::ConnectProxyFailed(_) => unreachable("the proxy refused"),
        other => unreachable(&other.to_string()),
    }
}

fn tls_kind(error: &TlsError) -> Kind {
    let words = match error {
        TlsError::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => "its issuer is not trusted here".to_owned(),
            other => other.to_string(),
        },
        // What the system's verifier says when it finds no roots at all.
        TlsError::General(text) if text.contains("CA certificates") => text.clone(),
        // RFC 8996: older versions are not spoken. The server either chose one
        // or refused the newer ones.
        TlsError::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13)
        | TlsError::AlertReceived(AlertDescription::ProtocolVersion) => {
            return unreachable("the server speaks no TLS 1.2 or newer");
        }
        other => return unreachable(&other.to_string()),
    };
    Kind::Certificate(bounded(&words, 200))
}

fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
        _ => error.to_string(),
    }
}

fn unreachable(words: &str) -> Kind {
    Kind::Unreachable(bounded(words, 200))
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tls_tests;
