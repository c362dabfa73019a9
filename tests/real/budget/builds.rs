//! What the budget is measured on: the release, and the least that a window of Slint
//! is made of. Both are built once into Cargo's target directory.

use std::path::Path;
use std::process::{Command, Stdio};

/// The release build.
pub fn release() -> String {
    build("vestibule", ".", &["--bin", "vestibule"])
}

/// Minimal Slint, of `bench/app`: the same screen, the same Slint, nothing else.
pub fn minimal_slint() -> String {
    // Apart: what both programs are built with differs in their settings.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let target = target.join("peers");
    let apart = ["-p", "peer-slint", "--target-dir", target.to_str().unwrap()];
    build("peer-slint", "bench/app", &apart)
}

/// Builds a program of the workspace in a folder, with that folder's settings for cargo, unless
/// that is done already, and says where it is.
fn build(name: &str, folder: &str, arguments: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--locked"])
        .args(arguments)
        .arg("--message-format=json-render-diagnostics")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        // Set by the cargo that runs this test, it would hide what that folder says of it.
        .env_remove("ICU4X_DATA_DIR")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(built.status.success(), "{name} does not build");
    let messages = String::from_utf8(built.stdout).unwrap();
    let mut programs = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(message["executable"].as_str()?.to_owned())
    });
    let program = programs.next().expect("no program was built");
    // Pages of a file that was just written count as private and dirty until
    // they are on the disk.
    std::fs::File::open(&program).unwrap().sync_all().unwrap();
    program
}
