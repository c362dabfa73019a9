//! A person with a login, and what is told of them.
//!
//! Specs: OpenID Connect Core §2 (`sub`), §5.1 (standard claims), §5.4 (scopes).

use std::{fmt, str::FromStr};

use serde_json::{Map, Value, json};

use super::entry::{InvalidEntry, is_visible_text};

/// OpenID Connect Core §2: a `sub` is no longer.
const LONGEST_LOGIN: usize = 255;

/// A person who can sign in. The password is no secret: the login page tells it.
#[derive(Clone, Eq, PartialEq)]
pub struct User {
    /// Login and `sub` in one.
    pub(in crate::dev_idp) login: String,
    pub(in crate::dev_idp) password: String,
    pub(in crate::dev_idp) name: String,
    pub(in crate::dev_idp) email: String,
    /// A PNG.
    pub(in crate::dev_idp) picture: Option<&'static [u8]>,
}

impl User {
    /// A person whose password is the login.
    pub(super) fn new(login: &str, name: &str) -> Self {
        // A login may be an e-mail address itself.
        let email = match login.contains('@') {
            true => login.to_owned(),
            false => format!("{login}@example.org"),
        };
        Self {
            login: login.to_owned(),
            password: login.to_owned(),
            name: name.to_owned(),
            email,
            picture: None,
        }
    }

    pub(super) fn with_picture(self, picture: &'static [u8]) -> Self {
        let picture = Some(picture);
        Self { picture, ..self }
    }

    /// The path of the picture, if there is one.
    pub(in crate::dev_idp) fn picture_path(&self) -> Option<String> {
        self.picture.map(|_| format!("/picture/{}.png", self.login))
    }

    /// The claims that these scopes ask for (OpenID Connect Core §5.4).
    pub(in crate::dev_idp) fn claims(&self, issuer: &str, scope: &[String]) -> Map<String, Value> {
        let mut claims = Map::new();
        let asked = |name: &str| scope.iter().any(|scope| scope == name);
        if asked("profile") {
            claims.insert("name".into(), json!(self.name));
            let (given, family) = self.name.rsplit_once(' ').unwrap_or((&self.name, ""));
            claims.insert("given_name".into(), json!(given));
            // §5.3.2: a claim that has no value is left out.
            if !family.is_empty() {
                claims.insert("family_name".into(), json!(family));
            }
            claims.insert("preferred_username".into(), json!(self.login));
            if let Some(path) = self.picture_path() {
                claims.insert("picture".into(), json!(format!("{issuer}{path}")));
            }
        }
        if asked("email") {
            claims.insert("email".into(), json!(self.email));
            claims.insert("email_verified".into(), json!(true));
        }
        claims
    }
}

impl FromStr for User {
    type Err = InvalidEntry;

    /// Reads `LOGIN:PASSWORD:NAME:EMAIL`. All but the login may be empty or left out: the
    /// login is then password and name, and `LOGIN@example.org` the address.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let login = parts.next().unwrap_or_default();
        if !is_login(login) {
            return Err(InvalidEntry::Login(text.to_owned()));
        }
        let mut user = Self::new(login, login);
        for part in [&mut user.password, &mut user.name, &mut user.email] {
            match parts.next() {
                None | Some("") => {}
                Some(given) if is_visible_text(given) => *part = given.to_owned(),
                Some(_) => return Err(InvalidEntry::UserParts(text.to_owned())),
            }
        }
        if parts.next().is_some() {
            return Err(InvalidEntry::UserParts(text.to_owned()));
        }
        match is_email(&user.email) {
            true => Ok(user),
            false => Err(InvalidEntry::Email(text.to_owned())),
        }
    }
}

/// What can stand in a path without an escape, so that the picture's address is plain.
fn is_login(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+@".contains(&byte);
    (1..=LONGEST_LOGIN).contains(&text.len()) && text.bytes().all(is_plain)
}

fn is_email(text: &str) -> bool {
    let inside =
        |(name, host): (&str, &str)| !name.is_empty() && !host.is_empty() && !host.contains('@');
    !text.contains(char::is_whitespace) && text.split_once('@').is_some_and(inside)
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            login,
            password,
            name,
            email,
            ..
        } = self;
        write!(f, "{login}:{password}:{name}:{email}")
    }
}

// The octets of a picture would tell nobody anything.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut user = f.debug_struct("User");
        user.field("login", &self.login).field("name", &self.name);
        user.finish_non_exhaustive()
    }
}
