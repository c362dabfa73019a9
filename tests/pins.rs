//! Versions that `Cargo.lock` holds back, and why. The idle budget of the window
//! (`tests/real/budget.rs`) asks here for the cause when it fails.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::{fs, path::Path};

/// Why the window may wake without end, if the lock file names a cause.
pub fn cause_of_waking() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let versions = versions(&fs::read_to_string(path).unwrap(), "blocking");
    // Without the crate there is nothing to hold back.
    let newer = versions.into_iter().find(|version| *version > [1, 6, 2])?;
    let [major, minor, patch] = newer;
    Some(format!(
        "Cargo.lock has blocking {major}.{minor}.{patch}: after 1.6.2 it wakes twice a second for \
         ever under zbus. Run: cargo update blocking --precise 1.6.2"
    ))
}

/// The versions of `name` in a lock file.
fn versions(lock: &str, name: &str) -> Vec<[u64; 3]> {
    let lock: toml::Table = toml::from_str(lock).unwrap();
    let packages = lock["package"].as_array().unwrap();
    let named = packages.iter().filter(|p| p["name"].as_str() == Some(name));
    let numbers = named.map(|package| {
        let version = package["version"].as_str().unwrap();
        let numbers = version.split(['.', '-', '+']).take(3);
        let numbers: Vec<u64> = numbers.map(|n| n.parse().unwrap()).collect();
        numbers.try_into().unwrap()
    });
    numbers.collect()
}

#[test]
fn no_crate_is_newer_than_what_lets_the_window_sleep() {
    assert_eq!(cause_of_waking(), None);
}

#[test]
fn versions_are_read_and_compared_as_numbers() {
    let lock = "[[package]]\nname = \"blocking\"\nversion = \"1.10.0-rc.1\"\n\
                [[package]]\nname = \"other\"\nversion = \"9.0.0\"\n";
    assert_eq!(versions(lock, "blocking"), [[1, 10, 0]]);
    assert!([1, 10, 0] > [1, 6, 2]);
    assert!(versions(lock, "none").is_empty());
}
