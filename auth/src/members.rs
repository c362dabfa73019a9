//! The members of a JSON object from outside, read one by one: what is needed
//! is named if it cannot be used, what is optional counts as absent then.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

use vestibule_net::with_whole_characters;

use super::error::{MemberError, MemberFault};

/// A JSON object, and what it is, for the log.
pub(super) struct Members {
    what: &'static str,
    members: Map<String, Value>,
}

impl Members {
    /// `None` if `bytes` are no JSON; other JSON than an object has no members.
    pub(super) fn parse(what: &'static str, bytes: &[u8]) -> Option<Self> {
        let members =
            match serde_json::from_slice(&with_whole_characters(without_mark(bytes))).ok()? {
                Value::Object(members) => members,
                _ => Map::new(),
            };
        Some(Self { what, members })
    }

    /// As [`Self::parse`], but also `None` for what is no object and where a
    /// member comes twice: others might read the other one (RFC 7519 §4).
    pub(super) fn parse_strictly(what: &'static str, bytes: &[u8]) -> Option<Self> {
        let Distinct(members) = serde_json::from_slice(&with_whole_characters(bytes)).ok()?;
        Some(Self { what, members })
    }

    /// The members that can be read of what is no JSON as a whole: text around the
    /// object, an end that is missing, letters of another encoding, a number that is
    /// none. For the one member that must not be lost.
    pub(super) fn salvage(what: &'static str, bytes: &[u8]) -> Self {
        let mut members = Map::new();
        // A line end within a text is no JSON either.
        let text = String::from_utf8_lossy(bytes).replace(|c: char| c.is_control(), " ");
        if let Some(start) = text.find('{') {
            let text = with_whole_characters(&text.as_bytes()[start..]);
            let mut from = serde_json::Deserializer::from_slice(&text);
            // What has been read when it fails counts.
            let _ = from.deserialize_map(Salvage(&mut members));
        }
        Self { what, members }
    }

    /// The value, if there is one; null says nothing.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// A text that is needed.
    ///
    /// # Errors
    /// It is missing, empty or no text.
    pub(super) fn text(&self, name: &'static str) -> Result<&str, MemberError> {
        let fault = match self.value(name) {
            None => MemberFault::Missing,
            Some(Value::String(text)) if text.is_empty() => MemberFault::Missing,
            Some(Value::String(text)) => return Ok(text),
            Some(_) => MemberFault::WrongType,
        };
        Err(MemberError { name, fault })
    }

    /// An optional text; an empty one says nothing.
    pub(super) fn optional_text(&self, name: &'static str) -> Option<&str> {
        let text = self.optional(name, Value::as_str)?;
        (!text.is_empty()).then_some(text)
    }

    /// An optional member, read by `read`; what that cannot read counts as absent.
    pub(super) fn optional<'a, T>(
        &'a self,
        name: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let read = read(self.value(name)?);
        if read.is_none() {
            log::info!("{}: {name} cannot be used, and counts as absent", self.what);
        }
        read
    }

    /// An optional list of texts; what else is in it is left out.
    pub(super) fn optional_texts(&self, name: &'static str) -> Option<Vec<&str>> {
        let list = self.optional(name, Value::as_array)?;
        Some(list.iter().filter_map(Value::as_str).collect())
    }
}

struct Salvage<'a>(&'a mut Map<String, Value>);

impl<'de> Visitor<'de> for Salvage<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        while let Some(name) = from.next_key::<String>()? {
            let value: Box<RawValue> = from.next_value()?;
            if let Ok(value) = serde_json::from_str(value.get()) {
                self.0.insert(name, value);
            }
        }
        Ok(())
    }
}

/// An object whose members all have names of their own.
struct Distinct(Map<String, Value>);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Distinct;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Distinct, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = from.next_entry()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member comes twice"));
                    }
                }
                Ok(Distinct(members))
            }
        }
        from.deserialize_map(Object)
    }
}

/// RFC 8259 §8.1: a byte-order mark may be ignored.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_named_with_its_fault_and_what_is_optional_counts_as_absent() {
        for (json, needed, optional) in [
            (r#"{"a":"x"}"#, Ok("x"), Some("x")),
            ("\u{feff}{\"a\":\"x\"}", Ok("x"), Some("x")),
            (r#"{"a":""}"#, Err(MemberFault::Missing), None),
            (r#"{"a":null}"#, Err(MemberFault::Missing), None),
            (r#"{"b":"x"}"#, Err(MemberFault::Missing), None),
            ("[1]", Err(MemberFault::Missing), None),
            (r#"{"a":5}"#, Err(MemberFault::WrongType), None),
            (r#"{"a":["x"]}"#, Err(MemberFault::WrongType), None),
            (r#"{"a":{}}"#, Err(MemberFault::WrongType), None),
            (r#"{"a":true}"#, Err(MemberFault::WrongType), None),
        ] {
            let members = Members::parse("a document", json.as_bytes()).unwrap();
            assert_eq!(members.text("a").map_err(|e| e.fault), needed, "{json}");
            assert_eq!(members.optional_text("a"), optional, "{json}");
        }
    }

    #[test]
    fn of_what_is_no_json_the_members_that_can_be_read_are_salvaged() {
        for text in [
            r#"{"a":"x","b":1e999}"#,
            r#"{"b":1e999,"a":"x"}"#,
            "{\"b\":\"two\nlines\",\"a\":\"x\"}",
            "PHP Notice: undefined\n{\"a\":\"x\"}",
            "{\"a\":\"x\"}\0\0",
            r#"{"a":"x"}{"a":"y"}"#,
            r#"{"a":"x","b":"cut o"#,
            r#"{"a":"x","b":{"c":"#,
            r#"{"a":"x",,}"#,
        ] {
            assert!(
                Members::parse("an answer", text.as_bytes()).is_none(),
                "{text}"
            );
            let members = Members::salvage("an answer", text.as_bytes());
            assert_eq!(members.optional_text("a"), Some("x"), "{text}");
        }
        let latin = Members::salvage("an answer", b"{\"name\":\"Ren\xe9\",\"a\":\"x\"}");
        assert_eq!(latin.optional_text("a"), Some("x"));
        for text in ["", "<html>", "{", "a=x"] {
            let members = Members::salvage("an answer", text.as_bytes());
            assert_eq!(members.optional_text("a"), None, "{text}");
        }
    }

    #[test]
    fn a_list_keeps_its_texts_and_what_is_no_json_has_no_members() {
        let members = Members::parse("a document", br#"{"a":["x",5,null,"y"],"b":"x"}"#).unwrap();
        assert_eq!(members.optional_texts("a").unwrap(), ["x", "y"]);
        assert_eq!(members.optional_texts("b"), None);
        assert!(Members::parse_strictly("a document", br#"{"a":1,"b":2}"#).is_some());
        for other in [r#"{"a":1,"a":1}"#, "[]", "5", ""] {
            assert!(Members::parse_strictly("a document", other.as_bytes()).is_none());
        }
        for other in ["", "<html>", "{\"a\":", "a=b"] {
            assert!(Members::parse("a document", other.as_bytes()).is_none());
        }
    }
}
