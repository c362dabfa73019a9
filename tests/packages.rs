//! Debian's packages of app, kiosk and server: packed from the release, installed in a clean
//! Debian with what they depend on, started there, and purged; and what describes the app to a
//! desktop.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "packages/root.rs"]
mod root;

use std::collections::BTreeSet;
use std::fs;
use std::future::pending;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use root::{Root, Started, run};
use vestibule::identity::{CREDENTIAL, ID, PROGRAM};
use vestibule_server::dev_idp;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The folder that everything is built into.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// Builds what is not built yet, and packs it. `.ci/run` has cargo-deb beside what it builds.
fn pack(build: &[&str], deb: &[&str], target: &Path) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(ROOT)
        .args(["build", "--release", "--locked"]);
    run(cargo.args(build).arg("--target-dir").arg(target));
    let own = self::target().join("tools/bin/cargo-deb");
    let mut pack = Command::new(if own.exists() {
        own
    } else {
        "cargo-deb".into()
    });
    pack.current_dir(ROOT).env("CARGO_TARGET_DIR", target);
    pack.args(["--locked", "--offline", "--no-build", "--no-strip"]);
    let printed = run(pack
        .args(deb)
        .arg("--output")
        .arg(env!("CARGO_TARGET_TMPDIR")));
    PathBuf::from(printed.lines().last().expect("no package"))
}

/// Until it is so, or a minute has passed.
#[track_caller]
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{what}: not within a minute");
}

/// Nothing of a package is left, nor of what its program wrote: the files are those of before.
fn purge(root: &Root, package: &str, before: &BTreeSet<String>) {
    let brought: Vec<_> = root.files().difference(before).cloned().collect();
    assert!(brought.len() > 3, "{brought:?}");
    root.run(&["apt-get", "purge", "-qq", package]);
    let now = root.files();
    let differ: Vec<_> = now.symmetric_difference(before).collect();
    assert_eq!(differ, [""; 0]);
    let state = root.ended(&["dpkg-query", "--status", package]);
    assert!(!state.status.success(), "{state:?}");
    assert!(!root.ended(&["id", "kiosk"]).status.success());
}

/// The program that the installed unit starts, with its arguments.
fn exec_start(root: &Root, unit: &str) -> String {
    let unit = format!("/usr/lib/systemd/system/{unit}.service");
    let checked = root.run(&["systemd-analyze", "verify", "--man=no", &unit]);
    assert_eq!(checked, "");
    let dropped_in = fs::read_to_string(root.path(format!("{unit}.d/package.conf"))).unwrap();
    let line = dropped_in.lines().last().unwrap();
    line.strip_prefix("ExecStart=").unwrap().to_owned()
}

#[test]
#[ignore = "needs root, mmdebstrap, Xvfb and cargo-deb: tests/setup; builds the release"]
fn the_app_is_installed_opens_its_window_and_goes_away() {
    let package = pack(&["--bin", PROGRAM], &[], target());
    let root = Root::unpack("debian-for-the-app");
    let before = root.install(&package);
    let version = root.run(&[PROGRAM, "--version"]);
    assert_eq!(
        version,
        format!("{PROGRAM} {}\n", env!("CARGO_PKG_VERSION"))
    );

    let mut xvfb = Command::new("Xvfb");
    xvfb.args([
        "-displayfd",
        "1",
        "-nolisten",
        "tcp",
        "-screen",
        "0",
        "1000x700x24",
    ]);
    let xvfb = xvfb.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut xvfb = Started(xvfb.unwrap());
    let mut number = String::new();
    let told = xvfb.0.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(told), &mut number).unwrap();
    let display = format!(":{}", number.trim());
    let settings = [
        "--issuer",
        "http://127.0.0.1:9",
        "--client-id",
        "app",
        "--store",
        "memory",
    ];
    let started = root.start(&[&[PROGRAM][..], &settings].concat(), Some(&display));
    let mut search = Command::new("xdotool");
    search
        .args(["search", "--onlyvisible", "--class", ID])
        .env("DISPLAY", &display);
    wait_for("the window", || search.output().unwrap().status.success());
    drop(started);
    drop(xvfb);
    purge(&root, PROGRAM, &before);
}

#[test]
#[ignore = "needs root, mmdebstrap and cargo-deb: tests/setup; builds the release"]
fn the_kiosk_is_installed_says_that_there_is_no_screen_and_goes_away() {
    let build = [
        "--bin",
        PROGRAM,
        "--no-default-features",
        "--features",
        "kiosk",
    ];
    let package = pack(&build, &["--variant", "kiosk"], &target().join("kiosk"));
    let root = Root::unpack("debian-for-the-kiosk");
    let before = root.install(&package);
    let name = format!("{PROGRAM}-kiosk");
    assert!(root.run(&["id", "kiosk"]).contains("(video)"));
    let start = exec_start(&root, &name);
    let ended = root.ended(&start.split(' ').collect::<Vec<_>>());
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(3), "{said}");
    // What a board has that stays signed in.
    fs::create_dir_all(root.path(format!("/var/lib/{PROGRAM}"))).unwrap();
    fs::write(root.path(format!("/etc/{PROGRAM}/{CREDENTIAL}")), "").unwrap();
    purge(&root, &name, &before);
}

#[test]
#[ignore = "needs root, mmdebstrap and cargo-deb: tests/setup; builds the release"]
fn the_server_is_installed_answers_with_its_settings_and_goes_away() {
    let name = format!("{PROGRAM}-server");
    let build = ["--package", &name, "--bin", &name];
    let package = pack(&build, &["--package", &name], target());
    let root = Root::unpack("debian-for-the-server");
    let before = root.install(&package);
    let start = exec_start(&root, &name);

    let provider = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", provider.local_addr().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    provider.set_nonblocking(true).unwrap();
    runtime.spawn(dev_idp::serve(
        provider,
        dev_idp::Options::default(),
        pending(),
    ));
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let settings = root.path(format!("/etc/{PROGRAM}/{name}.toml"));
    let written = fs::read_to_string(&settings).unwrap();
    let written = written.replace("https://sso.example.org", &issuer).replace(
        "#listen = \"127.0.0.1:3000\"",
        &format!("listen = \"{free}\""),
    );
    assert!(written.contains(&issuer) && written.contains(&free.to_string()));
    fs::write(&settings, written).unwrap();
    let started = root.start(&start.split(' ').collect::<Vec<_>>(), None);
    let ready = format!("http://{free}/health/ready");
    wait_for("the keys of the provider", || {
        ureq::get(&ready).call().is_ok()
    });
    drop(started);
    purge(&root, &name, &before);
}

#[test]
#[ignore = "needs desktop-file-validate, appstreamcli and flatpak-builder: tests/setup"]
fn a_desktop_understands_what_describes_the_app() {
    let said = |program: &str, arguments: &[&str], file: &str| {
        let mut command = Command::new(program);
        command.current_dir(ROOT).args(arguments).arg(file);
        run(&mut command)
    };
    let desktop = format!("packaging/{ID}.desktop");
    assert_eq!(said("desktop-file-validate", &[], &desktop), "");
    let metainfo = format!("packaging/{ID}.metainfo.xml");
    said(
        "appstreamcli",
        &["validate", "--no-net", "--pedantic"],
        &metainfo,
    );
    // It leaves a folder where it is started.
    let mut flatpak = Command::new("flatpak-builder");
    flatpak.current_dir(env!("CARGO_TARGET_TMPDIR"));
    let manifest = format!("{ROOT}/packaging/flatpak/{ID}.yaml");
    let shown = run(flatpak.arg("--show-manifest").arg(manifest));
    assert!(shown.contains("org.freedesktop.secrets"), "{shown}");
}

/// A desktop knows by it which window belongs to which entry.
#[test]
fn the_window_is_known_by_the_name_of_its_desktop_file() {
    let desktop = Path::new(ROOT).join(format!("packaging/{ID}.desktop"));
    let desktop = fs::read_to_string(desktop).unwrap();
    assert!(
        desktop.contains(&format!("StartupWMClass={ID}\n")),
        "{desktop}"
    );
    assert!(
        desktop.contains(&format!("\nExec={PROGRAM}\n")),
        "{desktop}"
    );
}

/// It stands in two files that cargo does not read.
#[test]
fn packages_and_software_centres_tell_the_version_that_this_is() {
    let version = env!("CARGO_PKG_VERSION");
    let read = |file: &str| fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
    let changelog = read("packaging/deb/changelog");
    let head = format!("{PROGRAM} ({version}) ");
    assert!(changelog.starts_with(&head), "{changelog}");
    let metainfo = read(&format!("packaging/{ID}.metainfo.xml"));
    let newest = metainfo.split("<release version=\"").nth(1).unwrap();
    assert_eq!(newest.split('"').next(), Some(version));
}
