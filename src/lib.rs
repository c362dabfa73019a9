//! Sign-in for native apps with OpenID Connect.

pub mod auth;
pub mod config;
pub mod log;
pub mod notice;
pub mod state;
