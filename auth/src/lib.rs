//! An OpenID Connect client for native apps: synchronous, without a window
//! and without an async runtime.
//!
//! ```no_run
//! use std::sync::Arc;
//! use vestibule_auth::{Client, ports::Cancel, sign_in::{Progress, Step}};
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

pub mod authorization;
mod behind;
mod builder;
pub mod client;
mod documents;
pub mod error;
mod establish;
pub mod headers;
pub mod id_token;
pub mod jwks;
mod known;
pub mod loopback;
mod members;
pub mod platform;
pub mod ports;
pub mod profile;
pub mod provider;
pub mod refresh;
mod restore;
pub mod retry;
pub mod scopes;
pub mod secret;
mod send;
pub mod session;
mod shared;
pub mod sign_in;
pub mod sign_out;
pub mod store;
mod store_lock;
mod storing;
pub mod text;
mod token;

pub use builder::ClientBuilder;
pub use client::Client;
pub use error::Error;
