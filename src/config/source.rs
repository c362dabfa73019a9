//! Where values come from, kept with each of them for error sentences.

use std::{
    collections::HashMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::{
    ConfigError, Lookup,
    keys::{Form, KEYS, Key, key},
    values,
};

/// Where a value was given.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Environment,
    /// A file, and the name of the key in it.
    File {
        path: PathBuf,
        name: String,
    },
    Option,
}

/// A value as text, never empty.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) text: String,
    pub(super) place: Place,
}

/// A fault of which it is not said yet what it is about.
pub(super) struct Fault {
    place: Place,
    what: String,
}

impl Given {
    /// Spaces around a value are a slip of whoever pasted it.
    pub(super) fn new(text: OsString, place: Place) -> Result<Self, Fault> {
        match text.into_string() {
            Ok(text) => Ok(Self {
                text: text.trim().to_owned(),
                place,
            }),
            Err(_) => Err(place.fault("it is not UTF-8")),
        }
    }

    pub(super) fn fault(&self, what: impl Into<String>) -> Fault {
        self.place.clone().fault(what)
    }
}

impl Place {
    pub(super) fn fault(self, what: impl Into<String>) -> Fault {
        let what = what.into();
        Fault { place: self, what }
    }
}

impl Fault {
    /// The sentence: place, key, what is wrong, an example for that place.
    pub(super) fn about(self, key: &Key) -> ConfigError {
        let Self { place, what } = self;
        ConfigError(match place {
            Place::Option => {
                let option = key.option().unwrap_or_default();
                format!("{option}: {what}; example: {option} {}", quoted(key))
            }
            Place::Environment => {
                let name = key.environment();
                format!("{name}: {what}; example: {name}={}", quoted(key))
            }
            Place::File { path, name } => {
                let example = if name == "auth0Domain" {
                    r#""auth0Domain": "example.eu.auth0.com""#.to_owned()
                } else if is_json(&path) {
                    format!("\"{name}\": \"{}\"", key.example)
                } else {
                    key.toml_example()
                };
                format!("{}: {name}: {what}; example: {example}", path.display())
            }
        })
    }
}

pub(super) fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

fn quoted(key: &Key) -> String {
    match key.form {
        Form::Words => format!("'{}'", key.example),
        Form::Ports | Form::Text => key.example.to_owned(),
    }
}

/// Values by key; an empty one counts as missing.
#[derive(Debug, Default)]
pub(super) struct Values {
    values: HashMap<&'static str, Given>,
    /// The file that was read.
    file: Option<PathBuf>,
}

impl Values {
    /// A later option of the same name replaces an earlier one.
    pub(super) fn put(&mut self, key: &'static Key, given: Given) {
        if given.text.is_empty() {
            self.values.remove(key.name);
        } else {
            self.values.insert(key.name, given);
        }
    }

    pub(super) fn of_file(path: &Path) -> Self {
        Self {
            file: Some(path.to_owned()),
            ..Self::default()
        }
    }

    /// Adds what is not given yet.
    pub(super) fn fill_from(&mut self, lower: Self) {
        for (name, given) in lower.values {
            self.values.entry(name).or_insert(given);
        }
        self.file = self.file.take().or(lower.file);
    }

    pub(super) fn from_environment(env: Lookup<'_>) -> Result<Self, ConfigError> {
        let mut values = Self::default();
        for key in KEYS {
            if let Some(text) = env(&key.environment()) {
                let given = Given::new(text, Place::Environment).map_err(|e| e.about(key))?;
                values.put(key, given);
            }
        }
        Ok(values)
    }

    pub(super) fn given(&self, name: &str) -> Option<&Given> {
        self.values.get(name)
    }

    /// A value without which nothing can be done.
    pub(super) fn required<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        self.optional(name, read)?
            .ok_or_else(|| self.missing(key(name)))
    }

    /// Names what else is missing too: nobody wants to hear of it one by one.
    fn missing(&self, first: &Key) -> ConfigError {
        let is_missing =
            |key: &&Key| key.name == first.name || (key.required && self.given(key.name).is_none());
        let keys: Vec<_> = KEYS.iter().filter(is_missing).collect();
        let all = |text: fn(&Key) -> String, between: &str| {
            let texts: Vec<_> = keys.iter().map(|key| text(key)).collect();
            texts.join(between)
        };
        let file = self.file.as_deref().unwrap_or(Path::new("vestibule.toml"));
        let example: fn(&Key) -> String = if is_json(file) {
            |key| format!("\"{}\": \"{}\"", key.name, key.example)
        } else {
            Key::toml_example
        };
        ConfigError(format!(
            "{} {} missing: give {} as {} or {}, or in {}; example: {}",
            all(|key| key.name.to_owned(), " and "),
            if keys.len() == 1 { "is" } else { "are" },
            if keys.len() == 1 { "it" } else { "them" },
            all(|key| key.option().unwrap_or_default(), " and "),
            all(Key::environment, " and "),
            file.display(),
            all(example, ", "),
        ))
    }

    /// The value of `name`, read by `read`; `None` if it is missing.
    pub(super) fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let read = |given: &Given| {
            let fit = values::fit(&given.text);
            fit.and_then(|()| read(&given.text)).map_err(|what| {
                let what = format!("{:?}: {what}", given.text);
                given.fault(what).about(key(name))
            })
        };
        self.given(name).map(read).transpose()
    }
}
