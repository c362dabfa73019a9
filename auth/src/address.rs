//! Web addresses: which may be asked, and how they are told.

use url::Url;

use super::error::bounded;

/// `host` or `host:port`, the port only if it is not the scheme's default.
pub fn host_and_port(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

/// RFC 9700 §2.6: TLS everywhere; plain http only where nobody can listen in.
pub fn is_https_or_loopback(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether it leads to this machine alone.
pub fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(vestibule_net::is_loopback)
}

/// An address for a sentence: bounded, and without what may be secret in it.
pub fn told(address: &Url) -> String {
    let mut address = address.clone();
    address.set_query(None);
    address.set_fragment(None);
    // Fails where there can be none.
    let _ = address.set_username("");
    let _ = address.set_password(None);
    bounded(address.as_str(), 200)
}
