//! A client made setting by setting: production's ports unless others are given, and
//! every setting checked at the end.

mod build;
mod checks;
mod choices;
mod lock;

use std::{path::PathBuf, sync::Arc, time::Duration};

pub use checks::is_opened_by_browsers;
use choices::{LockFile, Store};

use super::{
    client::Client,
    loopback::RedirectHost,
    platform::{Credential, KeychainLimits, Proxies},
    ports::{Browser, Clock, Http, StoreKind, TokenStore},
};

/// What a client asks for unless it says otherwise: who the person is (OpenID Connect
/// Core §5.4), and a refresh token (§11).
const SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];
/// How long a sign-in waits for the browser unless told otherwise.
const SIGN_IN_LIMIT: Duration = Duration::from_secs(300);
/// Most bytes of an answer to [`Client::send`] unless told otherwise.
const RESPONSE_LIMIT: u64 = 1 << 20;

/// What a [`Client`] is made with; see [`Client::builder`].
///
/// What names the app is derived from [`Self::app_name`] unless it is given: for "My
/// Notes" the keychain service, the user agent and the folder are `my-notes`, the
/// credential is `my-notes-key`.
#[must_use = "nothing is made before `build`"]
pub struct ClientBuilder {
    issuer: String,
    client_id: String,
    app_name: Option<String>,
    audience: Option<String>,
    browser: Option<Arc<dyn Browser>>,
    ca_file: Option<PathBuf>,
    client_secret: Option<String>,
    clock: Option<Arc<dyn Clock>>,
    credential: Option<Credential>,
    http: Option<Arc<dyn Http>>,
    keychain_limits: KeychainLimits,
    keychain_service: Option<String>,
    lock_file: LockFile,
    prompt: Option<String>,
    proxies: Option<Proxies>,
    redirect_host: RedirectHost,
    redirect_ports: Vec<u16>,
    resource: Option<String>,
    response_limit: u64,
    scopes: Vec<String>,
    sign_in_limit: Duration,
    state_folder: Option<PathBuf>,
    store: Store,
    user_agent: Option<String>,
}

impl Client {
    /// A client of the provider `issuer`, which knows it as `client_id`.
    ///
    /// ```no_run
    /// # use vestibule_auth::Client;
    /// let client = Client::builder("https://sso.example.org", "my-app")
    ///     .app_name("My Notes")
    ///     .scope("notes:read")
    ///     .build()?;
    /// # Ok::<(), vestibule_auth::error::BuildError>(())
    /// ```
    pub fn builder(issuer: impl Into<String>, client_id: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(issuer.into(), client_id.into())
    }
}

impl ClientBuilder {
    fn new(issuer: String, client_id: String) -> Self {
        Self {
            issuer,
            client_id,
            app_name: None,
            audience: None,
            browser: None,
            ca_file: None,
            client_secret: None,
            clock: None,
            credential: None,
            http: None,
            keychain_limits: KeychainLimits::TERMINAL,
            keychain_service: None,
            lock_file: LockFile::Default,
            prompt: None,
            proxies: None,
            redirect_host: RedirectHost::default(),
            redirect_ports: vec![0],
            resource: None,
            response_limit: RESPONSE_LIMIT,
            scopes: SCOPES.map(str::to_owned).to_vec(),
            sign_in_limit: SIGN_IN_LIMIT,
            state_folder: None,
            store: Store::Kind(StoreKind::Keychain),
            user_agent: None,
        }
    }

    /// What people call the app, as "My Notes": the browser's page says "Return to My
    /// Notes". Required. One line of 1 to 60 characters, a letter or digit among them.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Asks for `scope` too, besides `openid`, `profile`, `email` and `offline_access`
    /// (RFC 6749 §3.3), or besides those of [`Self::scopes`].
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        let scope = scope.into();
        if !self.scopes.contains(&scope) {
            self.scopes.push(scope);
        }
        self
    }

    /// Asks for these and no others; `openid` must be among them (OpenID Connect Core
    /// §3.1.2.1). Without `offline_access` many providers give no refresh token, and
    /// the session ends with the process.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sent as `audience` with the authorization request (Auth0 and others).
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sent as `resource`, at refresh too (RFC 8707).
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Sent as `prompt` (OpenID Connect Core §3.1.2.1): `consent`, `login`,
    /// `select_account`, or several of them; unless a sign-in asks for another.
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// Only for providers that demand one of native apps. Whoever has the app has it
    /// (RFC 8252 §8.5).
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// The host of the redirect URI; 127.0.0.1 unless given.
    pub fn redirect_host(mut self, host: RedirectHost) -> Self {
        self.redirect_host = host;
        self
    }

    /// The ports of the redirect URI, tried in order; 0, the default, is any free one.
    /// For providers that know fixed ports only (against RFC 8252 §7.3).
    pub fn redirect_ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.redirect_ports = ports.into_iter().collect();
        self
    }

    /// How long a sign-in waits for the browser: five minutes unless given, an hour at
    /// most.
    pub fn sign_in_limit(mut self, limit: Duration) -> Self {
        self.sign_in_limit = limit;
        self
    }

    /// Most bytes of an answer to [`Client::send`], which is read into memory: 1 MiB
    /// unless given, 64 MiB at most.
    pub fn response_limit(mut self, bytes: u64) -> Self {
        self.response_limit = bytes;
        self
    }

    /// What the items in the keychain are filed under, as `org.example.Notes`.
    pub fn keychain_service(mut self, service: impl Into<String>) -> Self {
        self.keychain_service = Some(service.into());
        self
    }

    /// What requests call the app (RFC 9110 §10.1.5), as `notes/1.2`.
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.user_agent = Some(agent.into());
        self
    }

    /// The key for the session file; unless given, the systemd credential `my-notes-key`.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Where the session file is; made when needed. Unless given, the app's folder where
    /// the system wants state to be ([`crate::platform::folders`]).
    pub fn state_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.state_folder = Some(folder.into());
        self
    }

    /// Which of the stores of [`crate::platform`] has the session; the keychain unless
    /// given. The file is `session.json` in the state folder.
    pub fn store_kind(mut self, kind: StoreKind) -> Self {
        self.store = Store::Kind(kind);
        self
    }

    /// A store of one's own. One in memory has one client: others would not wait for it.
    pub fn store(mut self, store: Arc<dyn TokenStore>) -> Self {
        self.store = Store::Own(store);
        self
    }

    /// How long the keychain may take, an hour at most; [`KeychainLimits::TERMINAL`]
    /// unless given.
    pub fn keychain_limits(mut self, limits: KeychainLimits) -> Self {
        self.keychain_limits = limits;
        self
    }

    /// The lock over processes. Two processes that refreshed with the same token at the
    /// same moment would be signed out by their provider (RFC 9700 §4.14.2).
    ///
    /// Unless given, it is a file whose name belongs to issuer and client: for the keychain
    /// in a folder named after [`Self::keychain_service`], where the system wants state to
    /// be; for the session file in the folder of the file, a symbolic link followed; for a
    /// store of one's own in the state folder, so programs that share such a store must give
    /// the same file or [`Self::lock_folder`]. A store in memory has none.
    ///
    /// Beside it, and named after it, is the file by which a start needs not ask who the
    /// provider is ([how fast](crate#how-fast)).
    pub fn lock_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.lock_file = LockFile::At(file.into());
        self
    }

    /// Another folder for the [lock over processes](Self::lock_file), whose file is named
    /// as it would be without this. All programs that share the store must give the same.
    pub fn lock_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.lock_file = LockFile::In(folder.into());
        self
    }

    /// No lock over processes: for a store that no other process uses. The provider is not
    /// remembered for the next start then.
    pub fn without_lock_file(mut self) -> Self {
        self.lock_file = LockFile::Without;
        self
    }

    /// Sends requests in place of [`crate::platform::HttpClient`]; [`Self::user_agent`],
    /// [`Self::ca_file`] and [`Self::proxies`] are not used then.
    pub fn http(mut self, http: Arc<dyn Http>) -> Self {
        self.http = Some(http);
        self
    }

    /// Opens addresses in place of the system's browser.
    pub fn browser(mut self, browser: Arc<dyn Browser>) -> Self {
        self.browser = Some(browser);
        self
    }

    /// Tells the time in place of the system's clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Certificates (PEM) that are trusted in place of the system's.
    pub fn ca_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(file.into());
        self
    }

    /// What goes through a proxy; unless given, what the variables of curl(1) say.
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = Some(proxies);
        self
    }
}
