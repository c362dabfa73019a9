//! Holds the rules of ARCHITECTURE.md, "Who may import whom".

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/identity.rs"]
mod identity;
#[path = "architecture/links.rs"]
mod links;
#[path = "architecture/paths.rs"]
mod paths;

use std::{
    fs,
    path::{Path, PathBuf},
};

use paths::{code, paths};

/// The code under `place`, a folder or a file, with names relative to the repository.
fn sources(place: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open = vec![root.join(place)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            open.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let relative: PathBuf = path.strip_prefix(root).unwrap().into();
            let name = relative.to_str().unwrap().replace('\\', "/");
            found.push((name, code(&fs::read_to_string(&path).unwrap())));
        }
    }
    assert!(!found.is_empty(), "{place} has no sources");
    found
}

/// Lines of `found` that files outside `allowed` (beginnings of names) hold.
fn outside(found: &[(String, String)], allowed: &[&str]) -> Vec<String> {
    let outside = |name: &str| !allowed.iter().any(|prefix| name.starts_with(prefix));
    let found = found.iter().filter(|(name, _)| outside(name));
    found
        .map(|(name, what)| format!("{name}: {what}"))
        .collect()
}

/// Every path under `place` that `is_meant`, with its file.
fn named(place: &str, is_meant: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, code) in sources(place) {
        let meant = paths(&name, &code).into_iter().filter(|p| is_meant(p));
        found.extend(meant.map(|path| (name.clone(), path)));
    }
    found
}

/// Every line of code under `place` that has one of `words`, with its file.
fn written(place: &str, words: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, code) in sources(place) {
        let lines = code
            .lines()
            .filter(|line| words.iter().any(|w| line.contains(w)));
        found.extend(lines.map(|line| (name.clone(), line.trim().to_owned())));
    }
    found
}

/// `found` is in files that start with one of `allowed`, and is somewhere.
#[track_caller]
fn only(found: &[(String, String)], allowed: &[&str]) {
    assert!(!found.is_empty(), "nothing is found: the rule is stale");
    never(&outside(found, allowed));
}

#[track_caller]
fn never(found: &[String]) {
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// `place` names no module of ours but `allowed`; nor all of them with a `*`.
#[track_caller]
fn imports_at_most(allowed: &[&str], place: &str) {
    let breach = |path: &str| {
        let ours = path
            .strip_prefix("crate::")
            .or(path.strip_prefix("vestibule::"));
        ours.is_some_and(|rest| !allowed.contains(&rest.split("::").next().unwrap()))
    };
    never(&outside(&named(place, breach), &[]));
}

/// Whether `path` is in one of the crates or modules `roots`.
fn starts_in(roots: &[&str], path: &str) -> bool {
    let inside = |rest: &str| rest.is_empty() || rest.starts_with("::");
    let mut rests = roots.iter().filter_map(|root| path.strip_prefix(root));
    rests.any(inside)
}

#[test]
fn the_api_imports_auth_only() {
    for place in ["src/api.rs", "src/api"] {
        imports_at_most(&["api", "auth"], place);
    }
}

#[test]
fn what_a_screen_may_know_comes_from_neither_worker_nor_window() {
    let allowed = ["api", "auth", "exit", "notice", "screen", "state"];
    for place in [
        "src/state.rs",
        "src/screen.rs",
        "src/notice.rs",
        "src/notice",
    ] {
        imports_at_most(&allowed, place);
    }
}

#[test]
fn the_window_imports_what_a_screen_may_know_and_qr_codes_only() {
    for place in ["src/ui.rs", "src/ui"] {
        let allowed = [
            "environment",
            "identity",
            "idle",
            "language",
            "notice",
            "qr",
            "screen",
            "state",
            "ui",
        ];
        imports_at_most(&allowed, place);
    }
}

#[test]
fn only_the_composition_and_main_name_the_window() {
    // With a `*` it would come in unnamed.
    let window = ["crate::ui", "crate::*", "vestibule::ui", "vestibule::*"];
    let found = named("src", |path| starts_in(&window, path));
    only(
        &found,
        &["src/ui.rs", "src/ui/", "src/app.rs", "src/main.rs"],
    );
}

#[test]
fn slint_is_named_in_the_window_only() {
    let slint = |path: &str| path.starts_with("i_slint") || starts_in(&["slint"], path);
    only(&named("src", slint), &["src/ui.rs", "src/ui/"]);
}

#[test]
fn the_outside_world_is_named_in_the_platform_ports_only() {
    for port in ["dbus", "ureq", "webbrowser", "keyring_core"] {
        let found = named("auth/src", |path| starts_in(&[port], path));
        only(&found, &["auth/src/platform/"]);
    }
    // What it has besides is how JSON from there is read and which hosts are this machine.
    let pure = [
        (
            "vestibule_net::with_whole_characters",
            "auth/src/members.rs",
        ),
        ("vestibule_net::is_loopback", "auth/src/address.rs"),
    ];
    let is_pure = |path: &str| pure.iter().any(|(name, _)| starts_in(&[name], path));
    let net = |path: &str| starts_in(&["vestibule_net"], path) && !is_pure(path);
    only(&named("auth/src", net), &["auth/src/platform/"]);
    for (name, place) in pure {
        only(
            &named("auth/src", |path| starts_in(&[name], path)),
            &[place],
        );
    }
    let stores = named("auth/src", |path| path.contains("_keyring_store"));
    only(&stores, &["auth/src/platform/"]);
}

#[test]
fn tiny_http_is_named_in_the_redirect_listener_only() {
    let found = named("auth/src", |path| starts_in(&["tiny_http"], path));
    only(&found, &["auth/src/loopback/"]);
}

#[test]
fn signatures_are_verified_in_the_keys_crate_only() {
    let verifies = |path: &str| starts_in(&["aws_lc_rs::signature"], path);
    let places = ["auth/src", "keys/src", "server/src/guard"];
    let found = places.map(|place| named(place, verifies)).concat();
    // Tests sign, and what the guard has for the tests of others.
    let tests = ["auth/src/id_token/tests/", "server/src/guard/testing.rs"];
    only(&found, &["keys/src/", tests[0], tests[1]]);
}

#[test]
fn jsonwebtoken_is_named_in_the_keys_crate_only() {
    let places = [
        "auth/src",
        "keys/src",
        "net/src",
        "server/src",
        "settings/src",
        "src",
    ];
    let reads = |path: &str| starts_in(&["jsonwebtoken"], path);
    let found = places.map(|place| named(place, reads)).concat();
    only(&found, &["keys/src/"]);
}

#[test]
fn what_of_a_text_is_shown_is_decided_in_one_place() {
    let crates = ["icu_properties", "unicode_segmentation"];
    for place in ["auth/src", "settings/src"] {
        let found = named(place, |path| starts_in(&crates, path));
        only(&found, &[&format!("{place}/text.rs")]);
    }
    for place in ["keys/src", "net/src", "server/src", "src"] {
        never(&outside(
            &named(place, |path| starts_in(&crates, path)),
            &[],
        ));
    }
}

#[test]
fn the_environment_is_read_by_the_configuration_only() {
    let readers = [
        "env::var",
        "env::args",
        "env::current_dir",
        "env::home_dir",
        "env::*",
    ];
    let reads = |path: &str| readers.iter().any(|reader| path.contains(reader));
    only(&named("src", reads), &["src/config", "src/environment.rs"]);
    // The auth crate looks there in one file, for what its user did not give. What app
    // and server share is told by its caller, and ureq reads no proxy variables for
    // anybody.
    only(
        &named("auth/src", reads),
        &["auth/src/platform/environment.rs"],
    );
    for place in ["keys/src", "net/src", "settings/src"] {
        never(&outside(&named(place, reads), &[]));
    }
    // The guard is a library too, and `dev-idp` has a command line of its own.
    let of_server = ["config/", "guard/document.rs", "bin/dev-idp.rs"];
    let of_server = of_server.map(|place| format!("server/src/{place}"));
    only(
        &named("server/src", reads),
        &of_server.each_ref().map(String::as_str),
    );
    let variables = |path: &str| path.contains("env::var");
    let of_dev_idp = named("server/src/bin/dev-idp.rs", variables);
    never(&outside(&of_dev_idp, &[]));
    let by_ureq = |path: &str| path.ends_with("try_from_env");
    for place in ["auth/src", "src", "net/src", "server/src", "settings/src"] {
        never(&outside(&named(place, by_ureq), &[]));
    }
}

#[test]
fn only_the_terminal_prints() {
    let printing = ["stdout()", "stderr()", "print!(", "println!(", "dbg!("];
    only(&written("src", &printing), &["src/terminal/"]);
    for place in ["auth/src", "keys/src", "net/src", "settings/src"] {
        never(&outside(&written(place, &printing), &[]));
    }
}

#[test]
fn what_a_screen_may_know_holds_no_secret() {
    let secrets = ["Token", "Verifier", "Nonce", "AuthorizationCode", "Secret"];
    for place in ["src/state.rs", "src/ui.rs", "src/ui"] {
        never(&outside(&written(place, &secrets), &[]));
    }
}

#[test]
fn the_client_stays_synchronous() {
    for place in ["auth/src", "keys/src", "src"] {
        let waits = written(place, &["async fn", "async move", ".await"]);
        never(&outside(&waits, &[]));
    }
}

#[test]
fn guard_and_development_provider_share_nothing() {
    for (place, other) in [("guard", "dev_idp"), ("dev_idp", "guard")] {
        let names = ["crate", "vestibule_server"].map(|name| format!("{name}::{other}"));
        let shared = |path: &str| path == "crate::*" || starts_in(&[&names[0], &names[1]], path);
        let found = named(&format!("server/src/{place}"), shared);
        never(&outside(&found, &[]));
    }
}
