//! Who is known here: one client, one API, two people. Nothing can be added.
//!
//! Specs: RFC 8252 §7.3 (loopback redirects), RFC 9700 §4.1.3 (exact match),
//! OpenID Connect Core §5.1 (standard claims).

use serde_json::{Map, Value, json};

/// The one client: public, native.
pub(super) const CLIENT_ID: &str = "vestibule";
/// The one API that access tokens are made for.
pub(super) const AUDIENCE: &str = "https://my-resource-server";
/// Scopes that mean something here; others are left out of what is granted.
pub(super) const SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// A person with a login.
pub(super) struct User {
    /// Login, password and `sub` in one.
    pub(super) sub: &'static str,
    pub(super) given_name: &'static str,
    pub(super) family_name: &'static str,
    pub(super) picture: &'static [u8],
}

pub(super) const USERS: [User; 2] = [
    User {
        sub: "ada",
        given_name: "Ada",
        family_name: "Lovelace",
        picture: include_bytes!("assets/ada.png"),
    },
    User {
        sub: "grace",
        given_name: "Grace",
        family_name: "Hopper",
        picture: include_bytes!("assets/grace.png"),
    },
];

impl User {
    pub(super) fn find(sub: &str) -> Option<&'static User> {
        USERS.iter().find(|user| user.sub == sub)
    }

    /// The person with this login, if the password is theirs: the same word.
    pub(super) fn with_password(login: &str, password: &str) -> Option<&'static User> {
        Self::find(login).filter(|user| user.sub == password)
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    pub(super) fn email(&self) -> String {
        format!("{}@example.org", self.sub)
    }

    /// The claims that these scopes ask for (OpenID Connect Core §5.4).
    pub(super) fn claims(&self, issuer: &str, scope: &[String]) -> Map<String, Value> {
        let mut claims = Map::new();
        let asked = |name: &str| scope.iter().any(|scope| scope == name);
        if asked("profile") {
            claims.insert("name".into(), json!(self.name()));
            claims.insert("given_name".into(), json!(self.given_name));
            claims.insert("family_name".into(), json!(self.family_name));
            claims.insert("preferred_username".into(), json!(self.sub));
            let picture = format!("{issuer}/picture/{}.png", self.sub);
            claims.insert("picture".into(), json!(picture));
        }
        if asked("email") {
            claims.insert("email".into(), json!(self.email()));
            claims.insert("email_verified".into(), json!(true));
        }
        claims
    }
}

/// Whether the client may be answered at this address.
pub(super) fn is_redirect_uri(uri: &str) -> bool {
    is_loopback(uri, "/callback")
}

/// Whether a browser may be sent here after sign-out.
pub(super) fn is_post_logout_redirect_uri(uri: &str) -> bool {
    is_loopback(uri, "/signed-out")
}

// RFC 8252 §7.3 and RFC 9700 §4.1.3: loopback, any port, all else to the
// letter. Compared as bytes and never parsed: what a URL parser would make of
// `http://127.0.0.1@evil` is then no question.
fn is_loopback(uri: &str, path: &str) -> bool {
    let Some(authority) = uri.strip_suffix(path) else {
        return false;
    };
    ["http://127.0.0.1", "http://[::1]", "http://localhost"]
        .iter()
        .filter_map(|host| authority.strip_prefix(host))
        .any(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0')
        && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_at_any_port_are_redirected_to() {
        for uri in [
            "http://127.0.0.1:1/callback",
            "http://127.0.0.1:65535/callback",
            "http://[::1]:8080/callback",
            "http://localhost:8080/callback",
            "http://127.0.0.1/callback",
        ] {
            assert!(is_redirect_uri(uri), "{uri}");
        }
    }

    #[test]
    fn lookalikes_of_a_loopback_address_are_not() {
        for uri in [
            "https://127.0.0.1:80/callback",
            "http://127.0.0.1.evil/callback",
            "http://127.0.0.1@evil/callback",
            "http://127.0.0.1:80@evil/callback",
            "http://127.0.0.1:80/other",
            "http://127.0.0.1:80/callback/",
            "http://127.0.0.1:80/callback?a=b",
            "http://127.0.0.1:80/callback#a",
            "http://127.0.0.1:80/a/callback",
            "http://evil/http://127.0.0.1:80/callback",
            "http://ada@127.0.0.1:80/callback",
            "http://[::ffff:127.0.0.1]:80/callback",
            "http://127.0.0.1:65536/callback",
            "http://127.0.0.1:+80/callback",
            "http://127.0.0.1:080/callback",
            "http://127.0.0.1:/callback",
            "HTTP://127.0.0.1:80/callback",
            "http://127.1:80/callback",
            "",
        ] {
            assert!(!is_redirect_uri(uri), "{uri}");
        }
    }
}
