//! What the app was asked to do: command line, environment, file, defaults.
//!
//! The only reader of the process's environment. [`parse`] gives a finished
//! [`Invocation`] or a sentence with what is wrong, where, and an example; a
//! value is taken from the first of: option, environment, file, default.

use std::{env::consts::OS, ffi::OsString, path::Path};

use crate::{auth::Way, identity};
use vestibule_settings::{Line, Lookup, Program};

mod commands;
mod folders;
mod help;
mod language;
mod settings;
mod setup;
mod terminal;
mod values;

use commands::{
    BROWSER, COMMANDS, DEVICE, DOCTOR, JSON, LOGIN, LOGOUT, MESSAGE, NO_BROWSER, SETUP, STATUS,
    SWITCH, WRITE,
};
pub use folders::home;
use folders::{Purpose, folder};
pub use help::help;
pub use settings::{Settings, Theme};
pub use setup::{SetUp, setting_line, setting_option};
pub use terminal::{TerminalKind, terminal_kind};
pub use vestibule_settings::ConfigError;

static PROGRAM: Program = Program {
    name: identity::PROGRAM,
    prefix: identity::PREFIX,
    file: identity::FILE,
    file_variable: None,
    settings: settings::SETTINGS,
    commands: COMMANDS,
    trims: true,
    // No window waits for the end of one.
    reads_pipes: false,
    is_of_others: is_of_server,
};

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// Look for what keeps a sign-in from working; settings that cannot be used are a part of
    /// that.
    Doctor {
        /// As JSON.
        json: bool,
        /// What is set, or a sentence with what is wrong.
        settings: Result<Box<Settings>, ConfigError>,
    },
    /// Print [`help`].
    Help,
    /// Run a command.
    Run(Command, Box<Settings>),
    /// Tell what to enter at a provider.
    SetUp(Box<SetUp>),
    /// Print name and version.
    Version,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Sign in at a terminal.
    Login {
        /// How the person gets to the provider.
        way: Way,
        /// As somebody else.
        switch: bool,
    },
    /// Forget the session.
    Logout {
        /// The provider's session in the browser too.
        browser: bool,
    },
    /// Print the protected message.
    Message,
    /// Say who is signed in.
    Status {
        /// As JSON.
        json: bool,
    },
    /// Open the window.
    Window,
}

/// Reads the command line, environment and working folder of this process.
///
/// # Errors
/// As [`parse`].
pub fn from_process() -> Result<Invocation, ConfigError> {
    let cwd = std::env::current_dir().unwrap_or_default();
    let args = std::env::args_os().skip(1);
    parse(args, &|name| std::env::var_os(name), &cwd)
}

/// A warning for each variable of this process's environment that looks like a
/// setting and is none: whoever misspelt one waits for it to work.
pub fn unknown_variables() -> Vec<String> {
    PROGRAM.unknown_variables(std::env::vars_os())
}

/// Reads everything. `args` come without the program's name; `env` and `cwd`
/// stand for the process's environment and working folder.
///
/// # Errors
/// Wrong use or a wrong, unknown or missing setting: exit code 2. For the doctor, only
/// wrong use.
pub fn parse(
    args: impl IntoIterator<Item = OsString>,
    env: &dyn Fn(&str) -> Option<OsString>,
    cwd: &Path,
) -> Result<Invocation, ConfigError> {
    let args: Vec<OsString> = args.into_iter().collect();
    let doctor = doctor(args.clone())?;
    match (doctor, invocation(args, env, cwd)) {
        (Some(json), Ok(Invocation::Run(_, settings))) => {
            let settings = Ok(settings);
            Ok(Invocation::Doctor { json, settings })
        }
        (Some(json), Err(error)) => {
            let settings = Err(error);
            Ok(Invocation::Doctor { json, settings })
        }
        (_, invocation) => invocation,
    }
}

/// Whether the command line asks for the doctor, and then whether as JSON.
fn doctor(args: Vec<OsString>) -> Result<Option<bool>, ConfigError> {
    Ok(match PROGRAM.read_line(args)? {
        Line::Run {
            command: Some(DOCTOR),
            flags,
            ..
        } => Some(flags.contains(&JSON)),
        _ => None,
    })
}

fn invocation(args: Vec<OsString>, env: Lookup<'_>, cwd: &Path) -> Result<Invocation, ConfigError> {
    let home = folder(OS, env, Purpose::Configuration);
    Ok(match PROGRAM.read(args, env, cwd, home.as_deref())? {
        Line::Help => Invocation::Help,
        Line::Version => Invocation::Version,
        Line::Run {
            command: Some(SETUP),
            word,
            flags,
            values,
            file,
        } => {
            let writes = flags.contains(&WRITE);
            let asked = setup::read(word, file, writes, values, env, cwd)?;
            Invocation::SetUp(Box::new(asked))
        }
        Line::Run {
            command,
            flags,
            values,
            ..
        } => {
            let command = self::command(command, &flags)?;
            let settings = settings::read(&values, env, cwd)?;
            Invocation::Run(command, Box::new(settings))
        }
    })
}

/// Of the words and flags that [`PROGRAM`] names; it refuses all others.
fn command(word: Option<&str>, flags: &[&str]) -> Result<Command, ConfigError> {
    let has = |flag| flags.contains(&flag);
    Ok(match word {
        Some(LOGIN) => Command::Login {
            way: way(has(DEVICE), has(NO_BROWSER))?,
            switch: has(SWITCH),
        },
        Some(LOGOUT) => Command::Logout {
            browser: has(BROWSER),
        },
        Some(MESSAGE) => Command::Message,
        Some(STATUS) => Command::Status { json: has(JSON) },
        // The doctor is another invocation.
        _ => Command::Window,
    })
}

fn way(device: bool, no_browser: bool) -> Result<Way, ConfigError> {
    match (device, no_browser) {
        (false, false) => Ok(Way::Found),
        (true, false) => Ok(Way::Device),
        (false, true) => Ok(Way::Address),
        (true, true) => Err(ConfigError::new(
            "--device and --no-browser are two ways to sign in: give one of them; example: \
             vestibule login --device",
        )),
    }
}

/// The server's variables are its own affair.
fn is_of_server(name: &str, _value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let own = name.strip_prefix(identity::PREFIX);
    own.is_some_and(|own| own.starts_with("SERVER_"))
}

#[cfg(test)]
mod tests;
