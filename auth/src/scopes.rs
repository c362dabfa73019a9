//! Which of the scopes that were asked for a provider did not grant (RFC 6749
//! §3.3, §5.1).
//!
//! Only ever something to tell, never a reason to refuse: providers answer in
//! another order or letter case, with scopes of their own, as a list or with
//! commas, as an address (`https://api.example/read` for `read`), and leave
//! out what they granted all the same.

use super::{client::Client, profile::Profile, session::Session};

/// Left out by many providers although granted; their effects show by
/// themselves: an ID token came, a refresh token came or its absence is told.
const SELF_EVIDENT: [&str; 2] = ["openid", "offline_access"];

/// Those of OpenID Connect (Core §5.4, §11).
const STANDARD: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];

impl Client {
    /// The scopes that were asked for and, as far as the provider says, not
    /// granted to this session; as they were asked for.
    pub fn missing_scopes(&self, session: &Session) -> Vec<String> {
        let granted = session.state().scopes.clone();
        // RFC 6749 §5.1: not said means granted as asked.
        granted.map_or_else(Vec::new, |granted| {
            missing(&self.settings.scopes, &granted, &session.profile())
        })
    }
}

fn missing(asked: &[String], granted: &[String], profile: &Profile) -> Vec<String> {
    // Some separate them with commas.
    let granted: Vec<&str> = granted.iter().flat_map(|word| word.split(',')).collect();
    let is_granted = |asked: &str| granted.iter().any(|granted| is_same(granted, asked));
    // Else the answer speaks of the API alone, as Entra ID's does.
    let speaks_of_the_person = STANDARD.iter().any(|scope| is_granted(scope));
    let is_there = |asked: &str| {
        SELF_EVIDENT.contains(&asked)
            || (!speaks_of_the_person && STANDARD.contains(&asked))
            // OpenID Connect Core §5.4: what they are for has come.
            || (asked == "profile" && profile.name.is_some())
            || (asked == "email" && profile.email.is_some())
            || is_granted(asked)
    };
    let missing = asked.iter().filter(|asked| !is_there(asked));
    missing.cloned().collect()
}

/// The same scope, or one of the two the end of the other's long form.
fn is_same(granted: &str, asked: &str) -> bool {
    let (granted, asked) = (granted.to_ascii_lowercase(), asked.to_ascii_lowercase());
    let ends = |long: &str, short: &str| {
        let rest = long.strip_suffix(short);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '.', ':']))
    };
    !granted.is_empty() && !asked.is_empty() && (ends(&granted, &asked) || ends(&asked, &granted))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::token::answer::normalised;

    const ASKED: &str = "openid profile email offline_access read:message";

    fn missing_of(scope: &Value, profile: &Profile) -> String {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        match normalised(scope) {
            Some(granted) => missing(&words(ASKED), &words(&granted), profile).join(" "),
            None => "nothing is said".to_owned(),
        }
    }

    #[test]
    fn what_is_left_out_is_named_but_for_what_shows_by_itself() {
        let nobody = Profile::default();
        for (scope, expected) in [
            (json!("openid profile email"), "read:message"),
            (json!("openid other"), "profile email read:message"),
            (json!("other"), "read:message"),
            (json!("api://API/read:message"), ""),
            (json!("READ:MESSAGE  email"), "profile"),
            (json!(["email", "read:message", 7]), "profile"),
            (json!("email,profile,read:message"), ""),
            (json!("https://api.example/read:message email"), "profile"),
            (json!("x.userinfo.email x.userinfo.profile"), "read:message"),
            (
                json!("openid xemail profiles read:messages"),
                "profile email read:message",
            ),
        ] {
            assert_eq!(missing_of(&scope, &nobody), expected, "{scope}");
        }
    }

    #[test]
    fn claims_that_came_prove_the_scopes_that_they_belong_to() {
        let ada = Profile {
            name: Some("Ada".to_owned()),
            email: Some("ada@example.org".to_owned()),
            picture: None,
        };
        let scope = json!("openid api://x/read");
        assert_eq!(missing_of(&scope, &ada), "read:message");
    }

    #[test]
    fn an_answer_that_says_nothing_of_scopes_is_taken_as_it_was_asked() {
        for scope in [
            json!(null),
            json!(""),
            json!(" "),
            json!([]),
            json!([1]),
            json!({}),
            json!(5),
        ] {
            assert_eq!(
                missing_of(&scope, &Profile::default()),
                "nothing is said",
                "{scope}"
            );
        }
    }
}
