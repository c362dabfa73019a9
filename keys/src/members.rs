//! The members of a JWK, cleaned and checked before jsonwebtoken reads them: its errors
//! name no member, and it takes `{"EC": null}` for the text `EC`.

use serde_json::{Map, Value};

use crate::Unusable;

/// RFC 7518 §6.2.2 and §6.3.2
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// The members of a public key that say something, those that are read of the right type.
pub fn checked(jwk: &Value) -> Result<Map<String, Value>, Unusable> {
    let mut members = jwk.as_object().ok_or(Unusable::NoObject)?.clone();
    // Serializers write members that say nothing: null (Java), an empty list (.NET) or an
    // empty text (Go). An empty id is one all the same: a token may name it.
    members.retain(|name, value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty() || name == "kid",
        _ => true,
    });
    // A private key in public can sign for anybody; a part of it is enough.
    if PRIVATE.iter().any(|name| members.contains_key(*name)) {
        return Err(Unusable::Private);
    }
    // Nothing is trusted for its certificate, so a bad one does no harm.
    members.retain(|name, _| !name.starts_with("x5"));
    for name in ["kid", "alg", "use"] {
        text(&members, name)?;
    }
    let is_text_list = |value: &Value| {
        let list = value.as_array();
        list.is_some_and(|list| list.iter().all(Value::is_string))
    };
    if !members.get("key_ops").is_none_or(is_text_list) {
        return Err(Unusable::WrongType("key_ops"));
    }
    for name in needed(text(&members, "kty")?) {
        text(&members, name)?.ok_or(Unusable::Missing(name))?;
    }
    Ok(members)
}

/// What a key of this type is made of (RFC 7518 §6.2.1 and §6.3.1, RFC 8037 §2).
fn needed(kty: Option<&str>) -> &'static [&'static str] {
    match kty {
        Some("RSA") => &["n", "e"],
        Some("EC") => &["crv", "x", "y"],
        Some("OKP") => &["crv", "x"],
        _ => &[],
    }
}

fn text<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, Unusable> {
    let text = |value: &'a Value| value.as_str().ok_or(Unusable::WrongType(name));
    members.get(name).map(text).transpose()
}
