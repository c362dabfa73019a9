//! The text of a value: which characters are refused in it, and how it is shown so that
//! none of them acts on a terminal. The Unicode Character Database tells their kinds.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, QuotationMark},
};

use crate::Kind;

/// Longest value in a sentence, in characters: a line or two.
const LONGEST: usize = 200;
/// Used as quotation marks.
const LIKE_QUOTES: [char; 7] = ['`', '´', '′', '″', '‵', '‶', 'ʼ'];
/// Three dots in one character, as a word processor and our own examples have them.
const DOTS: char = '…';

/// Whether `c` cannot be seen, or only stands in for a character that was lost.
pub fn is_unseen(c: char) -> bool {
    let stands_in = matches!(c, '\u{2800}' | '\u{fffc}' | '\u{fffd}');
    let none = matches!(
        CodePointMapData::<GeneralCategory>::new().get(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
    );
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
    stands_in || none || ignorable || (c.is_whitespace() && c != ' ')
}

/// `text` with escapes for what would not be seen.
pub fn escaped(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars() {
        match c {
            '\0' | '\t' | '\r' | '\n' => line.extend(c.escape_debug()),
            c if is_unseen(c) => line.extend(c.escape_unicode()),
            c => line.push(c),
        }
    }
    line
}

/// In quotes, with escapes, and cut where it is too long.
pub(crate) fn shown(text: &str) -> String {
    let quoted = cut(text).replace('\\', "\\\\").replace('"', "\\\"");
    let mark = if cut(text).len() < text.len() {
        "…"
    } else {
        ""
    };
    format!("\"{}\"{mark}", escaped(&quoted))
}

/// The beginning of `text` that a sentence has room for.
pub(crate) fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST);
    end.map_or(text, |(end, _)| &text[..end])
}

/// An address without what stands before an `@`: a user and a password, however wrong the
/// rest is.
pub(crate) fn without_password(address: &str) -> String {
    match address.rfind('@') {
        Some(at) => format!("…{}", &address[at..]),
        None => address.to_owned(),
    }
}

/// Refuses what a shell, an editor or a web page left around a value, and what nobody sees
/// in it: it would only show much later, as a token or a client that is refused.
pub(crate) fn check(text: &str, kind: Kind) -> Result<(), String> {
    if kind == Kind::FileName {
        return Ok(());
    }
    let is_list = matches!(kind, Kind::SomeWords | Kind::Words);
    let is_space = |c: char| c.is_whitespace() && !(is_list && c == ' ');
    if text.starts_with(is_space) || text.ends_with(is_space) {
        return Err("it begins or ends with white space or a line end: take that off".to_owned());
    }
    if text.starts_with(is_quote) || text.ends_with(is_quote) {
        return Err("it has quotes around it: take them off".to_owned());
    }
    if text.starts_with(DOTS) || text.ends_with(DOTS) {
        let words = "it begins or ends with three dots, which stand for more: write it whole";
        return Err(words.to_owned());
    }
    match text.chars().find(|c| is_unseen(*c)) {
        Some(c) if c.is_control() => Err("it has control characters in it".to_owned()),
        Some(c) => Err(format!(
            "it has an invisible character in it (U+{:04X})",
            u32::from(c)
        )),
        None if text.contains("${") => {
            Err("it has a variable that nobody has filled in: write its value".to_owned())
        }
        None => Ok(()),
    }
}

fn is_quote(c: char) -> bool {
    LIKE_QUOTES.contains(&c) || CodePointSetData::new::<QuotationMark>().contains(c)
}
