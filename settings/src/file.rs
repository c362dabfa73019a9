//! A file of settings: TOML, or JSON such as the tutorial's `env-variables.json`.

mod json;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use crate::{
    ConfigError, Kind, Program, Setting, Values,
    nearest::{Name, meant, names},
    open,
    setting::is_json,
    text::{check, shown, without_password},
    values::Place,
};

/// The keys of the tutorial's file, and ours. A program ignores those it has no setting for.
const TUTORIAL: [(&str, &str); 3] = [
    ("auth0Domain", "issuer"),
    ("clientId", "client_id"),
    ("apiIdentifier", "audience"),
];
const JSON_EXAMPLE: &str =
    r#"{"auth0Domain": "example.eu.auth0.com", "clientId": "…", "apiIdentifier": "…"}"#;
/// In bytes. More is no configuration.
const LARGEST: u64 = 1 << 20;

/// Adds the values of the file `chosen`, or else of the first of `places` that is there.
pub(crate) fn add(
    values: &mut Values,
    chosen: Option<&Path>,
    places: &[PathBuf],
) -> Result<(), ConfigError> {
    let program = values.program;
    if let Some(path) = chosen {
        let bytes = bytes_of(program, path).map_err(|error| unreadable(program, path, &error))?;
        return add_file(values, path, bytes);
    }
    for path in places {
        match bytes_of(program, path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(program, path, &error)),
            Ok(bytes) => return add_file(values, path, bytes),
        }
    }
    Ok(())
}

fn bytes_of(program: &Program, path: &Path) -> io::Result<Vec<u8>> {
    let file = match program.reads_pipes {
        true => File::open(path),
        false => open(path),
    };
    let mut bytes = Vec::new();
    file?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(program: &Program, path: &Path, error: &io::Error) -> ConfigError {
    ConfigError::new(&format!(
        "{} cannot be read: {error}; see whether that is its name, and whether this user may \
         read it; example: --config {}",
        path.display(),
        program.file
    ))
}

fn add_file(values: &mut Values, path: &Path, bytes: Vec<u8>) -> Result<(), ConfigError> {
    let program = values.program;
    let wrong = |what: &str| {
        let example = match (is_json(path), program.settings) {
            (false, [first, ..]) => first.example_in(path),
            _ => JSON_EXAMPLE.to_owned(),
        };
        ConfigError::new(&format!("{}: {what}; example: {example}", path.display()))
    };
    let text = decoded(bytes).map_err(wrong)?;
    let table = match is_json(path) {
        true => json::table(&text),
        false => toml(&text),
    };
    let table = table.map_err(|what| wrong(&what))?;
    values.file = Some(path.to_owned());
    for (name, value) in &table {
        match known(program, name, is_json(path)) {
            Known::Ignored => {}
            Known::No => return Err(wrong(&unknown(program, name, &table, is_json(path)))),
            Known::Setting(setting) => add_value(values, path, (name, setting), &table, value)?,
        }
    }
    Ok(())
}

/// The text without a byte-order mark, which some editors put first.
fn decoded(bytes: Vec<u8>) -> Result<String, &'static str> {
    // UTF-16 has a mark of its own, or else a zero in each letter of ASCII.
    let is_utf_16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if is_utf_16 || bytes.iter().take(2).any(|byte| *byte == 0) {
        return Err("it is UTF-16; write it as UTF-8 text");
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8; write it as UTF-8 text")?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn toml(text: &str) -> Result<Table, String> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or("").matches('\n').count() + 1;
        let hint = match text.trim_start().starts_with('{') {
            true => " (JSON is read from a file whose name ends in .json)",
            false => "",
        };
        format!("line {line} is not TOML: {}{hint}", error.message())
    })
}

enum Known {
    /// The tutorial's, for a setting that this program does not have.
    Ignored,
    No,
    Setting(&'static Setting),
}

/// What `name` stands for; in JSON the tutorial's names count too.
fn known(program: &Program, name: &str, is_json: bool) -> Known {
    let tutorial = TUTORIAL.iter().find(|(theirs, _)| *theirs == name);
    match tutorial.filter(|_| is_json) {
        Some((_, ours)) => program.setting(ours).map_or(Known::Ignored, Known::Setting),
        None => program.setting(name).map_or(Known::No, Known::Setting),
    }
}

fn unknown(program: &Program, name: &str, table: &Table, is_json: bool) -> String {
    let has = |is_json| {
        table
            .keys()
            .any(|name| !matches!(known(program, name, is_json), Known::No))
    };
    let hint = if has(is_json) {
        ""
    } else if has(true) {
        " (the tutorial's names are for a file whose name ends in .json)"
    } else {
        " (no key in it is known: is it the right file?)"
    };
    let theirs = TUTORIAL
        .iter()
        .filter(|(_, ours)| is_json && program.setting(ours).is_some());
    let theirs = theirs.map(|(theirs, _)| *theirs);
    let mut spelt = names(&mut program.settings.iter(), &str::to_owned);
    spelt.extend(theirs.clone().map(Name::from));
    let ours = program.settings.iter().map(|setting| setting.name);
    format!(
        "unknown key {}{}{hint}; known are {}",
        shown(name),
        meant(name, &spelt),
        theirs.chain(ours).collect::<Vec<_>>().join(", ")
    )
}

fn add_value(
    values: &mut Values,
    path: &Path,
    (name, setting): (&str, &'static Setting),
    table: &Table,
    value: &Value,
) -> Result<(), ConfigError> {
    let place = Place::File {
        path: path.to_owned(),
        name: name.to_owned(),
    };
    let wrong = |what: &str| values.fault(setting, &place, what);
    // An empty value is a missing one.
    let is_empty = value.as_str().is_some_and(|text| text.trim().is_empty());
    if name != setting.name && !is_empty && table.contains_key(setting.name) {
        return Err(wrong(&format!(
            "given twice: it has both {name} and {}, which are the same; keep one of them",
            setting.name
        )));
    }
    let text = as_text(setting.kind, value).map_err(wrong)?;
    let text = match name {
        "auth0Domain" => issuer_of(&text).map_err(|what| wrong(&what))?,
        _ => text,
    };
    values.add(setting, text, place);
    Ok(())
}

/// The tutorial's tenant `DOMAIN`, with its port if it has one, is the issuer
/// `https://DOMAIN/`.
fn issuer_of(domain: &str) -> Result<String, String> {
    let domain = domain.trim();
    let is_foreign = |c: char| "/\\@?#".contains(c) || c.is_whitespace() || c.is_control();
    let fault = if domain.contains(is_foreign) || domain.ends_with(':') {
        Err("it is not a host name: give the bare domain, with its port if it has one".to_owned())
    } else {
        check(domain, Kind::Address)
    };
    fault.map_err(|what| format!("{}: {what}", shown(&without_password(domain))))?;
    Ok(match domain {
        "" => String::new(),
        domain => format!("https://{domain}/"),
    })
}

/// The value as it would stand in an option.
fn as_text(kind: Kind, value: &Value) -> Result<String, &'static str> {
    const WORDS: &str = "it must be text in quotes or a list of words in quotes";
    const SOME_WORDS: &str =
        "it must be text in quotes or a list of words in quotes, with something in each";
    const NUMBERS: &str = "it must be a number, a list of numbers or text such as \"8765,8766\"";
    let joined = |list: &[Value], between: &str, text: &dyn Fn(&Value) -> Option<String>| {
        let texts: Option<Vec<String>> = list.iter().map(text).collect();
        texts.map(|texts| texts.join(between))
    };
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let number = |value: &Value| value.as_integer().map(|number| number.to_string());
    let is_natural = |number: &&i64| **number >= 0;
    match (kind, value) {
        (Kind::Number, Value::Integer(given)) => {
            let given = Some(given).filter(is_natural);
            given.map(i64::to_string).ok_or("it is not a whole number")
        }
        (Kind::Number, _) => Err("it is not a whole number"),
        (Kind::Switch, Value::Boolean(is_on)) => Ok(is_on.to_string()),
        (_, Value::String(text)) => Ok(text.clone()),
        (Kind::Numbers, Value::Integer(number)) => Ok(number.to_string()),
        (Kind::Numbers, Value::Array(list)) => joined(list, ",", &number).ok_or(NUMBERS),
        (Kind::Numbers, _) => Err(NUMBERS),
        (Kind::Words, Value::Array(list)) => joined(list, " ", &word).ok_or(WORDS),
        (Kind::Words, _) => Err(WORDS),
        (Kind::SomeWords, Value::Array(list)) if !list.is_empty() => {
            let word = |value: &Value| word(value).filter(|word| !word.trim().is_empty());
            joined(list, " ", &word).ok_or(SOME_WORDS)
        }
        (Kind::SomeWords, _) => Err(SOME_WORDS),
        (Kind::Switch, _) => Err("it must be true or false"),
        (Kind::Address | Kind::FileName | Kind::Text, _) => Err("it must be text in quotes"),
    }
}
