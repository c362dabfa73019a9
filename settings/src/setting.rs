//! One setting: its names, how its value is written, its words in `--help`.

use std::path::Path;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text that is an address: a password in it is never repeated.
    Address,
    /// Text that names a file: any character may stand in it.
    FileName,
    /// A whole number, in a file without quotes.
    Number,
    /// Numbers with commas between them, in a file also a number or a list.
    Numbers,
    /// Yes or no, in a file without quotes. Its option alone means yes.
    Switch,
    /// Any other text.
    Text,
    /// Words with spaces between them, in a file also a list.
    Words,
    /// As [`Kind::Words`], but an empty list in a file is refused: whoever wrote it would
    /// take it for a demand, and it would count as missing.
    SomeWords,
}

/// One setting. Its option and its variable follow from its name: `ca_file` is `--ca-file`.
#[derive(Debug)]
pub struct Setting {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) default: Option<&'static str>,
    pub(crate) is_required: bool,
    pub(crate) also_called: &'static [&'static str],
    pub(crate) choices: &'static [&'static str],
    example: &'static str,
    help: &'static str,
    has_option: bool,
}

impl Setting {
    /// A setting that may be missing. `example` is a value as it stands in an option, `help`
    /// what the setting is and what comes without it.
    pub const fn new(
        name: &'static str,
        kind: Kind,
        example: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            default: None,
            is_required: false,
            also_called: &[],
            choices: &[],
            example,
            help,
            has_option: true,
        }
    }

    /// What counts where nothing is given.
    pub const fn default(self, text: &'static str) -> Self {
        Self {
            default: Some(text),
            ..self
        }
    }

    /// Without it nothing can be done.
    pub const fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    /// It is given by environment or file alone.
    pub const fn without_option(self) -> Self {
        Self {
            has_option: false,
            ..self
        }
    }

    /// What other programs call it: whoever writes one of `names` is told this name.
    pub const fn also_called(self, names: &'static [&'static str]) -> Self {
        Self {
            also_called: names,
            ..self
        }
    }

    /// All the values that it can have, which shells complete.
    pub const fn one_of(self, choices: &'static [&'static str]) -> Self {
        Self { choices, ..self }
    }

    /// What [`Setting::one_of`] was given.
    pub const fn choices(&self) -> &'static [&'static str] {
        self.choices
    }

    /// Its name in a file.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its option with the two dashes, if it has one.
    pub fn option(&self) -> Option<String> {
        self.has_option.then(|| option_of(self.name))
    }

    pub(crate) fn help(&self) -> String {
        match (self.is_required, self.default) {
            (true, _) => format!("{}; required", self.help),
            (false, Some(default)) => format!("{}; default: {default}", self.help),
            (false, None) => self.help.to_owned(),
        }
    }

    /// The example as a shell takes it.
    pub(crate) fn example_in_shell(&self) -> String {
        match self.example.contains(' ') {
            true => format!("'{}'", self.example),
            false => self.example.to_owned(),
        }
    }

    /// The example as a line of the file at `path`.
    pub(crate) fn example_in(&self, path: &Path) -> String {
        match is_json(path) {
            true => format!("\"{}\": {}", self.name, self.in_file(self.example)),
            false => self.line(self.example),
        }
    }

    /// A line of a TOML file: this setting with `text`, a right value as it stands in an
    /// option.
    pub fn line(&self, text: &str) -> String {
        format!("{} = {}", self.name, self.in_file(text))
    }

    fn in_file(&self, text: &str) -> String {
        let number = |text: &str| text.trim().parse::<u64>();
        let written = match self.kind {
            Kind::Number => number(text).map(|number| number.to_string()).ok(),
            Kind::Numbers => {
                let numbers: Result<Vec<u64>, _> = text.split(',').map(number).collect();
                numbers.map(|numbers| format!("{numbers:?}")).ok()
            }
            Kind::Switch => Some(text.to_owned()),
            _ => None,
        };
        written.unwrap_or_else(|| quoted(text))
    }
}

/// TOML's basic string, which JSON reads too.
fn quoted(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => string.extend(['\\', c]),
            c if c.is_control() => string += &format!("\\u{:04X}", u32::from(c)),
            c => string.push(c),
        }
    }
    string + "\""
}

/// The option of a setting with this name.
pub(crate) fn option_of(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

/// Whether the file at `path` is read as JSON.
pub(crate) fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"))
}
