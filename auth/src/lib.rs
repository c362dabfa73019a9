//! An OpenID Connect client for native apps: synchronous, without a window
//! and without an async runtime.
//!
//! # Order of calls
//! 1. [`client::Client::new`] with [`client::ClientSettings`] and
//!    [`ports::Ports`] (the production ones are in [`platform`]).
//! 2. [`client::Client::stored_session`]: who was signed in, from the store
//!    alone. `None`: [`client::Client::sign_in`] opens the browser.
//! 3. [`client::Client::access_token`] before each call of an API; it
//!    refreshes when needed, one at a time over threads and processes.
//!    [`client::Client::another_access_token`] after a 401.
//! 4. [`client::Client::forget`], then [`client::Client::revoke`].
//! 5. [`client::Client::catch_up`] before the process ends: a keychain may not have
//!    taken the last refresh token.
//!
//! ```no_run
//! use std::{env, sync::Arc, time::Duration};
//! use oauth2::ClientId;
//! use vestibule_auth::{
//!     client::{Client, ClientSettings},
//!     loopback::RedirectHost,
//!     platform::{HttpClient, Keychain, KeychainLimits, Proxies, SystemBrowser, SystemClock},
//!     ports::{Cancel, Ports},
//!     provider::Issuer,
//!     sign_in::{Progress, SignIn},
//!     store,
//!     token::ClientIdentity,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (issuer, client_id) = ("https://sso.example.org", "my-app");
//! // All processes that share the keychain share it: two that refreshed with the same
//! // token at the same moment would be signed out by their provider.
//! let state = env::home_dir().ok_or("no home")?.join(".local/state/my-app");
//! let lock_file = store::lock_file(&state, issuer, client_id);
//! let client = Client::new(
//!     ClientSettings {
//!         audience: None,
//!         identity: ClientIdentity { id: ClientId::new(client_id.into()), secret: None },
//!         issuer: Issuer::parse(issuer)?,
//!         lock_file: Some(lock_file),
//!         prompt: None,
//!         redirect_host: RedirectHost::Ipv4,
//!         redirect_ports: vec![0],
//!         resource: None,
//!         scopes: ["openid", "offline_access"].map(String::from).to_vec(),
//!         sign_in_limit: Duration::from_secs(300),
//!     },
//!     Ports {
//!         browser: Arc::new(SystemBrowser),
//!         clock: Arc::new(SystemClock),
//!         http: Arc::new(HttpClient::new(None, Proxies::default())?),
//!         store: Arc::new(Keychain::new(KeychainLimits::TERMINAL)),
//!     },
//! );
//! let cancel = Cancel::default();
//! // Tells the address; show it, since no opener tells whether a page came up.
//! let progress: Progress = Arc::new(|_step| {});
//! let session = match client.stored_session()? {
//!     Some(session) => session,
//!     None => client.sign_in(&SignIn::default(), &progress, &cancel)?,
//! };
//! let token = client.access_token(&session, &cancel)?;
//! client.catch_up();
//! # let _ = token; Ok(()) }
//! ```
//!
//! # Specifications
//! RFC 6749 and 6750 (OAuth 2.0, bearer tokens), 7009 (revocation), 7517
//! (keys), 7636 (PKCE), 8252 (native apps), 8414 (metadata), 8707 (resource),
//! 8725 (JWT practice), 9207 (issuer in the response), 9700 (security
//! practice); OpenID Connect Core, Discovery and RP-Initiated Logout 1.0.

pub mod authorization;
mod behind;
pub mod client;
mod documents;
pub mod error;
pub mod headers;
pub mod id_token;
pub mod jwks;
mod known;
pub mod lock;
pub mod loopback;
mod members;
pub mod platform;
pub mod ports;
pub mod profile;
pub mod provider;
pub mod refresh;
pub mod retry;
pub mod scopes;
pub mod session;
mod shared;
pub mod sign_in;
pub mod sign_out;
pub mod store;
mod storing;
pub mod text;
pub mod token;

pub use error::Error;
