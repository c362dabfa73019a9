//! Where the browser may be sent back to: the same rule for every client.
//!
//! Specs: RFC 8252 §7.3 (loopback redirects), RFC 9700 §4.1.3 (exact match).

/// Whether a client may be answered at this address.
pub(in crate::dev_idp) fn is_redirect_uri(uri: &str) -> bool {
    is_loopback_redirect(uri, "/callback")
}

/// Whether a browser may be sent here after sign-out.
pub(in crate::dev_idp) fn is_post_logout_redirect_uri(uri: &str) -> bool {
    is_loopback_redirect(uri, "/signed-out")
}

// RFC 8252 §7.3 and RFC 9700 §4.1.3: loopback, any port, all else to the
// letter. Compared as bytes and never parsed: what a URL parser would make of
// `http://127.0.0.1@evil` is then no question.
fn is_loopback_redirect(uri: &str, path: &str) -> bool {
    let Some(authority) = uri.strip_suffix(path) else {
        return false;
    };
    ["http://127.0.0.1", "http://[::1]", "http://localhost"]
        .iter()
        .filter_map(|host| authority.strip_prefix(host))
        .any(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0')
        && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_at_any_port_are_redirected_to() {
        for uri in [
            "http://127.0.0.1:1/callback",
            "http://127.0.0.1:65535/callback",
            "http://[::1]:8080/callback",
            "http://localhost:8080/callback",
            "http://127.0.0.1/callback",
        ] {
            assert!(is_redirect_uri(uri), "{uri}");
        }
    }

    #[test]
    fn lookalikes_of_a_loopback_address_are_not() {
        for uri in [
            "https://127.0.0.1:80/callback",
            "http://127.0.0.1.evil/callback",
            "http://127.0.0.1@evil/callback",
            "http://127.0.0.1:80@evil/callback",
            "http://127.0.0.1:80/other",
            "http://127.0.0.1:80/callback/",
            "http://127.0.0.1:80/callback?a=b",
            "http://127.0.0.1:80/callback#a",
            "http://127.0.0.1:80/a/callback",
            "http://evil/http://127.0.0.1:80/callback",
            "http://ada@127.0.0.1:80/callback",
            "http://[::ffff:127.0.0.1]:80/callback",
            "http://127.0.0.1:65536/callback",
            "http://127.0.0.1:+80/callback",
            "http://127.0.0.1:080/callback",
            "http://127.0.0.1:/callback",
            "HTTP://127.0.0.1:80/callback",
            "http://127.1:80/callback",
            "",
        ] {
            assert!(!is_redirect_uri(uri), "{uri}");
        }
    }
}
