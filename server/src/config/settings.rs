//! Everything that can be set. A setting is a line of the table, a field of [`Settings`]
//! and a line of [`Settings::read`], all of them here; what the guard is made of is read in
//! `guard.rs`.

use std::{
    net::SocketAddr, num::NonZero, sync::Arc, thread::available_parallelism, time::Duration,
};

use tracing_subscriber::filter::LevelFilter;
use vestibule_server::{PublicUrl, guard::AccessTokenVerifier};
use vestibule_settings::{ConfigError, Kind, Setting, Values, seconds, whole_number};

use super::{guard, parse};

vestibule_settings::settings! {
    pub static SETTINGS;
    pub ISSUER = Setting::new("issuer", Kind::Address, "https://login.example.com/",
        "who signs the tokens; compared to the last character").required();
    pub AUDIENCE = Setting::new("audience", Kind::Text, "https://my-resource-server",
        "the name of this API in the tokens").required();
    LISTEN = Setting::new("listen", Kind::Address, "127.0.0.1:3000",
        "IP address and port").default("127.0.0.1:3000")
        .also_called(&["addr", "address", "bind", "host", "port"]);
    pub JWKS_URI = Setting::new("jwks_uri", Kind::Address, "https://login.example.com/jwks.json",
        "the issuer's keys; default: what its metadata says");
    pub ALGORITHMS = Setting::new("algorithms", Kind::SomeWords, "RS256 ES256",
        "which of RS, PS, ES with 256, 384, 512 and EdDSA; default: all");
    pub TYP = Setting::new("typ", Kind::Text, "at+jwt",
        "any, at+jwt (RFC 9068 in full) or id-token (Dex)").default("any")
        .one_of(&["any", "at+jwt", "id-token"]);
    pub LEEWAY = Setting::new("leeway", Kind::Number, "5",
        "allowance for clocks that differ, in seconds").default("5");
    pub REQUIRE_SCOPE = Setting::new("require_scope", Kind::SomeWords, "read:message",
        "tokens without it are answered 403; default: none");
    PUBLIC_URL = Setting::new("public_url", Kind::Address, "https://api.example.com",
        "where clients reach this API; turns its metadata on (RFC 9728); default: none");
    pub CA_FILE = Setting::new("ca_file", Kind::FileName, "/etc/ssl/our-ca.pem",
        "certificates to trust instead of the system's; default: the system's");
    pub FETCH_TIMEOUT = Setting::new("fetch_timeout", Kind::Number, "10",
        "limit of each document of the issuer, in the background, in seconds").default("10");
    pub TOKEN_CACHE = Setting::new("token_cache", Kind::Number, "8192",
        "verified tokens that are kept, 0 for none").default("7680");
    MAX_CONNECTIONS = Setting::new("max_connections", Kind::Number, "10000",
        "open connections; then waiting ones go").default("10000");
    WORKERS = Setting::new("workers", Kind::Number, "2",
        "threads that answer requests; default: one per processor");
    IDLE_TIMEOUT = Setting::new("idle_timeout", Kind::Number, "620",
        "keeps an idle connection, in seconds; more than the balancer does").default("75");
    METRICS_LISTEN = Setting::new("metrics_listen", Kind::Address, "127.0.0.1:9090",
        "IP address and port of GET /metrics; default: none");
    LOG = Setting::new("log", Kind::Text, "info",
        "off, error, warn, info, debug or trace, on stderr").default("warn")
        .one_of(&["off", "error", "warn", "info", "debug", "trace"]);
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
    pub fn read(given: &Values) -> Result<Self, ConfigError> {
        let verifier = guard::verifier(given)?;
        let listen = given.get(&LISTEN, parse::listen)?;
        let metrics_listen = given.optional(&METRICS_LISTEN, parse::listen)?;
        if let Some(metrics) = metrics_listen.filter(|metrics| collide(listen, *metrics)) {
            return Err(ConfigError::new(&format!(
                "--listen {listen} and --metrics-listen {metrics} are the same port; give each its own"
            )));
        }
        Ok(Self {
            verifier,
            listen,
            public_url: given.optional(&PUBLIC_URL, parse::public_url)?,
            max_connections: given.get(&MAX_CONNECTIONS, whole_number(1..=1_000_000))?,
            workers: match given.optional(&WORKERS, whole_number(1..=1024))? {
                Some(workers) => workers,
                None => available_parallelism().map_or(1, NonZero::get),
            },
            idle_timeout: given.get(&IDLE_TIMEOUT, seconds(1..=86_400))?,
            metrics_listen,
            log: given.get(&LOG, parse::log)?,
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
