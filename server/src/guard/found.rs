//! What a refused token says where it was refused, for the line in the log: read again
//! when that line is written, so that nothing is kept for it where nothing is logged.

use super::{
    Refusal,
    inert::Inert,
    json::{Members, Value},
    rules::OTHER_USES,
    token::Token,
};

/// The value that the refusal is about, bounded and inert; never the token itself, nor
/// who the person is.
pub(super) fn found(token: &str, cause: Refusal) -> Option<String> {
    // Most of them are forgeries, and there is nothing to say about any.
    if cause == Refusal::Signature {
        return None;
    }
    let token = Token::parse(token).ok()?;
    if let Refusal::Algorithm | Refusal::Type | Refusal::UnknownKey = cause {
        let header = Members::parse(token.header().ok()?)?;
        let member = match cause {
            Refusal::Algorithm => "alg",
            Refusal::Type => "typ",
            _ => "kid",
        };
        return Some(value(header.get(member)));
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

fn value(value: Option<&Value<'_>>) -> String {
    match value {
        Some(Value::Text(text)) => Inert(text).to_string(),
        Some(Value::Number(number)) => Inert(&number.to_string()).to_string(),
        // More than these are not shown anyway.
        Some(Value::Texts(list)) => {
            let first: Vec<_> = list
                .iter()
                .take(8)
                .map(|text| Inert(text).to_string())
                .collect();
            let rest = if list.len() > first.len() {
                ", …"
            } else {
                ""
            };
            format!("[{}{rest}]", first.join(", "))
        }
        other => kind(other).to_owned(),
    }
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

fn names(claims: &Members<'_>, names: &[&str]) -> String {
    let there = names.iter().filter(|name| claims.get(name).is_some());
    there.copied().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    fn of(claims: &str, cause: Refusal) -> Option<String> {
        let header = r#"{"alg":"none","kid":"k\n","typ":5}"#;
        let [header, claims] = [header, claims].map(|json| URL_SAFE_NO_PAD.encode(json));
        found(&format!("{header}.{claims}.AA"), cause)
    }

    #[test]
    fn the_value_is_that_which_the_refusal_is_about() {
        let claims = r#"{"iss":"https://b.example/\u202e","aud":["a",""],"exp":17,"sub":"ada",
            "jti":5,"at_hash":"x","scope":{}}"#;
        for (cause, shown) in [
            (Refusal::Algorithm, Some("none")),
            (Refusal::UnknownKey, Some("k\\n")),
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
        for claims in [
            format!(r#"{{"iss":"{long}","aud":"{long}"}}"#),
            format!(r#"{{"iss":[{list}],"aud":[{list}]}}"#),
            r#"{"iss":1e300,"aud":1e300}"#.to_owned(),
        ] {
            for cause in [Refusal::Issuer, Refusal::Audience] {
                let shown = of(&claims, cause).unwrap_or_default();
                assert!((1..1000).contains(&shown.chars().count()), "{shown}");
            }
        }
        assert_eq!(found("a.b.c", Refusal::NotCompact), None);
    }
}
