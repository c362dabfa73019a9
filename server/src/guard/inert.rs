//! Text of somebody else in a log line: bounded, and nothing in it acts on the reader.

use std::fmt::{self, Write};

/// The longest text that is shown, in characters.
const SHOWN: usize = 120;

/// Shows a text with what does not print escaped (line ends, colours, marks that turn the
/// direction of writing), and with `…` where it was cut.
pub(super) struct Inert<'a>(pub &'a str);

impl fmt::Display for Inert<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = self.0.chars();
        for letter in letters.by_ref().take(SHOWN) {
            // Quotation marks are for the format of the log to escape.
            match letter {
                '"' | '\'' => f.write_char(letter)?,
                _ => write!(f, "{}", letter.escape_debug())?,
            }
        }
        match letters.next() {
            Some(_) => f.write_char('…'),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_print_is_escaped_and_what_is_long_is_cut() {
        for (text, shown) in [
            ("https://a.example/\"ü\"", "https://a.example/\"ü\""),
            ("a\nb\u{1b}[31m", "a\\nb\\u{1b}[31m"),
            ("\u{202e}txt\u{200b}\0", "\\u{202e}txt\\u{200b}\\0"),
        ] {
            assert_eq!(Inert(text).to_string(), shown);
        }
        let long = "ü".repeat(SHOWN);
        assert_eq!(Inert(&long).to_string(), long);
        assert_eq!(Inert(&format!("{long}x")).to_string(), format!("{long}…"));
    }
}
