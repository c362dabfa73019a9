//! Whether the letters of a language can be painted: the typeface that the program brings along
//! has Latin ones alone, others are the system's.

use fontique::{Charmap, Collection, CollectionOptions, FallbackKey, FontInfo, Script};

use crate::language::Language;

/// `language`; or English, where this system has no letters for it, as a kiosk without fonts.
pub(super) fn or_english(language: Language) -> Language {
    let is_there = |(script, letter): &(Script, char)| is_in_a_font(*script, *letter);
    if foreign_letters(language).iter().all(is_there) {
        return language;
    }
    log::warn!(
        "this system has no font with the letters of the language {}, so the window speaks English; \
         install one, for example the package fonts-noto-core or, for Japanese, fonts-noto-cjk, \
         and libfontconfig1, which finds it",
        language.code()
    );
    Language::English
}

/// A letter of each script that is not Latin.
fn foreign_letters(language: Language) -> &'static [(Script, char)] {
    const ARABIC: Script = Script::from_bytes(*b"Arab");
    const HIRAGANA: Script = Script::from_bytes(*b"Hira");
    const KANJI: Script = Script::from_bytes(*b"Hani");
    match language {
        Language::Arabic => &[(ARABIC, '\u{639}')],
        Language::Japanese => &[(HIRAGANA, '\u{306e}'), (KANJI, '\u{8a9e}')],
        Language::English | Language::French | Language::German | Language::Spanish => &[],
    }
}

/// Whether a font has `letter` that Slint falls back to for `script`.
fn is_in_a_font(script: Script, letter: char) -> bool {
    let mut fonts = Collection::new(CollectionOptions {
        shared: false,
        system_fonts: true,
    });
    let families: Vec<_> = fonts
        .fallback_families(FallbackKey::new(script, None))
        .collect();
    let mut families = families
        .into_iter()
        .filter_map(|family| fonts.family(family));
    families.any(|family| family.fonts().iter().any(|font| has(font, letter)))
}

fn has(font: &FontInfo, letter: char) -> bool {
    let Some(data) = font.load(None) else {
        return false;
    };
    let letters = font.charmap_index().charmap(data.as_ref());
    letters.is_some_and(|letters: Charmap<'_>| letters.map(letter).is_some_and(|glyph| glyph != 0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    use std::sync::Arc;

    use fontique::Blob;

    /// The window's words in `language`, with those of the sources for their names.
    fn words(language: Language) -> String {
        let file = format!("lang/{}/LC_MESSAGES/vestibule.po", language.code());
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(root.join(file)).unwrap()
    }

    #[test]
    fn the_typeface_of_the_program_has_every_letter_of_each_latin_language() {
        for file in ["Inter-Regular.ttf", "Inter-SemiBold.ttf"] {
            let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            let data = std::fs::read(root.join("ui/assets").join(file)).unwrap();
            let mut fonts = Collection::new(CollectionOptions {
                shared: false,
                system_fonts: false,
            });
            let found = fonts.register_fonts(Blob::new(Arc::new(data)), None);
            let (_, fonts) = found.first().unwrap();
            let latin = Language::ALL.into_iter().filter(|language| {
                foreign_letters(*language).is_empty() && *language != Language::English
            });
            for language in latin {
                for letter in words(language).chars().filter(|c| !c.is_control()) {
                    assert!(has(&fonts[0], letter), "{file}: {letter:?} of {language:?}");
                }
            }
            // Else a language without letters would pass for one with them.
            assert!(!has(&fonts[0], '\u{8a9e}') && !has(&fonts[0], '\u{639}'));
        }
    }

    #[test]
    fn what_has_no_letters_is_english() {
        assert_eq!(or_english(Language::German), Language::German);
        // Runes of a script that no font of any system here has.
        assert!(!is_in_a_font(Script::from_bytes(*b"Zzzz"), '\u{10fffd}'));
    }
}
