//! Where each setting was found: command line, environment or file, in this order.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use lexopt::Arg::{Long, Short};

use super::{
    ConfigError,
    file::{self, DEFAULT_FILE},
    keys::{KEYS, Key, find},
    text::{is_plain, shown, without_password},
};
use crate::words::escaped;

pub const CONFIG: &str = "VESTIBULE_SERVER_CONFIG";
const REQUIRED: [&str; 2] = ["issuer", "audience"];

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
            Self::File(key, path) => {
                let path = escaped(&path.to_string_lossy());
                write!(f, "{} in {path}", key.name)
            }
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
        // What was meant for a value may be an address with a password.
        let wrong = |error: lexopt::Error| {
            let sentence = match error.to_string() {
                it if it.contains('@') => format!("unexpected argument {}", without_password(&it)),
                it => it,
            };
            ConfigError(format!("{}; see --help", escaped(&sentence)))
        };
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
            let option = key.map_or("--config".to_owned(), Key::option);
            let value = parser.value().map_err(wrong)?;
            if value.as_encoded_bytes().starts_with(b"--") {
                let next = shown(&without_password(&value.to_string_lossy()));
                return Err(ConfigError(format!(
                    "{option} has no value, but {} after it; see --help",
                    next.trim_matches('"')
                )));
            }
            match key {
                None => config = Some(value),
                Some(key) => layers.add(key, text(value, &option)?, Origin::Option(key)),
            }
        }
        for key in &KEYS {
            let name = key.environment();
            if let Some(value) = environment(&name) {
                layers.add(key, text(value, &name)?, Origin::Environment(key));
            }
        }
        let config = [config, environment(CONFIG)];
        let config = config.into_iter().flatten().find(|path| !path.is_empty());
        let (path, named) = match config {
            Some(path) => (folder.join(path), true),
            None => (folder.join(DEFAULT_FILE), false),
        };
        for (key, text) in file::read(&path, named)? {
            layers.add(key, text, Origin::File(key, path.clone()));
        }
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
        let Some(key) = find(name) else {
            return Ok(None);
        };
        let plain = is_plain(text, key.kind);
        let parsed = plain.and_then(|()| parse(text));
        parsed.map(Some).map_err(|cause| {
            let value = match key.is_address() {
                true => shown(&without_password(text)),
                false => shown(text),
            };
            let example = key.example;
            ConfigError(format!(
                "{origin} is {value}: {cause}; for example {example}"
            ))
        })
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
}

fn by_option(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.option()[2..] == *name)
}

fn text(value: OsString, origin: &str) -> Result<String, ConfigError> {
    let refused = |_| {
        let sentence = format!("the value of {origin} is not UTF-8; write it in letters that are");
        ConfigError(sentence)
    };
    value.into_string().map_err(refused)
}
