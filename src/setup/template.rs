//! Texts with words in capitals in them that stand for something.

use std::collections::BTreeMap;

/// What the words stand for, as far as it is known.
pub type Values = BTreeMap<String, String>;

/// `text` with what its words stand for.
pub fn fill(text: &str, values: &Values) -> String {
    let pieces = pieces(text).into_iter();
    pieces
        .map(|piece| values.get(piece).map_or(piece, String::as_str))
        .collect()
}

/// What the words of `template` stand for in `text`, if that has its form.
pub fn matched(
    template: &str,
    text: &str,
    is_word: impl Fn(&str) -> bool,
) -> Option<Vec<(String, String)>> {
    let (mut rest, mut found) = (text, Vec::new());
    let mut pieces = pieces(template).into_iter().peekable();
    while let Some(piece) = pieces.next() {
        if !is_word(piece) {
            rest = rest.strip_prefix(piece)?;
            continue;
        }
        let end = pieces
            .peek()
            .map_or(Some(rest.len()), |next| rest.find(next));
        let (value, behind) = rest.split_at(end.filter(|end| *end > 0)?);
        found.push((piece.to_owned(), value.to_owned()));
        rest = behind;
    }
    rest.is_empty().then_some(found)
}

/// Words, and what stands between them.
pub fn pieces(text: &str) -> Vec<&str> {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let other = |c: char| is_of_word(c) != is_of_word(first);
        let (piece, behind) = rest.split_at(rest.find(other).unwrap_or(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 3] = ["HOST", "REALM", "API_ID"];

    fn in_words(template: &str, text: &str) -> Option<String> {
        let found = matched(template, text, |piece| WORDS.contains(&piece))?;
        let found = found.iter().map(|(name, value)| format!("{name}={value}"));
        Some(found.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn whole_words_are_filled_in_and_no_parts_of_words() {
        let values = Values::from([("HOST".to_owned(), "a.example".to_owned())]);
        assert_eq!(
            fill("https://HOST/HOSTS HOST-x, xHOST REALM", &values),
            "https://a.example/HOSTS a.example-x, xHOST REALM"
        );
    }

    #[test]
    fn what_words_stand_for_is_read_off_a_text_of_the_same_form() {
        for (template, text, found) in [
            (
                "https://HOST/realms/REALM",
                "https://a.example:8443/realms/demo",
                Some("HOST=a.example:8443 REALM=demo"),
            ),
            (
                "api://API_ID/access",
                "api://1-2/access",
                Some("API_ID=1-2"),
            ),
            ("API_ID", "https://a/b c", Some("API_ID=https://a/b c")),
            ("a", "a", Some("")),
            ("https://HOST/realms/REALM", "https://a.example", None),
            ("https://HOST/realms/REALM", "https://a/realms/", None),
            ("https://HOST", "https://", None),
            ("api://API_ID/access", "api://1/access2", None),
            ("a", "ab", None),
        ] {
            assert_eq!(in_words(template, text).as_deref(), found, "{text}");
        }
    }
}
