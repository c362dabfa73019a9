//! What the environment says of the terminal.

use super::Lookup;

/// What can be written to the terminal, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalKind {
    /// Colours are wanted (<https://no-color.org>).
    pub colours: bool,
    /// It obeys escape sequences; a dumb one shows them.
    pub escapes: bool,
    /// It shows characters beyond ASCII, as UTF-8.
    pub utf8: bool,
}

/// Reads the environment of this process.
pub fn terminal_kind() -> TerminalKind {
    read(&|name| std::env::var_os(name))
}

fn read(env: Lookup<'_>) -> TerminalKind {
    let text = |name| {
        let text = env(name)?.to_string_lossy().to_ascii_lowercase();
        Some(text).filter(|text| !text.is_empty())
    };
    // Locale(7): the first that is set and not empty says it.
    let mut locales = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let locale = locales.find_map(text).unwrap_or_default();
    TerminalKind {
        colours: text("NO_COLOR").is_none(),
        escapes: text("TERM").is_some_and(|term| term != "dumb"),
        utf8: locale.contains("utf-8") || locale.contains("utf8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(variables: &[(&str, &str)]) -> TerminalKind {
        read(&|name| {
            let set = variables.iter().find(|(variable, _)| *variable == name);
            set.map(|(_, value)| (*value).into())
        })
    }

    #[test]
    fn the_first_locale_variable_that_is_not_empty_says_whether_it_is_utf_8() {
        for (variables, utf8) in [
            (&[][..], false),
            (&[("LANG", "de_DE.UTF-8")], true),
            (&[("LANG", "C.utf8")], true),
            (&[("LANG", "de_DE")], false),
            (&[("LANG", "C.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LANG", "C"), ("LC_CTYPE", "C.UTF-8")], true),
            (&[("LC_CTYPE", "C.UTF-8"), ("LC_ALL", "")], true),
        ] {
            assert_eq!(kind(variables).utf8, utf8, "{variables:?}");
        }
    }

    #[test]
    fn a_terminal_that_is_dumb_or_of_no_kind_obeys_no_escape_sequence() {
        assert!(kind(&[("TERM", "xterm")]).escapes);
        for variables in [&[][..], &[("TERM", "")], &[("TERM", "dumb")]] {
            assert!(!kind(variables).escapes, "{variables:?}");
        }
    }

    #[test]
    fn an_empty_no_color_asks_for_nothing() {
        assert!(kind(&[("NO_COLOR", "")]).colours);
        assert!(!kind(&[("NO_COLOR", "1")]).colours);
    }
}
