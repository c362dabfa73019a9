//! The code that a person compares.

/// The code in this text: two times four consonants with a dash between them, as the
/// development provider writes it.
pub fn user_code(text: &str) -> Option<String> {
    let is_half = |half: &str| half.len() == 4 && half.bytes().all(|b| b.is_ascii_uppercase());
    let is_code = |word: &&str| {
        let halves = word.split_once('-');
        halves.is_some_and(|(left, right)| is_half(left) && is_half(right))
    };
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.find(is_code).map(str::to_owned)
}
