//! Sign-in for native apps with OpenID Connect.

pub mod api;
pub mod auth;
pub mod jobs;
pub mod notice;
#[cfg(feature = "gui")]
pub mod picture;
pub mod state;
pub mod worker;
