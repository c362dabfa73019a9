//! The story as a person without a screen reader knows it, by what stands on the screen:
//! `tests/cross windows` tells it with programs for Windows, of whose windows AT-SPI knows
//! nothing.

use crate::desktop::{Desktop, run};
use crate::eyes::Sight;
use crate::scene::{HER_DRESS, MESSAGE, Scene};
use crate::wait_for;
use crate::window::Window;

use super::programs;

#[test]
#[ignore = "needs a display, Chromium, tesseract and a Secret Service: tests/setup"]
fn the_story_that_a_person_sees_with_the_programs_as_they_are_installed() {
    let desktop = Desktop::start();
    let scene = programs::scene(&desktop);
    assert_eq!(scene.run(&["status"]).code, Some(4));
    let login = scene.start(&["login"]);
    scene.ada_signs_in();
    let login = login.finish();
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    assert_eq!(login.stdout.trim_end(), "Ada Lovelace");
    ada_finds_all_in_order(&scene);
    ada_reads_the_message_in_the_window(&scene);

    assert_eq!(scene.run(&["logout"]).code, Some(0));
    assert_eq!(scene.run(&["message"]).code, Some(4));
    scene.no_browser_was_opened();
}

fn ada_finds_all_in_order(scene: &Scene) {
    let status = scene.run(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["name"], "Ada Lovelace");
    assert_eq!(status["store"], "keychain");
    super::reads_the_message_at_the_terminal(scene);
    let doctor = scene.run(&["doctor"]);
    assert_eq!(doctor.code, Some(0), "{}{}", doctor.stdout, doctor.stderr);
}

/// Where the window opens, a press of Return fetches the message, and Ctrl-Q closes it.
fn ada_reads_the_message_in_the_window(scene: &Scene) {
    let window = scene.start(&[]);
    sees(scene, "Welcome, Ada Lovelace");
    wait_for(
        || (Window::root(scene.desktop).points_of(HER_DRESS) > 0).then_some(()),
        || "her picture is not shown".into(),
    );
    press(scene, "Return");
    sees(scene, MESSAGE);
    press(scene, "ctrl+q");
    let ended = window.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

/// Waits until these words can be read on the screen.
#[track_caller]
fn sees(scene: &Scene, words: &str) {
    let png = scene.desktop.folder().join("screen.png");
    let read = || {
        Window::root(scene.desktop).screenshot(&png);
        Sight::of(scene.desktop, &png)
    };
    wait_for(
        || read().find(words).map(drop),
        || format!("{words} is not seen, but {}", read().text()),
    );
}

/// Presses a key for whatever has the keyboard.
fn press(scene: &Scene, key: &str) {
    run(scene.desktop.command("xdotool").args(["key", key]));
}
