//! An OpenID Connect client for native apps: synchronous, without a window and without an
//! async runtime. It signs in through the system's browser (RFC 8252) or on a phone (RFC
//! 8628), keeps the session in the keychain, renews its tokens on use and calls an API.
//!
//! ```no_run
//! use std::sync::Arc;
//! use vestibule_auth::{Cancel, Client, Progress, Step, http};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let url = "https://notes.example.org/notes";
//! let cancel = Cancel::default();
//! // No opener tells whether a page came up, so the address is shown in any case.
//! let progress: Progress = Arc::new(|step| match step {
//!     Step::Browser { url, .. } => println!("Sign in at {url}"),
//!     // Where no browser can be opened.
//!     Step::Device(code) => println!("Enter {} at {}", code.user_code, code.verification_uri),
//!     _ => {}
//! });
//!
//! let client = Client::builder("https://sso.example.org", "my-app").app_name("My Notes").scope("notes:read").build()?;
//! let session = client.restore_or_sign_in(&progress, &cancel)?;
//! let answer = client.send(&session, http::Request::get(url).body(vec![])?, &cancel)?;
//! # println!("{}", String::from_utf8_lossy(answer.body()));
//! # Ok(()) }
//! ```
//!
//! # Order of calls
//! 1. [`Client::builder`] once, at the start. Every setting is checked by
//!    [`ClientBuilder::build`], before anything is asked of anybody.
//! 2. [`Client::restore_or_sign_in`]: the session of last time, else a sign-in. An app with
//!    a window does the two halves itself, so that it opens signed out:
//!    [`Client::stored_session`] at its start, [`Client::sign_in`] for the button.
//! 3. [`Client::send`] for each call of an API. Where something else sends the request,
//!    [`Client::access_token`] gives it the token.
//! 4. [`Client::forget`], then [`Client::revoke`], to sign out.
//! 5. [`Client::catch_up`] before the process ends: a keychain that was locked may not have
//!    taken the last refresh token.
//!
//! # On another device
//! [`Way::Found`], the default, leads through the browser where one can be opened here. In
//! an ssh session without X forwarding, a container or on a server it cannot; there, and for
//! whoever prefers it ([`Way::Device`]), a person signs in on a phone. Show the address, the
//! code in large type, a QR code of [`DeviceAuthorization::link`] where there is room, and
//! "Check that your phone shows the same code". Whoever enters a code signs in those who
//! show it, which thieves make use of (RFC 8628 §5.4): so begin this way only when the person
//! asks, and where a browser is (`client.ports().browser.is_there()`), offer it second. With
//! an [`Attempt`] in place of [`Client::sign_in`] the person changes from one way to the
//! other while it runs; what its `run` gives is the session.
//!
//! # Audience and scopes
//! Most providers give an access token that an API accepts only where
//! [`ClientBuilder::audience`] or [`ClientBuilder::resource`] names that API; without it the
//! API answers 401 for ever. What a session was granted stays with it: after a change of
//! audience, resource or scopes people sign in once more. [`Client::missing_scopes`] tells
//! which scopes were asked for and not granted.
//!
//! # A session
//! A [`Session`] says who is signed in ([`Session::display_name`], [`Session::profile`]) and
//! whether that outlives the process ([`Session::stored`]). It is a handle: clones are the
//! same session. It ends by [`Client::forget`], where somebody signs out or signs in anew in
//! another process, and by `invalid_grant` of the provider (RFC 6749 §5.2). Where the
//! provider refuses to renew it for now ([`error::Ended::Refused`]), and whatever the network
//! or the keychain does, what is stored stays.
//!
//! ```
//! use vestibule_auth::{Client, Session, Stored};
//!
//! fn greeting(session: &Session) -> String {
//!     let name = session.display_name();
//!     match session.stored() {
//!         Stored::Yes | Stored::NotYet => format!("Welcome, {name}"),
//!         _ => format!("Welcome, {name}. You will have to sign in again next time."),
//!     }
//! }
//! ```
//!
//! # Calls and 401
//! [`Client::send`] renews the access token before it ends. After a 401 it asks once more
//! with another token; a second 401 is the answer. What an answer without a success means is
//! the app's to say; [`response`] tells an API's words from the page of a gateway.
//!
//! ```
//! use vestibule_auth::{Cancel, Client, Session, error::{Error, SendError}, http};
//!
//! fn notes(client: &Client, session: &Session, cancel: &Cancel) -> Result<String, String> {
//!     let request = http::Request::get("https://notes.example.org/notes").body(Vec::new());
//!     let request = request.map_err(|error| error.to_string())?;
//!     match client.send(session, request, cancel) {
//!         Ok(answer) if answer.status().is_success() => {
//!             Ok(String::from_utf8_lossy(answer.body()).into_owned())
//!         }
//!         Ok(answer) if answer.status() == 401 => Err("sign in again".to_owned()),
//!         Ok(answer) => Err(format!("the API answered {}", answer.status())),
//!         Err(SendError::Session(Error::Ended(how))) => Err(format!("sign in again: {how}")),
//!         Err(error) if error.is_transient() => Err(format!("try again: {error}")),
//!         Err(error) => Err(error.to_string()),
//!     }
//! }
//! ```
//!
//! # Signing out
//! ```
//! use vestibule_auth::{Client, Session, error::StoreError};
//!
//! fn sign_out(client: &Client, session: &Session) -> Result<(), StoreError> {
//!     // At once and without a network: from here on nobody is signed in.
//!     let forgotten = client.forget(session);
//!     // The provider's side; it may be tried again later.
//!     if let Err(error) = client.revoke(&forgotten.tokens) {
//!         eprintln!("the provider was not told: {error}");
//!     }
//!     // The browser stays signed in at the provider unless it goes there.
//!     if let Some(page) = forgotten.end_session {
//!         println!("to sign out in the browser as well: {page}");
//!     }
//!     forgotten.deleted
//! }
//! ```
//!
//! # Errors
//! By who spoke, see [`mod@error`]: the network, the provider, our own checks, the store.
//! [`Error::is_transient`] says whether the same call can help later, [`Error::retry_after`] how
//! long the provider asked to be left alone, [`Client::examine`] what keeps a sign-in from
//! working. Their words are for engineers and logs (the crate `log`): no secret is in them, nor
//! what a page or a claim says, unbounded. They are in `Display`; a `main` that returns an error
//! shows `Debug`. tiny_http, the server behind the redirect listener, logs an error of its own
//! when it is stopped: it means nothing, so leave its target `tiny_http` out of a log.
//!
//! # What names an app
//! [`ClientBuilder::app_name`] is on the browser's page ("Return to My Notes"). Unless they
//! are given, the other names are made of it: keychain service, user agent and state folder
//! (`my-notes`), and the systemd credential with the key of the session file
//! (`my-notes-key`). Two apps with the same names, issuer and client are one app, and share
//! their session.
//!
//! # Two processes
//! A provider may take each refresh token once, and end the session where one comes a second
//! time (RFC 9700 §4.14.2). So processes wait for each other, at a lock file that goes with
//! the stored item: programs with one keychain service or one session file share it,
//! whatever they are called ([`ClientBuilder::lock_file`]). Whoever comes second finds the
//! first one's token in the store.
//!
//! # Where a session is stored
//! In the keychain of the system. Where there is none, [`ClientBuilder::store_kind`] takes
//! [`StoreKind::File`](ports::StoreKind::File), a file for its owner alone in the state
//! folder, or `Memory`, which ends with the process. Nothing falls back by itself.
//!
//! # How fast
//! While the person is in the browser, the provider's keys are fetched: one round trip is
//! between the callback and [`Step::SignedIn`], two where only userinfo has a name. A start
//! renews the session of last time in one: what the provider said of itself is kept for a
//! day, beside the [lock file](ClientBuilder::lock_file). It is nothing secret, and neither
//! sign-in nor revocation goes by it.
//!
//! # A store of one's own
//! ```
//! use std::sync::Arc;
//! use vestibule_auth::{Client, error::{BuildError, StoreError}, ports::{StoreKind, TokenStore}};
//!
//! struct Vault; // of the app
//!
//! impl TokenStore for Vault {
//!     fn kind(&self) -> StoreKind { StoreKind::Keychain }
//!     fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
//!         # let _ = key;
//!         Err(StoreError::Locked) // never taken for "nobody is signed in"
//!     }
//!     fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
//!         # let _ = (key, item);
//!         Ok(())
//!     }
//!     fn delete(&self, key: &str) -> Result<(), StoreError> {
//!         # let _ = key;
//!         Ok(())
//!     }
//! }
//!
//! fn client() -> Result<Client, BuildError> {
//!     let builder = Client::builder("https://sso.example.org", "my-app").app_name("My Notes");
//!     builder.store(Arc::new(Vault)).build()
//! }
//! ```
//!
//! # Threads, and async code
//! Every call blocks: a request for up to 15 s, a sign-in for as long as the person takes. A
//! [`Client`] may be used from any number of threads, and one refresh serves them all.
//! [`Cancel`] ends a wait from another thread. From async code, each call is a blocking task:
//!
//! ```
//! use vestibule_auth::{Cancel, Client, Session, error::SendError, ports::{Request, Response}};
//!
//! async fn send(client: &Client, session: &Session, request: Request) -> Result<Response, SendError> {
//!     let (client, session) = (client.clone(), session.clone());
//!     let call = move || client.send(&session, request, &Cancel::default());
//!     tokio::task::spawn_blocking(call).await.expect("it does not panic")
//! }
//! ```
//!
//! A window never waits: a thread does, and its toolkit's way back to the event loop is
//! `show` here (`glib::idle_add`, `egui::Context::request_repaint` with a channel,
//! `slint::invoke_from_event_loop`). There is no example for a toolkit in this crate: each
//! would bring some hundred packages, and what it would show is this function.
//!
//! ```
//! use std::{sync::Arc, thread};
//! use vestibule_auth::{Cancel, Client, DeviceAuthorization, Error, Session, SignIn, Step};
//!
//! enum Shown { Waiting { url: String }, Code(DeviceAuthorization), SignedIn(Session), Failed(Error) }
//!
//! fn on_button(client: Client, cancel: Cancel, show: impl Fn(Shown) + Clone + Send + Sync + 'static) {
//!     thread::spawn(move || {
//!         let on_step = show.clone();
//!         let progress = Arc::new(move |step| match step {
//!             Step::Browser { url, .. } => on_step(Shown::Waiting { url }),
//!             Step::Device(code) => on_step(Shown::Code(code)),
//!             _ => {}
//!         });
//!         match client.sign_in(&SignIn::default(), &(progress as _), &cancel) {
//!             Ok(session) => show(Shown::SignedIn(session)),
//!             Err(Error::Cancelled) => {}
//!             Err(error) => show(Shown::Failed(error)),
//!         }
//!     });
//! }
//! ```
//!
//! # Tests of an app
//! With the feature `testing`, the module `testing` has doubles of the ports and a session
//! that is there already.
//!
//! # Specifications
//! RFC 6749 and 6750 (OAuth 2.0, bearer tokens), 7009 (revocation), 7517 (keys), 7636 (PKCE),
//! 8252 (native apps), 8414 (metadata), 8628 (another device), 8707 (resource), 8725 (JWT
//! practice), 9207 (issuer in the response), 9700 (security practice), 9728 (an API's metadata);
//! OpenID Connect Core, Discovery and RP-Initiated Logout 1.0.

pub mod address;
mod attempt;
mod authorization;
mod behind;
mod builder;
mod cancel;
mod client;
mod device;
mod documents;
pub mod error;
mod establish;
pub mod examine;
mod id_token;
mod jwks;
mod known;
mod locks;
mod loopback;
mod members;
mod moved;
pub mod platform;
pub mod ports;
mod profile;
mod progress;
mod provider;
mod refresh;
mod remembered;
mod renewal;
pub mod response;
mod restore;
mod retry;
mod scopes;
mod secret;
mod send;
mod session;
mod shared;
mod sign_in;
mod sign_out;
mod store;
mod store_lock;
mod storing;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
mod token;
mod verify;

pub use attempt::Attempt;
pub use builder::{ClientBuilder, is_opened_by_browsers};
pub use cancel::Cancel;
pub use client::Client;
pub use error::Error;
/// Promised in public signatures: the types of requests and answers are those that most
/// HTTP libraries speak, and this crate would only wrap them.
pub use http;
pub use loopback::RedirectHost;
pub use profile::Profile;
pub use progress::{DeviceAuthorization, Progress, Step};
pub use provider::Issuer;
pub use secret::{AccessToken, ClientSecret};
pub use session::{Session, Stored};
pub use sign_in::{SignIn, Way};
pub use sign_out::{AtLarge, Forgotten};
/// Promised in public signatures: addresses as the WHATWG URL Standard has them.
pub use url;
