//! What a provider says of a refusal, fit to be shown.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use url::form_urlencoded::byte_serialize;

use crate::text::one_line;

/// Longest text of the provider that is shown, in characters.
const WORDS_LIMIT: usize = 300;

/// Longer than any answer, in characters.
const ANSWER_LIMIT: usize = 256 * 1024;

/// What a provider says of a refusal (`error_description`, RFC 6749 §4.1.2.1
/// and §5.2): never more than words to show, marked as the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderWords(String);

impl ProviderWords {
    /// `text` on one line, cut and made inert; without any of `secrets`, which
    /// a provider may repeat. `None` if nothing is left.
    pub(crate) fn new(text: &str, secrets: &[&str]) -> Option<Self> {
        // Whole: of a secret that is cut, a part would be left.
        let mut text = one_line(text, ANSWER_LIMIT);
        // What is so short says nothing, and would take words apart.
        for secret in secrets.iter().filter(|secret| secret.len() >= 8) {
            for spelling in spellings(secret) {
                text = text.replace(&spelling, "…");
            }
        }
        let text = one_line(&text, WORDS_LIMIT);
        (!text.is_empty()).then_some(Self(text))
    }

    pub(crate) fn log(said: Option<&Self>) {
        if let Some(Self(words)) = said {
            log::info!("the provider says: {words}");
        }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A secret as it stands, as a form or an address has it, and in base64.
fn spellings(secret: &str) -> [String; 4] {
    let form: String = byte_serialize(secret.as_bytes()).collect();
    let mut small = String::new();
    for (at, part) in form.split('%').enumerate() {
        let escape = if at == 0 { 0 } else { 2 };
        let (escape, rest) = part.split_at(escape.min(part.len()));
        small.push_str(if at == 0 { "" } else { "%" });
        small.push_str(&escape.to_ascii_lowercase());
        small.push_str(rest);
    }
    [
        secret.to_owned(),
        form,
        small,
        STANDARD_NO_PAD.encode(secret),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_provider_have_no_secret_in_any_spelling() {
        let secrets = ["4/0Ab+cdefgh=", "short", "refresh-token-1"];
        for (given, shown) in [
            ("code 4/0Ab+cdefgh= is spent", "code … is spent"),
            ("code 4%2F0Ab%2Bcdefgh%3D is spent", "code … is spent"),
            ("code 4%2f0Ab%2bcdefgh%3d is spent", "code … is spent"),
            ("sent cmVmcmVzaC10b2tlbi0x", "sent …"),
            ("refresh-\u{200b}token-1 is unknown", "… is unknown"),
            ("too short", "too short"),
        ] {
            let words = ProviderWords::new(given, &secrets).unwrap();
            assert_eq!(words.as_str(), shown);
        }
        let long = format!("{}refresh-token-1", "x".repeat(295));
        let words = ProviderWords::new(&long, &secrets).unwrap();
        assert!(!words.as_str().contains("refr"));
    }
}
