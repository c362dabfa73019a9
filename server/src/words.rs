//! Text of somebody else, fit for a sentence on standard error: nothing in it acts on a
//! terminal, and what would not be seen is. What a character is, the Unicode Character
//! Database says. Of both binaries, so a file of each.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};

/// Whether `c` leaves no mark of its own, or one that stands for something that was lost.
pub fn is_unseen(c: char) -> bool {
    let stands_in = matches!(c, '\u{2800}' | '\u{fffc}' | '\u{fffd}');
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let none = matches!(
        category,
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
            '\t' | '\r' | '\n' => line.extend(c.escape_default()),
            c if is_unseen(c) => line.extend(c.escape_unicode()),
            c => line.push(c),
        }
    }
    line
}
