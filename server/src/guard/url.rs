//! Keys and issuers are reached by https, or by http on this machine alone.

use poem::http::Uri;

/// Why an address is not used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Insecure {
    /// It cannot be read
    #[error("it is not an absolute http or https address")]
    Malformed,
    /// User name or password in it
    #[error("it has a user name or a password, which nobody is to see; take off what ends in @")]
    UserName,
    /// What is behind a `#`
    #[error("it has a fragment; take off what begins with #")]
    Fragment,
    /// Letters that a URI does not have (RFC 3986 §2)
    #[error("it has letters beyond ASCII; write a host as xn--…, and others percent-encoded")]
    NotAscii,
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
        // A password may have it.
        let user = address.contains('@');
        return Err(if user {
            Insecure::UserName
        } else {
            Insecure::Fragment
        });
    }
    if !address.is_ascii() {
        return Err(Insecure::NotAscii);
    }
    let uri: Uri = address.parse().map_err(|_| Insecure::Malformed)?;
    let authority = uri.authority().ok_or(Insecure::Malformed)?;
    if authority.as_str().contains('@') {
        return Err(Insecure::UserName);
    }
    if authority.host().is_empty() {
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
            "https://",
        ] {
            assert_eq!(
                https_or_loopback(address),
                Err(Insecure::Malformed),
                "{address}"
            );
        }
        for (address, cause) in [
            ("http://127.0.0.1@login.example.com/", Insecure::UserName),
            ("https://user:secret@login.example.com/", Insecure::UserName),
            (
                "https://user:sec#ret@login.example.com/",
                Insecure::UserName,
            ),
            ("https://login.example.com/#fragment", Insecure::Fragment),
            ("https://b\u{fc}cher.example/", Insecure::NotAscii),
        ] {
            assert_eq!(https_or_loopback(address), Err(cause), "{address}");
        }
    }
}
