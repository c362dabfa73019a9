//! File descriptors: each connection takes one, and the system counts them.

/// For what is no connection: the listeners, the runtime, the fetch of the keys.
#[cfg(unix)]
const OTHERS: usize = 32;

/// Raises this process's limit of open files to what it may, and says how many of
/// `wanted` connections fit into it.
#[cfg(unix)]
pub fn room_for(wanted: usize) -> usize {
    use nix::sys::resource::{Resource::RLIMIT_NOFILE, getrlimit, setrlimit};

    let Ok((soft, hard)) = getrlimit(RLIMIT_NOFILE) else {
        return wanted;
    };
    let limit = match setrlimit(RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    };
    // 32-bit systems count with 32 bits.
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let room = limit.saturating_sub(OTHERS).max(1);
    if room < wanted {
        tracing::warn!(
            limit,
            "room for {room} connections only, not {wanted}: raise the limit of open files (ulimit -n, LimitNOFILE)"
        );
    }
    room.min(wanted)
}

#[cfg(not(unix))]
pub fn room_for(wanted: usize) -> usize {
    wanted
}
