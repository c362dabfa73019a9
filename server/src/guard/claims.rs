//! [`AccessTokenClaims`]: what the issuer says about a request, once it is verified.

use std::fmt;

use serde::de::DeserializeOwned;

use super::{inert::Inert, json::Members};

/// The claims of a verified access token. Only the verifier makes them.
///
/// They hold the payload that was signed as one text, and where in it the subject and the
/// scopes are: thousands of them may stay in memory, and most handlers ask for the subject or
/// for nothing.
pub struct AccessTokenClaims {
    /// The payload; after it the values that do not stand in it letter by letter, since
    /// they have escapes there or are a list
    text: Box<str>,
    /// Length of the payload. A token has 16 KiB at most
    payload: u16,
    sub: Option<Span>,
    scope: Span,
    exp: f64,
}

/// A part of the text, by its bytes.
#[derive(Clone, Copy)]
struct Span {
    start: u16,
    end: u16,
}

impl Span {
    /// Where `part` is in `text`, which begins with `payload`. It is appended if the payload
    /// does not have it.
    fn of(part: &str, payload: &str, text: &mut String) -> Option<Self> {
        let start = offset(part, payload).unwrap_or_else(|| {
            text.push_str(part);
            text.len() - part.len()
        });
        Some(Self {
            start: start.try_into().ok()?,
            end: (start + part.len()).try_into().ok()?,
        })
    }
}

/// Where `part` begins in `payload`, if it was borrowed from there, as the JSON reader does
/// with a text without escapes. Only the addresses tell: to search for the text would take a
/// twentieth of a verification, and the method of the standard library (`element_offset`) is
/// newer than the Rust that this crate asks for. A wrong answer is impossible all the same,
/// since the letters are compared.
fn offset(part: &str, payload: &str) -> Option<usize> {
    let start = part.as_ptr().addr().checked_sub(payload.as_ptr().addr())?;
    payload.get(start..)?.starts_with(part).then_some(start)
}

impl AccessTokenClaims {
    /// `None` if they are longer than any token.
    pub(super) fn verified(
        payload: &str,
        sub: Option<&str>,
        scope: &str,
        exp: f64,
    ) -> Option<Self> {
        let mut text = payload.to_owned();
        let mut span = |part| Span::of(part, payload, &mut text);
        let sub = match sub {
            Some(sub) => Some(span(sub)?),
            None => None,
        };
        let scope = span(scope)?;
        Some(Self {
            payload: payload.len().try_into().ok()?,
            text: text.into(),
            sub,
            scope,
            exp,
        })
    }

    fn part(&self, span: Span) -> &str {
        let range = usize::from(span.start)..usize::from(span.end);
        self.text.get(range).unwrap_or_default()
    }

    /// Whom the token speaks for.
    pub fn sub(&self) -> Option<&str> {
        self.sub.map(|span| self.part(span))
    }

    /// What was granted (RFC 9068 §2.2.3; `scp` where the issuer calls it so).
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let scopes = self.part(self.scope).split(' ');
        scopes.filter(|scope| !scope.is_empty())
    }

    /// Whether `scope` was granted, for a handler that can do with less;
    /// [`RequireAccessToken::require_scope`](super::RequireAccessToken::require_scope)
    /// refuses tokens without it.
    pub fn grants(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// When the token ends, in seconds since 1970, without the verifier's leeway.
    pub fn exp(&self) -> f64 {
        self.exp
    }

    /// All claims, as a type that names those it needs. It fails if one of them is
    /// missing or of another type; [`super::Claims`] is the extractor for it.
    pub fn typed<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.payload())
    }

    /// Which claim [`Self::typed`] fails on, by its name alone: serde's own text may quote
    /// a value, and what lies between may be keys of a map, as addresses of people are.
    /// Neither is for the log.
    pub(super) fn fault<T: DeserializeOwned>(&self) -> Option<String> {
        let mut json = serde_json::Deserializer::from_str(self.payload());
        let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
        let path: Vec<_> = error.path().iter().collect();
        let text = error.inner().to_string();
        // A missing field has no path; serde names it in its text, and that name is the
        // type's, so it may be logged.
        let missing = text.strip_prefix("missing field `");
        let missing = missing.and_then(|rest| rest.split('`').next());
        let first = path.first().map(ToString::to_string);
        let name = match (first, missing) {
            (None, missing) => missing.unwrap_or("all").to_owned(),
            (Some(claim), None) => claim,
            (Some(claim), Some(name)) if path.len() == 1 => format!("{claim}.{name}"),
            (Some(claim), Some(name)) => format!("{claim}.….{name}"),
        };
        let what = missing.map_or("malformed", |_| "missing");
        Some(format!("{}: {what}", Inert(&name)))
    }

    /// All claims, as the checks read them.
    pub(super) fn members(&self) -> Option<Members<'_>> {
        Members::parse(self.payload())
    }

    fn payload(&self) -> &str {
        let payload = self.text.get(..self.payload.into());
        payload.unwrap_or_default()
    }
}

/// Says nothing about the person: claims are personal data.
impl fmt::Debug for AccessTokenClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokenClaims")
            .field("exp", &self.exp)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn what_lies_in_the_payload_is_not_kept_twice() {
        let payload = r#"{"sub":"ada","scope":"a b"}"#;
        let (sub, scope) = (&payload[8..11], &payload[22..25]);
        let claims = AccessTokenClaims::verified(payload, Some(sub), scope, 1.0).unwrap();
        assert_eq!(&*claims.text, payload);
        assert_eq!(claims.sub(), Some("ada"));
        assert!(claims.scopes().eq(["a", "b"]));
    }

    #[test]
    fn what_does_not_is_kept_behind_it() {
        let payload = r#"{"sub":"\u0061da","scope":["a","b"]}"#;
        let claims = AccessTokenClaims::verified(payload, Some("ada"), "a b", 1.0).unwrap();
        assert_eq!(claims.sub(), Some("ada"));
        assert!(claims.scopes().eq(["a", "b"]));
        let whole: serde_json::Value = claims.typed().unwrap();
        assert_eq!(whole["sub"], "ada");
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "read only to fail")]
    struct Wanted {
        tenant: String,
        address: Option<Address>,
        roles: Option<Vec<u8>>,
        rights: Option<HashMap<String, Right>>,
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "read only to fail")]
    struct Right {
        of: String,
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "read only to fail")]
    struct Address {
        city: String,
    }

    #[test]
    fn the_claim_that_a_type_fails_on_is_named_and_its_value_is_not() {
        for (payload, fault) in [
            (r#"{}"#, Some("tenant: missing")),
            (r#"{"tenant":null}"#, Some("tenant: malformed")),
            (r#"{"tenant":{"secret":"blue"}}"#, Some("tenant: malformed")),
            (
                r#"{"tenant":"blue","address":{}}"#,
                Some("address.city: missing"),
            ),
            (
                r#"{"tenant":"blue","address":{"city":5}}"#,
                Some("address: malformed"),
            ),
            (
                r#"{"tenant":"blue","roles":[1,"blue"]}"#,
                Some("roles: malformed"),
            ),
            (
                r#"{"tenant":"blue","rights":{"ada@example.com":{"of":5}}}"#,
                Some("rights: malformed"),
            ),
            (
                r#"{"tenant":"blue","rights":{"ada@example.com":{}}}"#,
                Some("rights.….of: missing"),
            ),
            (r#"{"tenant":"blue"}"#, None),
        ] {
            let claims = AccessTokenClaims::verified(payload, None, "", 1.0).unwrap();
            assert_eq!(claims.fault::<Wanted>().as_deref(), fault, "{payload}");
        }
    }

    #[test]
    fn nothing_about_the_person_is_in_the_debug_text() {
        let claims = AccessTokenClaims::verified("{}", Some("ada"), "a", 1.0).unwrap();
        let text = format!("{claims:?}");
        assert_eq!(text, "AccessTokenClaims { exp: 1.0, .. }");
    }
}
