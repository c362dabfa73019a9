//! What differs from provider to provider, as data.

use serde_json::{Value, json};

use super::keys::{Key, RSA};

/// The registered client.
pub const CLIENT: &str = "vestibule";
pub const SECRET: &str = "not-confidential";

/// A provider. What it sends is what [`super::idp`] makes, changed by the patches here: a
/// member that is null there is left out.
pub struct Shape {
    pub name: &'static str,
    /// What its issuer has behind the host.
    pub path: &'static str,
    pub key: &'static Key,
    /// Beside the numbers of the key that it publishes; null if it publishes none.
    pub jwk: Value,
    pub discovery: Value,
    pub redirect: Redirect,
    /// The scopes that it takes, if it refuses others.
    pub scopes: Option<&'static [&'static str]>,
    /// It shows refusals on a page of its own; nothing comes back then.
    pub refuses_on_its_page: bool,
    pub secret: Secret,
    /// What comes back beside code and state, or in place of the code.
    pub callback: &'static str,
    /// Of ID tokens.
    pub header: Value,
    pub id_token: Value,
    pub at_hash: bool,
    /// `None` if access tokens are opaque.
    pub access_token: Option<Access>,
    /// Of each token answer.
    pub answer: Value,
    pub offline: Offline,
    pub rotation: Rotation,
    /// A refresh brings an ID token too.
    pub refreshes_id_token: bool,
    /// `None` if it refuses the access token there.
    pub userinfo: Option<Value>,
}

/// The form of access tokens.
pub struct Access {
    pub header: Value,
    /// Only if the audience was asked for; else the token is for the client.
    pub claims: Value,
    pub audience: Audience,
}

/// What brings the API's audience into an access token.
pub enum Audience {
    /// A setting at the provider.
    Given,
    /// This `audience` in the authorization request.
    Parameter(&'static str),
    Scope(&'static str),
}

/// Which redirect URIs it takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Redirect {
    /// `http://127.0.0.1/callback` with any port.
    AnyPort,
    /// `http://localhost/callback` with any port, and not 127.0.0.1.
    Localhost,
    /// `http://127.0.0.1/callback` with the ports that are registered.
    Listed,
}

/// The secret that it demands at the token and revocation endpoints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    None,
    Basic,
    Body,
}

/// When it gives a refresh token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// `offline_access` is asked for.
    Scope,
    /// `offline_access` is asked for, and the person consents just now.
    ScopeAndConsent,
    /// The person consents just now; there is no such scope.
    Consent,
    Never,
}

/// What a refresh does to the refresh token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// It stays, and no other comes.
    Stays,
    /// Another comes, and the old one lives on.
    Another,
    /// Another comes; the old one used again ends the session.
    Once,
}

/// A provider that does all as the standards would have it.
pub fn plain(name: &'static str) -> Shape {
    Shape {
        name,
        path: "",
        key: &RSA,
        jwk: json!({ "use": "sig", "alg": RSA.alg, "kid": RSA.kid }),
        discovery: json!({}),
        redirect: Redirect::AnyPort,
        scopes: Some(&["openid", "profile", "email", "offline_access"]),
        refuses_on_its_page: false,
        secret: Secret::None,
        callback: "",
        header: json!({ "typ": "JWT" }),
        id_token: json!({ "name": "Ada Lovelace", "email": "ada@example.org" }),
        at_hash: true,
        access_token: Some(jwt(json!({ "typ": "at+jwt" }), json!({}))),
        answer: json!({}),
        offline: Offline::Scope,
        rotation: Rotation::Once,
        refreshes_id_token: true,
        userinfo: Some(json!({ "sub": "ada", "name": "Ada Lovelace" })),
    }
}

/// Access tokens whose audience a setting of the provider gives.
pub fn jwt(header: Value, claims: Value) -> Access {
    Access {
        header,
        claims,
        audience: Audience::Given,
    }
}

/// Sets the members of `patch`; null takes one away.
pub fn patch(target: &mut Value, patch: &Value) {
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch.as_object().unwrap() {
        match value {
            Value::Null => target.remove(name),
            value => target.insert(name.clone(), value.clone()),
        };
    }
}
