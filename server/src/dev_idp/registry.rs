//! Who is known here: the clients, the APIs, their scopes and the people. The defaults
//! are data in this file; what else is asked for stands in [`Options`].
//!
//! Specs: RFC 6749 §2.2 (client identifiers), §3.3 (scopes), RFC 8707 §2 (APIs),
//! OpenID Connect Core §5.4 (scopes that ask for claims).

mod entry;
mod redirect;
mod user;

pub(super) use self::redirect::{is_post_logout_redirect_uri, is_redirect_uri};
pub use self::{
    entry::{Audience, Client, InvalidEntry, Scope},
    user::User,
};

use super::Options;

/// Identifier and name.
const CLIENTS: [(&str, &str); 1] = [("vestibule", "Vestibule")];
const AUDIENCES: [&str; 1] = ["https://my-resource-server"];
/// The scopes of OpenID Connect Core §5.4 and §11: always known. Scopes that are not known
/// are left out of what is granted.
const OPENID_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];
/// Login, name and picture. The login is the password too.
const USERS: [(&str, &str, &[u8]); 2] = [
    ("ada", "Ada Lovelace", include_bytes!("assets/ada.png")),
    ("grace", "Grace Hopper", include_bytes!("assets/grace.png")),
];

pub(super) fn default_clients() -> Vec<Client> {
    let client = |(id, name)| Client::new(id, name);
    CLIENTS.into_iter().map(client).collect()
}

pub(super) fn default_audiences() -> Vec<Audience> {
    AUDIENCES.into_iter().map(Audience::new).collect()
}

pub(super) fn default_users() -> Vec<User> {
    let user = |(login, name, picture)| User::new(login, name).with_picture(picture);
    USERS.into_iter().map(user).collect()
}

/// What a person is asked when an app wants this scope.
pub(super) fn words_of(scope: &str, user: &User) -> String {
    match scope {
        "openid" => "know that it is you".to_owned(),
        "profile" => "see your name and picture".to_owned(),
        "email" => format!("see your e-mail address, {}", user.email),
        "offline_access" => "keep you signed in until you sign out".to_owned(),
        of_an_api => format!("use {of_an_api}"),
    }
}

/// The entries of [`Options`], found to fit together.
pub(super) struct Registry {
    clients: Vec<Client>,
    audiences: Vec<Audience>,
    /// Those of OpenID Connect first.
    scopes: Vec<Scope>,
    users: Vec<User>,
}

impl Registry {
    pub(super) fn new(options: &Options) -> Result<Self, InvalidEntry> {
        let openid = OPENID_SCOPES.into_iter().map(Scope::new);
        let registry = Self {
            clients: options.clients.clone(),
            audiences: options.audiences.clone(),
            scopes: openid.chain(options.scopes.iter().cloned()).collect(),
            users: options.users.clone(),
        };
        registry.check()?;
        Ok(registry)
    }

    fn check(&self) -> Result<(), InvalidEntry> {
        some("client", &self.clients)?;
        some("user", &self.users)?;
        once("client", self.clients.iter().map(|client| &client.id))?;
        once("audience", self.audiences.iter().map(Audience::as_str))?;
        once("scope", self.scopes.iter().map(Scope::as_str))?;
        once("user", self.users.iter().map(|user| &user.login))?;
        // RFC 9068 §2.2, §4: the audiences keep ID tokens and access tokens apart.
        let both = self.clients.iter().find(|client| self.is_api(&client.id));
        both.map_or(Ok(()), |client| {
            Err(InvalidEntry::ClientAndAudience(client.id.clone()))
        })
    }

    pub(super) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// What people call this client.
    pub(super) fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        self.client(id).map_or(id, |client| &client.name)
    }

    /// The clients, as a sentence names them.
    pub(super) fn client_words(&self) -> String {
        let quoted = |client: &Client| format!("“{}”", client.id);
        let quoted: Vec<String> = self.clients.iter().map(quoted).collect();
        quoted.join(" or ")
    }

    /// Whether access tokens are made for this audience.
    pub(super) fn is_api(&self, audience: &str) -> bool {
        self.audiences.iter().any(|api| api.as_str() == audience)
    }

    /// The APIs, in a sentence.
    pub(super) fn api_words(&self) -> String {
        let names: Vec<&str> = self.audiences.iter().map(Audience::as_str).collect();
        match names[..] {
            [] => "there is no API here".to_owned(),
            [only] => format!("the only API here is {only}"),
            _ => format!("the APIs here are {}", names.join(" and ")),
        }
    }

    /// All scopes that are known.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(Scope::as_str)
    }

    pub(super) fn users(&self) -> &[User] {
        &self.users
    }

    /// The person with this login, which is the `sub` as well.
    pub(super) fn user(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|user| user.login == login)
    }

    /// The person with this login, if the password is theirs.
    pub(super) fn with_password(&self, login: &str, password: &str) -> Option<&User> {
        self.user(login).filter(|user| user.password == password)
    }
}

fn some<T>(kind: &'static str, entries: &[T]) -> Result<(), InvalidEntry> {
    match entries.is_empty() {
        true => Err(InvalidEntry::None(kind)),
        false => Ok(()),
    }
}

fn once(
    kind: &'static str,
    names: impl Iterator<Item = impl AsRef<str>>,
) -> Result<(), InvalidEntry> {
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        let name = name.as_ref();
        if seen.iter().any(|seen| seen == name) {
            return Err(InvalidEntry::Twice(kind, name.to_owned()));
        }
        seen.push(name.to_owned());
    }
    Ok(())
}

#[cfg(test)]
#[path = "registry/tests.rs"]
mod tests;
