//! Where the redirect listener is found.

use std::{
    fmt,
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, TcpListener},
};

/// The host part of the redirect URI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedirectHost {
    /// `127.0.0.1`, what RFC 8252 §7.3 asks for.
    #[default]
    Ipv4,
    /// `[::1]`.
    Ipv6,
    /// `localhost`, for providers that insist (against RFC 8252 §8.3).
    Localhost,
}

impl fmt::Display for RedirectHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl RedirectHost {
    /// As it stands in the URI.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4 => "127.0.0.1",
            Self::Ipv6 => "[::1]",
            Self::Localhost => "localhost",
        }
    }

    /// `localhost` may resolve to either address, so both are listened on.
    pub(super) fn bind(self, port: u16) -> io::Result<Vec<TcpListener>> {
        let v4 = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let v6 = |port| TcpListener::bind((Ipv6Addr::LOCALHOST, port));
        match self {
            Self::Ipv4 => Ok(vec![v4(port)?]),
            Self::Ipv6 => Ok(vec![v6(port)?]),
            Self::Localhost => {
                let first = match v4(port) {
                    // A machine without IPv4.
                    Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {
                        return Ok(vec![v6(port)?]);
                    }
                    first => first?,
                };
                let port = first.local_addr()?.port();
                Ok(match v6(port) {
                    Ok(second) => vec![first, second],
                    // A machine without IPv6 resolves to 127.0.0.1 anyway.
                    Err(error) if error.kind() != ErrorKind::AddrInUse => vec![first],
                    Err(error) => return Err(error),
                })
            }
        }
    }
}
