//! An OpenID Connect client for native apps: synchronous, windowless.

pub mod authorization;
pub mod client;
pub mod error;
pub mod id_token;
pub mod jwks;
pub mod lock;
pub mod loopback;
pub mod platform;
pub mod ports;
pub mod profile;
pub mod provider;
pub mod refresh;
pub mod session;
pub mod sign_in;
pub mod store;
pub mod token;

pub use error::Error;
