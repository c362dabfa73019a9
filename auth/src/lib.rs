//! An OpenID Connect client for native apps: synchronous, without a window
//! and without an async runtime.
//!
//! ```no_run
//! use std::sync::Arc;
//! use vestibule_auth::{Cancel, Client, Progress, Step, http};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let progress: Progress = Arc::new(|step| {
//!     if let Step::Browser { url } = step {
//!         println!("Sign in at {url}");
//!     }
//! });
//! let cancel = Cancel::default();
//! # let url = "https://notes.example.org/notes";
//!
//! let client = Client::builder("https://sso.example.org", "my-app").app_name("My Notes").scope("notes:read").build()?;
//! let session = client.restore_or_sign_in(&progress, &cancel)?;
//! let answer = client.send(&session, http::Request::get(url).body(vec![])?, &cancel)?;
//! # let _ = answer; Ok(()) }
//! ```
//!
//! # Specifications
//! RFC 6749 and 6750 (OAuth 2.0, bearer tokens), 7009 (revocation), 7517
//! (keys), 7636 (PKCE), 8252 (native apps), 8414 (metadata), 8707 (resource),
//! 8725 (JWT practice), 9207 (issuer in the response), 9700 (security
//! practice); OpenID Connect Core, Discovery and RP-Initiated Logout 1.0.

pub mod address;
mod authorization;
mod behind;
mod builder;
mod client;
mod documents;
pub mod error;
mod establish;
mod id_token;
mod jwks;
mod known;
mod loopback;
mod members;
pub mod platform;
pub mod ports;
mod profile;
mod provider;
mod refresh;
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
pub mod text;
mod token;

pub use builder::ClientBuilder;
pub use client::Client;
pub use error::Error;
/// Promised in public signatures: the types of requests and answers are those that most
/// HTTP libraries speak, and this crate would only wrap them.
pub use http;
pub use loopback::RedirectHost;
pub use ports::Cancel;
pub use profile::Profile;
pub use provider::Issuer;
pub use secret::{AccessToken, ClientSecret};
pub use session::{Session, Stored};
pub use sign_in::{Progress, SignIn, Step};
pub use sign_out::{AtLarge, Forgotten};
/// Promised in public signatures: addresses as the WHATWG URL Standard has them, checked
/// once.
pub use url;
