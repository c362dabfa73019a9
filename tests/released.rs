//! What is published of the workspace, and the Rust that it promises to compile with.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::{fs, path::Path, process::Command};

use serde_json::Value;

const CRATES: [&str; 5] = ["auth", "keys", "net", "server", "settings"];

fn cargo(args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn metadata(args: &[&str]) -> Vec<Value> {
    let args = [&["metadata", "--format-version=1", "--locked"], args].concat();
    let metadata: Value = serde_json::from_str(&cargo(&args)).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// `cargo publish` asks for some of it; who looks for a crate, for all.
#[test]
fn every_crate_but_the_app_can_be_published_and_says_what_it_is() {
    let packages = metadata(&["--no-deps", "--offline"]);
    assert_eq!(packages.len(), 1 + CRATES.len());
    let prefix = env!("CARGO_PKG_NAME");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let is_app = name == prefix;
        assert_eq!(
            package["publish"] == serde_json::json!([]),
            is_app,
            "{name}"
        );
        for field in ["description", "license", "repository", "rust_version"] {
            assert!(package[field].is_string(), "{name}: {field}");
        }
        for (field, most) in [("keywords", 5), ("categories", 5)] {
            let count = package[field].as_array().unwrap().len();
            assert!(is_app || (1..=most).contains(&count), "{name}: {field}");
        }
        let is_ours = |d: &&Value| d["name"].as_str().unwrap().starts_with(prefix);
        let dependencies = package["dependencies"].as_array().unwrap();
        for dependency in dependencies.iter().filter(is_ours) {
            let is_for_tests = dependency["kind"] == "dev";
            assert!(
                is_for_tests || dependency["req"] == concat!("^", env!("CARGO_PKG_VERSION")),
                "{name}: {dependency}"
            );
        }
    }
}

#[test]
fn what_is_published_has_the_licences_and_neither_keys_nor_vectors() {
    for name in CRATES {
        let name = format!("{}-{name}", env!("CARGO_PKG_NAME"));
        let list = cargo(&[
            "package",
            "--list",
            "--allow-dirty",
            "--offline",
            "-p",
            &name,
        ]);
        let files: Vec<_> = list.lines().map(|file| file.replace('\\', "/")).collect();
        for needed in ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"] {
            assert!(files.iter().any(|file| file == needed), "{name}: {needed}");
        }
        for file in files {
            let is_secret = [".key", ".pem", ".p12"]
                .iter()
                .any(|end| file.ends_with(end));
            assert!(!is_secret && !file.starts_with("tests/"), "{name}: {file}");
        }
    }
}

/// The commands of a page's boxes, one a line.
fn commands(page: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(path).unwrap();
    let boxes = text.split("\n```\n").skip(1).step_by(2);
    boxes.flat_map(str::lines).map(str::to_owned).collect()
}

#[test]
fn the_commands_of_the_page_of_releasing_name_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let commands = commands("docs/releasing.md");
    assert!(commands.len() > 4, "{commands:?}");
    for command in &commands {
        let words = command.split(' ').filter(|word| !word.contains('='));
        let words: Vec<_> = words.skip_while(|word| *word == "bash").collect();
        let is_there = words[0] == "cargo" || root.join(words[0]).is_file();
        assert!(is_there, "{command}");
    }
    let publish = commands
        .iter()
        .find(|c| c.starts_with("cargo publish "))
        .unwrap();
    let mut told: Vec<_> = publish.split(" -p ").skip(1).collect();
    told.sort_unstable();
    let ours = CRATES.map(|name| format!("{}-{name}", env!("CARGO_PKG_NAME")));
    assert_eq!(told, ours);
}

#[cfg(unix)]
#[test]
fn a_release_is_refused_with_the_reason() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/release");
    let run = |args: &[&str]| Command::new(&script).args(args).output().unwrap();
    for (args, words) in [
        (&[][..], "give a folder"),
        (&["a", "b", "c"], "give a folder"),
        (
            &["dist", "riscv"],
            "there is no riscv: give amd64, arm64, armhf",
        ),
    ] {
        let output = run(args);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            told.starts_with("tools/release: ") && told.contains(words),
            "{told}"
        );
    }
    let version = String::from_utf8(run(&["version"]).stdout).unwrap();
    assert_eq!(version.trim_end(), env!("CARGO_PKG_VERSION"));
}

/// clippy holds our own sources to it (`incompatible_msrv`), the job `msrv` compiles with it.
#[test]
#[ignore = "needs the packages of every system: the network"]
fn no_package_asks_for_a_newer_rust_than_is_promised() {
    let version = |text: &str| -> Vec<u32> {
        let numbers = text.split('.').map(|n| n.parse().unwrap());
        numbers.chain([0, 0]).take(3).collect()
    };
    let packages = metadata(&[]);
    let ours = packages
        .iter()
        .find(|p| p["name"] == env!("CARGO_PKG_NAME"));
    let promised = version(ours.unwrap()["rust_version"].as_str().unwrap());
    let mut seen = 0;
    for package in &packages {
        let Some(asked) = package["rust_version"].as_str() else {
            continue;
        };
        let name = &package["name"];
        assert!(version(asked) <= promised, "{name} asks for {asked}");
        seen += 1;
    }
    assert!(seen > 300, "{seen}");
}
