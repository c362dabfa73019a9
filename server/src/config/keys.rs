//! The list of settings: names, kinds, examples, and the help text made of it.

/// How a value is written in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A text that names a file
    File,
    Number,
    /// A text, or a list of texts
    List,
}

pub struct Key {
    /// The name in a file; environment and option are made of it
    pub name: &'static str,
    pub kind: Kind,
    /// What stands for the value in the help
    pub value: &'static str,
    /// As it stands in a TOML file
    pub example: &'static str,
    pub help: &'static str,
}

impl Key {
    pub fn option(&self) -> String {
        format!("--{}", self.name.replace('_', "-"))
    }

    /// Of something on the network.
    pub fn is_address(&self) -> bool {
        ["URL", "ADDRESS"].contains(&self.value)
    }

    pub fn environment(&self) -> String {
        format!("VESTIBULE_SERVER_{}", self.name.to_uppercase())
    }
}

const fn key(
    name: &'static str,
    kind: Kind,
    value: &'static str,
    example: &'static str,
    help: &'static str,
) -> Key {
    Key {
        name,
        kind,
        value,
        example,
        help,
    }
}

pub const KEYS: [Key; 17] = [
    key(
        "issuer",
        Kind::Text,
        "URL",
        r#"issuer = "https://login.example.com/""#,
        "who signs the tokens; compared to the last character (required)",
    ),
    key(
        "audience",
        Kind::Text,
        "AUD",
        r#"audience = "https://my-resource-server""#,
        "the name of this API in the tokens (required)",
    ),
    key(
        "listen",
        Kind::Text,
        "ADDRESS",
        r#"listen = "127.0.0.1:3000""#,
        "IP address and port (default 127.0.0.1:3000)",
    ),
    key(
        "jwks_uri",
        Kind::Text,
        "URL",
        r#"jwks_uri = "https://login.example.com/jwks.json""#,
        "the issuer's keys (default: what its metadata says)",
    ),
    key(
        "algorithms",
        Kind::List,
        "LIST",
        r#"algorithms = ["RS256", "ES256"]"#,
        "which of RS, PS, ES with 256, 384, 512 and EdDSA (default: all)",
    ),
    key(
        "typ",
        Kind::Text,
        "TYPE",
        r#"typ = "at+jwt""#,
        "any (default), at+jwt (RFC 9068 in full) or id-token (Dex)",
    ),
    key(
        "leeway",
        Kind::Number,
        "SECONDS",
        "leeway = 5",
        "allowance for clocks that differ (default 5)",
    ),
    key(
        "require_scope",
        Kind::List,
        "SCOPE",
        r#"require_scope = "read:message""#,
        "tokens without it are answered 403 (default: none)",
    ),
    key(
        "public_url",
        Kind::Text,
        "URL",
        r#"public_url = "https://api.example.com""#,
        "where clients reach this API; turns its metadata on (RFC 9728)",
    ),
    key(
        "ca_file",
        Kind::File,
        "FILE",
        r#"ca_file = "/etc/ssl/our-ca.pem""#,
        "certificates to trust instead of the system's",
    ),
    key(
        "fetch_timeout",
        Kind::Number,
        "SECONDS",
        "fetch_timeout = 10",
        "limit of each document of the issuer, in the background (default 10)",
    ),
    key(
        "token_cache",
        Kind::Number,
        "COUNT",
        "token_cache = 8192",
        "verified tokens that are kept, 0 for none (default 7680)",
    ),
    key(
        "max_connections",
        Kind::Number,
        "COUNT",
        "max_connections = 10000",
        "open connections; then waiting ones go (default 10000)",
    ),
    key(
        "workers",
        Kind::Number,
        "COUNT",
        "workers = 2",
        "threads that answer requests (default: one per processor)",
    ),
    key(
        "idle_timeout",
        Kind::Number,
        "SECONDS",
        "idle_timeout = 620",
        "keeps an idle connection; more than the balancer does (default 75)",
    ),
    key(
        "metrics_listen",
        Kind::Text,
        "ADDRESS",
        r#"metrics_listen = "127.0.0.1:9090""#,
        "IP address and port of GET /metrics (default: none)",
    ),
    key(
        "log",
        Kind::Text,
        "LEVEL",
        r#"log = "info""#,
        "off, error, warn, info, debug or trace, on stderr (default warn)",
    ),
];

pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

pub fn help() -> String {
    let mut text = String::from(
        "vestibule-server: an API that only signed-in people can read\n\n\
         Usage: vestibule-server [OPTION VALUE]...\n\n",
    );
    let mut line = |option: String, help: &str| text += &format!("  {option:<27}{help}\n");
    for key in &KEYS {
        line(format!("{} {}", key.option(), key.value), key.help);
    }
    line(
        "--config FILE".into(),
        "settings (default ./vestibule-server.toml if it is there)",
    );
    line("--version".into(), "name and version");
    line("--help".into(), "this text");
    text + "\nEach setting is also a key of the file (ca_file) and an environment variable\n\
            (VESTIBULE_SERVER_CA_FILE). An option comes before the environment, that before\n\
            the file; an empty value is a missing one. A file that ends in .json is read as\n\
            JSON, with the tutorial's keys auth0Domain and apiIdentifier.\n\n\
            SIGTERM, Ctrl-C and SIGHUP let running requests finish, 30 s at most;\n\
            another Ctrl-C ends it at once, another SIGTERM or SIGHUP changes nothing.\n\n\
            Exit codes: 0 stopped as asked, 1 failed (port in use), 2 wrong settings, 130\n\
            ended at once by a second Ctrl-C.\n"
}
