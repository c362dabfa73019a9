//! Which addresses are on the public Internet, and a resolver that gives no
//! others where a request asks for that.
//!
//! The address of a picture comes from a claim: without this rule it could
//! make the app knock at a router, a printer or a cloud's metadata service.
//! The rule looks at what the name resolved to, right before connecting, so
//! neither a name nor an odd spelling of an address gets around it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::{
    Agent, AsSendBody,
    config::Config,
    http::{Request, Uri},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// `request` may go to the public Internet alone. Of what a request can carry, ureq shows
/// its resolver the configuration and nothing else; so `https_only`, which is true of these
/// requests and which no other request here sets, is the mark. (A connection pool of their
/// own, with another resolver, would load the trust store a second time.)
pub(super) fn marked<T: AsSendBody>(agent: &Agent, request: Request<T>) -> Request<T> {
    let request = agent.configure_request(request).https_only(true);
    request.build()
}

fn is_marked(config: &Config) -> bool {
    config.https_only()
}

/// Resolves as the system does; for a request that is [`marked`] it gives public addresses
/// alone.
#[derive(Debug, Default)]
pub(super) struct CheckedResolver(DefaultResolver);

impl Resolver for CheckedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout);
        let found = found.map_err(|error| match error {
            ureq::Error::Io(error) => ureq::Error::Other(Box::new(Unresolved(error))),
            other => other,
        })?;
        let allowed = |ip| !is_marked(config) || is_public(ip);
        let mut kept = self.empty();
        for address in found.iter().filter(|address| allowed(address.ip())) {
            kept.push(*address);
        }
        if kept.is_empty() {
            return Err(ureq::Error::Other(Box::new(Refused)));
        }
        Ok(kept)
    }
}

/// The system knows no address of the name: no connection was tried.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unresolved(std::io::Error);

/// No address that is allowed.
#[derive(Debug, thiserror::Error)]
#[error("this address is not allowed")]
pub(super) struct Refused;

/// Whether the IANA registries of special-purpose addresses (RFC 6890) leave
/// this one to the public Internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = match (a, b, c) {
        // "This network", private, loopback.
        (0 | 10 | 127, ..) | (192, 168, _) => true,
        (172, 16..=31, _) | (169, 254, _) => true,
        // RFC 6598: carrier-grade NAT.
        (100, 64..=127, _) => true,
        // IETF protocols, 6to4 relays, documentation, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) => true,
        (198, 51, 100) | (203, 0, 113) => true,
        // Multicast, reserved, broadcast.
        (224..=255, ..) => true,
        _ => false,
    };
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    match (a, b) {
        // RFC 6052: NAT64 carries an IPv4 address at its end.
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => {
            let [g, h] = [g.to_be_bytes(), h.to_be_bytes()];
            is_public_v4(Ipv4Addr::new(g[0], g[1], h[0], h[1]))
        }
        // Teredo and other IETF protocols, documentation, 6to4.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) => false,
        (0x3fff, 0..=0xfff) => false,
        // Global unicast. Outside it: mapped IPv4, loopback, unique-local,
        // link-local, multicast.
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_public_internet_are_let_through() {
        for text in [
            "1.1.1.1",
            "100.63.0.1",
            "172.32.0.1",
            "192.0.3.1",
            "223.255.255.1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "64:ff9b::101:101",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn addresses_of_a_device_a_house_or_a_text_book_are_not() {
        for text in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.53",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:1.1.1.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1.1.1.1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }
}
