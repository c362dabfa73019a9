//! [`Scope`]: the name of one thing that a token may permit.

use std::{fmt, str::FromStr};

use super::inert::Inert;

/// One scope, such as `read:message`: printable ASCII without space, quotation mark and
/// backslash (RFC 6749 §3.3). Made with `"read:message".parse()`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope(Box<str>);

/// The text is not one scope: no token could ever have it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{}\" is not one scope: a scope is made of printable ASCII characters, without space, \
    quotation mark and backslash (RFC 6749 §3.3)", Inert(.0)
)]
pub struct InvalidScope(String);

impl Scope {
    /// As it stands in a token.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let is_allowed = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
        match !text.is_empty() && text.chars().all(is_allowed) {
            true => Ok(Self(text.into())),
            false => Err(InvalidScope(text.to_owned())),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_one_name_in_the_characters_of_rfc_6749() {
        for (text, is_one) in [
            ("read:message", true),
            ("https://api.example/read", true),
            ("!#[]~", true),
            ("", false),
            ("openid profile", false),
            ("a\"b", false),
            ("a\\b", false),
            ("a\nb", false),
            ("a\u{7f}", false),
            ("lesen:ü", false),
        ] {
            let parsed = text.parse::<Scope>();
            assert_eq!(parsed.is_ok(), is_one, "{text:?}");
            match parsed {
                Ok(scope) => assert_eq!(scope.to_string(), text),
                Err(error) => assert!(error.to_string().contains("is not one scope"), "{error}"),
            }
        }
    }
}
