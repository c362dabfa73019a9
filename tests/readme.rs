//! Holds README to what is there: its commands and its links.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::{fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// `cargo demo -- --terminal` becomes the alias and all that follows `demo`.
/// A `--` at the alias's own end would make the program's first option `--`.
#[test]
fn what_follows_cargo_demo_reaches_the_demo() {
    assert!(read("README.md").contains("cargo demo -- --terminal"));
    let config: toml::Table = toml::from_str(&read(".cargo/config.toml")).unwrap();
    let alias = config["alias"]["demo"].as_str().unwrap();
    assert_eq!(alias, "run --example demo");
}

#[test]
fn every_link_into_the_repository_leads_somewhere() {
    let readme = read("README.md");
    let links = readme.split("](").skip(1);
    let links = links.map(|rest| rest.split(')').next().unwrap());
    let mut seen = 0;
    for link in links.filter(|link| !link.starts_with("https://")) {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join(link);
        assert!(target.exists(), "{link}");
        seen += 1;
    }
    assert!(seen > 10, "README has lost its links");
}

/// Without `--locked` cargo takes newer crates than those that were tested, and
/// what `tests/pins.rs` holds back with them.
#[test]
fn whoever_installs_gets_the_crates_of_the_lock_file() {
    let readme = read("README.md");
    let mut installs = readme.split("cargo install").skip(1).peekable();
    assert!(installs.peek().is_some());
    for rest in installs {
        let command = rest.split(['`', '\n']).next().unwrap();
        assert!(command.contains(" --locked"), "cargo install{command}");
    }
}
