//! JSON as some providers write it.

use std::borrow::Cow;

const REPLACEMENT: &[u8; 4] = b"fffd";

/// `json` with U+FFFD for each half of a surrogate pair that stands alone: a
/// provider that cuts a name at a number of UTF-16 units cuts an emoji in two
/// and writes `"\ud83d"`, which is JSON (RFC 8259 §8.2) and no text. It must
/// not cost the whole document.
pub fn with_whole_characters(json: &[u8]) -> Cow<'_, [u8]> {
    let mut mended = Cow::Borrowed(json);
    let mut at = 0;
    while let Some(found) = json[at..].iter().position(|byte| *byte == b'\\') {
        at += found;
        let is_low = |unit| matches!(unit, 0xdc00..=0xdfff);
        at += match unit(&json[at..]) {
            // A quote, a backslash or a letter.
            None => 2.min(json.len() - at),
            Some(0xd800..=0xdbff) if unit(&json[at + 6..]).is_some_and(is_low) => 12,
            Some(0xd800..=0xdfff) => {
                mended.to_mut()[at + 2..at + 6].copy_from_slice(REPLACEMENT);
                6
            }
            Some(_) => 6,
        };
    }
    mended
}

/// The UTF-16 unit of the escape that `json` begins with.
fn unit(json: &[u8]) -> Option<u16> {
    let digits = json.strip_prefix(b"\\u")?.get(..4)?;
    let digits = digits.iter().map(|digit| char::from(*digit).to_digit(16));
    let value = digits.reduce(|value, digit| Some(value? * 16 + digit?))??;
    u16::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_surrogate_pair_is_replaced_and_all_else_stays() {
        for (given, mended) in [
            (r#"{"name":"Ada"}"#, r#"{"name":"Ada"}"#),
            (r#""\ud83e\udd8a""#, r#""\ud83e\udd8a""#),
            (r#""Ada \ud83e""#, r#""Ada \ufffd""#),
            (r#""\uDD8A Ada""#, r#""\ufffd Ada""#),
            (r#""\ud83e\ud83e\udd8a""#, r#""\ufffd\ud83e\udd8a""#),
            (r#""\udd8a\ud83e""#, r#""\ufffd\ufffd""#),
            (r#""\ud83e\n""#, r#""\ufffd\n""#),
            // A backslash, and then the word.
            (r#""\\ud83e""#, r#""\\ud83e""#),
            (r#""\\\ud83e""#, r#""\\\ufffd""#),
            (r#""\u00e9\u0000""#, r#""\u00e9\u0000""#),
        ] {
            let text = with_whole_characters(given.as_bytes());
            assert_eq!(std::str::from_utf8(&text).unwrap(), mended);
            assert!(serde_json::from_slice::<serde_json::Value>(&text).is_ok());
        }
    }

    #[test]
    fn what_is_cut_off_or_no_json_stays_as_it_is() {
        for text in ["", "\\", "\\u", "\\u12", "\\ud8", "\"\\uzzzz\"", "\\u+123"] {
            assert_eq!(&*with_whole_characters(text.as_bytes()), text.as_bytes());
        }
    }
}
