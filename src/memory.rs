//! Gives memory back to the system, which glibc would keep for the next burst of work. That
//! may come in hours, and the machine may be small.

/// Has large blocks given back as soon as they are freed, and all threads share one pool.
/// Otherwise the first large block that is freed, a picture say, raises what counts as large:
/// from then on such blocks are kept, a megabyte of them, and each thread has a pool of its
/// own to keep them in. To be called first of all.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(
    unsafe_code,
    reason = "mallopt has no safe wrapper; it takes no pointer"
)]
pub fn keep_little() {
    // SAFETY: mallopt(3) takes two numbers; what it does not know it leaves alone.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
    }
}

/// Octets of a block that is large: what glibc begins with.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 128 * 1024;

/// Gives back what is free between smaller blocks.
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
pub fn keep_little() {}

/// Other allocators decide for themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn trim() {}
