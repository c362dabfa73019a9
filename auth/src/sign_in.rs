//! How a person wants to sign in.

/// How to sign in.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// Who is expected; fills the provider's form.
    pub login_hint: Option<String>,
    /// A session that cannot be stored is no use: without a refresh token it
    /// fails, and an earlier session stays.
    pub must_be_stored: bool,
    /// Ask for credentials even if the browser has a session
    /// (`prompt=login`, OpenID Connect Core §3.1.2.1).
    pub switch: bool,
    /// How the person gets to the provider.
    pub way: Way,
}

/// How a person gets to the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Through the browser where one can be opened here, else on another device. At a
    /// provider that does not offer that, by an address that the person opens.
    #[default]
    Found,
    /// Through the browser of this machine (RFC 8252).
    Browser,
    /// As [`Way::Browser`], but the address is only shown; the person opens it.
    Address,
    /// On a phone or another device, by an address and a code (RFC 8628).
    Device,
}
