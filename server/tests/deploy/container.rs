//! The container file. Building it needs base images from a registry: no test does.

use crate::read;

/// The instructions of the last stage.
fn last_stage(file: &str) -> Vec<&str> {
    let start = file.rfind("\nFROM ").expect("a stage") + 1;
    file[start..].lines().collect()
}

fn argument<'a>(lines: &[&'a str], instruction: &str) -> &'a str {
    let mut found = lines.iter().filter_map(|l| l.strip_prefix(instruction));
    let argument = found.next().expect(instruction).trim();
    assert!(found.next().is_none(), "{instruction} is there twice");
    argument
}

#[test]
fn the_image_is_built_by_the_compiler_that_the_checks_run_with() {
    let checks = read(".github/workflows/ci.yml");
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    // One job compiles with the oldest Rust that there is a promise of.
    let oldest = manifest["workspace"]["package"]["rust-version"].as_str();
    let images = checks.split("image: rust:").skip(1);
    let images = images.map(|image| image.lines().next().unwrap().split_once('-').unwrap());
    let (old, images): (Vec<_>, Vec<_>) = images.partition(|(version, _)| Some(*version) == oldest);
    assert_eq!(old.len(), 1, "the job msrv is to have rust:{oldest:?}");
    assert!(!images.is_empty(), "no image of Rust in {checks}");
    for (version, debian) in images {
        let build = format!("FROM docker.io/library/rust:{version}-slim-{debian} AS build");
        assert!(read("deploy/Containerfile").contains(&build), "{build}");
    }
}

#[test]
fn the_image_runs_the_server_alone_as_somebody_who_is_not_root() {
    let file = read("deploy/Containerfile");
    assert!(file.contains("cargo build --release --locked -p vestibule-server\n"));
    assert!(!file.contains("dev-idp"));

    let lines = last_stage(&file);
    // A number: the kubelet cannot look a name up, and refuses it under runAsNonRoot.
    let user = argument(&lines, "USER ");
    let numbers: Vec<u32> = user.split(':').map(|id| id.parse().unwrap()).collect();
    assert!(!numbers.is_empty() && !numbers.contains(&0), "{user}");
    // A list: there is no shell, and a shell would not pass the signal on.
    let entry: Vec<String> = serde_json::from_str(argument(&lines, "ENTRYPOINT ")).unwrap();
    let [program] = &entry[..] else {
        panic!("{entry:?}")
    };
    let copied = argument(&lines, "COPY --from=build ");
    assert_eq!(copied.split_once(' ').unwrap().1, program);
    assert_eq!(argument(&lines, "STOPSIGNAL "), "SIGTERM");
    let port = argument(&lines, "EXPOSE ");
    let listen = argument(&lines, "ENV VESTIBULE_SERVER_LISTEN=");
    assert_eq!(listen, format!("0.0.0.0:{port}"));
}

/// Cargo reads all manifests of the workspace before it builds one package of it, and
/// looks for each target that has no path.
#[test]
fn the_build_is_given_what_cargo_reads_of_the_workspace() {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let given = read(".dockerignore");
    for member in members {
        let line = format!("!{}", member.as_str().unwrap());
        assert!(given.lines().any(|given| given == line), "{line}");
    }
    // Of those not a file is given.
    for targets in ["example", "test"] {
        for target in manifest[targets].as_array().unwrap() {
            assert!(target.get("path").is_some(), "{target:?}");
        }
    }
}
