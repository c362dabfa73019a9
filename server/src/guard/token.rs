//! Takes a compact JWS apart (RFC 7515 §7.1) and believes nothing yet: the result
//! is typed where it must be to find the key, and raw everywhere else.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::{Algorithm, Refusal};

/// The longest token that is looked into. Real ones have 1 to 4 KiB.
pub(super) const MAX_TOKEN: usize = 16 * 1024;

/// The parts of a token, not verified.
pub(super) struct Token<'a> {
    pub algorithm: Algorithm,
    pub typ: Option<String>,
    pub kid: Option<String>,
    pub payload: Map<String, Value>,
    pub signing_input: &'a [u8],
    pub signature: &'a str,
}

impl<'a> Token<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > MAX_TOKEN {
            return Err(Refusal::TooLong);
        }
        let (header, payload, signature) = split(token)?;
        let mut header = object(header).ok_or(Refusal::Header)?;
        // RFC 7515 §4.1.11: an extension that is not understood makes the JWS
        // invalid, and none is understood. `enc` and `zip` belong to RFC 7516.
        if ["crit", "enc", "zip"]
            .iter()
            .any(|m| header.contains_key(*m))
        {
            return Err(Refusal::Extension);
        }
        let algorithm = match header.remove("alg") {
            Some(Value::String(name)) => name.parse().map_err(|_| Refusal::Algorithm)?,
            _ => return Err(Refusal::Algorithm),
        };
        // RFC 7519 §5.2: a nested JWT says so; none is taken here.
        if let Some(cty) = header.remove("cty")
            && cty
                .as_str()
                .is_none_or(|cty| cty.eq_ignore_ascii_case("JWT"))
        {
            return Err(Refusal::Extension);
        }
        Ok(Self {
            algorithm,
            typ: text(header.remove("typ")).map_err(|()| Refusal::Type)?,
            kid: text(header.remove("kid")).map_err(|()| Refusal::KeyId)?,
            payload: object(payload).ok_or(Refusal::Payload)?,
            signing_input: &token.as_bytes()[..token.len() - signature.len() - 1],
            signature,
        })
    }
}

/// Three parts, none of them empty, of base64url letters and nothing else.
fn split(token: &str) -> Result<(&str, &str, &str), Refusal> {
    let base64url = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if !token.bytes().all(base64url) {
        return Err(Refusal::NotCompact);
    }
    let mut parts = token.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(payload), Some(signature), None)
            if !header.is_empty() && !payload.is_empty() && !signature.is_empty() =>
        {
            Ok((header, payload, signature))
        }
        _ => Err(Refusal::NotCompact),
    }
}

fn text(value: Option<Value>) -> Result<Option<String>, ()> {
    match value {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(()),
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice::<UniqueMembers>(&json)
        .ok()
        .map(|object| object.0)
}

/// A JSON object that names no member twice. RFC 7519 §4 lets a parser take the
/// last of them; two parsers of one token could then read two different tokens.
struct UniqueMembers(Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = UniqueMembers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueMembers, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = map.next_entry()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member is named twice"));
                    }
                }
                Ok(UniqueMembers(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(token: &str) -> Option<Refusal> {
        Token::parse(token).err()
    }

    #[test]
    fn what_is_too_long_is_not_looked_into() {
        assert_eq!(refusal(&"a".repeat(MAX_TOKEN)), Some(Refusal::NotCompact));
        assert_eq!(refusal(&"a".repeat(MAX_TOKEN + 1)), Some(Refusal::TooLong));
    }

    // RFC 8725bis §3.14: the format is settled before any JSON is parsed.
    #[test]
    fn other_letters_anywhere_are_found_before_the_header_is_read() {
        for token in [
            "e30=.e30.AA",
            "e30.e30=.AA",
            "e30.e30.AA=",
            "e30.e30.A A",
            "e30.e30.é",
        ] {
            assert_eq!(refusal(token), Some(Refusal::NotCompact), "{token}");
        }
        assert_eq!(refusal("e30.e30.AA"), Some(Refusal::Algorithm));
    }
}
