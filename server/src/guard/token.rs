//! Takes a compact JWS apart (RFC 7515 §7.1), before anything of it is verified. Of the header
//! it reads what finds the key; the payload it only decodes.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Algorithm, Refusal,
    json::{Members, Value},
};

/// The longest token that is looked into. Real ones have 1 to 4 KiB.
pub(super) const MAX_TOKEN: usize = 16 * 1024;

/// Header members that ask for something that is not built: extensions, and the encryption
/// and compression of RFC 7516.
pub(super) const NOT_UNDERSTOOD: [&str; 3] = ["crit", "enc", "zip"];

/// The parts of a token, not verified.
pub(super) struct Token<'a> {
    header: Vec<u8>,
    /// Base64url
    payload: &'a str,
    /// Header and payload, as they were signed
    pub signing_input: &'a [u8],
    pub signature: Vec<u8>,
}

/// What the header says about the signature.
pub(super) struct Header<'a> {
    pub algorithm: Algorithm,
    pub typ: Option<Cow<'a, str>>,
    pub kid: Option<Cow<'a, str>>,
}

impl<'a> Token<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > MAX_TOKEN {
            return Err(Refusal::TooLong);
        }
        let (header, payload, signature) = split(token)?;
        Ok(Self {
            header: decoded(header)?,
            payload,
            signing_input: &token.as_bytes()[..token.len() - signature.len() - 1],
            signature: decoded(signature)?,
        })
    }

    /// The header's JSON text.
    pub(super) fn header(&self) -> Result<&str, Refusal> {
        str::from_utf8(&self.header).map_err(|_| Refusal::Header)
    }

    /// The payload's JSON text (RFC 7519 §7.2: in UTF-8).
    pub(super) fn payload(&self) -> Result<String, Refusal> {
        String::from_utf8(decoded(self.payload)?).map_err(|_| Refusal::Payload)
    }
}

impl<'a> Header<'a> {
    pub(super) fn parse(json: &'a str) -> Result<Self, Refusal> {
        let mut members = Members::parse(json).ok_or(Refusal::Header)?;
        // RFC 7515 §4.1.11: an extension that is not understood makes the JWS
        // invalid, and none is understood.
        if NOT_UNDERSTOOD
            .iter()
            .any(|member| members.get(member).is_some())
        {
            return Err(Refusal::Extension);
        }
        // RFC 7519 §5.2: a nested JWT says so; none is taken here.
        if let Some(cty) = members.get("cty")
            && cty.text().is_none_or(|cty| cty.eq_ignore_ascii_case("JWT"))
        {
            return Err(Refusal::Extension);
        }
        let algorithm = members.get("alg").and_then(Value::text);
        let algorithm = algorithm.ok_or(Refusal::Algorithm)?;
        Ok(Self {
            algorithm: algorithm.parse().map_err(|_| Refusal::Algorithm)?,
            typ: optional(members.take("typ"), Refusal::Type)?,
            kid: optional(members.take("kid"), Refusal::KeyId)?,
        })
    }
}

/// Three parts, none of them empty, of base64url letters and nothing else.
fn split(token: &str) -> Result<(&str, &str, &str), Refusal> {
    let base64url = |b: u8| b.is_ascii_alphanumeric() | matches!(b, b'-' | b'_' | b'.');
    if !all(token.as_bytes(), base64url) {
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

/// Whether each byte is `good`. It does not stop at the first that is not, so that the
/// compiler can take sixteen at a time.
pub(super) fn all(bytes: &[u8], good: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(true, |all, byte| all & good(*byte))
}

/// RFC 7515 §5.2: what is not base64url is no JWS, whatever it would be signed by.
fn decoded(part: &str) -> Result<Vec<u8>, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(part);
    bytes.map_err(|_| Refusal::NotCompact)
}

fn optional(value: Option<Value<'_>>, refusal: Refusal) -> Result<Option<Cow<'_, str>>, Refusal> {
    match value {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(_) => Err(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(token: &str) -> Option<Refusal> {
        let token = match Token::parse(token) {
            Ok(token) => token,
            Err(refusal) => return Some(refusal),
        };
        token.header().and_then(Header::parse).err()
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

    #[test]
    fn three_words_with_dots_are_no_token_with_a_wrong_signature() {
        for token in [
            "a.b.c",
            "one.two.three",
            "e30.e30.A",
            "e30.e30.AB",
            "e3.e30.AA",
        ] {
            assert_eq!(refusal(token), Some(Refusal::NotCompact), "{token}");
        }
        for token in [
            "AAAA.BBBB.CCCC",
            "cafe.cafe.cafe",
            "W10.e30.AA",
            "NQ.e30.AA",
        ] {
            assert_eq!(refusal(token), Some(Refusal::Header), "{token}");
        }
    }
}
