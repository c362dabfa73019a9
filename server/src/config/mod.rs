//! The settings of `vestibule-server`: option, else environment, else file, else
//! default, each parsed once into the type that the library takes.
//!
//! [`Settings::from_process`] and [`warnings`] are the only readers of the process's
//! environment, but for the proxy variables, which the guard reads where it is a library
//! too.

mod file;
mod keys;
mod layers;
mod parse;
mod text;
mod unknown;

use std::{
    ffi::OsString, net::SocketAddr, num::NonZero, path::Path, sync::Arc,
    thread::available_parallelism, time::Duration,
};

use tracing_subscriber::filter::LevelFilter;
use vestibule_server::{PublicUrl, guard::AccessTokenVerifier, serve::Limits};

pub use keys::help;
use layers::Layers;

/// Why the settings cannot be used: one sentence with the place and an example.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// What the command line asks for.
pub enum Invocation {
    /// `--help`
    Help,
    /// `--version`
    Version,
    /// The server
    Serve(Settings),
}

/// Everything the server needs to know.
pub struct Settings {
    pub verifier: Arc<AccessTokenVerifier>,
    pub listen: SocketAddr,
    pub public_url: Option<PublicUrl>,
    pub max_connections: usize,
    /// Threads that answer requests
    pub workers: usize,
    /// How long a connection stays open between two requests
    pub idle_timeout: Duration,
    pub metrics_listen: Option<SocketAddr>,
    pub log: LevelFilter,
}

impl Settings {
    /// Of this process: its arguments, its environment, its folder.
    pub fn from_process() -> Result<Invocation, ConfigError> {
        Self::load(
            std::env::args_os().skip(1),
            |name| std::env::var_os(name),
            Path::new(""),
        )
    }

    fn load(
        arguments: impl IntoIterator<Item = OsString>,
        environment: impl Fn(&str) -> Option<OsString>,
        folder: &Path,
    ) -> Result<Invocation, ConfigError> {
        match Layers::collect(arguments, environment, folder)? {
            layers::Found::Help => Ok(Invocation::Help),
            layers::Found::Version => Ok(Invocation::Version),
            layers::Found::Settings(layers) => Ok(Invocation::Serve(Self::parse(&layers)?)),
        }
    }

    fn parse(layers: &Layers) -> Result<Self, ConfigError> {
        let verifier = verifier(layers)?;
        let default_listen = SocketAddr::from(([127, 0, 0, 1], 3000));
        let listen = layers.optional("listen", parse::listen)?;
        let listen = listen.unwrap_or(default_listen);
        let metrics_listen = layers.optional("metrics_listen", parse::listen)?;
        if let Some(metrics) = metrics_listen.filter(|metrics| collide(listen, *metrics)) {
            return Err(ConfigError(format!(
                "--listen {listen} and --metrics-listen {metrics} are the same port; give each its own"
            )));
        }
        Ok(Self {
            verifier,
            listen,
            public_url: layers.optional("public_url", parse::public_url)?,
            max_connections: layers
                .optional("max_connections", parse::count(1..=1_000_000))?
                .unwrap_or(10_000),
            workers: match layers.optional("workers", parse::count(1..=1024))? {
                Some(workers) => workers,
                None => available_parallelism().map_or(1, NonZero::get),
            },
            idle_timeout: layers
                .optional("idle_timeout", parse::seconds(1..=86_400))?
                .unwrap_or(Limits::default().idle),
            metrics_listen,
            log: layers
                .optional("log", parse::log)?
                .unwrap_or(LevelFilter::WARN),
        })
    }
}

/// The guard's verifier, of the settings that are for it.
fn verifier(layers: &Layers) -> Result<Arc<AccessTokenVerifier>, ConfigError> {
    let issuer = layers.required("issuer", parse::issuer)?;
    let jwks_uri = layers.optional("jwks_uri", parse::jwks_uri)?;
    let fetch_timeout = layers.optional("fetch_timeout", parse::seconds(1..=300))?;
    let audience = layers.required("audience", parse::audience)?;
    let mut builder = AccessTokenVerifier::builder(issuer, audience);
    if let Some(address) = jwks_uri {
        builder = builder.jwks_uri(address);
    }
    if let Some(limit) = fetch_timeout {
        builder = builder.fetch_timeout(limit);
    }
    if let Some(algorithms) = layers.optional("algorithms", parse::algorithms)? {
        builder = builder.algorithms(algorithms);
    }
    if let Some(typ) = layers.optional("typ", parse::typ)? {
        builder = builder.typ(typ);
    }
    if let Some(leeway) = layers.optional("leeway", parse::seconds(0..=300))? {
        builder = builder.leeway(leeway);
    }
    for scope in layers
        .optional("require_scope", parse::scopes)?
        .unwrap_or_default()
    {
        builder = builder.require_scope(scope);
    }
    if let Some(anchors) = layers.optional("ca_file", parse::anchors)? {
        builder = builder.trust_anchors(anchors);
    }
    if let Some(tokens) = layers.optional("token_cache", parse::count(0..=1_000_000))? {
        builder = builder.token_cache(tokens);
    }
    builder
        .build()
        .map_err(|error| ConfigError(error.to_string()))
}

/// Whether the second listener cannot be had beside the first. With port 0 each gets a
/// free one.
fn collide(one: SocketAddr, other: SocketAddr) -> bool {
    let (a, b) = (one.ip(), other.ip());
    let same_host = a == b || a.is_unspecified() || b.is_unspecified();
    one.port() == other.port() && one.port() != 0 && same_host && one.is_ipv4() == other.is_ipv4()
}

/// What in the environment of this process looks like a setting and is none.
pub fn warnings() -> Vec<String> {
    unknown::warnings(std::env::vars_os())
}
