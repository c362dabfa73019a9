//! What can be made known: a client, an API, a scope; and what is wrong with one that
//! cannot be. Each is parsed from the text that its option of `dev-idp` takes.
//!
//! Specs: RFC 6749 §2.2, §3.3, §A.1, §A.4 (characters), RFC 8252 (native apps).

use std::{fmt, str::FromStr};

/// An app that may sign people in: public and native, so with PKCE, without a secret, and
/// with redirect URIs on loopback (RFC 8252 §7.3, §8.4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    pub(in crate::dev_idp) id: String,
    /// What people read when they are asked.
    pub(in crate::dev_idp) name: String,
}

/// An API that access tokens can be made for: what it expects in `aud`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Audience(String);

/// A scope of an API, beside those of OpenID Connect.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scope(String);

/// Why a client, an audience, a scope or a user cannot be known.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEntry {
    /// The identifier of a client has other characters, or none.
    #[error(
        "`{0}` cannot be a client: {VISIBLE}, and = only before a name; \
         for example my-notes or \"my-notes=My Notes\""
    )]
    Client(String),
    /// The name of a client is empty or has a control character.
    #[error(
        "`{0}` cannot be a client: what stands after = is its name, visible text; \
         for example \"my-notes=My Notes\", or my-notes alone"
    )]
    ClientName(String),
    /// An audience has other characters, or none.
    #[error("`{0}` cannot be an audience: {VISIBLE}; for example https://notes.example.org")]
    Audience(String),
    /// A scope has other characters, or none.
    #[error(
        "`{0}` cannot be a scope: {VISIBLE}, and each scope is given for itself; \
         for example notes:read"
    )]
    Scope(String),
    /// The login of a user has other characters, or none.
    #[error(
        "`{0}` cannot be a user: the login before the first colon must be 1 to 255 of the \
         characters A-Z a-z 0-9 . _ - + @; {USER}"
    )]
    Login(String),
    /// A user has more parts than there are, or a control character.
    #[error(
        "`{0}` cannot be a user: there are four parts of visible text at most, and none may \
         have a colon; {USER}"
    )]
    UserParts(String),
    /// The e-mail address of a user is none.
    #[error(
        "`{0}` cannot be a user: the fourth part must be an e-mail address, with no space \
         and one @ inside; {USER}"
    )]
    Email(String),
    /// Two entries have one name, or a scope of OpenID Connect is given again.
    #[error("the {0} `{1}` is known already: give each once{hint}", hint = twice_hint(.0))]
    Twice(&'static str, String),
    /// With one name for both, an ID token could pass for an access token (RFC 9068 §4).
    #[error(
        "`{0}` cannot be client and audience at once, since an ID token could then pass for \
         an access token: give the API another name, for example https://notes.example.org"
    )]
    ClientAndAudience(String),
    /// There is no client, or no user.
    #[error("there must be a {0} at least; the defaults have one")]
    None(&'static str),
}

const VISIBLE: &str = "it must be visible ASCII without space, quotation mark and backslash";
const USER: &str = "for example mary or \"mary:secret:Mary Shelley:mary@example.org\"";

fn twice_hint(kind: &&'static str) -> &'static str {
    match *kind {
        "scope" => ", and openid, profile, email and offline_access not at all",
        _ => "",
    }
}

/// RFC 6749 §A.4: the characters of a scope. They can stand in an error description (§5.2)
/// as well, so clients and audiences are held to them, too.
fn is_visible_ascii(text: &str) -> bool {
    let is_visible = |byte: u8| byte.is_ascii_graphic() && !b"\"\\".contains(&byte);
    !text.is_empty() && text.bytes().all(is_visible)
}

/// Whether people can read this.
pub(super) fn is_visible_text(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

impl Client {
    pub(super) fn new(id: &str, name: &str) -> Self {
        let (id, name) = (id.to_owned(), name.to_owned());
        Self { id, name }
    }
}

impl FromStr for Client {
    type Err = InvalidEntry;

    /// Reads `ID` or `ID=NAME`. The identifier is the name where there is none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, name) = text.split_once('=').unwrap_or((text, text));
        if !is_visible_ascii(id) {
            return Err(InvalidEntry::Client(text.to_owned()));
        }
        if !is_visible_text(name) {
            return Err(InvalidEntry::ClientName(text.to_owned()));
        }
        Ok(Self::new(id, name))
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.id, self.name)
    }
}

macro_rules! word {
    ($kind:ident) => {
        impl $kind {
            pub(super) fn new(word: &str) -> Self {
                Self(word.to_owned())
            }

            pub(super) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $kind {
            type Err = InvalidEntry;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match is_visible_ascii(text) {
                    true => Ok(Self::new(text)),
                    false => Err(InvalidEntry::$kind(text.to_owned())),
                }
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word!(Audience);
word!(Scope);
