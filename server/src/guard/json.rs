//! Reads a JSON object of a token: borrowed from its text, no member twice, and no
//! more of each value than the checks look at.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// How serde_json marks a number. If any crate of the program switches on its feature
/// `arbitrary_precision`, a number that is no integer of 64 bits comes as an object of one
/// member with this name, whose value is the digits. serde_json has no public constant for
/// the name, and reading into its own `Number` or `Value` would build a tree of each token.
/// A token that spells the name out is read as that number; only the issuer could sign one.
const NUMBER: &str = "$serde_json::private::Number";

/// A value, as far as a check can tell one from another.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    /// A list of nothing but texts
    Texts(Vec<Cow<'a, str>>),
    /// Well-formed, and none of these
    Other,
}

impl Value<'_> {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The members of an object. RFC 7519 §4 lets a parser take the last of two with
/// one name; two parsers of one token could then read two different tokens, so
/// such an object is none.
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Members<'a> {
    /// `None` unless `json` is one object, and nothing else.
    pub(super) fn parse(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value<'a>> {
        let found = self.0.iter().find(|(member, _)| member == name);
        found.map(|(_, value)| value)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value<'a>> {
        let at = self.0.iter().position(|(member, _)| member == name)?;
        Some(self.0.swap_remove(at).1)
    }

    fn names_a_member_twice(&self) -> bool {
        // A header's few names are compared sooner than sorted.
        if let [rest @ .., _] = &*self.0
            && rest.len() < 8
        {
            let later = |at: usize| &self.0[at + 1..];
            let mut names = rest.iter().enumerate();
            return names.any(|(at, (name, _))| later(at).iter().any(|(other, _)| other == name));
        }
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                // What providers send fits; a reallocation costs more than the rest.
                let mut members = Members(Vec::with_capacity(16));
                while let Some((Name(name), value)) = map.next_entry()? {
                    members.0.push((name, value));
                }
                if members.names_a_member_twice() {
                    return Err(A::Error::custom("a member is named twice"));
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// The name of a member: borrowed unless it has an escape.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(AnyValue)? {
            Value::Text(name) => Ok(Self(name)),
            _ => Err(D::Error::custom("a name is a string")),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "dates are far below 2^53")]
    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "dates are far below 2^53")]
    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        let mut texts = Some(Vec::new());
        while let Some(element) = seq.next_element()? {
            match (element, &mut texts) {
                (Value::Text(text), Some(texts)) => texts.push(text),
                _ => texts = None,
            }
        }
        Ok(texts.map_or(Value::Other, Value::Texts))
    }

    /// An object within the token. It is read to its end, though nothing of it is needed:
    /// what is skipped might be no JSON.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut value = Value::Other;
        while let Some((Name(name), member)) = map.next_entry()? {
            if name == NUMBER
                && let Value::Text(digits) = member
            {
                // Read as `f64`, the digits give the same number whether or not the feature
                // is on.
                let number = serde_json::from_str(&digits).map_err(A::Error::custom)?;
                value = Value::Number(number);
            }
        }
        Ok(value)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_object_that_names_a_member_twice_is_none() {
        for json in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            r#"{"exp":1,"\u0065xp":2}"#,
        ] {
            assert!(Members::parse(json).is_none(), "{json}");
        }
        assert!(Members::parse(r#"{"a":{"b":1},"b":1,"A":1}"#).is_some());
    }

    #[test]
    fn what_is_nested_is_read_to_its_end() {
        for json in [
            r#"{"a":{"b":"\ud800"}}"#,
            r#"{"a":[1e999]}"#,
            r#"{"a":["\x"]}"#,
            "{} {}",
            "[]",
            "{",
        ] {
            assert!(Members::parse(json).is_none(), "{json}");
        }
    }

    #[test]
    fn numbers_are_read_alike_if_serde_json_hands_them_over_as_their_text() {
        let text = |digits: &str| format!(r#"{{"n":{{"{NUMBER}":"{digits}"}}}}"#);
        for digits in ["1800000000.5", "-1.5e3", "18446744073709551616", "1E300"] {
            let (plain, text) = (format!(r#"{{"n":{digits}}}"#), text(digits));
            let [plain, text] = [&plain, &text].map(|json| Members::parse(json).unwrap());
            assert_eq!(plain.get("n"), text.get("n"), "{digits}");
            assert_eq!(
                plain.get("n"),
                digits.parse().ok().map(Value::Number).as_ref()
            );
        }
        for none in ["1e999", "NaN", "inf", "1.", ""] {
            assert!(Members::parse(&text(none)).is_none(), "{none}");
        }
    }

    #[test]
    fn each_kind_of_value_is_told_from_the_others() {
        let json = r#"{"t":"\u0061","n":-1.5,"l":["a","b"],"e":[],"m":["a",5],"o":{},"x":null}"#;
        let members = Members::parse(json).unwrap();
        assert_eq!(members.get("t").unwrap().text(), Some("a"));
        assert_eq!(members.get("n"), Some(&Value::Number(-1.5)));
        let texts =
            |list: &[&'static str]| Value::Texts(list.iter().copied().map(Cow::Borrowed).collect());
        assert_eq!(members.get("l"), Some(&texts(&["a", "b"])));
        assert_eq!(members.get("e"), Some(&texts(&[])));
        for other in ["m", "o", "x"] {
            assert_eq!(members.get(other), Some(&Value::Other), "{other}");
        }
        assert_eq!(members.get("absent"), None);
    }
}
