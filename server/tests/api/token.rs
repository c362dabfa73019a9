//! Tokens as text, member by member, so that anything can be written into them.

use serde_json::{Value, json};

use crate::keys::{Key, b64};

/// What the fake clock says (January 2027).
pub const NOW: u64 = 1_800_000_000;
pub const AUDIENCE: &str = "https://my-resource-server";

/// The members of a JSON object: names and values as they stand in the text.
#[derive(Clone, Default)]
pub struct Members(Vec<(String, String)>);

impl Members {
    pub fn of(object: &Value) -> Self {
        let members = object.as_object().unwrap().iter();
        Self(
            members
                .map(|(name, value)| (name.clone(), value.to_string()))
                .collect(),
        )
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(n, _)| n != name);
        self
    }

    /// `raw` is JSON text.
    pub fn set(self, name: &str, raw: impl Into<String>) -> Self {
        self.without(name).and(name, raw)
    }

    /// With `"name":raw` behind, whether or not the member is there already. The
    /// name may hold escapes.
    pub fn and(mut self, name: &str, raw: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), raw.into()));
        self
    }

    /// As [`Members::and`], in front.
    pub fn after(mut self, name: &str, raw: impl Into<String>) -> Self {
        self.0.insert(0, (name.to_owned(), raw.into()));
        self
    }

    pub fn text(&self) -> String {
        let members: Vec<_> = self
            .0
            .iter()
            .map(|(name, raw)| format!("\"{name}\":{raw}"))
            .collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A good header for `key`.
pub fn header(key: &Key) -> Members {
    Members::of(&json!({"alg": key.alg, "kid": key.kid, "typ": "at+jwt"}))
}

/// Good claims of `issuer`: all that RFC 9068 requires, and a scope.
pub fn claims(issuer: &str) -> Members {
    Members::of(&json!({
        "iss": issuer, "aud": AUDIENCE, "exp": NOW + 300, "iat": NOW, "sub": "ada",
        "client_id": "vestibule", "jti": "1", "scope": "openid read:message",
    }))
}

/// Signed by `key` as its own algorithm does it.
pub fn sign(header: &Members, payload: &Members, key: &Key) -> String {
    sign_text(header.text().as_bytes(), payload.text().as_bytes(), key)
}

pub fn sign_text(header: &[u8], payload: &[u8], key: &Key) -> String {
    sign_as(key.alg, header, payload, key)
}

pub fn sign_as(alg: &str, header: &[u8], payload: &[u8], key: &Key) -> String {
    let input = signing_input(header, payload);
    let signature = key.sign(alg, input.as_bytes());
    format!("{input}.{}", b64(&signature))
}

/// What a signature is made of (RFC 7515 §5.1).
pub fn signing_input(header: &[u8], payload: &[u8]) -> String {
    format!("{}.{}", b64(header), b64(payload))
}

/// A token's header, payload and signature as they stand in it.
pub fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<_> = token.split('.').collect();
    parts.try_into().unwrap()
}

/// A good token.
pub fn good(issuer: &str, key: &Key) -> String {
    sign(&header(key), &claims(issuer), key)
}

/// `"text"` as JSON.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
