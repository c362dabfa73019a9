//! A system that cannot be written at all, as one on a sealed card is.

use std::process::Command;

use crate::at_spi::{Accessible, Role::Label};
use crate::desktop::Desktop;
use crate::phone::robot::{Answer, Phone};
use crate::phone::{code_in, qr_in};
use crate::program::{Program, VESTIBULE};
use crate::scene::{MESSAGE, Scene};
use crate::window::Window;

use super::{ada_answers, patient};

#[test]
#[ignore = "needs a display, Chromium, zbar, a Secret Service and root: tests/setup"]
fn in_the_window_ada_is_signed_in_and_told_that_she_will_not_stay() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, patient());
    let program = Program::start(&desktop, read_only(&scene, &["--store", "file"]));
    let accessible = Accessible::of(&desktop, program.pid());
    accessible.press("Sign in with a phone");
    let scanned = qr_in(&Window::of(&desktop, program.pid()));
    let phone = Phone::start(&desktop);
    phone.answer(&scanned, &code_in(&accessible), "ada", Answer::Allow);
    accessible.wait_for(Label, "Welcome, Ada Lovelace");
    accessible.wait_for(Label, "You will have to sign in again next time");
    accessible.press("Fetch message");
    accessible.wait_for(Label, MESSAGE);
    Window::of(&desktop, program.pid()).close();
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("Read-only file system"),
        "{}",
        ended.stderr
    );
}

#[test]
#[ignore = "needs Chromium, a Secret Service and root: tests/setup"]
fn in_the_terminal_nobody_signs_in_for_a_file_that_cannot_be_written() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, patient());
    let login = ["--store", "file", "login", "--device"];
    let refused = Program::start(&desktop, read_only(&scene, &login)).finish();
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("Read-only file system"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("--store"), "{}", refused.stderr);

    let login = ["--store", "memory", "login", "--device"];
    let login = Program::start(&desktop, read_only(&scene, &login));
    ada_answers(&scene, &login);
    let ended = login.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "Ada Lovelace\n");
    assert!(ended.stderr.contains("store is memory"), "{}", ended.stderr);
}

/// The app in a view of the system where nothing can be written. Sockets can be talked to.
pub fn read_only(scene: &Scene, arguments: &[&str]) -> Command {
    let mut command = scene.desktop.command("unshare");
    scene.equip(&mut command);
    let seal = r#"
        for place in / "$1"; do
            mountpoint -q "$place" || mount --bind "$place" "$place"
            mount -o remount,ro,bind "$place"
        done
        ! touch "$1/probe" 2>&- || exit 99
        shift
        exec "$@""#;
    command.args([
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-euc",
        seal,
        "sh",
    ]);
    command
        .arg(scene.desktop.folder())
        .arg(VESTIBULE)
        .args(arguments);
    command
}
