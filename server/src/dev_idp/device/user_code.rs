//! User codes: short enough to type, hard enough to guess.
//!
//! Spec: RFC 8628 §6.1. Twenty consonants: no word comes out by chance, no
//! letter looks like a digit. Eight of them are 2.56 · 10^10 codes, 34 bits.

use aws_lc_rs::rand::fill;

const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;

/// A new user code, without its dash.
pub(super) fn random() -> String {
    let mut code = String::with_capacity(LENGTH);
    while code.len() < LENGTH {
        let mut byte = [0];
        // As for every secret here: better dead than guessable.
        assert!(fill(&mut byte).is_ok(), "no random bytes");
        // 240 is the largest multiple of 20: no letter is more likely.
        if byte[0] < 240 {
            code.push(char::from(LETTERS[usize::from(byte[0]) % LETTERS.len()]));
        }
    }
    code
}

/// What a person has typed, as the code would stand: RFC 8628 §6.1 ignores
/// case and whatever is no letter.
pub(super) fn normalized(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

/// A code as people are shown it: in two halves.
pub(super) fn shown(code: &str) -> String {
    let (left, right) = code.split_at_checked(LENGTH / 2).unwrap_or((code, ""));
    format!("{left}-{right}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_eight_consonants_and_every_one_of_the_twenty_comes_up() {
        let codes: String = (0..1000).map(|_| random()).collect();
        assert_eq!(codes.len(), 8000);
        assert!(codes.bytes().all(|letter| LETTERS.contains(&letter)));
        assert!(
            LETTERS
                .iter()
                .all(|letter| codes.as_bytes().contains(letter))
        );
    }

    #[test]
    fn case_dash_and_blanks_do_not_matter() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf – ghjk ", "b.c.d.f_GHJK"] {
            assert_eq!(normalized(typed), "BCDFGHJK", "{typed}");
        }
        assert_eq!(normalized(&shown("BCDFGHJK")), "BCDFGHJK");
        assert_eq!(shown("BCDFGHJK"), "BCDF-GHJK");
    }
}
