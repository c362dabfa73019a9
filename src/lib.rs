//! Sign-in for native apps with OpenID Connect.

pub mod notice;
pub mod state;
#[cfg(feature = "gui")]
pub mod ui;
