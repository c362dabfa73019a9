//! What no value can have and be right: marks round it, and what cannot be seen.

use super::keys::Kind;

/// Left in a value by an editor, a shell or a file that quotes differently.
const QUOTES: [char; 13] = [
    '"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›',
];

/// A value is compared or used as it is, so each of these would only show much later, as
/// a token that is refused. A file's name may have them.
pub fn is_plain(text: &str, kind: Kind) -> Result<(), String> {
    if kind == Kind::File {
        return Ok(());
    }
    // Those of a list stand between its items.
    let spaces = |c: char| c.is_whitespace() && !(kind == Kind::List && c == ' ');
    let around = |c: char| spaces(c) || c.is_control() || is_invisible(c);
    if text.starts_with(around) || text.ends_with(around) {
        return Err("it begins or ends with white space or a line end; take that off".to_owned());
    }
    if text.starts_with(QUOTES) || text.ends_with(QUOTES) {
        return Err("it begins or ends with a quotation mark; take those off".to_owned());
    }
    if text.contains(|c: char| c.is_control() || is_invisible(c)) {
        return Err("it has a character within that cannot be seen; write it anew".to_owned());
    }
    Ok(())
}

/// The format characters that come along when a value is copied from a page.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// An address without what stands before an `@`: a user and a password, however wrong the
/// rest is.
pub fn without_password(address: &str) -> String {
    match address.rfind('@') {
        Some(at) => format!("…{}", &address[at..]),
        None => address.to_owned(),
    }
}

/// For a sentence: in quotes, with escapes for what would not be seen, and no longer than a
/// line or two.
pub fn shown(whole: &str) -> String {
    const MOST: usize = 200;
    let short: String = whole.chars().take(MOST).collect();
    let cut = if short.len() < whole.len() { "…" } else { "" };
    format!("{short:?}{cut}")
}
