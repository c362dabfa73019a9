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
    ffi::OsString, net::SocketAddr, num::NonZero, path::Path, thread::available_parallelism,
    time::Duration,
};

use tracing_subscriber::filter::LevelFilter;
use vestibule_server::{
    PublicUrl,
    guard::{DEFAULT_TOKEN_CACHE, KeySource, Rules, TrustAnchors},
    serve::Limits,
};

pub use keys::help;
use layers::Layers;

/// Why the settings cannot be used: one sentence with the place and an example.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// What the command line asks for.
#[expect(clippy::large_enum_variant, reason = "made once")]
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
    pub rules: Rules,
    pub listen: SocketAddr,
    pub keys: KeySource,
    pub anchors: TrustAnchors,
    pub public_url: Option<PublicUrl>,
    /// Verified tokens that are kept; 0 for none
    pub token_cache: usize,
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
        let issuer = layers.required("issuer", parse::issuer)?;
        let fixed = |address: &str| parse::keys_at(&issuer, address);
        let keys = match layers.optional("jwks_uri", fixed)? {
            Some(source) => source,
            None => layers.required("issuer", parse::keys_of_issuer)?,
        };
        let keys = match layers.optional("fetch_timeout", parse::seconds(1..=300))? {
            Some(limit) => keys.fetch_timeout(limit),
            None => keys,
        };
        let mut rules = Rules::new(layers.required("audience", parse::audience)?);
        if let Some(algorithms) = layers.optional("algorithms", parse::algorithms)? {
            rules.algorithms = algorithms;
        }
        if let Some(typ) = layers.optional("typ", parse::typ)? {
            rules.typ = typ;
        }
        if let Some(leeway) = layers.optional("leeway", parse::seconds(0..=300))? {
            rules.leeway = leeway;
        }
        if let Some(scopes) = layers.optional("require_scope", parse::scopes)? {
            rules.required_scopes = scopes;
        }
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
            rules,
            listen,
            keys,
            anchors: layers
                .optional("ca_file", parse::anchors)?
                .unwrap_or_default(),
            public_url: layers.optional("public_url", parse::public_url)?,
            token_cache: layers
                .optional("token_cache", parse::count(0..=1_000_000))?
                .unwrap_or(DEFAULT_TOKEN_CACHE),
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
