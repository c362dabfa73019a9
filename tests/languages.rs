//! The translations are whole: each string of window and terminal has its words in each language,
//! none is left over, and none says less than the English one.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "languages/sources.rs"]
mod sources;

use std::{collections::BTreeMap, path::Path};

use sources::{terminal, window};
use vestibule::language::Language;

/// What is called the same, in the languages named; names and placeholders with signs are.
const SAME: [(&str, &str); 7] = [
    ("{} {}", "de fr es ja"),
    ("{words}.", "de fr es ar"),
    ("Code {}", "de fr"),
    ("Details", "de"),
    ("Message", "fr"),
    ("1 minute", "fr"),
    ("{number} minutes", "fr"),
];

/// A file of translations, by the English words.
struct Words {
    file: String,
    language: Language,
    said: BTreeMap<String, String>,
}

fn words(language: Language, domain: &str) -> Words {
    let file = format!("lang/{}/LC_MESSAGES/{domain}.po", language.code());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
    let po = rspolib::pofile(path.as_path()).unwrap();
    assert_eq!(po.metadata["Language"], language.code(), "{file}");
    let mut said = BTreeMap::new();
    for entry in po.entries {
        let id = entry.msgid.clone();
        assert!(
            !entry.fuzzy() && !entry.obsolete,
            "{file}: {id:?} is unsure"
        );
        let words = entry.msgstr.unwrap_or_default();
        assert!(
            said.insert(id.clone(), words).is_none(),
            "{file}: {id:?} is there twice"
        );
    }
    Words {
        file,
        language,
        said,
    }
}

fn every_file() -> Vec<Words> {
    let translated = Language::ALL
        .into_iter()
        .filter(|l| *l != Language::English);
    let both = |language| ["vestibule", "terminal"].map(|domain| words(language, domain));
    translated.flat_map(both).collect()
}

/// Calls `check` with each file, the English words and the translated ones.
fn each(check: impl Fn(&Words, &str, &str)) {
    for words in every_file() {
        for (english, said) in &words.said {
            check(&words, english, said);
        }
    }
}

/// The names in braces, sorted; those without a name are numbered by their place.
fn placeholders(text: &str) -> Vec<String> {
    let mut place = 0;
    let named = text.split('{').skip(1).map(|rest| {
        let name = rest
            .split_once('}')
            .unwrap_or_else(|| panic!("{text:?} is unclosed"))
            .0;
        if name.is_empty() {
            place += 1;
            return (place - 1).to_string();
        }
        name.to_owned()
    });
    let mut found: Vec<_> = named.collect();
    found.sort();
    found
}

#[test]
fn every_string_is_there_in_every_language_and_none_is_left_over() {
    for (domain, strings) in [("vestibule", window()), ("terminal", terminal())] {
        assert!(
            strings.len() > 100,
            "{domain}: only {} are found",
            strings.len()
        );
        let translated = Language::ALL
            .into_iter()
            .filter(|l| *l != Language::English);
        for words in translated.map(|language| words(language, domain)) {
            let is_said = |string: &&String| words.said.get(*string).is_some_and(|s| !s.is_empty());
            let lacking: Vec<_> = strings.iter().filter(|string| !is_said(string)).collect();
            let mut said = words.said.keys();
            let left: Vec<_> = said.by_ref().filter(|s| !strings.contains(*s)).collect();
            assert!(
                lacking.is_empty() && left.is_empty(),
                "{} lacks {lacking:#?} and has {left:#?} left",
                words.file
            );
        }
    }
}

#[test]
fn what_is_said_as_in_english_is_on_the_list_of_words_that_are_the_same() {
    let mut met = Vec::new();
    for words in every_file() {
        for (english, _) in words.said.iter().filter(|(english, said)| english == said) {
            let code = words.language.code();
            let same = SAME.iter().find(|(same, _)| same == english);
            let listed = same.is_some_and(|(_, codes)| codes.split(' ').any(|c| c == code));
            assert!(listed, "{}: {english:?} is not translated", words.file);
            met.push((english.clone(), code));
        }
    }
    let listed: usize = SAME.iter().map(|(_, codes)| codes.split(' ').count()).sum();
    assert_eq!(listed, met.len(), "SAME lists what is translated: {met:?}");
}

#[test]
fn the_same_placeholders_stand_in_both() {
    each(|words, english, said| {
        let same = placeholders(english) == placeholders(said);
        assert!(same, "{}: {english:?} became {said:?}", words.file);
    });
}

/// Whoever reads of a setting or an option has to type it as it is.
#[test]
fn names_of_settings_options_and_commands_stay() {
    let is_name = |word: &str| word.starts_with("--") || word.contains('_');
    let ends = |c: char| !c.is_ascii_alphanumeric() && !['_', '-'].contains(&c);
    each(|words, english, said| {
        let outside = english
            .split('{')
            .map(|part| part.split_once('}').map_or(part, |p| p.1));
        let names = outside
            .flat_map(|part| part.split(ends))
            .filter(|word| is_name(word));
        for name in names.chain(english.contains("vestibule ").then_some("vestibule ")) {
            assert!(
                said.contains(name),
                "{}: {name} is not in {said:?}",
                words.file
            );
        }
    });
}

/// Where a text begins says from which side it is read (UAX #9, rule P2).
#[test]
fn what_runs_from_right_to_left_begins_so_in_the_window() {
    for language in Language::ALL.into_iter().filter(|l| l.is_right_to_left()) {
        for (english, said) in words(language, "vestibule").said {
            // One sentence stands before another.
            let said = said.strip_prefix("{} ").unwrap_or(&said);
            let first = said.chars().find(|c| c.is_alphabetic()).unwrap();
            assert!(
                ('\u{590}'..'\u{900}').contains(&first),
                "{english:?}: {said:?}"
            );
        }
    }
}

/// The terminal writes it anew each second, and needs it on one line of 30 columns.
#[test]
fn the_time_that_a_code_has_left_fits_its_line() {
    for language in Language::ALL {
        let line = language
            .words("The code is good for {time}")
            .replace("{time}", "99:59");
        let columns: usize = line
            .chars()
            .map(|c| if c < '\u{1100}' { 1 } else { 2 })
            .sum();
        assert!(columns <= 30, "{columns} columns: {line}");
    }
}
