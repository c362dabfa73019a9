//! The language that is asked for, or that of the system.

use super::Lookup;
use crate::language::Language;

/// The value of the setting; `system` asks the environment.
pub(super) fn read(text: &str, env: Lookup<'_>) -> Result<Language, String> {
    if text == "system" {
        return Ok(of_environment(env).or_else(of_system).unwrap_or_default());
    }
    Language::of_code(text).ok_or_else(|| "it must be system, en, de, fr, es, ja or ar".to_owned())
}

/// As gettext(1) reads it ("The LANGUAGE variable"), but for two things: English in the list of
/// LANGUAGE ends the search, though it has no file of translations, and a locale whose letters
/// are not UTF-8 is English, since nothing is converted. `None` where no locale is named.
fn of_environment(env: Lookup<'_>) -> Option<Language> {
    let text = |name: &str| {
        let text = env(name)?.to_string_lossy().into_owned();
        Some(text).filter(|text| !text.is_empty())
    };
    // Locale(7): the first that is set and not empty says it.
    let first = |names: [&str; 3]| names.into_iter().find_map(text);
    let locale = first(["LC_ALL", "LC_MESSAGES", "LANG"])?;
    let letters = first(["LC_ALL", "LC_CTYPE", "LANG"]).unwrap_or_default();
    let letters = letters.to_ascii_lowercase();
    let is_utf8 = letters.contains("utf-8") || letters.contains("utf8");
    if !is_utf8 || ["C", "POSIX"].contains(&part(&locale)) {
        return Some(Language::English);
    }
    let wished = text("LANGUAGE").unwrap_or_default();
    let mut wished = wished.split(':').chain([&*locale]);
    Some(wished.find_map(of_locale).unwrap_or_default())
}

/// The language of a locale like `de_AT.UTF-8@euro` or `de-AT`, if it is one of ours.
fn of_locale(locale: &str) -> Option<Language> {
    Language::of_code(&part(locale).to_ascii_lowercase())
}

/// What stands before the country, the letters and the variant.
fn part(locale: &str) -> &str {
    locale.split(['_', '-', '.', '@']).next().unwrap_or(locale)
}

/// What is chosen in the system's settings, where no variable tells it.
#[cfg(any(target_os = "macos", windows))]
fn of_system() -> Option<Language> {
    sys_locale::get_locales().find_map(|locale| of_locale(&locale))
}

/// Elsewhere the variables are the system's settings.
#[cfg(not(any(target_os = "macos", windows)))]
fn of_system() -> Option<Language> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> &'static str {
        let env = |name: &str| {
            let set = variables.iter().find(|(variable, _)| *variable == name);
            set.map(|(_, value)| (*value).into())
        };
        of_environment(&env).map_or("", Language::code)
    }

    #[test]
    fn the_first_locale_variable_that_is_not_empty_says_the_language() {
        for (variables, code) in [
            (&[][..], ""),
            (&[("LANG", "")], ""),
            (&[("LANG", "de_DE.UTF-8")], "de"),
            (&[("LANG", "fr_CA.utf8")], "fr"),
            (&[("LANG", "es_MX.UTF-8@euro")], "es"),
            (&[("LANG", "pl_PL.UTF-8")], "en"),
            (
                &[("LANG", "de_DE.UTF-8"), ("LC_MESSAGES", "ja_JP.UTF-8")],
                "ja",
            ),
            (
                &[("LC_MESSAGES", "ja_JP.UTF-8"), ("LC_ALL", "ar_EG.UTF-8")],
                "ar",
            ),
            (&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "")], "de"),
        ] {
            assert_eq!(of(variables), code, "{variables:?}");
        }
    }

    #[test]
    fn c_posix_and_letters_that_are_not_utf_8_are_english() {
        for variables in [
            &[("LANG", "C")][..],
            &[("LANG", "C.UTF-8"), ("LANGUAGE", "de")],
            &[("LC_ALL", "POSIX"), ("LANG", "de_DE.UTF-8")],
            &[("LANG", "de_DE")],
            &[("LANG", "de_DE.ISO-8859-1"), ("LANGUAGE", "de")],
            &[("LANG", "de_DE.UTF-8"), ("LC_CTYPE", "C")],
        ] {
            assert_eq!(of(variables), "en", "{variables:?}");
        }
    }

    #[test]
    fn the_first_of_the_wished_languages_that_is_there_wins_and_english_is() {
        for (wished, code) in [
            ("de", "de"),
            ("pl:fr:de", "fr"),
            ("pt_BR:pl", "es"),
            ("en_GB:de", "en"),
            ("", "es"),
        ] {
            let variables = [("LANG", "es_ES.UTF-8"), ("LANGUAGE", wished)];
            assert_eq!(of(&variables), code, "{wished}");
        }
        // Without a locale it is not looked at.
        assert_eq!(of(&[("LANGUAGE", "de")]), "");
    }

    #[test]
    fn a_language_of_the_settings_is_taken_as_it_is_and_another_refused() {
        let nothing = |_: &str| None;
        for language in Language::ALL {
            assert_eq!(read(language.code(), &nothing), Ok(language));
        }
        for wrong in ["pl", "DE", "de_DE", "german", ""] {
            let error = read(wrong, &nothing).err().unwrap_or_default();
            assert!(
                error.starts_with("it must be system, en, "),
                "{wrong}: {error}"
            );
            let mut codes = Language::ALL.iter().map(|language| language.code());
            assert!(codes.all(|code| error.contains(code)), "{error}");
        }
    }
}
