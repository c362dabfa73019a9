//! Settings of a program, from the first of: option, environment, file, default.
//!
//! A program lists its settings once, with [`settings!`], and describes itself as a
//! [`Program`]. From that list come the names of options and variables, the keys of the
//! file (TOML, or JSON if its name ends in `.json`), `--help`, the hints for misspelt
//! names, and the sentences for what is wrong or missing: each has the place, the cause
//! and an example for that place. A JSON file may also use the three names of Auth0's
//! tutorial for Electron: `auth0Domain` for `issuer`, `clientId` for `client_id` and
//! `apiIdentifier` for `audience`. [`Program::read`] collects the texts, and
//! [`Values::get`] makes a value of one:
//!
//! ```
//! use vestibule_settings::{Kind, Line, Program, Setting, settings, whole_number};
//!
//! settings! {
//!     static SETTINGS;
//!     NAME = Setting::new("name", Kind::Text, "Ada", "who is greeted").required();
//!     TIMES = Setting::new("times", Kind::Number, "3", "how often").default("1");
//! }
//!
//! static GREETER: Program = Program {
//!     name: "greeter",
//!     prefix: "GREETER_",
//!     file: "greeter.toml",
//!     file_variable: None,
//!     settings: SETTINGS,
//!     commands: &[],
//!     trims: true,
//!     reads_pipes: false,
//!     is_of_others: |_, _| false,
//! };
//!
//! let arguments = vec!["--name".into(), "Grace".into()];
//! let environment = |name: &str| (name == "GREETER_TIMES").then(|| "2".into());
//! let folder = std::env::temp_dir();
//! let Line::Run { values, .. } = GREETER.read(arguments, &environment, &folder, None)? else {
//!     panic!("neither --help nor --version is asked for");
//! };
//! assert_eq!(values.get(&NAME, |text| Ok(text.to_owned()))?, "Grace");
//! assert_eq!(values.get(&TIMES, whole_number(1..=9))?, 2);
//! # Ok::<(), vestibule_settings::ConfigError>(())
//! ```
//!
//! A setting is asked for by its static, never by a text, so a slip does not compile:
//!
//! ```compile_fail,E0425
//! # use vestibule_settings::{Kind, Setting, Values, settings};
//! settings! {
//!     static SETTINGS;
//!     NAME = Setting::new("name", Kind::Text, "Ada", "who is greeted");
//! }
//! fn name(values: &Values) {
//!     values.get(&NAEM, |text| Ok(text.to_owned()));
//! }
//! ```
//!
//! An empty value is a missing one. Nothing here reads the process's environment: the
//! caller hands in a [`Lookup`]. Nothing prints.

mod command;
mod file;
mod line;
mod manual;
mod nearest;
#[cfg(feature = "pages")]
mod pages;
mod setting;
mod text;
mod values;

use std::{
    ffi::OsString,
    fmt::Display,
    fs::File,
    io,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

pub use command::Command;
pub use line::Line;
pub use manual::Manual;
pub use nearest::perhaps;
pub use setting::{Kind, Setting};
pub use text::{escaped, is_unseen};
pub use values::Values;

/// How the environment is asked for a variable.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What is wrong with options or settings: where, what, and how it would be right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    /// Nothing of a value, a name or a path in `sentence` acts on a terminal.
    pub fn new(sentence: &str) -> Self {
        Self(escaped(sentence))
    }
}

/// A program that has settings.
pub struct Program {
    /// As it is called at a terminal.
    pub name: &'static str,
    /// What the names of its variables begin with, in capitals.
    pub prefix: &'static str,
    /// Name of the file that is read without being asked for.
    pub file: &'static str,
    /// The variable that names a file as `--config` does, if there is one.
    pub file_variable: Option<&'static str>,
    /// In the order of `--help`; made by [`settings!`].
    pub settings: &'static [&'static Setting],
    /// In the order of `--help`.
    pub commands: &'static [Command],
    /// Whether white space around a value is taken off. Otherwise it is refused.
    pub trims: bool,
    /// Whether its file may be a pipe or a device (`--config <(…)`), whose end may never
    /// come. Otherwise it is refused.
    pub reads_pipes: bool,
    /// Whether a variable (its name and its value) is somebody else's, although it begins
    /// with the prefix.
    pub is_of_others: fn(&str, &str) -> bool,
}

impl Program {
    /// Collects what command line, environment and file say. The file is the one that the
    /// command line or the variable names, else the one in `folder`, else the one in
    /// `home`. A path of the command line starts at `folder`.
    ///
    /// # Errors
    /// Wrong use, a file that cannot be read, an unknown name, a value of the wrong kind.
    pub fn read(
        &'static self,
        arguments: Vec<OsString>,
        environment: Lookup<'_>,
        folder: &Path,
        home: Option<&Path>,
    ) -> Result<Line, ConfigError> {
        let mut line = line::read(self, arguments)?;
        if let Line::Run {
            command,
            values,
            file,
            ..
        } = &mut line
        {
            values.add_environment(environment)?;
            if command.is_some_and(|command| self.any_command(command, |c| c.writes_file)) {
                return Ok(line);
            }
            let named = || environment(self.file_variable?).filter(|path| !path.is_empty());
            let chosen = file.clone().or_else(|| named().map(PathBuf::from));
            let chosen = chosen.map(|path| folder.join(path));
            let places: Vec<PathBuf> = [Some(folder), home]
                .into_iter()
                .flatten()
                .map(|place| place.join(self.file))
                .collect();
            file::add(values, chosen.as_deref(), &places)?;
        }
        Ok(line)
    }

    /// What the command line alone asks for, whatever is wrong with environment and file.
    ///
    /// # Errors
    /// Wrong use.
    pub fn read_line(&'static self, arguments: Vec<OsString>) -> Result<Line, ConfigError> {
        line::read(self, arguments)
    }

    /// Whether the command with this name is as asked.
    fn any_command(&self, name: &str, is_it: fn(&Command) -> bool) -> bool {
        let mut commands = self.commands.iter();
        commands.any(|command| command.name == name && is_it(command))
    }

    /// The settings for `--help`: names, what each is, its default.
    pub fn help(&self) -> String {
        let entry = |setting: &&Setting| {
            let names = [self.variable(setting), setting.name.to_owned()];
            let names: Vec<String> = setting.option().into_iter().chain(names).collect();
            format!("  {}\n      {}\n", names.join("  "), setting.help())
        };
        self.settings.iter().map(entry).collect()
    }

    /// A warning for each variable that looks like a setting and is none: whoever misspelt
    /// one waits for it to work.
    pub fn unknown_variables(
        &self,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Vec<String> {
        nearest::unknown_variables(self, variables.collect())
    }

    /// The name of the variable for `setting`.
    pub fn variable(&self, setting: &Setting) -> String {
        format!("{}{}", self.prefix, setting.name.to_uppercase())
    }

    /// The setting with this name.
    pub fn setting(&self, name: &str) -> Option<&'static Setting> {
        let is_it = |setting: &&&Setting| setting.name == name;
        self.settings.iter().find(is_it).copied()
    }
}

/// Reads a whole number within `range`.
pub fn whole_number<N: Display + FromStr + PartialOrd>(
    range: RangeInclusive<N>,
) -> impl Fn(&str) -> Result<N, String> {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let (first, last) = (range.start(), range.end());
        number.ok_or_else(|| format!("it is not a whole number from {first} to {last}"))
    }
}

/// Reads a whole number of seconds within `range`.
pub fn seconds(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<Duration, String> {
    let number = whole_number(range);
    move |text| {
        let seconds = number(text).map(Duration::from_secs);
        seconds.map_err(|what| format!("{what}, in seconds"))
    }
}

/// Reads a [`Kind::Switch`].
///
/// # Errors
/// It is neither `true` nor `false`.
pub fn switch(text: &str) -> Result<bool, String> {
    let is_on = text.parse();
    is_on.map_err(|_| "it must be true or false".to_owned())
}

/// Opens a file that is read to its end: no pipe or device, whose end may never come.
///
/// # Errors
/// It is none, or cannot be opened.
pub fn open(path: &Path) -> io::Result<File> {
    if std::fs::metadata(path)?.is_file() {
        return File::open(path);
    }
    Err(io::Error::other(
        "it is a folder, a pipe or a device, no file",
    ))
}

/// Makes a static [`Setting`] of each line, and the list of all of them, whose name comes
/// first. The name of a setting that is not there does not compile.
#[macro_export]
macro_rules! settings {
    ($of_list:vis static $list:ident; $($visible:vis $name:ident = $setting:expr;)+) => {
        $of_list static $list: &[&$crate::Setting] = &[$(&$name),+];

        $($visible static $name: $crate::Setting = $setting;)+
    };
}

#[cfg(test)]
mod tests;
