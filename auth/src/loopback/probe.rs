//! Whether a browser could come back to a port, found out without a sign-in.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    time::Duration,
};

use super::{RedirectHost, request::CALLBACK_PATH};

/// Nobody is farther away than this machine.
const CONNECT: Duration = Duration::from_secs(2);

/// Why a browser could not come back to a port.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortFault {
    /// `localhost` leads to this address alone, and the listener is at another.
    #[error("localhost leads to {0}, where the listener is not")]
    Elsewhere(IpAddr),
    /// The operating system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// This machine does not have the listener's address.
    #[error("this machine does not have the address {0}")]
    NoAddress(RedirectHost),
    /// Another program has the port.
    #[error("another program has the port")]
    Taken,
}

/// `http://HOST:PORT/callback`.
pub fn redirect_uri(host: RedirectHost, port: u16) -> String {
    format!("http://{host}:{port}{CALLBACK_PATH}")
}

/// Listens at `port` for a moment; gives the port, which was free where `port` is 0.
pub fn probe(host: RedirectHost, port: u16) -> Result<u16, PortFault> {
    let listeners = host.bind(port).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => PortFault::Taken,
        ErrorKind::AddrNotAvailable => PortFault::NoAddress(host),
        _ => PortFault::Io(error),
    })?;
    let port = listeners[0].local_addr()?.port();
    if host == RedirectHost::Localhost {
        let resolved = (host.as_str(), port).to_socket_addrs();
        let addresses: Vec<_> = resolved.into_iter().flatten().collect();
        reached(&addresses)?;
    }
    Ok(port)
}

/// One of the addresses is enough: browsers try all of them, and know `localhost` where the
/// system does not (RFC 6761 §6.3).
fn reached(addresses: &[SocketAddr]) -> Result<(), PortFault> {
    let is_there = |address: &SocketAddr| TcpStream::connect_timeout(address, CONNECT).is_ok();
    match addresses.first() {
        Some(first) if !addresses.iter().any(is_there) => Err(PortFault::Elsewhere(first.ip())),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_port_is_free_until_somebody_has_it() {
        let port = probe(RedirectHost::Ipv4, 0).unwrap();
        assert_ne!(port, 0);
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let fault = probe(RedirectHost::Ipv4, port).unwrap_err();
        assert!(matches!(fault, PortFault::Taken), "{fault}");
    }

    /// The system's resolver may know `localhost` by another address than the listener's.
    #[test]
    fn a_listener_counts_only_if_localhost_leads_to_it() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let here = listener.local_addr().unwrap();
        let nobody = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let away = nobody.local_addr().unwrap();
        drop(nobody);
        assert!(reached(&[]).is_ok());
        let fault = reached(&[away]).unwrap_err();
        assert!(matches!(fault, PortFault::Elsewhere(ip) if ip == away.ip()));
        assert!(reached(&[away, here]).is_ok());
    }
}
