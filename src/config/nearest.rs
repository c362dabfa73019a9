//! Which name somebody meant who wrote one that is not there.

use std::ffi::OsString;

use super::keys::{KEYS, Key};
use crate::auth::text::one_line;

const PREFIX: &str = "VESTIBULE_";
/// Those of the server are its own affair.
const SERVER: &str = "VESTIBULE_SERVER_";
/// Less is no slip of the pen.
const SIMILAR: f64 = 0.6;

/// A warning for each variable that looks like a setting and is none.
pub(super) fn unknown_variables(names: impl IntoIterator<Item = OsString>) -> Vec<String> {
    let known: Vec<_> = KEYS.iter().map(Key::environment).collect();
    let names = names
        .into_iter()
        .map(|name| name.to_string_lossy().into_owned());
    let begins = |name: &str, with: &str| {
        let head = name.as_bytes().get(..with.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
    };
    // On Windows capitals make no other variable.
    let is_known = |name: &str| {
        known
            .iter()
            .any(|known| known == name || (cfg!(windows) && known.eq_ignore_ascii_case(name)))
    };
    let mut unknown: Vec<_> = names
        .filter(|name| begins(name, PREFIX) && !begins(name, SERVER) && !is_known(name))
        .collect();
    unknown.sort();
    let warning = |name: &String| {
        let given = name[PREFIX.len()..].to_uppercase();
        let known = known.iter().map(|known| &known[PREFIX.len()..]);
        let (meant, _) = nearest(&given, known);
        format!(
            "{} is no setting and changes nothing; the nearest is {PREFIX}{meant}; all of them: \
             vestibule --help",
            one_line(name, 100)
        )
    };
    unknown.iter().map(warning).collect()
}

/// `, perhaps NAME is meant`, if one of `known` is so similar.
pub(super) fn meant<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(given, known) {
        (name, likeness) if likeness >= SIMILAR => format!(", perhaps {name} is meant"),
        _ => String::new(),
    }
}

/// The most similar name, and how similar it is, up to 1. Letters in another
/// order or left out count, and so does a part of a longer name.
fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> (&'a str, f64) {
    let given = given.to_lowercase();
    let mut best = ("", -1.0);
    for name in known {
        let lower = name.to_lowercase();
        let letters = strsim::normalized_damerau_levenshtein(&given, &lower);
        let likeness = letters.max(strsim::sorensen_dice(&given, &lower));
        if likeness > best.1 {
            best = (name, likeness);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(names: &[&str]) -> Vec<String> {
        unknown_variables(names.iter().map(OsString::from))
    }

    #[test]
    fn an_unknown_variable_is_named_with_the_one_that_was_meant() {
        for (given, meant) in [
            ("ISUER", "ISSUER"),
            ("ISSUER_URL", "ISSUER"),
            ("CLIENTID", "CLIENT_ID"),
            ("CLIENT", "CLIENT_ID"),
            ("CLIENT_SECRET", "CLIENT_SECRET_FILE"),
            ("SCOPE", "SCOPES"),
            ("AUDIANCE", "AUDIENCE"),
            ("PORTS", "REDIRECT_PORTS"),
            ("REDIRECT_URI", "REDIRECT_PORTS"),
            ("CA", "CA_FILE"),
            ("LOG_LEVEL", "LOG"),
            ("LGO", "LOG"),
            ("API", "API_URL"),
            ("STOER", "STORE"),
            ("issuer", "ISSUER"),
        ] {
            let name = format!("VESTIBULE_{given}");
            let said = warnings(&[&name]);
            let words = format!(
                "{name} is no setting and changes nothing; the nearest is VESTIBULE_{meant};"
            );
            assert!(said.len() == 1 && said[0].starts_with(&words), "{said:?}");
        }
    }

    #[test]
    fn settings_the_servers_variables_and_other_programs_are_none_of_it() {
        let known: Vec<_> = KEYS.iter().map(Key::environment).collect();
        let mut names: Vec<_> = known.iter().map(String::as_str).collect();
        names.extend([
            "VESTIBULE_SERVER_ISSUER",
            "VESTIBULE_SERVER_ISUER",
            "VESTIBULE",
            "PATH",
            "",
        ]);
        names.extend(["MY_VESTIBULE_X", "VESTIBULES"]);
        assert_eq!(warnings(&names), [""; 0]);
        // One line each, in order, whatever their names are.
        let said = warnings(&["VESTIBULE_\u{1b}[31m\nB", "VESTIBULE_A", "VESTIBULE_"]);
        assert_eq!(said.len(), 3);
        assert!(said[1].starts_with("VESTIBULE_[31m B is") || said[0].starts_with("VESTIBULE_ is"));
        assert!(said.iter().all(|line| !line.contains(char::is_control)));
    }

    #[test]
    fn a_hint_is_given_for_a_slip_alone() {
        let names = || ["issuer", "client_id", "log"].into_iter();
        assert_eq!(meant("isuer", names()), ", perhaps issuer is meant");
        assert_eq!(meant("clientId", names()), ", perhaps client_id is meant");
        assert_eq!(meant("kiosk", names()), "");
        assert_eq!(meant("", names()), "");
    }
}
