//! Text from outside (names, e-mail addresses, messages, errors), made fit for
//! a screen, a terminal or a log: as it is spelt, without what cannot be seen
//! or turns the text around it about, and bounded.
//!
//! What a character is, the Unicode Character Database says (`icu_properties`);
//! a character as people count them is a grapheme cluster (UAX #29,
//! `unicode-segmentation`).

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        CanonicalCombiningClass, DefaultIgnorableCodePoint, EmojiModifier, ExtendedPictographic,
        GeneralCategory, GeneralCategoryGroup as Group, JoinControl, PrependedConcatenationMark,
        VariationSelector,
    },
};
use unicode_segmentation::UnicodeSegmentation;

/// Longest label, in grapheme clusters.
const LABEL: usize = 100;
/// Most bytes for each cluster of the limit, on average: a family of four has
/// 25, a letter with its marks fewer than ten.
const BYTES_EACH: usize = 32;
/// Most code points of one cluster (UAX #15 §13 has thirty marks).
const LARGEST: usize = 32;
/// Most marks above and below one letter. UTS #39 §5.4 has four; Burmese and
/// pointed Hebrew need five.
const MARKS: usize = 5;

const BLACK_FLAG: char = '\u{1f3f4}';
const END_OF_FLAG: char = '\u{e007f}';

/// A label: one line of at most 100 characters as people count them. Empty if
/// nothing of `text` can be seen.
pub fn shown(text: &str) -> String {
    one_line(text, LABEL)
}

/// One line of at most `most` characters, without white space at its ends.
pub fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for c in visible(text).chars() {
        let again = line.is_empty() || line.ends_with(char::is_whitespace);
        if !(again && c.is_whitespace()) {
            line.push(c);
        }
    }
    cut(line.trim_end(), most)
}

/// Lines as they stand, of at most `most` characters together.
pub fn lines(text: &str, most: usize) -> String {
    let lines: Vec<_> = text.lines().map(visible).collect();
    cut(lines.join("\n").trim_end(), most)
}

/// The first letter or digit of `word` with its marks, as a capital where its
/// script has capitals.
pub fn initial(word: &str) -> Option<String> {
    let has_letter = |cluster: &&str| cluster.chars().any(char::is_alphanumeric);
    let letter = word.graphemes(true).find(has_letter)?;
    let capital = letter.to_uppercase();
    // "ß" would become two letters; Georgian names begin with no capital.
    let georgian = |c| matches!(c, '\u{1c90}'..='\u{1cbf}');
    let is_one = capital.graphemes(true).count() == 1 && !capital.contains(georgian);
    Some(if is_one { capital } else { letter.to_owned() })
}

/// Whether `c` takes no room of its own and can hide in a value that somebody
/// pastes.
pub fn is_invisible(c: char) -> bool {
    let format = gc(c) == GeneralCategory::Format;
    let prepended = CodePointSetData::new::<PrependedConcatenationMark>().contains(c);
    (format && !prepended) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// `text` without what is invisible, but for the joiners, selectors and tags
/// that are part of a spelling, and with no flood of marks.
fn visible(text: &str) -> String {
    let chars: Vec<char> = text.chars().filter_map(seen).collect();
    let chars = with_what_belongs(&chars);
    let mut kept = String::new();
    for (at, &c) in chars.iter().enumerate() {
        // The first of several joiners speaks for all of them.
        let again = at > 0 && is_joiner(chars[at - 1]);
        let after = || chars[at..].iter().copied().find(|c| !is_joiner(*c));
        let before = kept.chars().next_back();
        if !is_joiner(c) || (!again && before.is_some_and(|before| joins(before, after()))) {
            kept.push(c);
        }
    }
    kept
}

/// `chars` without the selectors, tags and marks that belong to nothing.
fn with_what_belongs(chars: &[char]) -> Vec<char> {
    let mut kept: Vec<char> = Vec::new();
    let (mut marks, mut flag_ends) = (0, 0);
    for (at, &c) in chars.iter().enumerate() {
        let before = kept.last().filter(|c| !c.is_whitespace());
        let stays = match gc(c) {
            _ if is_joiner(c) => before.is_some(),
            _ if is_selector(c) => {
                before.is_some_and(|before| !is_selector(*before) && !is_joiner(*before))
            }
            _ if is_tag(c) => at < flag_ends,
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => {
                marks += 1;
                // UTS #39 §5.4: nor the same one again.
                before.is_some_and(|before| *before != c) && marks <= MARKS
            }
            GeneralCategory::SpacingMark => before.is_some(),
            _ => {
                marks = 0;
                if c == BLACK_FLAG {
                    flag_ends = at + 1 + tags_of_flag(&chars[at + 1..]);
                }
                true
            }
        };
        if stays {
            kept.push(c);
        }
    }
    kept
}

/// `c`, or the space that stands for it; `None` if it is never shown.
fn seen(c: char) -> Option<char> {
    match c {
        // In Braille it is the space.
        '\u{2028}' | '\u{2029}' | '\u{2800}' => Some(' '),
        _ if c.is_control() => c.is_whitespace().then_some(' '),
        _ if is_joiner(c) || is_selector(c) || is_tag(c) => Some(c),
        _ => (!is_invisible(c)).then_some(c),
    }
}

/// ZERO WIDTH JOINER and NON-JOINER; the grapheme joiner of Hebrew and the
/// vowel separator of Mongolian do the same work.
fn is_joiner(c: char) -> bool {
    CodePointSetData::new::<JoinControl>().contains(c) || matches!(c, '\u{34f}' | '\u{180e}')
}

/// A joiner is part of the word between two characters that can be joined, and
/// behind a virama even at the word's end (RFC 5892, appendix A.1 and A.2).
fn joins(before: char, after: Option<char>) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new().get(before);
    let joined = |c: char| {
        let letter = Group::Letter.union(Group::Mark).union(Group::Number);
        letter.contains(gc(c))
            || CodePointSetData::new::<ExtendedPictographic>().contains(c)
            || CodePointSetData::new::<EmojiModifier>().contains(c)
    };
    class == CanonicalCombiningClass::Virama || (joined(before) && after.is_some_and(joined))
}

fn is_selector(c: char) -> bool {
    CodePointSetData::new::<VariationSelector>().contains(c)
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..=END_OF_FLAG)
}

/// How many characters behind a black flag are its tags: letters and digits
/// that name a region, and the end (UTS #51, ED-14a). Tags elsewhere hide text.
fn tags_of_flag(after: &[char]) -> usize {
    let region = |c: &&char| matches!(**c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let length = after.iter().take_while(region).count();
    let ends = after.get(length) == Some(&END_OF_FLAG);
    if ends && (1..=6).contains(&length) {
        length + 1
    } else {
        0
    }
}

fn gc(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// At most `most` clusters, none of them cut in two.
fn cut(text: &str, most: usize) -> String {
    let mut kept = String::new();
    for (n, cluster) in text.graphemes(true).enumerate() {
        let end = cluster.char_indices().nth(LARGEST);
        let cluster = &cluster[..end.map_or(cluster.len(), |(end, _)| end)];
        if n == most || kept.len() + cluster.len() > most * BYTES_EACH {
            // What joined it to the rest joins nothing now.
            let ends = |c: char| is_joiner(c) || c.is_whitespace();
            kept.truncate(kept.trim_end_matches(ends).len());
            break;
        }
        kept.push_str(cluster);
    }
    kept
}

#[cfg(test)]
mod tests;
