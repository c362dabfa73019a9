//! The members of a JWK, read one by one.

use serde_json::{Map, Value};

use crate::Unusable;

#[derive(Clone, Copy)]
pub struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    pub fn of(jwk: &'a Value) -> Result<Self, Unusable> {
        jwk.as_object().map(Self).ok_or(Unusable::NoObject)
    }

    /// The member, unless it says nothing: serializers write null (Java), an empty list
    /// (.NET) or an empty text (Go). An empty id is one all the same: a token may name it.
    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| match value {
            Value::Null => false,
            Value::Array(list) => !list.is_empty(),
            Value::String(text) => !text.is_empty() || name == "kid",
            _ => true,
        })
    }

    pub fn text(self, name: &'static str) -> Result<Option<&'a str>, Unusable> {
        let text = |value: &'a Value| value.as_str().ok_or(Unusable::WrongType(name));
        self.get(name).map(text).transpose()
    }

    pub fn texts(self, name: &'static str) -> Result<Option<Vec<&'a str>>, Unusable> {
        let texts = |value: &'a Value| {
            let list = value.as_array()?;
            list.iter().map(Value::as_str).collect::<Option<Vec<_>>>()
        };
        let read = |value| texts(value).ok_or(Unusable::WrongType(name));
        self.get(name).map(read).transpose()
    }

    pub fn needed_text(self, name: &'static str) -> Result<&'a str, Unusable> {
        self.text(name)?.ok_or(Unusable::Missing(name))
    }
}
