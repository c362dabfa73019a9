//! An issuer as people write it, and as the provider does.

use super::{
    Profile,
    template::{Values, fill, matched, pieces},
};

/// What stands behind an issuer in the address of its metadata (OpenID Connect Discovery
/// §4, RFC 8414 §3).
const DOCUMENTS: [&str; 2] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
];

/// An issuer.
#[derive(Debug, PartialEq, Eq)]
pub enum Mended {
    /// Of the form that the profile has.
    Whole(String),
    /// Of no form that the profile has: taken as it is.
    Unlike(String),
    /// These words of the form are missing.
    Lacking(Vec<String>),
}

/// `given` as the provider spells it: with `https://`, without the name of its metadata,
/// with the path that all issuers there have, and with a slash at the end or without.
/// `known` are words of the form that need not be in `given`.
pub fn mend(profile: &Profile, given: &str, known: &Values) -> Mended {
    let given = without_document(given);
    let (scheme, rest) = given.split_once("://").unwrap_or(("https", given));
    if profile.issuer_is_free {
        return Mended::Whole(format!("{scheme}://{rest}"));
    }
    let form = fill(&profile.issuer, known);
    let form = form.strip_prefix("https://").unwrap_or(&form);
    let bare = rest.trim_end_matches('/');
    if let Some(word) = only_word(profile, form, given) {
        let mut values = profile.defaults();
        values.insert(word.to_owned(), bare.to_owned());
        return Mended::Whole(format!("https://{}", fill(form, &values)));
    }
    let parts: Vec<_> = form.split('/').collect();
    for count in (1..=parts.len()).rev() {
        if !has_form(profile, &parts[..count].join("/"), bare) {
            continue;
        }
        let end = parts[count..].iter().map(|part| format!("/{part}"));
        let end = end.collect::<String>();
        let lacking = required(profile, &end);
        return match lacking.is_empty() {
            true => Mended::Whole(format!(
                "{scheme}://{bare}{}",
                fill(&end, &profile.defaults())
            )),
            false => Mended::Lacking(lacking.into_iter().map(str::to_owned).collect()),
        };
    }
    let slash = if form.ends_with('/') { "/" } else { "" };
    Mended::Unlike(format!("{scheme}://{bare}{slash}"))
}

/// The word that `given`, a tenant or a host alone, stands for.
fn only_word<'a>(profile: &Profile, form: &'a str, given: &str) -> Option<&'a str> {
    let is_alone = !given.contains(['/', '@']) && !form.starts_with(&format!("{given}/"));
    match (&*required(profile, form), is_alone) {
        ([word], true) => Some(*word),
        _ => None,
    }
}

fn without_document(given: &str) -> &str {
    let given = given.trim();
    let found = DOCUMENTS.iter().find_map(|end| given.strip_suffix(end));
    found.unwrap_or(given)
}

/// The words in `text` that have to be given.
fn required<'a>(profile: &Profile, text: &'a str) -> Vec<&'a str> {
    let defaults = profile.defaults();
    let is_required = |piece: &&str| profile.has(piece) && !defaults.contains_key(*piece);
    pieces(text).into_iter().filter(is_required).collect()
}

/// No word of an issuer has a slash in it.
fn has_form(profile: &Profile, form: &str, text: &str) -> bool {
    matched(form, text, |piece| profile.has(piece))
        .is_some_and(|found| found.iter().all(|(_, value)| !value.contains('/')))
}
