//! Signing in with a phone from a terminal.

use crate::desktop::Desktop;
use crate::program::{Program, VESTIBULE};
use crate::scene::{MESSAGE, Scene};
use crate::wait_for;

use super::robot::{Answer, Phone};
use super::{TIMES, asked_each_second, half_blocks, qr, user_code};

/// Runs a command of the app on a terminal of its own, whose shell did `before`.
fn on_a_terminal(scene: &Scene, before: &str, arguments: &str) -> Program {
    let mut command = scene.desktop.command("script");
    scene.equip(&mut command);
    command.env("TERM", "xterm-256color");
    let line = format!("stty cols 100 rows 40; {before} exec {VESTIBULE} {arguments}");
    command.args([
        "--quiet",
        "--flush",
        "--return",
        "--command",
        &line,
        "/dev/null",
    ]);
    Program::start(scene.desktop, command)
}

/// Waits for the picture in a terminal, and reads its QR code.
fn scan(scene: &Scene, terminal: &Program) -> String {
    let png = scene.desktop.folder().join("terminal.png");
    wait_for(
        || {
            half_blocks::paint(&terminal.stdout(), &png).then_some(())?;
            qr::read(scene.desktop, &png)
        },
        || format!("no QR code can be read: {}", terminal.stdout()),
    )
}

/// Signs in with a phone, to the end of the command.
fn ada_signs_in(scene: &Scene, phone: &Phone, before: &str) {
    let terminal = on_a_terminal(scene, before, "login --device --switch");
    let scanned = scan(scene, &terminal);
    let code = user_code(&terminal.stdout()).unwrap();
    phone.answer(&scanned, &code, "ada", Answer::Allow);
    let ended = terminal.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.stdout.lines().last(), Some("Ada Lovelace"));
    assert!(!ended.stdout.contains("eyJ"), "a token in the output");
}

#[test]
#[ignore = "needs Chromium, zbar and a Secret Service: tests/setup"]
fn in_the_terminal_ada_signs_in_with_a_phone_time_and_again() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let phone = Phone::start(&desktop);
    for _ in 0..TIMES {
        ada_signs_in(&scene, &phone, "");
        assert_eq!(scene.items_kept(), 1);
    }
    let message = scene.run(&["message"]);
    assert_eq!(message.stdout, format!("{MESSAGE}\n"), "{}", message.stderr);
    assert_eq!(scene.run(&["logout"]).code, Some(0));
    assert_eq!(scene.items_kept(), 0);
    scene.no_browser_was_opened();
}

#[test]
#[ignore = "needs Chromium, zbar and a Secret Service: tests/setup"]
fn without_colours_a_phone_reads_the_code_from_a_dark_terminal() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    ada_signs_in(
        &scene,
        &Phone::start(&desktop),
        "NO_COLOR=1; export NO_COLOR;",
    );
}

#[test]
#[ignore = "needs Chromium and a Secret Service: tests/setup"]
fn where_no_browser_can_be_opened_login_takes_the_phone_and_a_pipe_gets_no_picture() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let mut command = desktop.command(VESTIBULE);
    scene.equip(&mut command);
    command.env_remove("BROWSER").env_remove("DISPLAY");
    command.arg("login");
    let login = Program::start(&desktop, command);
    let code = wait_for(
        || user_code(&login.stderr()),
        || format!("no code: {}", login.stderr()),
    );
    let page = format!("http://{}/device", scene.services.host);
    assert!(login.stderr().lines().any(|line| line == page));
    let phone = Phone::start(&desktop);
    phone.answer(
        &format!("{page}?user_code={code}"),
        &code,
        "ada",
        Answer::Allow,
    );
    let ended = login.finish();
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), "Ada Lovelace\n")
    );
    let told = &ended.stderr;
    assert!(told.contains("No browser can be opened here"), "{told}");
    assert!(!told.contains(['\u{1b}', '\r', '▀', '▄', '█']), "{told}");
}
