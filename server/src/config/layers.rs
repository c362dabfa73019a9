//! Where each setting was found: command line, environment or file, in this order.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use lexopt::Arg::{Long, Short};
use serde_json::{Map, Value};

use super::{
    ConfigError,
    keys::{KEYS, Key, Kind, find},
};

const DEFAULT_FILE: &str = "vestibule-server.toml";
const CONFIG: &str = "VESTIBULE_SERVER_CONFIG";
const REQUIRED: [&str; 2] = ["issuer", "audience"];
/// The keys of the tutorial's env-variables.json.
const TUTORIAL: [&str; 3] = ["auth0Domain", "apiIdentifier", "clientId"];
const JSON_EXAMPLE: &str = r#""auth0Domain": "tenant.eu.auth0.com""#;

pub enum Found {
    Help,
    Version,
    Settings(Layers),
}

enum Origin {
    Option(&'static Key),
    Environment(&'static Key),
    File(&'static Key, PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(key) => f.write_str(&key.option()),
            Self::Environment(key) => f.write_str(&key.environment()),
            Self::File(key, path) => write!(f, "{} in {}", key.name, path.display()),
        }
    }
}

/// The text of each setting that has one, from the first layer that has it.
#[derive(Default)]
pub struct Layers(BTreeMap<&'static str, (String, Origin)>);

impl Layers {
    pub fn collect(
        arguments: impl IntoIterator<Item = OsString>,
        environment: impl Fn(&str) -> Option<OsString>,
        folder: &Path,
    ) -> Result<Found, ConfigError> {
        let mut layers = Self::default();
        let wrong = |error: lexopt::Error| ConfigError(format!("{error}; see --help"));
        let mut config = None;
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next().map_err(wrong)? {
            let key = match argument {
                Long("help") | Short('h') => return Ok(Found::Help),
                Long("version") | Short('V') => return Ok(Found::Version),
                Long("config") => None,
                Long(name) if by_option(name).is_some() => by_option(name),
                other => return Err(wrong(other.unexpected())),
            };
            let value = parser.value().map_err(wrong)?;
            match key {
                None => config = Some(value),
                Some(key) => layers.add(key, text(value, &key.option())?, Origin::Option(key)),
            }
        }
        for key in &KEYS {
            let name = key.environment();
            if let Some(value) = environment(&name) {
                layers.add(key, text(value, &name)?, Origin::Environment(key));
            }
        }
        let config = [config, environment(CONFIG)];
        layers.add_file(
            config.into_iter().flatten().find(|path| !path.is_empty()),
            folder,
        )?;
        Ok(Found::Settings(layers))
    }

    pub fn optional<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let Some((text, origin)) = self.0.get(name) else {
            return Ok(None);
        };
        let example = find(name).map_or("", |key| key.example);
        let wrong = |cause| ConfigError(format!("{origin}: {cause}; for example {example}"));
        parse(text).map(Some).map_err(wrong)
    }

    pub fn required<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        self.optional(name, parse)?.ok_or_else(|| {
            // All at once: nobody wants to hear of them one by one.
            let missing = KEYS.iter().filter(|key| {
                key.name == name || (REQUIRED.contains(&key.name) && !self.0.contains_key(key.name))
            });
            let sentences = missing.map(|key| {
                format!(
                    "{} is missing: give it with {}, as {} in the environment or as a key in {DEFAULT_FILE}; for example {}",
                    key.name,
                    key.option(),
                    key.environment(),
                    key.example
                )
            });
            ConfigError(sentences.collect::<Vec<_>>().join("; "))
        })
    }

    /// An empty value is a missing one; what is there already comes first.
    fn add(&mut self, key: &'static Key, text: String, origin: Origin) {
        if text.is_empty() {
            return;
        }
        match (&origin, self.0.contains_key(key.name)) {
            // The last of two equal options counts, as everywhere.
            (Origin::Option(_), _) | (_, false) => {
                self.0.insert(key.name, (text, origin));
            }
            _ => {}
        }
    }

    fn add_file(&mut self, config: Option<OsString>, folder: &Path) -> Result<(), ConfigError> {
        let (path, named) = match config {
            Some(path) => (folder.join(path), true),
            None => (folder.join(DEFAULT_FILE), false),
        };
        let shown = path.display();
        let bytes = match std::fs::read(&path) {
            Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(ConfigError(format!("{shown} cannot be read: {error}"))),
            Ok(bytes) => bytes,
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| ConfigError(format!("{shown} is not UTF-8; write it as UTF-8 text")))?;
        let json = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("json"));
        for (name, value) in parse_file(&text, json).map_err(|cause| {
            let example = if json { JSON_EXAMPLE } else { KEYS[0].example };
            ConfigError(format!("{shown} {cause}; for example {example}"))
        })? {
            self.add_entry(&name, value, &path, json)?;
        }
        Ok(())
    }

    fn add_entry(
        &mut self,
        name: &str,
        value: Value,
        path: &Path,
        json: bool,
    ) -> Result<(), ConfigError> {
        let shown = path.display();
        let (name, value) = match (json, name, value) {
            // The tutorial's env-variables.json; the client id is the app's affair.
            (true, "clientId", _) => return Ok(()),
            (true, "apiIdentifier", value) => ("audience", value),
            (true, "auth0Domain", Value::String(domain)) => ("issuer", issuer_of(&domain, path)?),
            (true, "auth0Domain", value) => ("issuer", value),
            (_, name, value) => (name, value),
        };
        let key = find(name).ok_or_else(|| {
            let tutorial: &[&str] = if json { &TUTORIAL } else { &[] };
            let names = tutorial
                .iter()
                .copied()
                .chain(KEYS.iter().map(|key| key.name));
            let names: Vec<_> = names.collect();
            let example = if json { JSON_EXAMPLE } else { KEYS[0].example };
            ConfigError(format!(
                "{shown} has the unknown key {name}; known are {}; for example {example}",
                names.join(", ")
            ))
        })?;
        let text = in_words(value, key.kind).ok_or_else(|| {
            let kind = match key.kind {
                Kind::Text => "a text",
                Kind::Number => "a whole number",
                Kind::List => "a text or a list of texts",
            };
            ConfigError(format!(
                "{name} in {shown} is not {kind}; for example {}",
                key.example
            ))
        })?;
        self.add(key, text, Origin::File(key, path.to_owned()));
        Ok(())
    }
}

fn by_option(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.option()[2..] == *name)
}

fn text(value: OsString, origin: &str) -> Result<String, ConfigError> {
    let refused = |_| ConfigError(format!("the value of {origin} is not UTF-8"));
    value.into_string().map_err(refused)
}

fn parse_file(text: &str, json: bool) -> Result<Map<String, Value>, String> {
    if json {
        serde_json::from_str(text).map_err(|error| format!("is not a JSON object: {error}"))
    } else {
        toml::from_str(text).map_err(|error| format!("is not TOML: {}", error.message()))
    }
}

/// The tutorial's tenant `DOMAIN`, with its port if it has one, is the issuer
/// `https://DOMAIN/`. The app has the same rule.
fn issuer_of(domain: &str, path: &Path) -> Result<Value, ConfigError> {
    let domain = domain.trim();
    let foreign = |c: char| "/\\@?#".contains(c) || c.is_whitespace() || c.is_control();
    if domain.contains(foreign) || domain.ends_with(':') {
        return Err(ConfigError(format!(
            r#"auth0Domain in {} is not a host name; for example "auth0Domain": "tenant.eu.auth0.com""#,
            path.display()
        )));
    }
    let empty = domain.is_empty();
    Ok(Value::String(if empty {
        String::new()
    } else {
        format!("https://{domain}/")
    }))
}

fn in_words(value: Value, kind: Kind) -> Option<String> {
    match (kind, value) {
        (Kind::Text | Kind::List, Value::String(text)) => Some(text),
        (Kind::Number, Value::Number(number)) => number.as_u64().map(|n| n.to_string()),
        (Kind::List, Value::Array(items)) => {
            let words: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
            words.map(|words| words.join(" "))
        }
        _ => None,
    }
}
