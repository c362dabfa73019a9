//! `man NAME`.

use roff::{Inline, Roff, bold, italic, roman};

use crate::{Command, Kind, Manual, Setting, manual::OPTIONS};

impl Manual {
    /// The man page, in the section for programs.
    pub fn man_page(&self, version: &str) -> String {
        let name = self.program.name;
        let mut page = Roff::new();
        let source = format!("{name} {version}");
        // The third is a date. Empty, it has to stand in quotes.
        page.control("TH", [name, "1", "\"\"", &source]);
        section(&mut page, "NAME");
        page.text([roman(format!("{name} - {}", self.about))]);
        section(&mut page, "SYNOPSIS");
        let words = self.synopsis().into_iter().skip(1);
        let words = words.map(|word| roman(format!(" {word}")));
        page.text([bold(name)].into_iter().chain(words).collect::<Vec<_>>());
        if !self.program.commands.is_empty() {
            section(&mut page, "COMMANDS");
            page.text([roman("Options stand before or after the command.")]);
            entry(&mut page, [italic("(none)")], self.alone);
            for command in self.program.commands {
                self::command(&mut page, command);
            }
        }
        self.options_and_settings(&mut page);
        if !self.signals.is_empty() {
            section(&mut page, "SIGNALS");
            page.text([roman(sentence(self.signals))]);
        }
        section(&mut page, "EXIT STATUS");
        for (code, help) in self.exit_codes {
            entry(&mut page, [bold(code.to_string())], help);
        }
        page.render()
    }

    fn options_and_settings(&self, page: &mut Roff) {
        section(page, "OPTIONS");
        entry(
            page,
            [bold("--config"), roman(" "), italic("FILE")],
            self.config,
        );
        for (option, help) in OPTIONS {
            entry(page, [bold(option)], help);
        }
        section(page, "SETTINGS");
        page.text([roman(sentence(self.settings))]);
        for setting in self.program.settings {
            let option = setting.option().map(|option| {
                let value = value(setting).map(|value| [roman(" "), italic(value)]);
                let value = value.into_iter().flatten();
                let words = [bold(option)].into_iter().chain(value);
                words.chain([roman(", ")]).collect::<Vec<_>>()
            });
            let names = [
                bold(self.program.variable(setting)),
                roman(", "),
                bold(setting.name),
            ];
            let title = option.into_iter().flatten().chain(names);
            entry(page, title.collect::<Vec<_>>(), &setting.help());
        }
    }
}

fn section(page: &mut Roff, title: &str) {
    page.control("SH", [title]);
}

/// A title, and below it a text.
fn entry(page: &mut Roff, title: impl Into<Vec<Inline>>, text: &str) {
    page.control("TP", []).text(title).text([roman(text)]);
}

fn command(page: &mut Roff, command: &Command) {
    let word = command.word.as_ref().map(|word| word.name);
    let word = word.map(|word| [roman(" "), italic(word)]);
    let title = [bold(command.name)].into_iter();
    let title = title.chain(word.into_iter().flatten());
    entry(page, title.collect::<Vec<_>>(), &command.help());
    if command.flags.is_empty() {
        return;
    }
    page.control("RS", []);
    for (flag, help) in command.flags {
        entry(page, [bold(format!("--{flag}"))], help);
    }
    page.control("RE", []);
}

/// A text that stands behind a title in `--help`, as one of its own.
fn sentence(text: &str) -> String {
    let first = text.chars().next().map(char::to_uppercase);
    let rest: String = text.chars().skip(1).collect();
    let first: String = first.into_iter().flatten().collect();
    format!("{first}{rest}.")
}

/// What stands for the value of an option.
fn value(setting: &Setting) -> Option<&'static str> {
    match setting.kind {
        Kind::Address => Some("ADDRESS"),
        Kind::FileName => Some("FILE"),
        Kind::Number => Some("NUMBER"),
        Kind::Numbers => Some("NUMBERS"),
        Kind::SomeWords | Kind::Words => Some("WORDS"),
        Kind::Switch => None,
        Kind::Text => Some("TEXT"),
    }
}
