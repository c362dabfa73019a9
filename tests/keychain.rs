//! The keychain against a real gnome-keyring, without a desktop.
//!
//! Each test starts itself once more inside a D-Bus session and home of its
//! own; the keychain of whoever runs the tests is not touched.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::{
    env, fs,
    io::Write,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use vestibule::auth::{
    error::StoreError,
    platform::{Keychain, KeychainLimits, prove},
    ports::TokenStore,
};

const KEY: &str = "https://a.example app";
const LIMIT: Duration = Duration::from_secs(60);

/// Runs test `name` inside; `true` where that is now.
fn inside(name: &str, launcher: &[&str]) -> bool {
    if env::var_os("VESTIBULE_TEST_INSIDE").is_some() {
        fs::write("ran", "").unwrap();
        return true;
    }
    let home = env::temp_dir().join(format!("vestibule-{name}-{}", std::process::id()));
    fs::create_dir_all(home.join("run")).unwrap();
    let bus = "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>\
         <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>\
         <allow own=\"*\"/></policy></busconfig>";
    fs::write(home.join("bus.conf"), bus).unwrap();
    let status = Command::new(launcher[0])
        .args(&launcher[1..])
        .arg(env::current_exe().unwrap())
        .args(["--exact", name, "--include-ignored", "--nocapture"])
        .current_dir(&home)
        .env("VESTIBULE_TEST_INSIDE", "1")
        .env("HOME", &home)
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env_remove("DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .status();
    // A name that fits no test would succeed too.
    let ran = home.join("ran").exists();
    fs::remove_dir_all(home).ok();
    assert!(status.unwrap().success() && ran);
    false
}

/// A bus on which nothing is started by itself.
const SESSION: &[&str] = &["dbus-run-session", "--config-file=bus.conf", "--"];
const NO_SESSION: &[&str] = &["env"];

fn keychain(limit: Duration) -> Keychain {
    let (read, write) = (limit, limit);
    Keychain::new("dev.vestibule.Vestibule", KeychainLimits { read, write })
}

/// An unlocked gnome-keyring that ends with the test.
struct Service(Child);

impl Service {
    fn start() -> Self {
        let mut child = Command::new("gnome-keyring-daemon")
            .args(["--unlock", "--components=secrets", "--foreground"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The password, to the last byte.
        child.stdin.take().unwrap().write_all(b"\n").unwrap();
        let service = Self(child);
        let end = Instant::now() + LIMIT;
        while prove(&keychain(LIMIT)).is_err() {
            assert!(Instant::now() < end, "gnome-keyring did not come up");
            thread::sleep(Duration::from_millis(20));
        }
        service
    }

    fn signal(&self, name: &str) {
        run("kill", &[name, &self.0.id().to_string()], b"");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn run(program: &str, arguments: &[&str], input: &[u8]) {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    assert!(child.wait().unwrap().success(), "{program}");
}

/// Another program's item that our search finds too.
fn foreign_item(secret: &[u8], more: &[&str]) {
    let ours = ["service", "dev.vestibule.Vestibule", "username", KEY];
    let arguments = [&["store", "--label=x"], &ours[..], more].concat();
    run("secret-tool", &arguments, secret);
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn an_item_is_written_replaced_read_and_deleted() {
    if !inside("an_item_is_written_replaced_read_and_deleted", SESSION) {
        return;
    }
    let _service = Service::start();
    let keychain = keychain(LIMIT);
    assert_eq!(keychain.read(KEY), Ok(None));
    assert_eq!(keychain.delete(KEY), Ok(()));
    let long = "é".repeat(20_000);
    for item in ["first", &long] {
        keychain.write(KEY, item).unwrap();
        assert_eq!(keychain.read(KEY), Ok(Some(item.to_owned())));
    }
    assert_eq!(keychain.read("https://b.example app"), Ok(None));
    keychain.delete(KEY).unwrap();
    assert_eq!(keychain.read(KEY), Ok(None));
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn without_a_service_or_a_bus_there_is_no_keychain_until_one_starts() {
    const NAME: &str = "without_a_service_or_a_bus_there_is_no_keychain_until_one_starts";
    let absent = |keychain: &Keychain| {
        for error in [
            keychain.read(KEY).unwrap_err(),
            keychain.write(KEY, "x").unwrap_err(),
            keychain.delete(KEY).unwrap_err(),
        ] {
            assert_eq!(error, StoreError::Absent);
        }
    };
    if !inside(NAME, NO_SESSION) {
        assert!(!inside(NAME, SESSION));
        return;
    }
    let keychain = keychain(LIMIT);
    absent(&keychain);
    if env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() {
        let _service = Service::start();
        assert_eq!(keychain.read(KEY), Ok(None));
    }
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn a_locked_keychain_is_said_to_be_locked_and_keeps_what_it_has() {
    if !inside(
        "a_locked_keychain_is_said_to_be_locked_and_keeps_what_it_has",
        SESSION,
    ) {
        return;
    }
    let service = Service::start();
    let keychain = keychain(LIMIT);
    keychain.write(KEY, "kept").unwrap();
    let lock = "--session -d org.freedesktop.secrets -o /org/freedesktop/secrets \
                -m org.freedesktop.Secret.Service.Lock ['/org/freedesktop/secrets/aliases/default']";
    let lock: Vec<_> = lock.split_whitespace().collect();
    run("gdbus", &[&["call"], &lock[..]].concat(), b"");
    assert_eq!(keychain.read(KEY), Err(StoreError::Locked));
    assert_eq!(keychain.write(KEY, "other"), Err(StoreError::Locked));
    assert_eq!(keychain.delete(KEY), Err(StoreError::Locked));
    drop(service);
    let _service = Service::start();
    assert_eq!(keychain.read(KEY), Ok(Some("kept".to_owned())));
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn a_service_that_hangs_is_given_up_within_the_limit_and_found_again() {
    if !inside(
        "a_service_that_hangs_is_given_up_within_the_limit_and_found_again",
        SESSION,
    ) {
        return;
    }
    let service = Service::start();
    keychain(LIMIT).write(KEY, "kept").unwrap();
    // Below the two seconds after which D-Bus gives up by itself.
    let limit = Duration::from_millis(1500);
    let keychain = keychain(limit);
    service.signal("-STOP");
    let start = Instant::now();
    assert_eq!(keychain.read(KEY), Err(StoreError::NoAnswer));
    assert!(start.elapsed() < LIMIT);
    let second = Instant::now();
    assert_eq!(keychain.write(KEY, "x"), Err(StoreError::NoAnswer));
    assert!(second.elapsed() < limit, "it waited a second time");
    service.signal("-CONT");
    let end = Instant::now() + LIMIT;
    while keychain.read(KEY) != Ok(Some("kept".to_owned())) {
        assert!(Instant::now() < end, "not found again");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn a_service_that_stalls_for_longer_than_d_bus_waits_is_asked_again() {
    if !inside(
        "a_service_that_stalls_for_longer_than_d_bus_waits_is_asked_again",
        SESSION,
    ) {
        return;
    }
    let service = Service::start();
    let keychain = keychain(LIMIT);
    let stalled = |call: &dyn Fn()| {
        service.signal("-STOP");
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_secs(3));
                service.signal("-CONT");
            });
            call();
        });
    };
    stalled(&|| keychain.write(KEY, "kept").unwrap());
    stalled(&|| assert_eq!(keychain.read(KEY), Ok(Some("kept".to_owned()))));
    stalled(&|| keychain.delete(KEY).unwrap());
    assert_eq!(keychain.read(KEY), Ok(None));
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn two_items_that_match_are_not_guessed_between_and_a_write_leaves_one() {
    if !inside(
        "two_items_that_match_are_not_guessed_between_and_a_write_leaves_one",
        SESSION,
    ) {
        return;
    }
    let _service = Service::start();
    let keychain = keychain(LIMIT);
    keychain.write(KEY, "ours").unwrap();
    foreign_item(b"theirs", &["more", "1"]);
    assert!(matches!(keychain.read(KEY), Err(StoreError::Failed(_))));
    keychain.write(KEY, "new").unwrap();
    assert_eq!(keychain.read(KEY), Ok(Some("new".to_owned())));
    foreign_item(b"theirs", &["more", "2"]);
    keychain.delete(KEY).unwrap();
    assert_eq!(keychain.read(KEY), Ok(None));
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn an_item_that_is_no_text_counts_as_none_and_is_replaced() {
    if !inside(
        "an_item_that_is_no_text_counts_as_none_and_is_replaced",
        SESSION,
    ) {
        return;
    }
    let _service = Service::start();
    let keychain = keychain(LIMIT);
    foreign_item(b"\xff\xfe", &[]);
    assert_eq!(keychain.read(KEY), Ok(None));
    keychain.write(KEY, "ours").unwrap();
    assert_eq!(keychain.read(KEY), Ok(Some("ours".to_owned())));
}
