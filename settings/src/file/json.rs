//! JSON as a table of TOML, so that a value means the same in both.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Unexpected, Visitor},
};
use serde_json::{Map, Value as Json};
use toml::{Table, Value};

/// The members of the object that `text` is; null is a missing value.
pub(super) fn table(text: &str) -> Result<Table, String> {
    let object = serde_json::from_str(text).map_err(|error| {
        format!("it is not JSON as expected: {error} (TOML goes into a file of another name)")
    });
    let Distinct(members) = object?;
    let value = |(name, value)| Some((name, value_of(value)?));
    Ok(members.into_iter().filter_map(value).collect())
}

/// An object with no member twice: TOML refuses that by itself.
struct Distinct(Map<String, Json>);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Distinct;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut from: M) -> Result<Distinct, M::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = from.next_entry::<String, Json>()? {
                    if members.contains_key(&name) {
                        return Err(M::Error::custom(format!("it has {name} twice")));
                    }
                    members.insert(name, value);
                }
                Ok(Distinct(members))
            }

            /// Else its text would be quoted, which may be an address with a password.
            fn visit_str<E: Error>(self, _: &str) -> Result<Distinct, E> {
                Err(E::invalid_type(Unexpected::Other("text"), &self))
            }
        }
        // To be asked for a map, serde_json would quote what is none by itself.
        from.deserialize_any(Object)
    }
}

/// `None` for null. A number that is none in TOML, a null in a list and what is in an
/// object become something that no setting takes.
fn value_of(json: Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(truth) => Value::Boolean(truth),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::String(text),
        Json::Array(list) => {
            let element = |json| value_of(json).unwrap_or(Value::Boolean(false));
            Value::Array(list.into_iter().map(element).collect())
        }
        Json::Object(_) => Value::Table(Table::new()),
    })
}
