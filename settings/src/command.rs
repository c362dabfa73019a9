//! One command of a program: its names, and its words in `--help`.

/// A command. Its flags and its word follow it, or stand before it.
#[derive(Debug)]
pub struct Command {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    /// Each without dashes, and what it does.
    pub(crate) flags: &'static [(&'static str, &'static str)],
    pub(crate) word: Option<Word>,
    pub(crate) writes_file: bool,
}

/// A word that is a command's own.
#[derive(Debug)]
pub(crate) struct Word {
    /// In capitals, as it stands in `--help`.
    pub(crate) name: &'static str,
    /// Those that are known.
    pub(crate) choices: &'static [&'static str],
}

impl Command {
    /// A command without flags. `help` is what it does.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            flags: &[],
            word: None,
            writes_file: false,
        }
    }

    /// Each flag without dashes, and what it does.
    pub const fn flags(self, flags: &'static [(&'static str, &'static str)]) -> Self {
        Self { flags, ..self }
    }

    /// One word may stand after it, called `name` in `--help`; `choices` are those that are
    /// known.
    pub const fn takes_word(self, name: &'static str, choices: &'static [&'static str]) -> Self {
        Self {
            word: Some(Word { name, choices }),
            ..self
        }
    }

    /// It reads no file: `--config` names the one that it writes.
    pub const fn writes_file(self) -> Self {
        Self {
            writes_file: true,
            ..self
        }
    }

    /// Its name at a terminal.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
