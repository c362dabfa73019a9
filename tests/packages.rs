//! Debian's packages of app, kiosk and server: packed from the release, installed in a clean
//! Debian 12 that systemd has booted, started by it, and purged, after which nothing is left;
//! and what describes the app to a desktop. What needs root or Debian packages is ignored by
//! default, and runs one at a time.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "packages/app.rs"]
mod app;
#[path = "packages/deb.rs"]
mod deb;
#[path = "packages/described.rs"]
mod described;
#[path = "packages/kiosk.rs"]
mod kiosk;
#[path = "packages/server.rs"]
mod server;
#[path = "packages/system.rs"]
mod system;
#[path = "packages/unpacked.rs"]
mod unpacked;

// The display, the provider and the eyes of other tests.
#[path = "real/bus.rs"]
#[allow(dead_code)]
mod bus;
#[path = "real/desktop.rs"]
#[allow(dead_code)]
mod desktop;
#[path = "kiosk/eyes.rs"]
#[allow(dead_code)]
mod eyes;
#[path = "real/helper.rs"]
#[allow(dead_code)]
mod helper;
#[path = "real/services.rs"]
#[allow(dead_code)]
mod services;
#[path = "real/window.rs"]
#[allow(dead_code)]
mod window;

use std::time::Duration;

/// How long anything may take before a test gives up: a mirror may be slow.
const LIMIT: Duration = Duration::from_secs(60);

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
