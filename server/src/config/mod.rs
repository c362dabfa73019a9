//! The settings of `vestibule-server`: option, else environment, else file, else
//! default, each parsed once into the type that the library takes.
//!
//! [`from_process`] and [`warnings`] are the only readers of the process's environment,
//! but for the proxy variables, which the guard reads where it is a library too.

mod guard;
mod links;
mod parse;
mod settings;
#[cfg(test)]
mod tests;

use std::path::Path;

use vestibule_settings::{ConfigError, Line, Manual, Program};

pub use settings::Settings;

static PROGRAM: Program = Program {
    name: "vestibule-server",
    prefix: "VESTIBULE_SERVER_",
    file: "vestibule-server.toml",
    file_variable: Some("VESTIBULE_SERVER_CONFIG"),
    settings: settings::SETTINGS,
    commands: &[],
    // A token's claims are compared to the last character: nothing is mended in silence.
    trims: false,
    reads_pipes: true,
    is_of_others: links::is_link,
};

static MANUAL: Manual = Manual {
    program: &PROGRAM,
    about: "An API that only signed-in people can read",
    alone: "",
    config: "reads this file, not ./vestibule-server.toml; the variable VESTIBULE_SERVER_CONFIG \
             names one as well",
    settings: "option with its value, else environment, else key in the file, else default; an \
               empty value is a missing one. A file that ends in .json is read as JSON, with the \
               tutorial's keys auth0Domain and apiIdentifier",
    signals: "SIGTERM, Ctrl-C and SIGHUP let running requests finish, 30 s at most; another \
              Ctrl-C ends it at once, another SIGTERM or SIGHUP changes nothing",
    exit_codes: &[
        (0, "stopped as asked"),
        (1, "failed (port in use)"),
        (2, "wrong settings"),
        (130, "ended at once by a second Ctrl-C"),
    ],
};

/// What the command line asks for.
pub enum Invocation {
    /// `--help`
    Help,
    /// `--version`
    Version,
    /// The server
    Serve(Settings),
}

/// Of this process: its arguments, its environment, its folder.
pub fn from_process() -> Result<Invocation, ConfigError> {
    let arguments = std::env::args_os().skip(1).collect();
    let environment = |name: &str| std::env::var_os(name);
    Ok(
        match PROGRAM.read(arguments, &environment, Path::new(""), None)? {
            Line::Help => Invocation::Help,
            Line::Version => Invocation::Version,
            Line::Run { values, .. } => Invocation::Serve(Settings::read(&values)?),
        },
    )
}

/// What in the environment of this process looks like a setting and is none.
pub fn warnings() -> Vec<String> {
    PROGRAM.unknown_variables(std::env::vars_os())
}

/// Every option and setting, the signals and the exit codes.
pub fn help() -> String {
    MANUAL.help()
}
