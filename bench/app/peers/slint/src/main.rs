//! The least that a window of Slint is made of: what every other figure is held against.

#[allow(
    unsafe_code,
    clippy::all,
    clippy::expect_used,
    clippy::pedantic,
    clippy::todo,
    clippy::unwrap_used
)]
mod generated {
    slint::include_modules!();
}

use slint::ComponentHandle as _;

fn main() -> Result<(), slint::PlatformError> {
    generated::Screen::new()?.run()
}
