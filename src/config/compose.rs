//! X's Compose file: half a megabyte of key sequences that libX11 and xkbcommon each read and
//! keep, for typing text. The window has no text field.

use std::{env, ffi::OsString, fs};

/// Where both look first (Compose(5)).
const VARIABLE: &str = "XCOMPOSEFILE";

/// Runs `connect`, which opens the display, with no key sequences to be read. Afterwards the
/// environment is as it was, so a browser that is started then has the person's dead keys.
///
/// Where other threads run already, as in the demo, they are read all the same.
#[allow(unsafe_code, reason = "the environment is written")]
pub fn without_compose_file<T>(connect: impl FnOnce() -> T) -> T {
    if !is_alone() {
        return connect();
    }
    let given = env::var_os(VARIABLE);
    // SAFETY: no other thread runs yet.
    unsafe { env::set_var(VARIABLE, "/dev/null") };
    let connected = connect();
    // SAFETY: the one thread that has been started since, arboard's, never reads the
    // environment.
    unsafe { restore(given) };
    connected
}

/// # Safety
/// As of [`env::set_var`]: no other thread reads the environment but through the standard
/// library.
#[allow(unsafe_code, reason = "the environment is written")]
unsafe fn restore(given: Option<OsString>) {
    match given {
        // SAFETY: the caller's.
        Some(file) => unsafe { env::set_var(VARIABLE, file) },
        // SAFETY: the caller's.
        None => unsafe { env::remove_var(VARIABLE) },
    }
}

/// Whether the process has one thread, so that nobody reads its environment while that is
/// written. Only Linux tells.
pub fn is_alone() -> bool {
    let threads = fs::read_dir("/proc/self/task").map(Iterator::count);
    threads.is_ok_and(|count| count == 1)
}
