//! Machines that are old, small or none of ours: what a program finds there, and the
//! whole story as it is told on each.

mod alone;
mod few_colours;
mod forwarded;
mod little_memory;
mod locale;
mod old_processor;
mod programs;
pub mod read_only;
mod seen;

use std::time::Duration;

use vestibule_server::dev_idp::Options;

use crate::at_spi::Role::Label;
use crate::phone::robot::{Answer, Phone};
use crate::phone::{asked_each_second, user_code};
use crate::program::Program;
use crate::scene::{HER_DRESS, MESSAGE, Scene};
use crate::wait_for;

/// A provider for machines that take their time: a token lives as long as the story.
fn patient() -> Options {
    Options {
        access_ttl: Duration::from_secs(900),
        ..asked_each_second()
    }
}

/// Ada signs in with her phone at the terminal, sees herself and the message there and in
/// the window, and signs out.
fn ada_comes_and_goes(scene: &Scene) {
    ada_signs_in_at_the_terminal(scene, "Ada Lovelace");
    let status = scene.run(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["name"], "Ada Lovelace");
    reads_the_message_at_the_terminal(scene);

    let (program, window) = scene.open_window();
    window.wait_for(Label, "Welcome, Ada Lovelace");
    wait_for(
        || scene.is_seen(&program, HER_DRESS).then_some(()),
        || "her picture is not shown".into(),
    );
    window.press("Fetch message");
    window.wait_for(Label, MESSAGE);
    scene.close_window(program);

    assert_eq!(scene.run(&["logout"]).code, Some(0));
    assert_eq!(scene.run(&["message"]).code, Some(4));
}

/// Signs Ada in by the code that `login` writes, which ends with `name`.
fn ada_signs_in_at_the_terminal(scene: &Scene, name: &str) {
    let login = scene.start(&["login", "--device"]);
    ada_answers(scene, &login);
    let ended = login.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, format!("{name}\n"));
}

/// Waits for a code on the standard error of a program, and allows it as Ada.
fn ada_answers(scene: &Scene, program: &Program) {
    let code = wait_for(
        || user_code(&program.stderr()),
        || format!("no code: {}", program.stderr()),
    );
    let page = format!("http://{}/device?user_code={code}", scene.services.host);
    let phone = Phone::start(scene.desktop);
    phone.answer(&page, &code, "ada", Answer::Allow);
}

fn reads_the_message_at_the_terminal(scene: &Scene) {
    let message = scene.run(&["message"]);
    assert_eq!(message.stdout, format!("{MESSAGE}\n"), "{}", message.stderr);
    assert_eq!(message.code, Some(0));
}
