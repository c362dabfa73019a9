//! The command line: a command, its word, its flags, and settings as options, in any order.

use std::{ffi::OsString, path::PathBuf};

use lexopt::{
    Arg::{Long, Short, Value},
    Error, Parser,
};

use crate::{
    Command, ConfigError, Kind, Program, Setting, Values,
    nearest::{Name, meant, names},
    setting::option_of,
    text::{cut, shown, without_password},
};

/// What the command line asks for.
pub enum Line {
    /// `--help`
    Help,
    /// Anything else.
    Run {
        /// One of the program's commands.
        command: Option<&'static str>,
        /// What stands behind a command that takes a word.
        word: Option<String>,
        /// Those of that command, without dashes.
        flags: Vec<&'static str>,
        /// The settings.
        values: Values,
        /// What `--config` names.
        file: Option<PathBuf>,
    },
    /// `--version`
    Version,
}

/// What the command line says.
pub(crate) fn read(
    program: &'static Program,
    arguments: Vec<OsString>,
) -> Result<Line, ConfigError> {
    let mut parser = Parser::from_args(arguments);
    let (mut command, mut word, mut flags, mut file) = (None, None, Vec::new(), None);
    let mut values = Values::new(program);
    while let Some(argument) = parser.next().map_err(|error| program.misused(&error))? {
        match argument {
            Short('h') | Long("help") => return Ok(Line::Help),
            Short('V') | Long("version") => return Ok(Line::Version),
            Long("config") => {
                let path = program.value(&mut parser, "--config", program.file)?;
                file = Some(path).filter(|path| !path.is_empty());
            }
            Long(name) => {
                if let Some(flag) = program.flags().find(|(_, flag)| *flag == name) {
                    flags.push(flag.1);
                    continue;
                }
                let option = format!("--{name}");
                let setting = program.by_option(&option)?;
                let text = match setting.kind {
                    // What follows is no value of it, but a command.
                    Kind::Switch => parser.optional_value().unwrap_or_else(|| "true".into()),
                    _ => program.value(&mut parser, &option, &setting.example_in_shell())?,
                };
                values.add_option(setting, text)?;
            }
            Short(letter) => return Err(program.unknown("option", &format!("-{letter}"))),
            Value(given) => {
                let given = given.to_string_lossy();
                match (command, &word) {
                    (None, _) => command = Some(program.command(&given)?),
                    (Some(first), None) if program.any_command(first, |c| c.word.is_some()) => {
                        word = Some(given.into_owned());
                    }
                    (Some(first), Some(word)) => {
                        return Err(program.one_word_more(first, word, &given));
                    }
                    (Some(first), None) => {
                        return Err(program.unknown("command", &format!("{first} {given}")));
                    }
                }
            }
        }
    }
    program.check_flags(command, &flags)?;
    Ok(Line::Run {
        command,
        word,
        flags,
        values,
        file: file.map(PathBuf::from),
    })
}

impl Program {
    /// Each flag, after its command.
    fn flags(&self) -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
        let of = |command: &'static Command| {
            let name = command.name;
            command.flags.iter().map(move |(flag, _)| (name, *flag))
        };
        self.commands.iter().flat_map(of)
    }

    /// Refuses a flag of another command.
    fn check_flags(&self, command: Option<&str>, flags: &[&str]) -> Result<(), ConfigError> {
        for given in flags {
            let mut owners = self.flags().filter(|(_, flag)| flag == given);
            if owners.clone().any(|(owner, _)| Some(owner) == command) {
                continue;
            }
            let (owner, _) = owners.next().unwrap_or_default();
            return Err(ConfigError::new(&format!(
                "--{given} belongs to another command; example: {} {owner} --{given}",
                self.name
            )));
        }
        Ok(())
    }

    fn command(&self, word: &str) -> Result<&'static str, ConfigError> {
        let found = self.commands.iter().find(|command| command.name == word);
        let what = match self.commands {
            [] => "argument",
            _ => "command",
        };
        found
            .map(|command| command.name)
            .ok_or_else(|| self.unknown(what, word))
    }

    fn one_word_more(&self, command: &str, word: &str, next: &str) -> ConfigError {
        let [word, next] = [word, next].map(|word| shown(&without_password(word)));
        ConfigError::new(&format!(
            "{command} takes one word, but {next} follows {word}; all of them: {} --help",
            self.name
        ))
    }

    fn by_option(&self, option: &str) -> Result<&'static Setting, ConfigError> {
        let found = self.settings.iter().find(|s| option_of(s.name) == option);
        match found {
            Some(setting) if setting.option().is_some() => Ok(setting),
            Some(setting) => {
                let variable = self.variable(setting);
                Err(ConfigError::new(&format!(
                    "unknown option \"{option}\": give {} as {variable} or in {}; example: \
                     {variable}={}",
                    setting.name,
                    self.file,
                    setting.example_in_shell()
                )))
            }
            None => Err(self.unknown("option", option)),
        }
    }

    /// The value of `option`: what stands behind `=`, whatever it is, or the next argument.
    /// Whoever forgot one is told so; the option that follows is not taken for it.
    fn value(
        &self,
        parser: &mut Parser,
        option: &str,
        example: &str,
    ) -> Result<OsString, ConfigError> {
        let wrong = |what: &str| {
            ConfigError::new(&format!(
                "{option} {what}; example: {option} {example}; all of them: {} --help",
                self.name
            ))
        };
        if let Some(value) = parser.optional_value() {
            return Ok(value);
        }
        let value = parser.value().map_err(|_| wrong("needs a value"))?;
        if value.as_encoded_bytes().starts_with(b"--") {
            let next = without_password(&value.to_string_lossy());
            return Err(wrong(&format!("has no value, but {} after it", cut(&next))));
        }
        Ok(value)
    }

    /// What was meant for a value may be an address with a password.
    fn unknown(&self, what: &str, word: &str) -> ConfigError {
        let mut with_option = self.settings.iter().filter(|s| s.option().is_some());
        let mut names = names(&mut with_option, &option_of);
        let commands = self.commands.iter().map(|command| command.name);
        names.extend(commands.map(Name::from));
        let flags = self.flags().map(|(_, flag)| format!("--{flag}"));
        names.extend(flags.map(|flag| Name::from(&*flag)));
        ConfigError::new(&format!(
            "unknown {what} {}{}; example: {name} {}; all of them: {name} --help",
            shown(&without_password(word)),
            meant(word, &names),
            self.example(),
            name = self.name,
        ))
    }

    /// What could stand behind the program's name.
    fn example(&self) -> String {
        match (self.commands, self.settings) {
            ([command, ..], _) => command.name.to_owned(),
            ([], [first, ..]) => format!("{} {}", option_of(first.name), first.example_in_shell()),
            ([], []) => String::new(),
        }
    }

    fn misused(&self, error: &Error) -> ConfigError {
        let what = match error {
            Error::UnexpectedValue { option, .. } => format!("{option} takes no value"),
            other => other.to_string(),
        };
        ConfigError::new(&format!("{what}; all of them: {} --help", self.name))
    }
}
