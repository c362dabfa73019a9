//! The development identity provider: OpenID Connect on loopback, for demonstrations
//! and tests. Never part of a release.
//!
//! Order of use: bind a loopback listener, fill in [`Options`], await [`serve`]; or
//! [`Provider::open`] first, to hear of what is wrong before anything is served.
//! The issuer is `http://` and the listener's address. A clone of [`Options::faults`],
//! held by the caller, makes it misbehave while it runs.
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
mod options;
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

use std::{future::Future, io, net::TcpListener, sync::Arc, time::Duration};

use poem::{Server, listener::TcpAcceptor};
use serde_json::Value;

use self::{device::DeviceCodes, flows::Flows, keyring::Keyring, registry::Registry};
pub use self::{
    faults::{Fault, Faults, UnknownFault},
    options::Options,
    registry::{Audience, Client, InvalidEntry, Scope, User},
    store::Store,
};

/// How long requests that still run may take after the end was asked for: longer than
/// [`SLOW`].
const GRACE: Duration = Duration::from_secs(12);
/// By how much the clock faults are off.
const CLOCK_ERROR: u64 = 3600;
/// By how much the faults of slowness delay an answer.
const SLOW: Duration = Duration::from_secs(10);

/// Everything a request can need.
struct Idp {
    issuer: String,
    options: Options,
    registry: Registry,
    store: Store,
    keys: Keyring,
    flows: Flows,
    devices: DeviceCodes,
}

/// A provider that is ready to serve.
pub struct Provider {
    listener: TcpListener,
    idp: Arc<Idp>,
}

/// Serves on this listener until `shutdown`: [`Provider::open`] and [`Provider::serve`].
pub async fn serve(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    Provider::open(listener, options)?.serve(shutdown).await
}

impl Provider {
    /// Reads the state and makes a signing key where there is none.
    ///
    /// # Errors
    /// A listener that is not on loopback, since everybody knows the passwords; options
    /// that [`Options::check`] refuses; a state that another provider uses or that cannot
    /// be read.
    pub fn open(listener: TcpListener, options: Options) -> io::Result<Self> {
        let store = Store::open(options.state.as_deref())?;
        Self::with_store(listener, options, store)
    }

    /// As [`Self::open`], with the state of these options that is open already.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn with_store(listener: TcpListener, options: Options, store: Store) -> io::Result<Self> {
        let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidInput, text);
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            let text = format!("the development provider serves loopback only, not {address}");
            return Err(invalid(text));
        }
        for fault in options.faults.active() {
            tracing::warn!(%fault, "starting with a fault");
        }
        let registry = Registry::new(&options).map_err(|error| invalid(error.to_string()))?;
        let idp = Arc::new(Idp {
            issuer: format!("http://{address}"),
            keys: Keyring::open(&store)?,
            flows: Flows::default(),
            devices: DeviceCodes::default(),
            options,
            registry,
            store,
        });
        Ok(Self { listener, idp })
    }

    /// Serves until `shutdown`, and what then still runs to its end, twelve seconds at most.
    pub async fn serve(
        self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        self.listener.set_nonblocking(true)?;
        Server::new_with_acceptor(TcpAcceptor::from_std(self.listener)?)
            .run_with_graceful_shutdown(routes::routes(&self.idp), shutdown, Some(GRACE))
            .await
    }
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
        let alive = self.store.read(|stored| {
            let family = stored.families.get(family);
            family.is_some_and(|family| !family.revoked.iter().any(|revoked| revoked == jti))
        });
        alive.then_some(claims)
    }
}
