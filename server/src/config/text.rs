//! What no value can have and be right: marks round it, and what cannot be seen.

use icu_properties::{CodePointSetData, props::QuotationMark};

use super::keys::Kind;
use crate::words::{escaped, is_unseen};

/// Used as quotation marks, and what a word processor makes of three dots.
const LIKE_QUOTES: [char; 8] = ['`', '´', '′', '″', '‵', '‶', 'ʼ', '…'];

/// A value is compared or used as it is, so each of these would only show much later, as
/// a token that is refused. A file's name may have them.
pub fn is_plain(text: &str, kind: Kind) -> Result<(), String> {
    if kind == Kind::File {
        return Ok(());
    }
    // Those of a list stand between its items.
    let spaces = |c: char| c.is_whitespace() && !(kind == Kind::List && c == ' ');
    let around = |c: char| spaces(c) || is_unseen(c);
    if text.starts_with(around) || text.ends_with(around) {
        return Err(
            "it begins or ends with white space, a line end or what cannot be seen; take that off"
                .to_owned(),
        );
    }
    if text.starts_with(is_quote) || text.ends_with(is_quote) {
        return Err("it begins or ends with a quotation mark; take those off".to_owned());
    }
    if text.contains(is_unseen) {
        return Err("it has a character within that cannot be seen; write it anew".to_owned());
    }
    if text.contains("${") {
        return Err("it has a variable that nobody has filled in; write its value".to_owned());
    }
    Ok(())
}

/// Left round a value by an editor, a shell or a file that quotes differently.
fn is_quote(c: char) -> bool {
    LIKE_QUOTES.contains(&c) || CodePointSetData::new::<QuotationMark>().contains(c)
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
    let quoted = short.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"{cut}", escaped(&quoted))
}
