//! What standard error can show.

use std::io::{self, IsTerminal};

use crate::config::{TerminalKind, terminal_kind};

/// Columns and rows that a terminal is taken to have which does not tell: a serial console
/// knows neither.
const USUAL: (u16, u16) = (80, 24);

/// Columns that the time left needs, to stay on one line.
const FEWEST: u16 = 30;

/// A terminal on which a line can be written anew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tty {
    pub columns: u16,
    pub rows: u16,
    pub colours: bool,
    pub utf8: bool,
}

impl Tty {
    /// The one behind standard error; `None` for a pipe, a file or a dumb terminal.
    pub fn of_stderr() -> Option<Self> {
        let is_terminal = io::stderr().is_terminal();
        is_terminal
            .then(|| Self::of(terminal_kind(), size()))
            .flatten()
    }

    fn of(kind: TerminalKind, size: (u16, u16)) -> Option<Self> {
        let (columns, rows) = if size.0 == 0 || size.1 == 0 {
            USUAL
        } else {
            size
        };
        (kind.escapes && columns >= FEWEST).then_some(Self {
            columns,
            rows,
            colours: kind.colours,
            utf8: kind.utf8,
        })
    }
}

/// Columns and rows; 0 if nobody knows.
#[cfg(unix)]
fn size() -> (u16, u16) {
    rustix::termios::tcgetwinsize(io::stderr()).map_or((0, 0), |size| (size.ws_col, size.ws_row))
}

/// A console of Windows names no `TERM`, so this is a terminal that came from Unix.
#[cfg(not(unix))]
fn size() -> (u16, u16) {
    (0, 0)
}
