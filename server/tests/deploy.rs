//! What is in `deploy/` and `.github/workflows/`: held to the tools and schemas that will
//! read it, to the server that it runs, and to each other; and a rolling restart behind the
//! balancer.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test ends where something is missing, and says what it found"
)]

#[path = "deploy/balancer.rs"]
mod balancer;
#[path = "deploy/container.rs"]
mod container;
#[path = "deploy/kubernetes.rs"]
mod kubernetes;
#[path = "deploy/load.rs"]
mod load;
#[path = "deploy/rolling_restart.rs"]
mod rolling_restart;
#[path = "deploy/systemd.rs"]
mod systemd;
#[path = "deploy/workflows.rs"]
mod workflows;

// The issuer, its tokens and the built program, as the tests of the API have them.
#[path = "api/issuer.rs"]
#[allow(dead_code)]
mod issuer;
#[path = "api/keys.rs"]
#[allow(dead_code)]
mod keys;
#[path = "api/process.rs"]
#[allow(dead_code)]
mod process;
#[path = "api/token.rs"]
#[allow(dead_code)]
mod token;
#[path = "api/world.rs"]
#[allow(dead_code)]
mod world;

/// A file of the repository.
fn read(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    std::fs::read_to_string(format!("{root}/{path}")).unwrap()
}

/// `text` with the one occurrence of `old` replaced: were there none, a test would
/// run something else than it says.
#[track_caller]
fn replace_once(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old}");
    text.replace(old, new)
}
