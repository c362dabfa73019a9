//! A file of settings: TOML, or JSON if its name ends so.

use std::{fmt, path::Path};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{
    ConfigError,
    keys::{KEYS, Key, Kind, find},
    text::{shown, without_password},
};
use crate::words::escaped;

pub const DEFAULT_FILE: &str = "vestibule-server.toml";
/// The keys of the tutorial's env-variables.json.
const TUTORIAL: [&str; 3] = ["auth0Domain", "apiIdentifier", "clientId"];
const JSON_EXAMPLE: &str = r#""auth0Domain": "tenant.eu.auth0.com""#;

/// Its settings as texts; none if it is not there and nobody has `named` it.
pub fn read(path: &Path, named: bool) -> Result<Vec<(&'static Key, String)>, ConfigError> {
    let bytes = match std::fs::read(path) {
        Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Vec::new());
        }
        Err(error) => {
            let path = shown(&path.to_string_lossy());
            return Err(ConfigError(format!(
                "{path} cannot be read: {error}; see whether that is its name, and whether this \
                 user may read it"
            )));
        }
        Ok(bytes) => bytes,
    };
    let json = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let shown = escaped(&path.to_string_lossy());
    let text = decoded(bytes).map_err(|cause| ConfigError(format!("{shown} {cause}")))?;
    let entries = parse(&text, json).map_err(|cause| {
        let example = if json { JSON_EXAMPLE } else { KEYS[0].example };
        ConfigError(format!(
            "{shown} {}; for example {example}",
            escaped(&cause)
        ))
    })?;
    for (tutorial, ours) in [("auth0Domain", "issuer"), ("apiIdentifier", "audience")] {
        if json && entries.contains_key(tutorial) && entries.contains_key(ours) {
            return Err(ConfigError(format!(
                "{shown} has both {tutorial} and {ours}, which are the same; keep one of them"
            )));
        }
    }
    entries
        .into_iter()
        // The client id of the tutorial is the app's affair.
        .filter(|(name, _)| !(json && name == "clientId"))
        .map(|(name, value)| entry(&name, value, path, json))
        .collect()
}

/// The text without a byte-order mark, which editors on Windows put before it.
fn decoded(bytes: Vec<u8>) -> Result<String, &'static str> {
    // UTF-16 has a mark of its own, or else a zero in each letter of ASCII.
    let utf_16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if utf_16 || bytes.iter().take(2).any(|byte| *byte == 0) {
        return Err("is UTF-16; write it as UTF-8 text");
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8; write it as UTF-8 text")?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn parse(text: &str, json: bool) -> Result<Map<String, Value>, String> {
    if json {
        let object = serde_json::from_str(text);
        let object = object.map_err(|error| format!("is not a JSON object: {error}"));
        object.map(|Distinct(members)| members)
    } else {
        toml::from_str(text).map_err(|error| format!("is not TOML: {}", error.message()))
    }
}

/// The members of an object, none of them there twice: TOML refuses that by itself.
struct Distinct(Map<String, Value>);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Distinct;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut from: M) -> Result<Distinct, M::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = from.next_entry::<String, Value>()? {
                    if members.contains_key(&name) {
                        return Err(M::Error::custom(format!("it has {name} twice")));
                    }
                    members.insert(name, value);
                }
                Ok(Distinct(members))
            }
        }
        from.deserialize_map(Object)
    }
}

fn entry(
    name: &str,
    value: Value,
    path: &Path,
    json: bool,
) -> Result<(&'static Key, String), ConfigError> {
    let shown = escaped(&path.to_string_lossy());
    let (name, value) = match (json, name, value) {
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
            "{shown} has the unknown key {}; known are {}; for example {example}",
            escaped(name),
            names.join(", ")
        ))
    })?;
    let text = in_words(value, key.kind).ok_or_else(|| {
        let kind = match key.kind {
            Kind::Text | Kind::File => "a text",
            Kind::Number => "a whole number",
            Kind::List => "a text or a list of texts with something in each",
        };
        ConfigError(format!(
            "{name} in {shown} is not {kind}; for example {}",
            key.example
        ))
    })?;
    Ok((key, text))
}

/// The tutorial's tenant `DOMAIN`, with its port if it has one, is the issuer
/// `https://DOMAIN/`. The app has the same rule.
fn issuer_of(domain: &str, path: &Path) -> Result<Value, ConfigError> {
    let domain = domain.trim();
    let foreign = |c: char| "/\\@?#".contains(c) || c.is_whitespace() || c.is_control();
    if domain.contains(foreign) || domain.ends_with(':') {
        return Err(ConfigError(format!(
            r#"auth0Domain in {} is {}, which is not a host name; for example "auth0Domain": "tenant.eu.auth0.com""#,
            escaped(&path.to_string_lossy()),
            shown(&without_password(domain))
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
        (Kind::Text | Kind::File | Kind::List, Value::String(text)) => Some(text),
        (Kind::Number, Value::Number(number)) => number.as_u64().map(|n| n.to_string()),
        // An empty list would become a missing one: all algorithms, or no scope.
        (Kind::List, Value::Array(items)) if !items.is_empty() => {
            let text = |item| Value::as_str(item).filter(|text| !text.trim().is_empty());
            let words: Option<Vec<_>> = items.iter().map(text).collect();
            words.map(|words| words.join(" "))
        }
        _ => None,
    }
}
