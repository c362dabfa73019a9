//! Holds README and docs/ to what is there: links, commands, settings, sentences.
//!
//! With `VESTIBULE_WRITE_DOCS=1` what is written from the code is written anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic is how a test fails"
)]

#[path = "pages/links.rs"]
mod links;
#[path = "pages/sentences.rs"]
mod sentences;

use std::{fs, path::PathBuf};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// README, what lies beside it, and docs/.
fn pages() -> Vec<String> {
    let of = |folder: &str| {
        let files = fs::read_dir(path(folder)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let pages = names.filter(|name| name.ends_with(".md"));
        pages
            .map(|name| format!("{folder}{name}"))
            .collect::<Vec<_>>()
    };
    let pages = [of(""), of("docs/")].concat();
    assert!(pages.len() > 10, "{pages:?}");
    pages
}

/// `cargo demo -- --terminal` becomes the alias and all that follows `demo`.
/// A `--` at the alias's own end would make the program's first option `--`.
#[test]
fn what_follows_cargo_demo_reaches_the_demo() {
    assert!(read("docs/terminal.md").contains("cargo demo -- --terminal"));
    let config: toml::Table = toml::from_str(&read(".cargo/config.toml")).unwrap();
    let alias = config["alias"]["demo"].as_str().unwrap();
    assert_eq!(alias, "run --example demo");
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

#[test]
fn readme_shows_exactly_two_commands_to_begin_with() {
    let readme = read("README.md");
    let boxes: Vec<_> = readme
        .split("```")
        .skip(1)
        .step_by(2)
        .map(str::trim)
        .collect();
    assert_eq!(boxes, ["cargo demo", "cargo test --workspace"]);
}

#[test]
fn the_page_of_settings_names_all_that_the_help_does() {
    let (help, page) = (vestibule::config::help(), read("docs/settings.md"));
    let words = help.split(|c: char| c.is_whitespace() || "[],;:".contains(c));
    let is_name = |word: &&str| word.starts_with("--") || word.starts_with("VESTIBULE_");
    let names: Vec<_> = words.filter(is_name).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        assert!(page.contains(name), "docs/settings.md lacks {name}");
    }
}
