//! Who the person is, from whatever the provider says (OpenID Connect Core
//! §5.1): name and picture come from the ID token at some, from userinfo at
//! others, partly from neither.

use serde::{Deserialize, Serialize};

use super::{members::Members, text::shown};

/// The claims about a person that are used; all optional, each ignored if of
/// a wrong type.
#[derive(Clone, Debug, Default)]
pub(super) struct PersonClaims {
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    nickname: Option<String>,
    preferred_username: Option<String>,
    email: Option<String>,
    picture: Option<String>,
}

impl PersonClaims {
    pub(super) fn read(members: &Members) -> Self {
        let text = |name| members.optional_text(name).map(str::to_owned);
        Self {
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            nickname: text("nickname"),
            preferred_username: text("preferred_username"),
            email: text("email"),
            picture: text("picture"),
        }
    }
}

/// A person, fit for a screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// A name for people, if any claim gave one.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Where a picture may be; not checked, not stored.
    #[serde(skip)]
    pub picture: Option<String>,
}

impl Profile {
    /// Joins claims; earlier ones win.
    pub(super) fn from_claims(claims: &[&PersonClaims]) -> Self {
        let first = |get: fn(&PersonClaims) -> Option<String>| {
            claims
                .iter()
                .find_map(|c| get(c))
                .map(|text| shown(&text))
                .filter(|t| !t.is_empty())
        };
        let full = |c: &PersonClaims| match (&c.given_name, &c.family_name) {
            (Some(given), Some(family)) => Some(format!("{given} {family}")),
            (given, family) => given.clone().or_else(|| family.clone()),
        };
        Self {
            name: first(|c| c.name.clone())
                .or_else(|| first(full))
                .or_else(|| first(|c| c.preferred_username.clone()))
                .or_else(|| first(|c| c.nickname.clone())),
            email: first(|c| c.email.clone()),
            picture: claims.iter().find_map(|c| c.picture.clone()),
        }
    }

    /// Whether there is nothing left to ask for.
    pub(super) fn is_complete(&self) -> bool {
        self.name.is_some() && self.email.is_some() && self.picture.is_some()
    }

    /// Fills what is missing from what is known elsewhere.
    pub(super) fn or(self, known: &Self) -> Self {
        Self {
            name: self.name.or_else(|| known.name.clone()),
            email: self.email.or_else(|| known.email.clone()),
            picture: self.picture.or_else(|| known.picture.clone()),
        }
    }

    /// A name that is never empty: the name, the e-mail's local part, or the
    /// part of `sub` that can be read.
    pub fn display_name(&self, sub: &str) -> String {
        let email = || {
            let local = self.email.as_deref()?.split('@').next()?;
            (!local.is_empty()).then(|| local.to_owned())
        };
        let sub = || {
            let readable = sub.rsplit(['|', '/', ':']).next().unwrap_or(sub);
            let readable = shown(readable);
            (!readable.is_empty()).then_some(readable)
        };
        self.name
            .clone()
            .or_else(email)
            .or_else(sub)
            .unwrap_or_else(|| "?".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn profile(claims: serde_json::Value) -> Profile {
        let claims = Members::parse("claims", claims.to_string().as_bytes()).unwrap();
        Profile::from_claims(&[&PersonClaims::read(&claims)])
    }

    #[test]
    fn a_name_is_found_in_whatever_claim_has_one() {
        let name = |claims| profile(claims).display_name("auth0|5f7c");
        assert_eq!(
            name(json!({ "name": "Ada Lovelace", "nickname": "a" })),
            "Ada Lovelace"
        );
        assert_eq!(
            name(json!({ "given_name": "Ada", "family_name": "L" })),
            "Ada L"
        );
        assert_eq!(name(json!({ "preferred_username": "ada" })), "ada");
        assert_eq!(name(json!({ "email": "ada@example.org" })), "ada");
        assert_eq!(name(json!({})), "5f7c");
        assert_eq!(name(json!({ "name": ["no", "text"], "email": 5 })), "5f7c");
        for nobody in ["\u{202e}", "\u{200d}\u{3164}", "\u{0}", "\u{fe0f} \u{301}"] {
            assert_eq!(profile(json!({})).display_name(nobody), "?");
            let nameless = json!({ "name": nobody, "nickname": "ada" });
            assert_eq!(name(nameless), "ada");
            let nameless = json!({ "given_name": nobody, "family_name": nobody });
            assert_eq!(name(nameless), "5f7c");
        }
    }

    #[test]
    fn an_emoji_cut_in_two_costs_neither_the_name_nor_the_other_claims() {
        let json = br#"{"name": "Ada \ud83e", "email": "ada@example.org", "x": "\udd8a"}"#;
        // As in userinfo, and as in an ID token.
        for parse in [Members::parse, Members::parse_strictly] {
            let claims = PersonClaims::read(&parse("claims", json).unwrap());
            let profile = Profile::from_claims(&[&claims]);
            assert_eq!(profile.name.as_deref(), Some("Ada \u{fffd}"));
            assert_eq!(profile.email.as_deref(), Some("ada@example.org"));
        }
    }

    #[test]
    fn what_is_missing_is_filled_from_what_was_known() {
        let known = profile(json!({ "name": "Ada", "email": "ada@example.org" }));
        let now = profile(json!({ "name": "Ada King" })).or(&known);
        assert_eq!(now.name.as_deref(), Some("Ada King"));
        assert_eq!(now.email.as_deref(), Some("ada@example.org"));
    }
}
