//! The settings of `vestibule-server`: option, else environment, else file, else
//! default, each parsed once into the type that the library takes.
//!
//! [`Settings::from_process`] is the only reader of the process's environment, but for
//! the proxy variables, which the guard reads where it is a library too.

mod keys;
mod layers;

use std::{
    ffi::OsString, net::SocketAddr, num::NonZero, ops::RangeInclusive, path::Path, str::FromStr,
    thread::available_parallelism, time::Duration,
};

use tracing_subscriber::filter::LevelFilter;
use vestibule_server::{
    PublicUrl,
    guard::{Algorithm, KeySource, Rules, TrustAnchors, TypProfile, https_or_loopback},
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
        let issuer = layers.required("issuer", issuer)?;
        let fixed = message(|address: &str| KeySource::jwks_uri(&issuer, address));
        let keys = match layers.optional("jwks_uri", fixed)? {
            Some(source) => source,
            None => layers.required("issuer", message(KeySource::issuer))?,
        };
        let keys = match layers.optional("fetch_timeout", fetch_timeout)? {
            Some(limit) => keys.fetch_timeout(limit),
            None => keys,
        };
        let mut rules = Rules::new(layers.required("audience", |a| Ok(a.to_owned()))?);
        if let Some(algorithms) = layers.optional("algorithms", algorithms)? {
            rules.algorithms = algorithms;
        }
        if let Some(typ) = layers.optional("typ", typ)? {
            rules.typ = typ;
        }
        if let Some(leeway) = layers.optional("leeway", leeway)? {
            rules.leeway = leeway;
        }
        if let Some(scopes) = layers.optional("require_scope", scopes)? {
            rules.required_scopes = scopes;
        }
        let default_listen = SocketAddr::from(([127, 0, 0, 1], 3000));
        Ok(Self {
            rules,
            listen: layers.optional("listen", listen)?.unwrap_or(default_listen),
            keys,
            anchors: layers.optional("ca_file", anchors)?.unwrap_or_default(),
            public_url: layers.optional("public_url", message(PublicUrl::from_str))?,
            token_cache: layers
                .optional("token_cache", count(0..=1_000_000))?
                .unwrap_or(8192),
            max_connections: layers
                .optional("max_connections", count(1..=1_000_000))?
                .unwrap_or(10_000),
            workers: match layers.optional("workers", count(1..=1024))? {
                Some(workers) => workers,
                None => available_parallelism().map_or(1, NonZero::get),
            },
            metrics_listen: layers.optional("metrics_listen", listen)?,
            log: layers.optional("log", log)?.unwrap_or(LevelFilter::WARN),
        })
    }
}

/// Turns a parser with an error of its own into one with a text.
fn message<T, E: std::fmt::Display>(
    parse: impl Fn(&str) -> Result<T, E>,
) -> impl Fn(&str) -> Result<T, String> {
    move |text| parse(text).map_err(|error| error.to_string())
}

/// OpenID Discovery 1.0 §3: an address without query and fragment.
fn issuer(text: &str) -> Result<String, String> {
    let uri = https_or_loopback(text).map_err(|error| error.to_string())?;
    if uri.query().is_some() {
        return Err("an issuer has no query".to_owned());
    }
    Ok(text.to_owned())
}

fn algorithms(text: &str) -> Result<Vec<Algorithm>, String> {
    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
    let list: Result<Vec<Algorithm>, String> = names
        .map(|name| name.parse().map_err(|error| format!("{name:?} is {error}")))
        .collect();
    match list {
        Ok(list) if list.is_empty() => Err("it names no algorithm".to_owned()),
        list => list,
    }
}

fn typ(text: &str) -> Result<TypProfile, String> {
    match text {
        "any" => Ok(TypProfile::Any),
        "at+jwt" => Ok(TypProfile::AtJwt),
        "id-token" => Ok(TypProfile::IdToken),
        _ => Err("it is none of any, at+jwt and id-token".to_owned()),
    }
}

fn leeway(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds @ 0..=300) => Ok(Duration::from_secs(seconds)),
        _ => Err("it is not a whole number of seconds from 0 to 300".to_owned()),
    }
}

fn fetch_timeout(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds @ 1..=300) => Ok(Duration::from_secs(seconds)),
        _ => Err("it is not a whole number of seconds from 1 to 300".to_owned()),
    }
}

/// RFC 6749 §3.3: separated by spaces, neither quotes nor backslashes within.
fn scopes(text: &str) -> Result<Vec<String>, String> {
    let allowed = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
    if !text.chars().all(|c| c == ' ' || allowed(c)) {
        return Err("a scope has other characters than RFC 6749 §3.3 allows".to_owned());
    }
    Ok(text
        .split(' ')
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
        .collect())
}

fn count(range: RangeInclusive<usize>) -> impl Fn(&str) -> Result<usize, String> {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let (first, last) = (range.start(), range.end());
        number.ok_or_else(|| format!("it is not a whole number from {first} to {last}"))
    }
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "it is not an IP address with a port".to_owned())
}

fn anchors(path: &str) -> Result<TrustAnchors, String> {
    let pem = std::fs::read(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    TrustAnchors::from_pem(&pem).ok_or_else(|| format!("{path} has no certificate in PEM"))
}

fn log(text: &str) -> Result<LevelFilter, String> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    if !levels.contains(&text) {
        return Err(format!("it is not one of {}", levels.join(", ")));
    }
    text.parse().map_err(|_| "it is not a level".to_owned())
}
