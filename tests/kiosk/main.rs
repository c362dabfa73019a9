//! The kiosk on a board: the built program with nothing but a kernel, udev, seatd and itself, in
//! a virtual machine without a graphics card; and on one with Debian, where it is installed as
//! `docs/kiosk.md` says. All of it is ignored by default: `tests/setup` installs what it needs.
//!
//! What a person sees is read from pictures of the screen, what a person does comes through
//! the machine's pointer and keyboard, and the phone is the robot of `tests/real`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../real/browser.rs"]
#[allow(dead_code)]
mod browser;
#[path = "../real/bus.rs"]
#[allow(dead_code)]
mod bus;
mod debian;
#[path = "../real/desktop.rs"]
#[allow(dead_code)]
mod desktop;
mod eyes;
#[path = "../real/helper.rs"]
#[allow(dead_code)]
mod helper;
mod image;
mod kiosk;
mod machine;
mod page;
mod phone;
mod qmp;
#[path = "../real/services.rs"]
#[allow(dead_code)]
mod services;
mod story;
mod trouble;
mod turned;
mod unit;

use std::time::Duration;

/// How long anything may take before a test gives up: an emulated processor is slow.
const LIMIT: Duration = Duration::from_secs(300);

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
