//! `vestibule doctor` on machines that have to be set up for it; all other mistakes are in
//! `tests/flows/doctor`. Each of these writes its row of `docs/doctor.md` too.

#[path = "../flows/doctor/table.rs"]
mod table;

use std::process::Command;

use vestibule_server::dev_idp::Options;

use self::table::{assert_row, printed, told};
use crate::desktop::Desktop;
use crate::keychain::Keychain;
use crate::old_machines::read_only::read_only;
use crate::program::{Program, VESTIBULE};
use crate::scene::Scene;
use crate::services::Services;

/// A command for the provider and the API of `services`.
fn doctor(desktop: &Desktop, services: &Services, program: &str) -> Command {
    let mut command = desktop.command(program);
    services.configure(&mut command);
    command
}

#[test]
#[ignore = "needs a Secret Service: tests/setup"]
fn a_locked_keychain_is_told_as_one() {
    let desktop = Desktop::start();
    let services = Services::start(Options::default());
    let keychain = Keychain::unlocked(&desktop);
    let examined = || {
        let mut command = doctor(&desktop, &services, VESTIBULE);
        command.arg("doctor");
        Program::start(&desktop, command).finish()
    };
    let unlocked = examined();
    assert!(
        unlocked.stdout.contains("the keychain takes an item"),
        "{unlocked:?}"
    );
    keychain.lock();
    let ended = examined();
    let checks = printed(&ended.stdout);
    let check = told(&checks, "store");
    assert_eq!(
        (ended.code, &*check.outcome),
        (Some(1), "failed"),
        "{ended:?}"
    );
    assert!(
        check.remedy.contains("unlock it and try again"),
        "{check:?}"
    );
    assert_row("a locked keychain", check, &[]);
}

#[test]
#[ignore = "needs a display, a Secret Service and root: tests/setup"]
fn a_home_that_cannot_be_written_is_told_with_the_reason() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, Options::default());
    let command = read_only(&scene, &["--store", "file", "doctor"]);
    let ended = Program::start(&desktop, command).finish();
    let checks = printed(&ended.stdout);
    let check = told(&checks, "store");
    assert_eq!(
        (ended.code, &*check.outcome),
        (Some(1), "failed"),
        "{ended:?}"
    );
    assert!(check.what.contains("Read-only file system"), "{check:?}");
    assert_row("a home that cannot be written", check, &[]);
}

/// There, `localhost` is ::1 and nothing is at 127.0.0.1.
#[test]
#[ignore = "needs a display, busybox and root: tests/setup"]
fn on_a_machine_with_ipv6_alone_the_other_host_is_named_and_works() {
    let desktop = Desktop::start();
    let services = Services::start(Options::default());
    let alone = r#"
        busybox ip link set lo up
        busybox ip addr del 127.0.0.1/8 dev lo
        mount --bind "$1" /etc/hosts
        shift
        exec "$@""#;
    let hosts = desktop.folder().join("hosts");
    std::fs::write(&hosts, "::1 localhost\n").unwrap();
    let examined = |host: &str| {
        let mut command = doctor(&desktop, &services, "unshare");
        command
            .args(["--net", "--mount", "sh", "-euc", alone, "sh"])
            .arg(&hosts)
            .arg(VESTIBULE);
        command
            .args(["doctor", "--store", "file"])
            .env("VESTIBULE_REDIRECT_HOST", host);
        Program::start(&desktop, command).finish()
    };
    let ended = examined("127.0.0.1");
    let checks = printed(&ended.stdout);
    let check = told(&checks, "redirect");
    assert_eq!(
        (ended.code, &*check.outcome),
        (Some(1), "failed"),
        "{ended:?}"
    );
    assert!(check.remedy.contains("set redirect_host to"), "{check:?}");
    assert_row("a machine with IPv6 alone", check, &[]);
    for host in ["[::1]", "localhost"] {
        let ended = examined(host);
        let words = format!("the browser can come back to {host}:");
        assert!(ended.stdout.contains(&words), "{ended:?}");
    }
}
