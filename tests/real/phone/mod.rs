//! Signing in with a phone. The phone is a robot with a browser of its own: it learns the
//! address from a picture of the QR code and from nothing else, and compares the code on its
//! page with the one on the device before it answers.

mod drivers;
mod half_blocks;
mod hands;
mod others;
mod pictures;
mod qr;
pub mod robot;
mod terminal;
mod to_and_fro;
mod two_windows;
mod user_code;
mod window;

use std::time::Duration;

use vestibule_server::dev_idp::Options;

use crate::at_spi::Accessible;
use crate::wait_for;
use crate::window::Window;
pub use user_code::user_code;

/// How often a story is told in a row.
const TIMES: usize = 20;

/// A provider that is asked about a code each second.
pub fn asked_each_second() -> Options {
    Options {
        device_interval: Duration::from_secs(1),
        ..Options::default()
    }
}

/// How long the access tokens of [`of_short_tokens`] are good.
const TOKEN_LIFE: Duration = Duration::from_secs(5);

/// The same, where a window soon has to ask the provider for another access token, and so
/// finds out what became of its session.
fn of_short_tokens() -> Options {
    Options {
        access_ttl: TOKEN_LIFE,
        ..asked_each_second()
    }
}

/// Waits until a window shows a code.
pub fn code_in(accessible: &Accessible) -> String {
    wait_for(
        || accessible.names().iter().find_map(|name| user_code(name)),
        || format!("no code among {:#?}", accessible.names()),
    )
}

/// Waits until a window shows a QR code, and reads it from a picture of the window.
pub fn qr_in(window: &Window) -> String {
    let png = window.desktop.folder().join("qr.png");
    wait_for(
        || {
            window.screenshot(&png);
            qr::read(window.desktop, &png)
        },
        || "no QR code can be read from the window".into(),
    )
}
