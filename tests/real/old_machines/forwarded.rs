//! A window on the display of another machine, as `ssh -Y` and `ssh -X` bring it there:
//! over TCP, without shared memory and without a bus.

use std::process::Command;

use crate::desktop::{Desktop, Manager, run};
use crate::phone::robot::{Answer, Phone};
use crate::phone::{qr_in, user_code};
use crate::program::{Program, VESTIBULE};
use crate::scene::{HER_DRESS, Scene};
use crate::wait_for;
use crate::window::Window;

use super::patient;

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn over_ssh_ada_signs_in_with_a_phone_and_all_is_seen() {
    let desktop = far_display(&["-extension", "MIT-SHM"]);
    let scene = Scene::with_provider(&desktop, patient());
    let program = Program::start(&desktop, forwarded(&scene));
    let window = Window::of(&desktop, program.pid());
    // No browser opens on a machine at which nobody sits: the phone is the only button.
    window.press_keys(&["Return"]);
    let scanned = qr_in(&window);
    let code = user_code(&scanned).unwrap();
    Phone::start(&desktop).answer(&scanned, &code, "ada", Answer::Allow);
    wait_for(
        || scene.is_seen(&program, HER_DRESS).then_some(()),
        || format!("her picture is not shown: {}", program.stderr()),
    );
    window.close();
    assert_eq!(program.finish().code, Some(0));
}

/// Such a program sees hardly an extension of the display.
#[test]
#[ignore = "needs a display and a Secret Service: tests/setup"]
fn over_ssh_to_a_display_that_does_not_trust_it_the_window_says_so_and_ends() {
    let desktop = far_display(&["+extension", "SECURITY"]);
    let scene = Scene::with_provider(&desktop, patient());
    let cookie = desktop.folder().join("untrusted");
    let mut xauth = desktop.command("xauth");
    xauth.arg("-f").arg(&cookie);
    run(xauth.args(["generate", desktop.display(), ".", "untrusted"]));
    let mut command = forwarded(&scene);
    let ended = Program::start(&desktop, {
        command.env("XAUTHORITY", cookie);
        command
    })
    .finish();
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(ended.stderr.contains("ssh -Y"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
}

/// A display that is reached over TCP.
fn far_display(more: &[&str]) -> Desktop {
    let screen = ["-screen", "0", "1000x700x24", "-listen", "tcp"];
    let manager = Manager::Openbox { top: 0, left: 0 };
    Desktop::with_display(&[&screen[..], more].concat(), manager)
}

/// The app on the display of this scene, which is far away for it.
fn forwarded(scene: &Scene) -> Command {
    let mut command = scene.desktop.command(VESTIBULE);
    scene.services.configure(&mut command);
    command.args(["--store", "memory"]);
    command.env("DISPLAY", format!("127.0.0.1{}", scene.desktop.display()));
    // Nothing is found there that could open an address.
    command.env("PATH", scene.desktop.folder());
    for absent in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] {
        command.env_remove(absent);
    }
    command
}
