//! The list of API calls. An entry here and its words in `ui/call-words.slint` are
//! all that a call costs which brings a text: its button, its card and its place in
//! the state follow from the list.
//!
//! - The address of another route is made from `api_url` with `Url::join`, where `orders`
//!   takes the place of the last part of its path.
//! - A stored session lacks the scopes of a new call until the next sign-in.
//! - The notices of the API speak of the message and its server, whichever call they are
//!   about: their sentences name no call.

use http::Method;
use url::Url;

/// One call of the API.
#[derive(Clone, Debug)]
pub struct Call {
    /// By which the window finds its words.
    pub name: &'static str,
    /// Where it is sent, with the access token.
    pub address: Url,
    /// How it is sent; without a body.
    pub method: Method,
    /// Scopes that the access token needs for it: the sign-in asks for them beside
    /// those of the settings.
    pub scopes: &'static [&'static str],
}

/// Every call, in the order of the window. `api_url` is the setting of that name.
pub fn calls(api_url: &Url) -> Vec<Call> {
    vec![message(api_url)]
}

/// The protected message, which `vestibule message` prints too.
pub fn message(api_url: &Url) -> Call {
    Call {
        name: "message",
        address: api_url.clone(),
        method: Method::GET,
        scopes: &[],
    }
}

/// What a sign-in asks for: the scopes of the settings, then those that `calls` need
/// and the settings do not have.
pub fn scopes(mut of_settings: Vec<String>, calls: &[Call]) -> Vec<String> {
    for scope in calls.iter().flat_map(|call| call.scopes) {
        if !of_settings.iter().any(|known| known == scope) {
            of_settings.push((*scope).to_owned());
        }
    }
    of_settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_asks_for_what_the_calls_need_and_for_nothing_twice() {
        let api_url = Url::parse("https://api.example/private").unwrap();
        let call = |needed| Call {
            scopes: needed,
            ..message(&api_url)
        };
        let calls = [
            call(&["orders:read", "email"]),
            call(&["orders:read", "orders:write"]),
        ];
        let asked = scopes(vec!["openid".to_owned(), "email".to_owned()], &calls);
        assert_eq!(asked, ["openid", "email", "orders:read", "orders:write"]);
    }

    #[test]
    fn the_message_needs_no_scope_beside_those_of_the_settings() {
        let api_url = Url::parse("https://api.example/private").unwrap();
        let of_settings = vec!["openid".to_owned()];
        assert_eq!(
            scopes(of_settings.clone(), &[message(&api_url)]),
            of_settings
        );
    }
}
