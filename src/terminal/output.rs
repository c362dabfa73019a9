//! The only place that prints.

use std::io::{self, Write};

use super::{Done, Stop};
use crate::exit;

/// A result, on stdout. A closed pipe is a failure here, not a panic.
pub(super) fn print(line: &str) -> Done {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|e| Stop(format!("stdout: {e}"), exit::FAILED_HERE))
}

/// Prints a text such as the help; gives the exit code.
pub fn show(text: &str) -> u8 {
    match print(text.trim_end()) {
        Ok(()) => exit::DONE,
        Err(Stop(_, code)) => code,
    }
}

/// Everything else, on stderr.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
