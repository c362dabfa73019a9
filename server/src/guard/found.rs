//! The value for which a token was refused, for the line in the log. The token is read again
//! when that line is written, so that a refusal carries nothing of it, and costs nothing
//! where nothing is logged.

use std::borrow::Cow;

use super::{
    Refusal,
    inert::Inert,
    json::{Members, Value},
    rules::OTHER_USES,
    token::{NOT_UNDERSTOOD, Token},
};

/// The value that the refusal is about, bounded and inert; never the token itself, nor
/// who the person is.
pub(super) fn found(token: &str, cause: Refusal) -> Option<String> {
    // Most of them are forgeries, and there is nothing to say about any.
    if cause == Refusal::Signature {
        return None;
    }
    if cause == Refusal::TooLong {
        return Some(length(token.len()));
    }
    // RFC 7516 §7.1
    if cause == Refusal::NotCompact && token.split('.').count() == 5 {
        return Some("five parts: it is encrypted (JWE)".to_owned());
    }
    let token = Token::parse(token).ok()?;
    let header = Members::parse(token.header().ok()?)?;
    match cause {
        Refusal::Algorithm => return Some(value(header.get("alg"))),
        Refusal::Type => return Some(value(header.get("typ"))),
        // A key may be there under this id, but not for this algorithm.
        Refusal::UnknownKey => {
            let [kid, alg] = ["kid", "alg"].map(|member| value(header.get(member)));
            return Some(format!("kid: {kid}; alg: {alg}"));
        }
        Refusal::Extension => {
            let extensions = names(&header, &NOT_UNDERSTOOD);
            return Some(match extensions.is_empty() {
                true => format!("cty: {}", value(header.get("cty"))),
                false => extensions,
            });
        }
        _ => {}
    }
    let payload = token.payload().ok()?;
    let claims = Members::parse(&payload)?;
    let claim = match cause {
        Refusal::Issuer => "iss",
        Refusal::Audience => "aud",
        Refusal::Expiry | Refusal::Expired => "exp",
        Refusal::NotBefore => "nbf",
        Refusal::IssuedAt => "iat",
        Refusal::OtherUse => return Some(names(&claims, &OTHER_USES)),
        // The values are personal data.
        Refusal::Identifier => return Some(kinds(&claims, &["sub", "client_id", "jti"])),
        Refusal::Scope => return Some(kinds(&claims, &["scope", "scp"])),
        _ => return None,
    };
    Some(value(claims.get(claim)))
}

/// How long a token is that is too long.
pub(super) fn length(size: usize) -> String {
    format!("{size} bytes")
}

/// The longest list that is shown, in bytes.
const LIST: usize = 400;

/// A value as it can stand in the log.
pub(super) fn value(value: Option<&Value<'_>>) -> String {
    match value {
        Some(Value::Text(text)) => Inert(text).to_string(),
        Some(Value::Number(number)) => Inert(&number.to_string()).to_string(),
        Some(Value::Texts(texts)) => list(texts),
        other => kind(other).to_owned(),
    }
}

fn list(texts: &[Cow<'_, str>]) -> String {
    const REST: &str = ", …]";
    let mut shown = "[".to_owned();
    for (at, text) in texts.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let next = format!("{comma}{}", Inert(text));
        if shown.len() + next.len() + REST.len() > LIST {
            return shown + REST;
        }
        shown += &next;
    }
    shown + "]"
}

fn kind(value: Option<&Value<'_>>) -> &'static str {
    match value {
        None => "missing",
        Some(Value::Text(text)) if text.is_empty() => "an empty text",
        Some(Value::Text(_)) => "a text",
        Some(Value::Number(_)) => "a number",
        Some(Value::Texts(_)) => "a list of texts",
        Some(Value::Other) => "neither text nor number nor a list of texts",
    }
}

fn kinds(claims: &Members<'_>, names: &[&str]) -> String {
    let kinds = names
        .iter()
        .map(|name| format!("{name}: {}", kind(claims.get(name))));
    kinds.collect::<Vec<_>>().join("; ")
}

/// Which of `names` are there.
fn names(members: &Members<'_>, names: &[&str]) -> String {
    let present = names.iter().filter(|name| members.get(name).is_some());
    present.copied().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    fn of(claims: &str, cause: Refusal) -> Option<String> {
        let header = r#"{"alg":"none","kid":"k\n","typ":5,"crit":[],"zip":"DEF","cty":"JWT"}"#;
        let [header, claims] = [header, claims].map(|json| URL_SAFE_NO_PAD.encode(json));
        found(&format!("{header}.{claims}.AA"), cause)
    }

    #[test]
    fn the_value_is_that_which_the_refusal_is_about() {
        let claims = r#"{"iss":"https://b.example/\u202e","aud":["a",""],"exp":17,"sub":"ada",
            "jti":5,"at_hash":"x","scope":{}}"#;
        for (cause, shown) in [
            (Refusal::Algorithm, Some("none")),
            (Refusal::UnknownKey, Some("kid: k\\n; alg: none")),
            (Refusal::Extension, Some("crit, zip")),
            (Refusal::Type, Some("5")),
            (Refusal::Issuer, Some("https://b.example/\\u{202e}")),
            (Refusal::Audience, Some("[a, ]")),
            (Refusal::Expired, Some("17")),
            (Refusal::NotBefore, Some("missing")),
            (Refusal::OtherUse, Some("at_hash")),
            (
                Refusal::Identifier,
                Some("sub: a text; client_id: missing; jti: a number"),
            ),
            (Refusal::Signature, None),
        ] {
            assert_eq!(of(claims, cause).as_deref(), shown, "{cause:?}");
        }
    }

    #[test]
    fn however_much_a_claim_says_the_line_stays_short() {
        let long = "x".repeat(3000);
        let list = format!("\"{}\"", vec!["y".repeat(100); 30].join("\",\""));
        // Ten letters in the log for each.
        let escaped = "\u{10ffff}".repeat(300);
        for claims in [
            format!(r#"{{"iss":"{escaped}","aud":["{escaped}","{escaped}"]}}"#),
            format!(r#"{{"iss":"{long}","aud":"{long}"}}"#),
            format!(r#"{{"iss":[{list}],"aud":[{list}]}}"#),
            r#"{"iss":1e300,"aud":1e300}"#.to_owned(),
        ] {
            for cause in [Refusal::Issuer, Refusal::Audience] {
                let shown = of(&claims, cause).unwrap_or_default();
                assert!((1..=400).contains(&shown.len()), "{shown}");
            }
        }
        assert_eq!(found("a.b.c", Refusal::NotCompact), None);
    }

    #[test]
    fn what_cannot_be_read_as_a_token_is_told_by_its_form() {
        for (token, cause, shown) in [
            (
                "a.b.c.d.e",
                Refusal::NotCompact,
                "five parts: it is encrypted (JWE)",
            ),
            (
                "a..c.d.e",
                Refusal::NotCompact,
                "five parts: it is encrypted (JWE)",
            ),
            ("abcd", Refusal::TooLong, "4 bytes"),
        ] {
            assert_eq!(found(token, cause).as_deref(), Some(shown), "{token}");
        }
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","cty":"jwt"}"#);
        let nested = found(&format!("{header}.e30.AA"), Refusal::Extension);
        assert_eq!(nested.as_deref(), Some("cty: jwt"));
    }
}
