//! An OpenID Connect client for native apps: synchronous, windowless.

pub mod authorization;
pub mod error;
pub mod id_token;
pub mod jwks;
pub mod lock;
pub mod platform;
pub mod ports;
pub mod profile;
pub mod provider;
pub mod store;
pub mod token;

pub use error::Error;
