//! Keys and issuers are reached by https, or by http on this machine alone.

use poem::http::Uri;

/// Why an address is not used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Insecure {
    /// It cannot be read, or carries a user name or a fragment
    #[error("it is not an absolute http or https address without user name and fragment")]
    Malformed,
    /// Plain http to somewhere else
    #[error("plain http is accepted on loopback alone")]
    PlainHttp,
    /// Plain http to this machine, in a document from elsewhere
    #[error("plain http on loopback is accepted from an issuer on loopback alone")]
    OwnLoopback,
}

/// Parses an address that is https, or http on loopback.
pub fn https_or_loopback(address: &str) -> Result<Uri, Insecure> {
    // A fragment is dropped by the parser without a word.
    if address.contains('#') {
        return Err(Insecure::Malformed);
    }
    let uri: Uri = address.parse().map_err(|_| Insecure::Malformed)?;
    let authority = uri.authority().ok_or(Insecure::Malformed)?;
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return Err(Insecure::Malformed);
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if is_loopback(&uri) => Ok(uri),
        Some("http") => Err(Insecure::PlainHttp),
        _ => Err(Insecure::Malformed),
    }
}

/// Whether the host is this machine, by its literal name.
pub(super) fn is_loopback(uri: &Uri) -> bool {
    uri.host().is_some_and(vestibule_net::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_http_on_loopback_are_accepted() {
        for address in [
            "https://login.example.com/",
            "https://login.example.com/realms/a",
            "http://127.0.0.1:4400",
            "http://127.9.9.9/",
            "http://[::1]:4400/",
            "http://localhost:4400/",
            "http://LOCALHOST./",
            "http://idp.localhost/",
        ] {
            assert!(https_or_loopback(address).is_ok(), "{address}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for address in [
            "http://login.example.com/",
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "http://127.1/",
            "http://[::2]/",
        ] {
            assert_eq!(
                https_or_loopback(address),
                Err(Insecure::PlainHttp),
                "{address}"
            );
        }
        for address in [
            "",
            "login.example.com",
            "/path",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "http://127.0.0.1@login.example.com/",
            "https://user:secret@login.example.com/",
            "https://login.example.com/#fragment",
            "https://",
        ] {
            assert_eq!(
                https_or_loopback(address),
                Err(Insecure::Malformed),
                "{address}"
            );
        }
    }
}
