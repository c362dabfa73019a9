//! What is written into the environment of this process, for libraries that have no other way
//! to be told. The settings, which are read from there, are `config`'s.

use std::{env, ffi::OsStr, fs};
#[cfg(target_os = "linux")]
use std::{ffi::OsString, fs::File, io::Write as _, os::fd::AsRawFd as _};

/// Where libX11 and xkbcommon look for X's Compose file first (Compose(5)): half a megabyte of
/// key sequences that each of them reads and keeps, for typing text.
#[cfg(target_os = "linux")]
const COMPOSE: &str = "XCOMPOSEFILE";

/// Runs `connect`, which opens the display, with no key sequences to be read: the window has no
/// text field. Afterwards the environment is as it was, so a browser that is started then has
/// the person's dead keys.
///
/// Where other threads run already, as in the demo, they are read all the same.
#[cfg(target_os = "linux")]
pub fn without_compose_file<T>(connect: impl FnOnce() -> T) -> T {
    let given = env::var_os(COMPOSE);
    let Ok(file) = without_key_sequences() else {
        return connect();
    };
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    if !set(COMPOSE, path.as_ref()) {
        return connect();
    }
    let connected = connect();
    restore(COMPOSE, given);
    connected
}

/// No other system has X's.
#[cfg(not(target_os = "linux"))]
pub fn without_compose_file<T>(connect: impl FnOnce() -> T) -> T {
    connect()
}

/// A Compose file in memory. xkbcommon complains to stderr of one that it cannot map, such as
/// /dev/null or an empty one.
#[cfg(target_os = "linux")]
fn without_key_sequences() -> std::io::Result<File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    let mut file = File::from(memfd_create("compose", MemfdFlags::CLOEXEC)?);
    file.write_all(b"# Nothing is typed in this window.\n")?;
    Ok(file)
}

/// Sets a variable, unless other threads run, one of which could read the environment while it
/// is written; whether it is set now.
#[allow(unsafe_code, reason = "the environment is written")]
pub fn set(name: &str, value: &OsStr) -> bool {
    // Only Linux tells.
    let threads = fs::read_dir("/proc/self/task").map(Iterator::count);
    let alone = cfg!(target_os = "linux") && threads.is_ok_and(|count| count == 1);
    if alone {
        // SAFETY: this thread is the only one.
        unsafe { env::set_var(name, value) };
    }
    alone
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the environment is written")]
fn restore(name: &str, value: Option<OsString>) {
    // SAFETY: the one thread that opening the display has started, arboard's, never reads the
    // environment.
    match value {
        Some(value) => unsafe { env::set_var(name, value) },
        None => unsafe { env::remove_var(name) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_other_threads_run_nothing_is_written() {
        // Tests run on threads of their own.
        assert!(!set("VESTIBULE_TEST", "x".as_ref()));
        assert_eq!(env::var_os("VESTIBULE_TEST"), None);
        let seen = without_compose_file(|| env::var_os("XCOMPOSEFILE"));
        assert_eq!(seen, env::var_os("XCOMPOSEFILE"));
    }
}
