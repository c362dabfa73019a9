//! Which name somebody meant who wrote one that is not there.

use std::ffi::OsString;

use crate::{Program, Setting, escaped, text::cut};

/// How alike two names must be, from 0 to 1, for one to be taken for a slip of the other.
const SIMILAR: f64 = 0.6;

/// A name, and how somebody may spell it.
pub(crate) struct Name {
    spelt: String,
    meant: String,
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self {
            spelt: name.to_owned(),
            meant: name.to_owned(),
        }
    }
}

/// The names of `settings` and what other programs call them, `written` as the place wants.
pub(crate) fn names<'a>(
    settings: &mut dyn Iterator<Item = &'a &'static Setting>,
    written: &dyn Fn(&str) -> String,
) -> Vec<Name> {
    let of = |setting: &&'static Setting| {
        let called = [setting.name]
            .into_iter()
            .chain(setting.also_called.iter().copied());
        let name = |called| Name {
            spelt: written(called),
            meant: written(setting.name),
        };
        called.map(name).collect::<Vec<_>>()
    };
    settings.flat_map(of).collect()
}

/// `, perhaps NAME is meant`, if `given` is similar to one of `known`: how a name is spelt,
/// and the name that is meant by it.
pub fn perhaps<'a>(given: &str, known: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let name = |(spelt, meant): (&str, &str)| Name {
        spelt: spelt.to_owned(),
        meant: meant.to_owned(),
    };
    meant(given, &known.into_iter().map(name).collect::<Vec<_>>())
}

/// `, perhaps NAME is meant`, if one of `known` is so similar.
pub(crate) fn meant(given: &str, known: &[Name]) -> String {
    match nearest(given, known) {
        Some((name, likeness)) if likeness >= SIMILAR => format!(", perhaps {name} is meant"),
        _ => String::new(),
    }
}

/// The name that is spelt most alike, and how much, up to 1. Letters in another order or
/// left out count, and so does a part of a longer name.
fn nearest<'a>(given: &str, known: &'a [Name]) -> Option<(&'a str, f64)> {
    let given = given.to_lowercase();
    let likeness = |name: &'a Name| {
        let spelt = name.spelt.to_lowercase();
        let letters = strsim::normalized_damerau_levenshtein(&given, &spelt);
        let pairs = strsim::sorensen_dice(&given, &spelt);
        (&*name.meant, letters.max(pairs))
    };
    let better = |best: (&'a str, f64), next: (&'a str, f64)| match next.1 > best.1 {
        true => next,
        false => best,
    };
    known.iter().map(likeness).reduce(better)
}

/// A warning for each of `variables` that looks like a setting of `program` and is none.
pub(crate) fn unknown_variables(
    program: &Program,
    variables: Vec<(OsString, OsString)>,
) -> Vec<String> {
    let mut names = names(&mut program.settings.iter(), &str::to_uppercase);
    let of_file = program.file_variable;
    names.extend(of_file.and_then(|name| name.strip_prefix(program.prefix).map(Name::from)));
    let warning = |name: &String| {
        let (meant, _) = nearest(&name[program.prefix.len()..], &names).unwrap_or_default();
        format!(
            "{} is no setting and changes nothing; the nearest is {}{meant}; all of them: {} \
             --help",
            escaped(cut(name)),
            program.prefix,
            program.name
        )
    };
    let mut unknown: Vec<String> = variables
        .iter()
        .map(|(name, value)| (name.to_string_lossy(), value.to_string_lossy()))
        .filter(|(name, value)| is_unknown(program, name, value))
        .map(|(name, _)| name.into_owned())
        .collect();
    unknown.sort();
    unknown.iter().map(warning).collect()
}

/// Whether a variable begins as those of `program` do, and is neither one nor of others.
fn is_unknown(program: &Program, name: &str, value: &str) -> bool {
    // On Windows capitals make no other variable.
    let is = |known: &str| known == name || cfg!(windows) && known.eq_ignore_ascii_case(name);
    let head = name.as_bytes().get(..program.prefix.len());
    let looks_alike = head.is_some_and(|h| h.eq_ignore_ascii_case(program.prefix.as_bytes()));
    let mut settings = program.settings.iter();
    looks_alike
        && !settings.any(|setting| is(&program.variable(setting)))
        && !program.file_variable.is_some_and(is)
        && !(program.is_of_others)(name, value)
}
