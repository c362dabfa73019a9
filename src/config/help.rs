//! `vestibule --help`, and what the man page has beside it.

use vestibule_settings::Manual;

use super::PROGRAM;

pub(super) static MANUAL: Manual = Manual {
    program: &PROGRAM,
    about: "Sign-in with OpenID Connect, in a window or at a terminal",
    alone: "opens the window",
    config: "reads this file, not ./vestibule.toml or $XDG_CONFIG_HOME/vestibule/vestibule.toml \
             (on Windows %APPDATA%\\vestibule\\vestibule.toml, on macOS \
             ~/Library/Application Support/vestibule/vestibule.toml); a name that ends in .json is \
             read as JSON",
    settings: "option with its value, else environment, else key in the file, else default; an \
               empty value is a missing one",
    signals: "",
    exit_codes: &[
        (0, "done"),
        (1, "failed here: keychain, redirect port, no answer in time"),
        (
            2,
            "wrong use, wrong configuration, or another issuer answered",
        ),
        (3, "no display or no font"),
        (4, "not signed in, or the session has ended"),
        (
            5,
            "refused: in the browser, on the phone, by the provider or by the API",
        ),
        (6, "provider or API unreachable; the session is kept"),
        (130, "interrupted"),
    ],
};

/// Every command, option and setting, and the exit codes.
pub fn help() -> String {
    MANUAL.help()
}
