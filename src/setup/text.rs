//! What is told at a terminal, in ASCII as far as a person has not given other letters.

use std::path::Path;

use super::{Filled, Step};

/// Longest line, in characters, where nothing has to stay on one line.
const WIDTH: usize = 88;

/// All that is to be done, in order; `written` is the file that was.
pub(super) fn told(filled: &Filled<'_>, config: Option<&Path>, written: Option<&Path>) -> String {
    let (profile, mut text) = (filled.profile, Text(String::new()));
    for note in &filled.notes {
        text.paragraph("", note);
    }
    if !filled.notes.is_empty() {
        text.line("");
    }
    text.line(&format!("1. At {}", profile.name));
    for step in &profile.steps {
        text.step(filled, step);
    }
    text.line("");
    let told = |sentence: &str| filled.fill(sentence);
    text.paragraph(
        "   ",
        &format!("To stay signed in: {}", told(&profile.refresh)),
    );
    text.paragraph("   ", &format!("With a phone: {}", told(&profile.phone)));
    text.paragraph(
        "   ",
        &format!("Its documentation: {}", profile.documentation),
    );
    text.line("");
    text.file(filled, config, written);
    text.line("");
    text.line("3. Then");
    text.line("");
    if let Some(note) = &profile.api.note {
        text.paragraph("   ", &told(note));
    }
    if let Some(api) = filled.api_command() {
        text.line(&format!("   {api}"));
    }
    for command in filled.next_commands(config) {
        text.line(&format!("   {command}"));
    }
    text.line("");
    text.paragraph("", &format!("Signing out: {}", told(&profile.sign_out)));
    text.line("");
    text.line("Mind");
    for trap in &profile.traps {
        text.paragraph(" - ", &told(trap));
    }
    text.line("");
    text.paragraph("", &format!("Checked against: {}", told(&profile.checked)));
    text.0
}

struct Text(String);

impl Text {
    fn line(&mut self, line: &str) {
        self.0 += line;
        self.0 += "\n";
    }

    /// `text` in lines; `first` stands before the first of them, blanks before the others.
    fn paragraph(&mut self, first: &str, text: &str) {
        let indent = " ".repeat(first.len());
        let mut line = first.to_owned();
        for word in text.split(' ') {
            let is_full = line.chars().count() + 1 + word.chars().count() > WIDTH;
            if is_full && line.len() > indent.len() {
                self.line(line.trim_end());
                line = indent.clone();
            }
            line += word;
            line += " ";
        }
        self.line(line.trim_end());
    }

    fn step(&mut self, filled: &Filled<'_>, step: &Step) {
        self.line("");
        self.paragraph("   ", &filled.fill(&step.at));
        for entry in &step.enter {
            let entry = filled.fill(entry);
            match entry.contains("://") {
                // It is copied from here.
                true => self.line(&format!("     {entry}")),
                false => self.paragraph("     ", &entry),
            }
        }
        for line in step.block.as_deref().unwrap_or("").lines() {
            self.line(&format!("     {}", filled.fill(line)));
        }
    }

    fn file(&mut self, filled: &Filled<'_>, config: Option<&Path>, written: Option<&Path>) {
        match written {
            Some(path) => self.line(&format!("2. Written to {}", path.display())),
            None => match config {
                Some(path) => self.line(&format!("2. In {}", path.display())),
                None => self.line("2. In vestibule.toml"),
            },
        }
        self.line("");
        for line in filled.lines() {
            self.line(&format!("   {line}"));
        }
        if !filled.lacking().is_empty() {
            self.line("");
            self.line("   In capitals: yours.");
        }
        for known in filled.lacking() {
            let (name, what, example) = (&known.name, &known.what, &known.example);
            self.paragraph("   ", &format!("{name}: {what}, such as {example}"));
        }
        if written.is_none() {
            self.line("");
            self.line("   This writes it, with your values:");
            self.line(&format!("   {}", filled.command(config)));
        }
    }
}
