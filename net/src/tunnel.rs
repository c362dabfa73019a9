//! The way through a proxy: ureq speaks CONNECT (RFC 9110 §9.3.6) and SOCKS (RFC
//! 1928); what it leaves open is here. A tunnel comes up or is an error of its own
//! kind; never is its lack a reason to connect directly.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Instant,
};

use ureq::{
    Error, Proxy, ProxyProtocol as Protocol,
    http::{Uri, uri::Scheme},
    unversioned::transport::{
        Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, NextTimeout,
        SocksConnector, Transport,
    },
};

use super::connect::limit;

/// The proxy, or the way to it, failed.
#[derive(Debug, thiserror::Error)]
#[error("the proxy failed: {0}")]
pub struct TunnelFailed(pub Error);

#[derive(Debug)]
pub struct Tunnel;

type Opened = Box<dyn Transport>;

impl<In: Transport> Connector<In> for Tunnel {
    type Out = Either<In, Opened>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(proxy) = details.config.proxy() else {
            return Ok(chained.map(Either::A));
        };
        let tunnel = match proxy.protocol() {
            Protocol::Http | Protocol::Https => connect(details),
            _ => socks(details, proxy),
        };
        match tunnel {
            Ok(tunnel) => Ok(Some(Either::B(tunnel))),
            Err(error) => Err(Error::Other(Box::new(TunnelFailed(error)))),
        }
    }
}

/// By CONNECT. ureq gives each step the whole limit, and a proxy that drips its
/// answer has no end; here all steps together have it once.
fn connect(details: &ConnectionDetails) -> Result<Opened, Error> {
    let deadline = Instant::now() + limit(details);
    let open = Arc::new(AtomicBool::new(false));
    let (run, is_open) = (Arc::clone(&details.run_connector), Arc::clone(&open));
    let limited = ConnectionDetails {
        run_connector: Arc::new(move |to_proxy| {
            Ok(Box::new(Limited {
                inner: run(to_proxy)?,
                deadline,
                is_open: Arc::clone(&is_open),
            }))
        }),
        ..copy(details)
    };
    let tunnel = ConnectProxyConnector::default().connect(&limited, None::<()>)?;
    open.store(true, Relaxed);
    tunnel
        .map(|tunnel| Box::new(tunnel) as Opened)
        .ok_or(Error::ConnectionFailed)
}

/// By SOCKS. With `socks5` and `socks4` the name is resolved here, as curl(1)
/// does; a name that only the proxy can resolve is left to it all the same.
fn socks(details: &ConnectionDetails, proxy: &Proxy) -> Result<Opened, Error> {
    let found = match proxy.protocol() {
        Protocol::Socks4 | Protocol::Socks5 => {
            // Half of the time: a network with such a proxy may have no resolver that
            // answers.
            let half = NextTimeout {
                after: (limit(details) / 2).into(),
                ..details.timeout
            };
            let found = details.resolver.resolve(details.uri, details.config, half);
            found.map(|found| found.to_vec()).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    // SOCKS4 has no IPv6 addresses.
    let usable = |a: &SocketAddr| a.is_ipv4() || proxy.protocol() == Protocol::Socks5;
    let mut targets: Vec<Uri> = found.into_iter().filter(usable).filter_map(at).collect();
    if targets.is_empty() {
        targets.push(details.uri.clone());
    }
    let mut last = Error::ConnectionFailed;
    for target in &targets {
        let details = ConnectionDetails {
            uri: target,
            ..copy(details)
        };
        match SocksConnector::default().connect(&details, None::<()>) {
            Ok(Some(tunnel)) => return Ok(Box::new(tunnel)),
            Ok(None) => {}
            // The proxy's own "no": another address may do.
            Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::Other => {
                last = Error::Io(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn at(address: SocketAddr) -> Option<Uri> {
    let uri = Uri::builder()
        .scheme(Scheme::HTTPS)
        .authority(address.to_string());
    uri.path_and_query("/").build().ok()
}

fn copy<'a>(details: &ConnectionDetails<'a>) -> ConnectionDetails<'a> {
    ConnectionDetails {
        uri: details.uri,
        addrs: details.addrs.clone(),
        config: details.config,
        request_level: details.request_level,
        resolver: details.resolver,
        now: details.now,
        timeout: details.timeout,
        current_time: Arc::clone(&details.current_time),
        run_connector: Arc::clone(&details.run_connector),
        register_shutdown: Arc::clone(&details.register_shutdown),
    }
}

/// The connection to the proxy: it ends at the deadline, unless the tunnel is
/// open by then.
#[derive(Debug)]
struct Limited {
    inner: Opened,
    deadline: Instant,
    is_open: Arc<AtomicBool>,
}

impl Limited {
    fn limit(&self, mut timeout: NextTimeout) -> Result<NextTimeout, Error> {
        if !self.is_open.load(Relaxed) {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Timeout(timeout.reason));
            }
            timeout.after = timeout.after.min(left.into());
        }
        Ok(timeout)
    }
}

impl Transport for Limited {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let timeout = self.limit(timeout)?;
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = self.limit(timeout)?;
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
