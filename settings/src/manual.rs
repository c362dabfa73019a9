//! What a program is as a whole: `--help`, and with the feature `pages` the same as a man page
//! and as completions of shells.

use crate::{Command, Program};

/// Where the texts of a table begin, and where they end.
const COLUMN: usize = 22;
const CODES: usize = 7;
const WIDTH: usize = 80;

/// The options of every program beside `--config`.
pub(crate) const OPTIONS: [(&str, &str); 2] = [
    ("--help", "prints this text"),
    ("--version", "prints name and version"),
];

/// What is to be said of a program beside its commands and settings.
pub struct Manual {
    /// The program.
    pub program: &'static Program,
    /// What it is, in one line.
    pub about: &'static str,
    /// What it does without a command; empty if it has no commands.
    pub alone: &'static str,
    /// What `--config` does.
    pub config: &'static str,
    /// Where settings come from.
    pub settings: &'static str,
    /// What signals do; empty if it is nothing of its own.
    pub signals: &'static str,
    /// What it ends with.
    pub exit_codes: &'static [(u8, &'static str)],
}

impl Manual {
    /// Every command, option and setting, and the exit codes.
    pub fn help(&self) -> String {
        let parts = [
            format!("{}\n\nusage: {}\n", self.about, self.usage()),
            self.commands(),
            self.options(),
            paragraph("settings", self.settings),
            self.program.help(),
            paragraph("signals", self.signals),
            self.codes(),
        ];
        parts.concat()
    }

    fn usage(&self) -> String {
        let line = self.synopsis().join(" ");
        match self.program.commands {
            [] => line,
            _ => line + ", options before or after the command",
        }
    }

    /// The words of a command line.
    pub(crate) fn synopsis(&self) -> Vec<&'static str> {
        match self.program.commands {
            [] => vec![self.program.name, "[OPTIONS]"],
            _ => vec![self.program.name, "[COMMAND]", "[OPTIONS]"],
        }
    }

    fn commands(&self) -> String {
        if self.program.commands.is_empty() {
            return String::new();
        }
        let mut text = format!("\ncommands\n{}", row(COLUMN, "  (none)", self.alone));
        for command in self.program.commands {
            let name = format!("  {}", command.called());
            text += &row(COLUMN, &name, &command.help());
            for (flag, help) in command.flags {
                text += &row(COLUMN, &format!("    --{flag}"), help);
            }
        }
        text
    }

    fn options(&self) -> String {
        let mut text = format!("\noptions\n{}", row(COLUMN, "  --config FILE", self.config));
        for (option, help) in OPTIONS {
            text += &row(COLUMN, &format!("  {option}"), help);
        }
        text
    }

    fn codes(&self) -> String {
        let mut text = "\nexit codes\n".to_owned();
        for (code, help) in self.exit_codes {
            text += &row(CODES, &format!("  {code}"), help);
        }
        text
    }
}

impl Command {
    /// Its name and that of its word.
    pub(crate) fn called(&self) -> String {
        let word = self.word.as_ref().map(|word| word.name);
        let words: Vec<_> = [self.name].into_iter().chain(word).collect();
        words.join(" ")
    }

    pub(crate) fn help(&self) -> String {
        match &self.word {
            Some(word) => format!("{}; {}: {}", self.help, word.name, word.choices.join(", ")),
            None => self.help.to_owned(),
        }
    }
}

/// A text after its title, or nothing.
fn paragraph(title: &str, text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("\n{}", filled(0, &format!("{title}: {text}"))),
    }
}

/// A name, and in the column behind it a text.
fn row(column: usize, name: &str, text: &str) -> String {
    let text = filled(column, text);
    let begins = format!("{name:<column$}");
    match text.strip_prefix(&" ".repeat(column)) {
        Some(text) if begins.len() == column => begins + text,
        _ => format!("{name}\n{text}"),
    }
}

/// As many words in a line as it holds, the lines indented.
fn filled(indent: usize, text: &str) -> String {
    let (mut lines, mut line) = (String::new(), String::new());
    for word in text.split(' ') {
        let is_full = indent + line.chars().count() + 1 + word.chars().count() > WIDTH;
        if !line.is_empty() && is_full {
            lines += &format!("{:indent$}{line}\n", "");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    lines + &format!("{:indent$}{line}\n", "")
}
