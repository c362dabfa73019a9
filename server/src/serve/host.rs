//! Which host a request is for (RFC 9112 §3.2), and where its body ends (§6.1).

use std::net::Ipv6Addr;

use poem::http::{HeaderMap, Uri, Version, header};

/// Exactly one `Host` in HTTP/1.1, one at most in HTTP/1.0, and a valid one. Also beside
/// an absolute-form target, which then counts instead (§3.2.2), and is valid too.
pub(super) fn check(
    version: Version,
    target: &Uri,
    headers: &HeaderMap,
) -> Result<(), &'static str> {
    let authority = target.authority();
    if authority.is_some_and(|authority| !is_valid(authority.as_str().as_bytes())) {
        return Err("the host of its target is not a host name");
    }
    let mut values = headers.get_all(header::HOST).iter();
    match (values.next(), values.next()) {
        (None, _) if version < Version::HTTP_11 => Ok(()),
        (None, _) => Err("it has no Host"),
        (_, Some(_)) => Err("it has more than one Host"),
        (Some(host), None) if is_valid(host.as_bytes()) => Ok(()),
        (Some(_), None) => Err("its Host is not a host name"),
    }
}

/// RFC 9112 §6.1: what is coded in another way, or more than once, nobody here undoes.
pub(super) fn check_coding(headers: &HeaderMap) -> Result<(), &'static str> {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(one), None) if one.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => Err("its Transfer-Encoding is not chunked alone"),
    }
}

/// RFC 9110 §7.2: `uri-host [ ":" port ]`, as RFC 3986 §3.2.2 and §3.2.3 have them. An
/// empty one is sent where the target has no authority (RFC 9112 §3.2); health checks do.
fn is_valid(host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else {
        return false;
    };
    if let Some(literal) = host.strip_prefix('[') {
        let Some((address, port)) = literal.split_once(']') else {
            return false;
        };
        return address.parse::<Ipv6Addr>().is_ok()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    is_name(name) && is_port(port)
}

/// No digits at all are a port too.
fn is_port(port: &str) -> bool {
    let digits = port.bytes().all(|c| c.is_ascii_digit());
    digits && (port.is_empty() || port.parse::<u16>().is_ok())
}

/// `reg-name`: unreserved, sub-delims and percent-encoded.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let valid = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|c| c.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !valid {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_what_is_none() {
        for host in [
            "",
            "api",
            "api.example.com",
            "api.example.com.",
            "API:3000",
            "api:",
            "127.0.0.1:65535",
            "[::1]",
            "[2001:db8::1]:443",
            "my_service",
            "a%20b",
            "xn--bcher-kva.example",
        ] {
            assert!(is_valid(host.as_bytes()), "{host}");
        }
        for host in [
            "a b",
            "a, b",
            "user@api",
            "http://api",
            "api/",
            "api?x",
            "api#x",
            "api\\x",
            "api:port",
            "api:65536",
            "api:80:80",
            ":-1",
            "::1",
            "[::1",
            "[::1]x",
            "[api]",
            "[]",
            "a%2",
            "a%zz",
            "<api>",
            "\"api\"",
            "b\u{fc}cher",
            "a\tb",
        ] {
            assert!(!is_valid(host.as_bytes()), "{host}");
        }
        assert!(!is_valid(b"\xff"));
    }
}
