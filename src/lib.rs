//! Vestibule: sign-in for native apps with OpenID Connect.
//!
//! [`auth`] is the crate `vestibule-auth`, the part for other programs: a synchronous
//! client, without window or async runtime. Around it, the app:
//!
//! - [`config`]: options, environment and files become [`config::Settings`];
//! - [`identity`]: the names by which others know it;
//! - [`app`]: production's ports, and the window opened with them;
//! - [`setup`]: what to enter at a provider, from a profile of each;
//! - [`terminal`]: the commands that need no display; [`exit`]: what they end with; [`doctor`]:
//!   what keeps a sign-in from working, in words;
//! - [`worker`] and [`jobs`]: own what the window shows, and what takes time;
//! - [`state`], [`screen`] and [`notice`]: what a screen may know, what it is like in each
//!   state, and what people are told;
//! - [`api`], [`qr`] and `picture`: the calls of the API, the code that a phone reads, the
//!   person's picture;
//! - [`language`]: the languages, and the terminal's words in them.
//!
//! ARCHITECTURE.md tells how they fit together.

pub mod api;
pub mod app;
pub mod config;
pub mod doctor;
#[cfg(feature = "window")]
pub mod environment;
pub mod exit;
pub mod identity;
#[cfg(feature = "window")]
pub mod idle;
pub mod jobs;
pub mod language;
pub mod log;
pub mod memory;
pub mod notice;
#[cfg(feature = "window")]
pub mod picture;
pub mod qr;
pub mod screen;
pub mod setup;
pub mod state;
pub mod terminal;
#[cfg(feature = "window")]
pub mod ui;
pub mod worker;

pub use vestibule_auth as auth;
