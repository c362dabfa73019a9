//! Tests on real parts: the built program, a window under Xvfb, Chromium, a real
//! gnome-keyring. All are ignored by default: `tests/setup` installs the Debian
//! packages they need, `.ci/run` runs them, one at a time.
//!
//! A test makes a [`desktop::Desktop`] first: a display, a session bus and a home
//! of its own, so that nothing of the person at this machine is seen or touched.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod address_taker;
mod at_spi;
mod browser;
mod budget;
mod bus;
mod compose;
mod desktop;
mod doctor;
#[path = "../../net/tests/doubles/mod.rs"]
mod doubles;
mod drivers;
#[path = "../kiosk/eyes.rs"]
mod eyes;
mod helper;
mod keychain;
mod oidc_provider;
mod old_machines;
mod pages;
mod phone;
#[path = "../pins.rs"]
mod pins;
mod program;
mod scene;
mod screens;
mod services;
mod socks;
mod story;
mod window;

use std::time::Duration;

/// How long anything may take before a test gives up. It only has to be shorter
/// than a person's patience with a hanging run.
const LIMIT: Duration = Duration::from_secs(90);

/// Asks until there is an answer, or fails with what `otherwise` tells.
#[track_caller]
fn wait_for<T>(mut ask: impl FnMut() -> Option<T>, otherwise: impl FnOnce() -> String) -> T {
    let until = std::time::Instant::now() + LIMIT;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        if std::time::Instant::now() > until {
            panic!("{}", otherwise());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
