//! Gives memory back to the system after a burst of work.

/// glibc keeps what a sign-in used (TLS, keys, the picture's decoding) for the
/// next burst, which may come in hours: a third of a megabyte of a small
/// machine, given back by one call.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(
    unsafe_code,
    reason = "malloc_trim has no safe wrapper; it takes no pointer"
)]
pub fn trim() {
    // SAFETY: malloc_trim is thread-safe and touches free memory only.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Other allocators decide for themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn trim() {}
