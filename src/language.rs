//! The languages, and the terminal's words in them. The window's words are chosen by Slint,
//! from `lang/*/LC_MESSAGES/vestibule.po`; the terminal's are in a table that `build.rs` makes
//! of `terminal.po` beside it.
//!
//! A process speaks one language: `main` says which. docs/languages.md tells how one is added.

use std::sync::atomic::{AtomicUsize, Ordering};

// LANGUAGES, and WORDS with a column for each of them, sorted by the English words.
include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// A language of window and terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The words as they stand in the sources.
    #[default]
    English,
    /// Arabic.
    Arabic,
    /// French.
    French,
    /// German.
    German,
    /// Japanese.
    Japanese,
    /// Spanish.
    Spanish,
}

/// The place in [`Language::ALL`] of the language that is spoken.
static SPOKEN: AtomicUsize = AtomicUsize::new(0);

impl Language {
    /// Every language, English first.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Japanese,
        Self::Arabic,
    ];

    /// Its code (ISO 639-1), by which its folder in `lang/` is named.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Arabic => "ar",
            Self::French => "fr",
            Self::German => "de",
            Self::Japanese => "ja",
            Self::Spanish => "es",
        }
    }

    /// The language with this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// Whether it is written from right to left.
    pub const fn is_right_to_left(self) -> bool {
        matches!(self, Self::Arabic)
    }

    /// What `english` is called in this language; itself where it has no translation.
    pub fn words(self, english: &'static str) -> &'static str {
        let column = LANGUAGES.iter().position(|code| *code == self.code());
        let row = WORDS.binary_search_by_key(&english, |(key, _)| key);
        match (column, row) {
            (Some(column), Ok(row)) if !WORDS[row].1[column].is_empty() => WORDS[row].1[column],
            _ => english,
        }
    }
}

/// From here on this process speaks `language`.
pub fn speak(language: Language) {
    let place = Language::ALL.iter().position(|known| *known == language);
    SPOKEN.store(place.unwrap_or_default(), Ordering::Relaxed);
}

/// `english` in the language that is spoken.
pub fn tr(english: &'static str) -> &'static str {
    Language::ALL[SPOKEN.load(Ordering::Relaxed)].words(english)
}

#[cfg(test)]
mod tests {
    use super::*;

    // `speak` is for the whole process, and so for the tests of others: tests/flows has it.

    #[test]
    fn a_sentence_is_found_in_each_language_and_one_without_translation_stays_english() {
        let said = Language::ALL.map(|language| language.words("You are not signed in."));
        assert_eq!(said[0], "You are not signed in.");
        assert_eq!(said[1], "Sie sind nicht angemeldet.");
        for (i, one) in said.iter().enumerate() {
            assert!(!said[..i].contains(one), "{one}");
        }
        assert_eq!(Language::German.words("no such words"), "no such words");
    }

    #[test]
    fn every_folder_of_translations_is_a_language() {
        assert_eq!(LANGUAGES.len(), Language::ALL.len() - 1);
        for code in LANGUAGES {
            let language = Language::of_code(code).unwrap_or_default();
            assert_eq!(language.code(), code);
        }
        assert_eq!(Language::of_code("xx"), None);
    }
}
