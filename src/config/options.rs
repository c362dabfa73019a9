//! The command line: a command, its flags, and settings as options, in any
//! order.

use std::{ffi::OsString, path::PathBuf};

use lexopt::{Arg, Parser};

use super::{
    Command, ConfigError,
    keys::{KEYS, Key},
    nearest::meant,
    source::{Given, Place, Values},
};

/// What the command line says.
pub(super) enum Line {
    Help,
    Version,
    Run {
        command: Command,
        config: Option<PathBuf>,
        values: Values,
    },
}

pub(super) fn read(args: impl IntoIterator<Item = OsString>) -> Result<Line, ConfigError> {
    let mut parser = Parser::from_args(args);
    let mut word: Option<String> = None;
    let mut flags: Vec<String> = Vec::new();
    let mut config = None;
    let mut values = Values::default();
    while let Some(arg) = parser.next().map_err(|e| wrong(&e))? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Line::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Line::Version),
            Arg::Long("config") => {
                let path = parser.value().map_err(|e| wrong(&e))?;
                config = (!path.is_empty()).then(|| path.into());
            }
            Arg::Long(flag) if FLAGS.iter().any(|(name, _)| *name == flag) => {
                flags.push(flag.to_owned());
            }
            Arg::Long(name) => {
                let option = format!("--{name}");
                let key = KEYS.iter().find(|k| k.option().as_ref() == Some(&option));
                let key = key.ok_or_else(|| unknown("option", &option))?;
                let text = parser.value().map_err(|_| {
                    let example = key.example;
                    ConfigError(format!(
                        "{option} needs a value; example: {option} {example}"
                    ))
                })?;
                let given = Given::new(text, Place::Option).map_err(|e| e.about(key))?;
                values.put(key, given);
            }
            Arg::Short(short) => return Err(unknown("option", &format!("-{short}"))),
            Arg::Value(value) => {
                let value = value.to_string_lossy().into_owned();
                if let Some(first) = word {
                    let words = format!("{first} {value}");
                    return Err(unknown("command", &words));
                }
                word = Some(value);
            }
        }
    }
    Ok(Line::Run {
        command: command(word.as_deref(), &flags)?,
        config,
        values,
    })
}

/// Each flag and its command.
const FLAGS: &[(&str, &str)] = &[
    ("browser", "logout"),
    ("json", "status"),
    ("no-browser", "login"),
    ("switch", "login"),
];

fn command(word: Option<&str>, flags: &[String]) -> Result<Command, ConfigError> {
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let command = match word {
        None => Command::Window,
        Some("login") => Command::Login {
            no_browser: has("no-browser"),
            switch: has("switch"),
        },
        Some("message") => Command::Message,
        Some("status") => Command::Status { json: has("json") },
        Some("logout") => Command::Logout {
            browser: has("browser"),
        },
        Some(other) => return Err(unknown("command", other)),
    };
    match FLAGS.iter().find(|(f, c)| has(f) && word != Some(c)) {
        Some((flag, owner)) => Err(ConfigError(format!(
            "--{flag} belongs to another command; example: vestibule {owner} --{flag}"
        ))),
        None => Ok(command),
    }
}

fn unknown(what: &str, word: &str) -> ConfigError {
    let options: Vec<_> = KEYS.iter().filter_map(Key::option).collect();
    let commands = ["login", "message", "status", "logout"];
    let known = options.iter().map(String::as_str).chain(commands);
    let meant = meant(word, known);
    ConfigError(format!(
        "unknown {what} {word:?}{meant}; example: vestibule login; all of them: vestibule --help"
    ))
}

fn wrong(error: &lexopt::Error) -> ConfigError {
    ConfigError(format!("{error}; all options: vestibule --help"))
}
