//! `NO_PROXY`: which hosts are asked without the proxy.

use std::net::IpAddr;

use super::ip;

/// The entries that could be read; what is no host, address or network is
/// passed over, as everywhere.
#[derive(Clone, Debug, Default)]
pub struct Exceptions(Vec<Entry>);

#[derive(Clone, Debug)]
enum Entry {
    /// `*`
    Everything,
    /// `example.com`, `.example.com`: the domain and what is below it
    /// (curl(1), `--noproxy`). `*.example.com`: only what is below.
    Domain {
        name: String,
        only_below: bool,
        port: Option<u16>,
    },
    Address {
        ip: IpAddr,
        port: Option<u16>,
    },
    /// `10.0.0.0/8`, `fd00::/8` (RFC 4632 §3.1, RFC 4291 §2.3)
    Network {
        ip: IpAddr,
        prefix: u32,
    },
}

impl Exceptions {
    /// Entries stand between commas or spaces.
    pub fn parse(text: &str) -> Self {
        let entries = text.split(|c: char| c == ',' || c.is_whitespace());
        Self(entries.filter_map(Entry::parse).collect())
    }

    /// `host` as it stands in an address.
    pub fn have(&self, host: &str, port: u16) -> bool {
        let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let ip = ip(host).map(|ip| ip.to_canonical());
        self.0.iter().any(|entry| entry.fits(&name, ip, port))
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everything);
        }
        if let Some((network, prefix)) = text.split_once('/') {
            let (ip, prefix) = (ip(network)?, prefix.parse().ok()?);
            return (prefix <= bits(ip)).then_some(Self::Network { ip, prefix });
        }
        if let Some(ip) = ip(text) {
            let ip = ip.to_canonical();
            return Some(Self::Address { ip, port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (text, None),
        };
        if let Some(ip) = ip(host) {
            let ip = ip.to_canonical();
            return Some(Self::Address { ip, port });
        }
        let only_below = host.starts_with("*.");
        let name = host.trim_start_matches("*.").trim_matches('.');
        (!name.is_empty()).then(|| Self::Domain {
            name: name.to_ascii_lowercase(),
            only_below,
            port,
        })
    }

    fn fits(&self, host: &str, host_ip: Option<IpAddr>, host_port: u16) -> bool {
        let at = |port: &Option<u16>| port.is_none_or(|port| port == host_port);
        match self {
            Self::Everything => true,
            Self::Domain {
                name,
                only_below,
                port,
            } => {
                let above = host.strip_suffix(name.as_str());
                let named = match above {
                    // The end of an address is no domain.
                    _ if host_ip.is_some() => false,
                    Some("") => !only_below,
                    Some(above) => above.ends_with('.'),
                    None => false,
                };
                named && at(port)
            }
            Self::Address { ip, port } => host_ip == Some(*ip) && at(port),
            Self::Network { ip, prefix } => {
                host_ip.is_some_and(|host| is_within(host, *ip, *prefix))
            }
        }
    }
}

fn bits(ip: IpAddr) -> u32 {
    if ip.is_ipv4() { 32 } else { 128 }
}

fn is_within(host: IpAddr, network: IpAddr, prefix: u32) -> bool {
    let number = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => u128::from(ip.to_bits()),
        IpAddr::V6(ip) => ip.to_bits(),
    };
    // A prefix of 0 leaves nothing to compare; a shift by all bits is none.
    let left = |ip| {
        number(ip)
            .checked_shr(bits(network) - prefix)
            .unwrap_or_default()
    };
    bits(host) == bits(network) && left(host) == left(network)
}
