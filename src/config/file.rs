//! `vestibule.toml`, or a JSON file such as the tutorial's `env-variables.json`.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{
    ConfigError, Lookup, OS, Purpose, folder,
    keys::{Form, KEYS, Key, key},
    nearest::meant,
    source::{Given, Place, Values, is_json},
    values,
};

/// The keys of the tutorial's `env-variables.json`, and ours.
const TUTORIAL: [(&str, &str); 3] = [
    ("auth0Domain", "issuer"),
    ("clientId", "client_id"),
    ("apiIdentifier", "audience"),
];
const JSON_EXAMPLE: &str =
    r#"{"auth0Domain": "example.eu.auth0.com", "clientId": "…", "apiIdentifier": "…"}"#;
/// More is no configuration.
const LARGEST: u64 = 1 << 20;

/// The values of the file that is in force, if there is one.
pub(super) fn read(
    chosen: Option<PathBuf>,
    env: Lookup<'_>,
    cwd: &Path,
) -> Result<Values, ConfigError> {
    if let Some(path) = chosen {
        let path = cwd.join(path);
        let text = text_of(&path).map_err(|error| unreadable(&path, &error))?;
        return parse(&path, &text);
    }
    let home = folder(OS, env, Purpose::Configuration);
    for place in [Some(cwd.to_owned()), home] {
        let Some(path) = place.map(|place| place.join("vestibule.toml")) else {
            continue;
        };
        match text_of(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&path, &error)),
            Ok(text) => return parse(&path, &text),
        }
    }
    Ok(Values::default())
}

fn text_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    values::open(path)?.take(LARGEST).read_to_end(&mut text)?;
    Ok(text)
}

fn unreadable(path: &Path, error: &io::Error) -> ConfigError {
    let path = path.display();
    ConfigError(format!(
        "{path} cannot be read: {error}; example: --config vestibule.toml"
    ))
}

fn parse(path: &Path, text: &[u8]) -> Result<Values, ConfigError> {
    let is_json = is_json(path);
    let wrong = |what: String| {
        let example = if is_json {
            JSON_EXAMPLE.to_owned()
        } else {
            key("issuer").toml_example()
        };
        ConfigError(format!("{}: {what}; example: {example}", path.display()))
    };
    let text = std::str::from_utf8(text).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    // Some editors put a byte-order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table: Table = if is_json {
        serde_json::from_str(text).map_err(|e| {
            wrong(format!(
                "it is not JSON as expected: {e} (TOML goes into a file of another name)"
            ))
        })
    } else {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.get(..start).unwrap_or("").matches('\n').count() + 1;
            let hint = if text.trim_start().starts_with('{') {
                " (JSON is read from a file whose name ends in .json)"
            } else {
                ""
            };
            wrong(format!(
                "line {line} is not TOML: {}{hint}",
                error.message()
            ))
        })
    }?;
    let mut values = Values::of_file(path);
    for (name, value) in &table {
        let key = known(name, is_json).ok_or_else(|| wrong(unknown(name, &table, is_json)))?;
        let given = given(path, name, key, value)?;
        if values.given(key.name).is_some() {
            return Err(given.fault("given twice").about(key));
        }
        values.put(key, given);
    }
    Ok(values)
}

/// The key of this name; in JSON the tutorial's names too.
fn known(name: &str, is_json: bool) -> Option<&'static Key> {
    let tutorial = TUTORIAL
        .iter()
        .find(|(theirs, _)| is_json && *theirs == name);
    let name = tutorial.map_or(name, |(_, ours)| ours);
    KEYS.iter().find(|key| key.name == name)
}

fn unknown(name: &str, table: &Table, is_json: bool) -> String {
    let tutorial = TUTORIAL.iter().map(|(theirs, _)| *theirs);
    let tutorial = tutorial.filter(|_| is_json);
    let names: Vec<_> = tutorial.chain(KEYS.iter().map(|key| key.name)).collect();
    let hint = if table.keys().any(|name| known(name, is_json).is_some()) {
        ""
    } else if table.keys().any(|name| known(name, true).is_some()) {
        " (the tutorial's names are for a file whose name ends in .json)"
    } else {
        " (no key in it is known: is it the right file?)"
    };
    let meant = meant(name, names.iter().copied());
    format!(
        "unknown key {name:?}{meant}{hint}; known are {}",
        names.join(", ")
    )
}

fn given(path: &Path, name: &str, key: &Key, value: &Value) -> Result<Given, ConfigError> {
    let place = Place::File {
        path: path.to_owned(),
        name: name.to_owned(),
    };
    let text = match (as_text(key.form, value), name) {
        (Ok(domain), "auth0Domain") if !domain.trim().is_empty() => {
            let domain = domain.trim();
            if let Err(what) = values::fit(domain) {
                return Err(place.fault(format!("{domain:?}: {what}")).about(key));
            }
            // The server has the same rule.
            let foreign = |c: char| "/\\@?#".contains(c) || c.is_whitespace() || c.is_control();
            if domain.contains(foreign) || domain.ends_with(':') {
                let what = "give the bare domain, with its port if it has one";
                return Err(place.fault(what).about(key));
            }
            format!("https://{domain}/")
        }
        (Ok(text), _) => text,
        (Err(what), _) => return Err(place.fault(what).about(key)),
    };
    Given::new(text.into(), place).map_err(|fault| fault.about(key))
}

fn as_text(form: Form, value: &Value) -> Result<String, &'static str> {
    const WORDS: &str = "it must be text in quotes or a list of words in quotes";
    const PORTS: &str = "it must be a number, a list of numbers or text such as \"8765,8766\"";
    let joined = |list: Vec<Option<String>>, between: &str| {
        let list: Option<Vec<String>> = list.into_iter().collect();
        list.map(|list| list.join(between))
    };
    match (form, value) {
        (_, Value::String(text)) => Ok(text.clone()),
        (Form::Text, _) => Err("it must be text in quotes"),
        (Form::Words, Value::Array(list)) => {
            let words = list.iter().map(|word| word.as_str().map(str::to_owned));
            joined(words.collect(), " ").ok_or(WORDS)
        }
        (Form::Words, _) => Err(WORDS),
        (Form::Ports, Value::Integer(port)) => Ok(port.to_string()),
        (Form::Ports, Value::Array(list)) => {
            let ports = list.iter().map(|port| Some(port.as_integer()?.to_string()));
            joined(ports.collect(), ",").ok_or(PORTS)
        }
        (Form::Ports, _) => Err(PORTS),
    }
}
