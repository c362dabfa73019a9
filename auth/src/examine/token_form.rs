//! What an access token shows of itself. Nothing of it is verified, and it is of no use but to
//! tell why an API may refuse it: an access token is the API's to read (RFC 9068 §6).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{error::bounded, members::Members, secret::AccessToken};

/// Longest audience or issuer that is told, in characters.
const LONGEST: usize = 200;
/// Most audiences that are told.
const MOST: usize = 10;

/// The form of an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenForm {
    /// A JWT (RFC 9068 or like it), by what it claims.
    Jwt {
        /// `aud`, bounded; empty if there is none.
        audiences: Vec<String>,
        /// `iss`, bounded.
        issuer: Option<String>,
    },
    /// Anything else: only the provider can say what it is good for (RFC 7662).
    Opaque,
}

impl TokenForm {
    pub(super) fn of(token: &AccessToken) -> Self {
        let Some(claims) = claims(token.secret()) else {
            return Self::Opaque;
        };
        let audiences = match claims.value("aud") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let told = |text: &str| bounded(text, LONGEST);
        Self::Jwt {
            audiences: audiences.into_iter().take(MOST).map(told).collect(),
            issuer: claims.optional_text("iss").map(told),
        }
    }
}

/// RFC 7515 §3.1: three parts, of which the first two are JSON objects.
fn claims(token: &str) -> Option<Members> {
    let mut parts = token.split('.');
    let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let object = |part: &str| {
        let json = URL_SAFE_NO_PAD.decode(part).ok()?;
        Members::parse_strictly("the access token", &json)
    };
    object(header)?;
    object(payload).filter(|_| parts.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> AccessToken {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let (header, claims) = (part(r#"{"alg":"RS256"}"#), part(claims));
        AccessToken::new(format!("{header}.{claims}.c2lnbmVk"))
    }

    #[test]
    fn a_jwt_tells_audiences_and_issuer_and_nothing_else() {
        let form = |audiences: &[&str], issuer: Option<&str>| TokenForm::Jwt {
            audiences: audiences.iter().map(|aud| (*aud).to_owned()).collect(),
            issuer: issuer.map(str::to_owned),
        };
        for (claims, expected) in [
            (
                r#"{"aud":"a","iss":"i","sub":"ada"}"#,
                form(&["a"], Some("i")),
            ),
            (r#"{"aud":["a",5,"b"]}"#, form(&["a", "b"], None)),
            (r#"{"aud":5,"iss":5}"#, form(&[], None)),
            ("{}", form(&[], None)),
        ] {
            assert_eq!(TokenForm::of(&jwt(claims)), expected, "{claims}");
        }
    }

    #[test]
    fn whatever_is_no_jwt_is_opaque() {
        let encrypted = format!("{}.x.y", jwt("{}").secret());
        for token in ["access-1", "a.b.c", "a.b", "", &encrypted] {
            assert_eq!(TokenForm::of(&AccessToken::new(token)), TokenForm::Opaque);
        }
        assert_eq!(TokenForm::of(&jwt("5")), TokenForm::Opaque);
    }
}
