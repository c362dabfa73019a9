//! What ureq reports, as [`TransportErrorKind`](Kind): words without an address,
//! but for the proxy's.

use std::io;

use rustls::{AlertDescription, CertificateError, Error as TlsError, PeerIncompatible};
use ureq::{Error, http::Uri};
use vestibule_net::Proxy;

use super::public_addresses::{Refused, Unresolved};
use crate::error::{TransportErrorKind as Kind, bounded};

/// Longest text of one error, in characters.
const LIMIT: usize = 300;

/// What happened on the way to `target`, which `proxy` was on. A failure of the
/// proxy itself is told as one, any other tells that it was in between.
pub(super) fn kind_of(error: Error, proxy: Option<&Proxy>, target: &Uri) -> Kind {
    let Some(proxy) = proxy else {
        return direct(error);
    };
    if let Some(words) = proxy.failure(&error, target) {
        return Kind::Proxy(bounded(&words, LIMIT));
    }
    match direct(error) {
        Kind::Certificate(words) => Kind::Certificate(format!("{words}, through {proxy}")),
        Kind::Unreachable(words) => Kind::Unreachable(format!("{words}, through {proxy}")),
        Kind::NotConnected(words) => Kind::NotConnected(format!("{words}, through {proxy}")),
        other => other,
    }
}

fn direct(error: Error) -> Kind {
    match error {
        Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Kind::TooLarge,
        Error::Other(other) if other.is::<Refused>() => Kind::Forbidden,
        Error::Other(other) if other.is::<Unresolved>() => not_connected(&other.to_string()),
        Error::RequireHttpsOnly(_) => Kind::Forbidden,
        Error::Rustls(error) => tls_kind(&error),
        Error::Io(error) => match error.get_ref().and_then(|e| e.downcast_ref::<TlsError>()) {
            Some(error) => tls_kind(error),
            None if is_before_connection(&error) => not_connected(&error.to_string()),
            None => unreachable(&io_words(&error)),
        },
        error @ (Error::HostNotFound | Error::ConnectionFailed) => {
            not_connected(&error.to_string())
        }
        Error::Timeout(_) => unreachable("no answer within the time limit"),
        Error::BadUri(_) => unreachable("not an address"),
        Error::Protocol(_) => unreachable("the answer is not HTTP"),
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
    Kind::Certificate(bounded(&words, LIMIT))
}

/// Whether it is told of connections alone that never came up.
fn is_before_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::ConnectionRefused
    )
}

fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
        _ => error.to_string(),
    }
}

fn not_connected(words: &str) -> Kind {
    Kind::NotConnected(bounded(words, LIMIT))
}

fn unreachable(words: &str) -> Kind {
    Kind::Unreachable(bounded(words, LIMIT))
}
