//! Holds the import rules of ARCHITECTURE.md.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Source files under `folder`, with paths relative to the repository.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            open.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let relative: PathBuf = path.strip_prefix(root).unwrap().into();
            let name = relative.to_str().unwrap().replace('\\', "/");
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// A line without comment and without what is between quotes.
fn code(line: &str) -> String {
    if line.trim_start().starts_with("//") {
        return String::new();
    }
    line.split('"').step_by(2).collect()
}

/// Code lines that contain one of `words`, outside files that start with one
/// of `allowed`.
fn breaches(folder: &str, words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut breaches = Vec::new();
    for (name, text) in sources(folder) {
        if allowed.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        for line in text.lines().map(code) {
            for word in words.iter().filter(|word| line.contains(**word)) {
                breaches.push(format!("{name}: {word}: {}", line.trim()));
            }
        }
    }
    breaches
}

#[track_caller]
fn only(words: &[&str], allowed: &[&str]) {
    let used = breaches("src", words, &[]);
    assert!(
        !used.is_empty(),
        "nothing uses {words:?}: the rule is stale"
    );
    let found = breaches("src", words, allowed);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[track_caller]
fn never(folder: &str, words: &[&str]) {
    let found = breaches(folder, words, &[]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_auth_module_imports_nothing_of_ours_outside_itself() {
    let outside = [
        "crate::api",
        "crate::app",
        "crate::config",
        "crate::jobs",
        "crate::log",
        "crate::notice",
        "crate::picture",
        "crate::state",
        "crate::terminal",
        "crate::ui",
        "crate::worker",
    ];
    never("src/auth", &outside);
}

#[test]
fn slint_is_named_in_the_window_only() {
    only(&["slint::", "i_slint"], &["src/ui.rs", "src/ui/"]);
}

#[test]
fn the_outside_world_is_named_in_the_platform_ports_only() {
    let ports = [
        "ureq::",
        "webbrowser::",
        "keyring_core::",
        "keyring_store::",
    ];
    only(&ports, &["src/auth/platform/"]);
}

#[test]
fn tiny_http_is_named_in_the_redirect_listener_only() {
    only(&["tiny_http::"], &["src/auth/loopback/"]);
}

#[test]
fn tokens_are_verified_and_asked_for_in_the_auth_module_only() {
    only(&["jsonwebtoken::"], &["src/auth/"]);
}

#[test]
fn the_environment_is_read_by_the_configuration_only() {
    only(
        &["env::var", "env::current_dir", "env::args"],
        &["src/config"],
    );
}

#[test]
fn only_the_terminal_and_the_log_print() {
    let printing = ["stdout()", "stderr()", "println!", "eprintln!", "print!("];
    only(&printing, &["src/terminal/", "src/log.rs"]);
}

#[test]
fn what_a_screen_may_know_holds_no_secret() {
    let secrets = ["Token", "Verifier", "Nonce", "AuthorizationCode", "Secret"];
    for file in ["src/state.rs", "src/ui.rs", "src/ui/render.rs"] {
        let text = sources("src").into_iter().find(|(name, _)| name == file);
        let (_, text) = text.unwrap_or_else(|| panic!("{file} is missing"));
        for line in text.lines().map(code) {
            // A word about a token, not one.
            let line = line.replace("NoRefreshToken", "");
            assert!(!secrets.iter().any(|s| line.contains(s)), "{file}: {line}");
        }
    }
}

#[test]
fn the_window_knows_neither_worker_nor_auth() {
    let inner = [
        "crate::worker",
        "crate::jobs",
        "crate::auth",
        "crate::api",
        "crate::config",
    ];
    never("src/ui", &inner);
    let window = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui.rs"));
    let window = window.unwrap();
    assert!(!inner.iter().any(|module| window.contains(module)));
}

#[test]
fn worker_and_jobs_do_not_name_the_window() {
    let found = breaches("src", &["crate::ui"], &["src/ui", "src/app.rs"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_client_stays_synchronous() {
    never(
        "src",
        &["tokio", "poem", "async fn", ".await", "vestibule_server"],
    );
    never("server/src", &["vestibule::"]);
}

#[test]
fn guard_and_development_provider_share_nothing() {
    never("server/src/guard", &["dev_idp"]);
    never("server/src/dev_idp", &["guard::", "crate::guard"]);
}
