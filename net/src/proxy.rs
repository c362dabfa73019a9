//! One proxy, as a variable names it.

use std::{fmt, net::Ipv6Addr};

use percent_encoding::percent_decode_str;
use ureq::ProxyProtocol as Protocol;

/// A proxy that can be used, and the variable that names it. Neither its debug
/// text nor its words have the user name or password.
#[derive(Clone)]
pub struct Proxy {
    pub(crate) variable: &'static str,
    /// `HOST:PORT`
    pub(crate) place: String,
    pub(crate) inner: ureq::Proxy,
}

/// Why a proxy that is set cannot be used: a sentence that names the variable,
/// what is wrong with its value, and how it would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{variable} cannot be used: {what}; write it like http://proxy.example:3128 or \
     socks5://proxy.example:1080, or unset it to go without a proxy"
)]
pub struct ProxyError {
    pub(crate) variable: &'static str,
    pub(crate) what: String,
}

impl Proxy {
    /// What goes into a ureq configuration.
    pub fn for_ureq(&self) -> ureq::Proxy {
        self.inner.clone()
    }

    /// `[SCHEME://][USER[:PASSWORD]@]HOST[:PORT]`, as curl(1) reads it. What is
    /// wrong is never quoted, since a password may be in it.
    pub(crate) fn parse(variable: &'static str, text: &str) -> Result<Self, ProxyError> {
        let wrong = |what: String| ProxyError { variable, what };
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let protocol = protocol(scheme).map_err(wrong)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if rest[authority.len()..].contains('@') {
            let what = "its user name or password has one of / ? #, which are written %2F %3F %23";
            return Err(wrong(what.to_owned()));
        }
        let (credentials, place) = match authority.rsplit_once('@') {
            Some((credentials, place)) => (Some(credentials), place),
            None => (None, authority),
        };
        let (host, port) = host_and_port(place).map_err(|what| wrong(what.to_owned()))?;
        // curl(1): 1080 where the port is left out, but for https.
        let default = if protocol == Protocol::Https {
            443
        } else {
            1080
        };
        let port = port.unwrap_or(default);
        let mut builder = ureq::Proxy::builder(protocol)
            .host(host)
            .port(port)
            // What `socks5` resolves on this machine, `tunnel` does.
            .resolve_target(false);
        if let Some(credentials) = credentials {
            let (user, password) = match credentials.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (credentials, None),
            };
            let decoded = |text| {
                let decoded = percent_decode_str(text).decode_utf8();
                decoded.map_err(|_| wrong("its user name or password is not UTF-8".to_owned()))
            };
            builder = builder.username(&decoded(user)?);
            if let Some(password) = password {
                builder = builder.password(&decoded(password)?);
            }
        }
        let inner = builder
            .build()
            .map_err(|_| wrong("it is no address".to_owned()))?;
        Ok(Self {
            variable,
            place: format!("{host}:{port}"),
            inner,
        })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {} of {}", self.place, self.variable)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// Letter case does not count (RFC 3986 §3.1).
fn protocol(scheme: &str) -> Result<Protocol, String> {
    Ok(match scheme.to_ascii_lowercase().as_str() {
        "http" => Protocol::Http,
        "https" => Protocol::Https,
        "socks4" => Protocol::Socks4,
        "socks4a" => Protocol::Socks4A,
        "socks5" => Protocol::Socks5,
        // The `socks` of desktops says no version; theirs is SOCKS5.
        "socks5h" | "socks" => Protocol::Socks5h,
        other => {
            let shown = other.len() <= 12 && other.bytes().all(|b| b.is_ascii_alphanumeric());
            let named = if shown { other } else { "what it begins with" };
            return Err(format!(
                "{named} is no kind of proxy, http, https, socks5 and socks5h are"
            ));
        }
    })
}

fn host_and_port(place: &str) -> Result<(&str, Option<u16>), &'static str> {
    let end = match place.strip_prefix('[') {
        Some(rest) => rest.find(']').map_or(place.len(), |end| end + 2),
        None => place.find(':').unwrap_or(place.len()),
    };
    let (host, rest) = place.split_at(end);
    let in_brackets = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let named = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let good = match in_brackets {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(named),
    };
    if !good {
        return Err("it has no host that can be asked");
    }
    let port = match rest.strip_prefix(':') {
        None if rest.is_empty() => None,
        None => return Err("it has no host that can be asked"),
        Some("") => None,
        Some(digits) => {
            let port = digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits);
            let port = port.and_then(|digits| digits.parse().ok());
            let port = port.filter(|port| *port != 0);
            Some(port.ok_or("its port is not a number from 1 to 65535")?)
        }
    };
    Ok((host, port))
}
