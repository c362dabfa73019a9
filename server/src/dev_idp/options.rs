//! How the provider behaves and who is known to it: what a caller may choose.

use std::{path::PathBuf, time::Duration};

use super::{
    Faults,
    registry::{self, Audience, Client, InvalidEntry, Registry, Scope, User},
};

/// How the provider behaves, and who is known to it. Entries are parsed from what the
/// options of `dev-idp` take, and a list takes the place of its default:
///
/// ```
/// use vestibule_server::dev_idp::{InvalidEntry, Options};
///
/// let options = Options {
///     clients: vec!["my-notes=My Notes".parse()?],
///     audiences: vec!["https://notes.example.org".parse()?],
///     scopes: vec!["notes:read".parse()?],
///     users: vec!["mary:secret:Mary Shelley:mary@example.org".parse()?],
///     ..Options::default()
/// };
/// options.check()?;
/// # Ok::<(), InvalidEntry>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// The apps that may sign people in. Default: `vestibule`.
    pub clients: Vec<Client>,
    /// The APIs that access tokens are made for. Default: `https://my-resource-server`.
    pub audiences: Vec<Audience>,
    /// The scopes of the APIs, beside `openid`, `profile`, `email` and `offline_access`,
    /// which are always known. Default: none.
    pub scopes: Vec<Scope>,
    /// The people who can sign in. Default: `ada` and `grace`.
    pub users: Vec<User>,
    /// The folder for keys, grants, refresh tokens and sessions; in memory
    /// only where there is none. One provider at a time uses it.
    pub state: Option<PathBuf>,
    /// How long an access token is good.
    pub access_ttl: Duration,
    /// How long an unused refresh token is good.
    pub refresh_ttl: Duration,
    /// How long a device waits between two polls, in whole seconds.
    pub device_interval: Duration,
    /// How long a device code and its user code are good, in whole seconds.
    pub device_ttl: Duration,
    /// What goes wrong on purpose.
    pub faults: Faults,
}

impl Options {
    /// Whether clients, audiences, scopes and users fit together: each is there once, there
    /// is a client and a user, and no client is an audience. A provider does not start
    /// otherwise.
    pub fn check(&self) -> Result<(), InvalidEntry> {
        Registry::new(self).map(drop)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clients: registry::default_clients(),
            audiences: registry::default_audiences(),
            scopes: Vec::new(),
            users: registry::default_users(),
            state: None,
            access_ttl: Duration::from_secs(300),
            refresh_ttl: Duration::from_secs(30 * 24 * 3600),
            // RFC 8628 §3.5: five seconds where nothing else is said.
            device_interval: Duration::from_secs(5),
            device_ttl: Duration::from_secs(600),
            faults: Faults::default(),
        }
    }
}
