//! The whole story, once in the window and once in the terminal.

use std::time::Duration;

use crate::at_spi::Role::{Button, Label};
use crate::desktop::Desktop;
use crate::scene::{HER_DRESS, MESSAGE, Scene};
use crate::wait_for;

const FIVE_MINUTES: Duration = Duration::from_secs(300);

#[test]
#[ignore = "needs a display, Chromium and a Secret Service: tests/setup"]
fn in_the_window_ada_signs_in_reads_the_message_stays_signed_in_and_signs_out() {
    let desktop = Desktop::start();
    let scene = Scene::set(&desktop, FIVE_MINUTES);
    let signed_out = format!("Sign in to {}", scene.services.host);

    let (program, window) = scene.open_window();
    window.wait_for(Label, &signed_out);
    window.wait_for_focus("Sign in");
    assert!(!scene.is_seen(&program, HER_DRESS));
    scene.no_browser_was_opened();
    window.press("Sign in");
    window.wait_for(Label, "Continue in your browser");
    scene.ada_signs_in();
    window.wait_for(Label, "Welcome, Ada Lovelace");
    window.wait_for(Label, "Ada Lovelace");
    wait_for(
        || scene.is_seen(&program, HER_DRESS).then_some(()),
        || "her picture is not shown".into(),
    );
    window.press("Fetch message");
    window.wait_for(Label, MESSAGE);
    // The window does not wait for the keychain.
    wait_for(
        || scene.is_kept().then_some(()),
        || "the session is not kept".into(),
    );
    scene.close_window(program);

    let (program, window) = scene.open_window();
    window.wait_for(Label, "Welcome, Ada Lovelace");
    scene.no_browser_was_opened();
    window.press("Fetch message");
    window.wait_for(Label, MESSAGE);
    window.press("Sign out");
    window.wait_for(Label, &signed_out);
    window.wait_until_gone("Ada Lovelace");
    // Nor for its deletion.
    wait_for(
        || (!scene.is_kept()).then_some(()),
        || "the session is still kept".into(),
    );
    scene.close_window(program);

    let (program, window) = scene.open_window();
    window.wait_for(Label, &signed_out);
    window.wait_for(Button, "Sign in");
    scene.no_browser_was_opened();
    scene.close_window(program);
}

#[test]
#[ignore = "needs Chromium and a Secret Service: tests/setup"]
fn in_the_terminal_ada_signs_in_reads_the_message_stays_signed_in_and_signs_out() {
    let desktop = Desktop::start();
    let scene = Scene::set(&desktop, FIVE_MINUTES);
    assert_eq!(scene.run(&["status"]).code, Some(4));

    let login = scene.start(&["login"]);
    scene.ada_signs_in();
    let login = login.finish();
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    let last = login.stdout.lines().last().unwrap_or_default();
    assert!(last.contains("Ada Lovelace"), "{last}");
    assert!(scene.is_kept());

    for _ in 0..2 {
        let message = scene.run(&["message"]);
        assert_eq!(message.stdout, format!("{MESSAGE}\n"), "{}", message.stderr);
        assert_eq!(message.code, Some(0));
    }
    let status = scene.run(&["status", "--json"]);
    assert_eq!(status.code, Some(0), "{}", status.stderr);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["signed_in"], true);
    assert_eq!(status["name"], "Ada Lovelace");
    assert_eq!(status["store"], "keychain");
    let again = scene.run(&["login"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(again.stdout.contains("Ada Lovelace"), "{}", again.stdout);
    scene.no_browser_was_opened();

    assert_eq!(scene.run(&["logout"]).code, Some(0));
    assert!(!scene.is_kept());
    assert_eq!(scene.run(&["status"]).code, Some(4));
    let refused = scene.run(&["message"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(4), ""));
    assert_ne!(refused.stderr, "", "a refusal without cause and remedy");
    scene.no_browser_was_opened();
}

#[test]
#[ignore = "needs a display, Chromium and a Secret Service: tests/setup"]
fn who_signed_in_at_the_terminal_is_signed_in_at_the_window() {
    let desktop = Desktop::start();
    let scene = Scene::set(&desktop, FIVE_MINUTES);
    let login = scene.start(&["login"]);
    scene.ada_signs_in();
    assert_eq!(login.finish().code, Some(0));

    let (program, window) = scene.open_window();
    window.wait_for(Label, "Welcome, Ada Lovelace");
    scene.no_browser_was_opened();
    scene.close_window(program);
}

#[test]
#[ignore = "needs a display, Chromium and a Secret Service: tests/setup"]
fn two_that_refresh_at_the_same_moment_both_stay_signed_in() {
    let desktop = Desktop::start();
    // Under a minute of life: each use refreshes, and the provider takes each
    // refresh token once.
    let scene = Scene::set(&desktop, Duration::from_secs(30));
    let login = scene.start(&["login"]);
    scene.ada_signs_in();
    assert_eq!(login.finish().code, Some(0));

    let (program, window) = scene.open_window();
    window.wait_for(Label, "Welcome, Ada Lovelace");
    for round in 1..=50 {
        let other = scene.start(&["message"]);
        window.press("Fetch message");
        let other = other.finish();
        assert_eq!(other.code, Some(0), "round {round}: {}", other.stderr);
        window.wait_for(Label, MESSAGE);
        window.wait_for(Button, "Fetch message");
    }
    scene.no_browser_was_opened();
    scene.close_window(program);
    assert_eq!(scene.run(&["message"]).code, Some(0));
}
