//! The text of each setting, with the place that it comes from.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::{
    ConfigError, Kind, Lookup, Program, Setting,
    setting::option_of,
    text::{check, shown, without_password},
};

/// Where a value was given.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Environment,
    /// A file, and the name of the key in it.
    File {
        path: PathBuf,
        name: String,
    },
    Option,
}

#[derive(Clone, Debug)]
struct Given {
    setting: &'static Setting,
    text: String,
    place: Place,
}

/// The values that were given, each from the first place that has it.
#[derive(Clone)]
pub struct Values {
    pub(crate) program: &'static Program,
    given: Vec<Given>,
    /// The file that was read.
    pub(crate) file: Option<PathBuf>,
}

impl Values {
    pub(crate) fn new(program: &'static Program) -> Self {
        Self {
            program,
            given: Vec::new(),
            file: None,
        }
    }

    /// The value of `setting`, read by `read` from what is given or from its default.
    ///
    /// # Errors
    /// It is wrong, or missing and has no default. What `read` says of it follows the place
    /// and the value; other required settings that are missing are named too.
    pub fn get<T>(
        &self,
        setting: &'static Setting,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        match (self.optional(setting, &read)?, setting.default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => {
                read(default).map_err(|cause| self.wrong_default(setting, &cause))
            }
            (None, None) => Err(self.missing(setting)),
        }
    }

    /// The value of `setting`, read by `read`; `None` if it is missing, whatever its default.
    ///
    /// # Errors
    /// It is wrong.
    pub fn optional<T>(
        &self,
        setting: &'static Setting,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(given) = self.given(setting) else {
            return Ok(None);
        };
        let value = check(&given.text, setting.kind).and_then(|()| read(&given.text));
        value.map(Some).map_err(|cause| self.wrong(given, &cause))
    }

    /// As a path: one that a file gives starts at that file's folder, any other at `folder`.
    ///
    /// # Errors
    /// It is wrong.
    pub fn path(
        &self,
        setting: &'static Setting,
        folder: &Path,
    ) -> Result<Option<PathBuf>, ConfigError> {
        let folder = match self.given(setting).map(|given| &given.place) {
            Some(Place::File { path, .. }) => path.parent().unwrap_or(folder),
            _ => folder,
        };
        self.optional(setting, |text| Ok(folder.join(text)))
    }

    /// What is given, as texts that nothing has checked, in the order of the settings.
    pub fn texts(&self) -> impl Iterator<Item = (&'static Setting, &str)> {
        let given = |setting: &&'static Setting| Some((*setting, &*self.given(setting)?.text));
        self.program.settings.iter().filter_map(given)
    }

    /// Puts `text` in the place of what is given, as if it stood in an option.
    pub fn replace(&mut self, setting: &'static Setting, text: &str) {
        self.given
            .retain(|given| given.setting.name != setting.name);
        self.add(setting, text.to_owned(), Place::Option);
    }

    /// A later option replaces an earlier one of the same name.
    pub(crate) fn add_option(
        &mut self,
        setting: &'static Setting,
        text: OsString,
    ) -> Result<(), ConfigError> {
        let text = self.text_of(setting, &Place::Option, text)?;
        self.replace(setting, &text);
        Ok(())
    }

    pub(crate) fn add_environment(&mut self, environment: Lookup<'_>) -> Result<(), ConfigError> {
        for setting in self.program.settings {
            if let Some(text) = environment(&self.program.variable(setting)) {
                let text = self.text_of(setting, &Place::Environment, text)?;
                self.add(setting, text, Place::Environment);
            }
        }
        Ok(())
    }

    /// The first value of a setting counts, so the order of these calls is the precedence.
    /// An empty value is a missing one.
    pub(crate) fn add(&mut self, setting: &'static Setting, text: String, place: Place) {
        let text = match self.program.trims {
            true => text.trim().to_owned(),
            false => text,
        };
        if !text.is_empty() {
            self.given.push(Given {
                setting,
                text,
                place,
            });
        }
    }

    /// The sentence: place, what is wrong, an example for that place.
    pub(crate) fn fault(&self, setting: &Setting, place: &Place, what: &str) -> ConfigError {
        let shell = setting.example_in_shell();
        ConfigError::new(&match place {
            Place::Environment => {
                let name = self.program.variable(setting);
                format!("{name}: {what}; example: {name}={shell}")
            }
            Place::File { path, name } => {
                let example = match &**name {
                    "auth0Domain" => r#""auth0Domain": "example.eu.auth0.com""#.to_owned(),
                    _ => setting.example_in(path),
                };
                format!("{}: {name}: {what}; example: {example}", path.display())
            }
            Place::Option => {
                let option = option_of(setting.name);
                let between = match setting.kind {
                    // A word after it would be a command.
                    Kind::Switch => '=',
                    _ => ' ',
                };
                format!("{option}: {what}; example: {option}{between}{shell}")
            }
        })
    }

    fn given(&self, setting: &Setting) -> Option<&Given> {
        let mut given = self.given.iter();
        given.find(|given| given.setting.name == setting.name)
    }

    fn text_of(
        &self,
        setting: &Setting,
        place: &Place,
        text: OsString,
    ) -> Result<String, ConfigError> {
        let refused = |_| self.fault(setting, place, "it is not UTF-8; write it as UTF-8 text");
        text.into_string().map_err(refused)
    }

    fn wrong(&self, given: &Given, cause: &str) -> ConfigError {
        let value = match given.setting.kind {
            Kind::Address => shown(&without_password(&given.text)),
            _ => shown(&given.text),
        };
        self.fault(given.setting, &given.place, &format!("{value}: {cause}"))
    }

    /// Only a slip in the table leads here; the tests of both programs read every default.
    fn wrong_default(&self, setting: &Setting, cause: &str) -> ConfigError {
        ConfigError::new(&format!("the default of {}: {cause}", setting.name))
    }

    /// Names what else is missing too: nobody wants to hear of it one by one.
    fn missing(&self, first: &Setting) -> ConfigError {
        let is_missing = |setting: &&&Setting| {
            setting.name == first.name || (setting.is_required && self.given(setting).is_none())
        };
        let settings = self.program.settings.iter().filter(is_missing);
        let settings: Vec<&Setting> = settings.copied().collect();
        let all = |text: &dyn Fn(&Setting) -> String, between: &str| {
            let texts: Vec<String> = settings.iter().map(|setting| text(setting)).collect();
            texts.join(between)
        };
        let file = self.file.as_deref();
        let file = file.unwrap_or(Path::new(self.program.file));
        ConfigError::new(&format!(
            "{} {} missing: give {} as {} or {}, or in {}; example: {}",
            all(&|setting| setting.name.to_owned(), " and "),
            if settings.len() == 1 { "is" } else { "are" },
            if settings.len() == 1 { "it" } else { "them" },
            all(&|setting| option_of(setting.name), " and "),
            all(&|setting| self.program.variable(setting), " and "),
            file.display(),
            all(&|setting| setting.example_in(file), ", "),
        ))
    }
}
