//! Text from outside, made fit for a log line: bounded, and without anything that acts on
//! whoever reads it.

use std::fmt;

/// The longest text that is written, in bytes. An escape may take ten for one letter.
const ROOM: usize = 200;

/// Shows a text with what does not print escaped (line ends, colours, marks that turn the
/// direction of writing), and with `…` where it was cut.
pub(super) struct Inert<'a>(pub &'a str);

impl fmt::Display for Inert<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = String::new();
        // Where it is cut, should it be too long.
        let mut cut = 0;
        for letter in self.0.chars() {
            // Quotation marks are for the format of the log to escape.
            match letter {
                '"' | '\'' => shown.push(letter),
                _ => shown.extend(letter.escape_debug()),
            }
            if shown.len() > ROOM {
                shown.truncate(cut);
                return write!(f, "{shown}…");
            }
            if shown.len() + '…'.len_utf8() <= ROOM {
                cut = shown.len();
            }
        }
        f.write_str(&shown)
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
        let long = "ü".repeat(ROOM / 2);
        assert_eq!(Inert(&long).to_string(), long);
        let cut = format!("{}…", &long[..ROOM - 4]);
        assert_eq!(Inert(&format!("{long}x")).to_string(), cut);
        let escaped = Inert(&"\u{10ffff}".repeat(ROOM)).to_string();
        assert_eq!(escaped, format!("{}…", "\\u{10ffff}".repeat(19)));
    }
}
