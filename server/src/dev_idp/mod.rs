//! The development identity provider: OpenID Connect on loopback, with two
//! people and one client, for demonstrations and tests. Never part of a release.
//!
//! Order of use: bind a loopback listener, fill in [`Options`], await [`serve`].
//! The issuer is `http://` and the listener's address. A clone of
//! [`Options::faults`], kept by the caller, makes it misbehave while it runs.
//!
//! A sign-in goes `authorize` → `login` → `consent` → `token`, that of a device
//! `device` → `login` → `consent` while it polls `token`; `store` has what
//! outlives a restart, `flows` and `device` what does not.
//! Specs: OpenID Connect Core, Discovery and RP-Initiated Logout; RFC 6749,
//! 6750, 7009, 7636, 8252, 8414, 8628, 8707, 9068, 9126, 9207, 9700.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod arch;
mod authorize;
mod browser;
mod client;
mod consent;
mod device;
mod discovery;
mod families;
mod faults;
mod flows;
mod http;
mod keyring;
mod keys;
mod login;
mod logout;
mod pages;
mod pushed;
mod registry;
mod request;
mod revoke;
mod routes;
mod store;
mod token;
mod tokens;
mod userinfo;

use std::{future::Future, io, net::TcpListener, path::PathBuf, sync::Arc, time::Duration};

use poem::{Server, listener::TcpAcceptor};
use serde_json::Value;

pub use self::faults::{Fault, Faults, UnknownFault};
use self::{device::DeviceCodes, flows::Flows, keyring::Keyring, store::Store};

/// How long requests that still run may take after the end was asked for: longer than
/// [`SLOW`].
const GRACE: Duration = Duration::from_secs(12);
/// By how much the clock faults are off.
const CLOCK_ERROR: u64 = 3600;
/// By how much the faults of slowness delay an answer.
const SLOW: Duration = Duration::from_secs(10);

/// How the provider behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder for keys, grants, refresh tokens and sessions; in memory
    /// only where there is none.
    pub state: Option<PathBuf>,
    /// How long an access token is good.
    pub access_ttl: Duration,
    /// How long an unused refresh token is good.
    pub refresh_ttl: Duration,
    /// How long a device waits between two polls, in whole seconds.
    pub device_interval: Duration,
    /// How long a device code and its user code are good, in whole seconds.
    pub device_ttl: Duration,
    /// What goes wrong on purpose.
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            state: None,
            access_ttl: Duration::from_secs(300),
            refresh_ttl: Duration::from_secs(30 * 24 * 3600),
            // RFC 8628 §3.5: five seconds where nothing else is said.
            device_interval: Duration::from_secs(5),
            device_ttl: Duration::from_secs(600),
            faults: Faults::default(),
        }
    }
}

/// Everything a request can need.
struct Idp {
    issuer: String,
    options: Options,
    store: Store,
    keys: Keyring,
    flows: Flows,
    devices: DeviceCodes,
}

/// Serves on this listener until `shutdown`. A listener that is not on
/// loopback is refused: everybody knows the passwords.
pub async fn serve(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        let text = format!("the development provider serves loopback only, not {address}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    for fault in options.faults.active() {
        tracing::warn!(%fault, "starting with a fault");
    }
    let store = Store::open(options.state.as_deref())?;
    let idp = Arc::new(Idp {
        issuer: format!("http://{address}"),
        keys: Keyring::open(&store)?,
        flows: Flows::default(),
        devices: DeviceCodes::default(),
        options,
        store,
    });
    listener.set_nonblocking(true)?;
    Server::new_with_acceptor(TcpAcceptor::from_std(listener)?)
        .run_with_graceful_shutdown(routes::routes(&idp), shutdown, Some(GRACE))
        .await
}

impl Idp {
    fn acts(&self, fault: Fault) -> bool {
        self.options.faults.acts(fault)
    }

    /// The time as tokens tell it.
    fn token_time(&self) -> u64 {
        self.shifted(store::now())
    }

    fn shifted(&self, time: u64) -> u64 {
        let ahead = if self.acts(Fault::ClockAhead) {
            CLOCK_ERROR
        } else {
            0
        };
        let behind = if self.acts(Fault::ClockBehind) {
            CLOCK_ERROR
        } else {
            0
        };
        (time + ahead).saturating_sub(behind)
    }

    /// The claims of an access token that is ours, in time, and not revoked.
    fn access_token_claims(&self, token: &str) -> Option<Value> {
        let (header, claims) = self.keys.verify(token)?;
        // RFC 9068 §4: an ID token is no access token.
        if header["typ"] != "at+jwt" || claims["exp"].as_u64()? <= self.token_time() {
            return None;
        }
        let jti = claims["jti"].as_str()?;
        let (family, _) = jti.split_once('.')?;
        let alive = self.store.read(|kept| {
            let family = kept.families.get(family);
            family.is_some_and(|family| !family.revoked.iter().any(|revoked| revoked == jti))
        });
        alive.then_some(claims)
    }
}
