//! The redirect listener against whatever knows its port, with raw bytes.

mod bodies;
mod callback;
mod requests;
mod waiting;
mod wire;

use std::{
    thread,
    time::{Duration, Instant},
};

use wire::{exchange, location};

/// Longer than anything takes here, whatever else the machine does.
const LONG: Duration = Duration::from_secs(60);

/// Waits until `happened`, and fails the test if it never does.
fn eventually(what: &str, happened: impl Fn() -> bool) {
    let end = Instant::now() + LONG;
    while !happened() {
        assert!(Instant::now() < end, "never happened: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
