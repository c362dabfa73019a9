//! [`agent`]: ureq with our own way to a connection: through the proxy of its
//! configuration or by the race of addresses, then TLS.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use ureq::{
    Agent, Error,
    config::Config,
    unversioned::{
        resolver::{DefaultResolver, Resolver},
        transport::{
            ConnectionDetails, Connector, Either, NextTimeout, RustlsConnector, TcpConnector,
            Transport,
        },
    },
};

use super::{is_loopback, race::race, tunnel::Tunnel};

/// Where a configuration sets no limit of its own.
const LIMIT: Duration = Duration::from_secs(60);

/// An agent that goes through the proxy that `config` names and nowhere else.
/// Without one it tries the addresses that `resolver` finds side by side; for a name
/// that [`is_loopback`], loopback addresses alone.
pub fn agent(config: Config, resolver: impl Resolver) -> Agent {
    let connector = ().chain(Tunnel).chain(Direct).chain(RustlsConnector::default());
    Agent::with_parts(config, connector, resolver)
}

/// The time that is left for what begins now.
pub fn limit(details: &ConnectionDetails) -> Duration {
    let after = details.timeout.after;
    if after.is_not_happening() {
        LIMIT
    } else {
        *after
    }
}

#[derive(Debug)]
struct Direct;

impl<In: Transport> Connector<In> for Direct {
    type Out = Either<In, Box<dyn Transport>>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(tunnel) = chained {
            return Ok(Some(Either::A(tunnel)));
        }
        let addresses = allowed(details)?;
        match race(&addresses, limit(details), attempt(details)) {
            Some(connected) => Ok(Some(Either::B(connected?))),
            None => Err(Error::Timeout(details.timeout.reason)),
        }
    }
}

/// The addresses that were found, of which a name of this machine may have its own alone
/// (RFC 6761 §6.3): plain http is allowed for it, so nobody else may answer to it.
fn allowed(details: &ConnectionDetails) -> Result<Vec<SocketAddr>, Error> {
    let found = details.addrs.iter().copied();
    if !details.uri.host().is_some_and(is_loopback) {
        return Ok(found.collect());
    }
    let own: Vec<_> = found
        .filter(|address| address.ip().to_canonical().is_loopback())
        .collect();
    if own.is_empty() {
        let words = "a name of this machine was found at another address";
        return Err(io::Error::new(io::ErrorKind::AddrNotAvailable, words).into());
    }
    Ok(own)
}

/// ureq's own connection, to one address.
fn attempt(
    details: &ConnectionDetails,
) -> impl Fn(SocketAddr, Duration) -> Result<Box<dyn Transport>, Error> + Clone + Send + 'static {
    let (config, uri) = (details.config.clone(), details.uri.clone());
    let (request_level, timeout) = (details.request_level, details.timeout);
    let current_time = Arc::clone(&details.current_time);
    let run_connector = Arc::clone(&details.run_connector);
    let register_shutdown = Arc::clone(&details.register_shutdown);
    move |address, left| {
        let resolver = DefaultResolver::default();
        let mut addrs = resolver.empty();
        addrs.push(address);
        let details = ConnectionDetails {
            uri: &uri,
            addrs,
            config: &config,
            request_level,
            resolver: &resolver,
            now: current_time(),
            timeout: NextTimeout {
                after: left.into(),
                ..timeout
            },
            current_time: Arc::clone(&current_time),
            run_connector: Arc::clone(&run_connector),
            register_shutdown: Arc::clone(&register_shutdown),
        };
        let connected = TcpConnector::default().connect(&details, None::<()>)?;
        Ok(Box::new(connected.ok_or(Error::ConnectionFailed)?))
    }
}
