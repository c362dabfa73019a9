//! What the app and the API share of the network: which proxy a request goes
//! through, how a connection comes up, and how an answer is unpacked. One crate,
//! so that both go by the same rules; it knows neither of them.
//!
//! - [`Proxies`]: the proxy variables, by the rules of curl(1), "Environment".
//! - [`agent`]: ureq with connections that try the addresses of a name side by
//!   side (RFC 8305) and tell a proxy's failure from any other.
//! - [`decoded`]: content codings (RFC 9110 §8.4) under the cap of the answer.
//! - [`with_whole_characters`]: JSON whose texts were cut in the middle of a character.

mod coding;
mod connect;
mod exceptions;
mod failure;
mod json;
mod proxies;
mod proxy;
mod race;
mod tunnel;

pub use coding::{ACCEPT_ENCODING, CodingError, decoded};
pub use connect::agent;
pub use json::with_whole_characters;
pub use proxies::Proxies;
pub use proxy::{Proxy, ProxyError};

use std::net::IpAddr;

/// Whether a host, as it stands in an address, is this machine: a loopback
/// address, `localhost` or a name below it (RFC 6761 §6.3).
///
/// Plain http is allowed for it and no proxy is asked. Whatever a resolver says of
/// such a name, [`agent`] connects to loopback addresses alone.
pub fn is_loopback(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    match ip(host) {
        Some(ip) => ip.to_canonical().is_loopback(),
        None => name == "localhost" || name.ends_with(".localhost"),
    }
}

/// The IP address that a host is, with or without brackets.
fn ip(host: &str) -> Option<IpAddr> {
    let inner = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    inner.unwrap_or(host).parse().ok()
}
