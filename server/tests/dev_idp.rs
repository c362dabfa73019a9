//! The development identity provider from outside, over HTTP on port 0.
//!
//! One binary: `world` starts providers and plays the app, `browser` the browser,
//! `device` the device; the other files hold the requirements on a development
//! provider, by subject.
#![cfg(feature = "dev-idp")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "dev_idp/authorization.rs"]
mod authorization;
#[path = "dev_idp/browser.rs"]
mod browser;
#[path = "dev_idp/codes.rs"]
mod codes;
#[path = "dev_idp/csrf.rs"]
mod csrf;
#[path = "dev_idp/device.rs"]
mod device;
#[path = "dev_idp/device_page.rs"]
mod device_page;
#[path = "dev_idp/discovery.rs"]
mod discovery;
#[path = "dev_idp/endpoints.rs"]
mod endpoints;
#[path = "dev_idp/faults.rs"]
mod faults;
#[path = "dev_idp/own_app.rs"]
mod own_app;
#[path = "dev_idp/own_app_program.rs"]
mod own_app_program;
#[path = "dev_idp/page_headers.rs"]
mod page_headers;
#[path = "dev_idp/pages.rs"]
mod pages;
#[path = "dev_idp/program.rs"]
mod program;
#[path = "dev_idp/program_ends.rs"]
mod program_ends;
#[path = "dev_idp/pushed.rs"]
mod pushed;
#[path = "dev_idp/redirect_uri.rs"]
mod redirect_uri;
#[path = "dev_idp/refresh.rs"]
mod refresh;
#[path = "dev_idp/session.rs"]
mod session;
#[path = "dev_idp/state_in_use.rs"]
mod state_in_use;
#[path = "dev_idp/tokens.rs"]
mod tokens;
#[path = "dev_idp/two_clients.rs"]
mod two_clients;
#[path = "dev_idp/world.rs"]
mod world;
