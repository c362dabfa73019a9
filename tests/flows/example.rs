//! The example of the auth crate as a process: against the development provider and the
//! real API.

use std::{env, process::Command};

use crate::{
    browser::Visit,
    clock::eventually,
    program::{Ended, Program},
    store::Folder,
    world::{AUDIENCE, MESSAGE, World},
};

#[path = "../../auth/examples/terminal.rs"]
mod terminal;

/// Set where this test is the program.
const INSIDE: &str = "VESTIBULE_EXAMPLE_INSIDE";
/// How often two processes start together.
const ROUNDS: usize = 50;

/// The program: not a test of its own, since it does nothing unless a test starts it.
#[test]
fn inside() {
    if env::var_os(INSIDE).is_some() {
        terminal::main().unwrap();
    }
}

/// Starts the example, its session in a file of `folder`; no browser comes up.
fn start(world: &World, folder: &Folder) -> Program {
    Program::start(command(world, folder))
}

fn command(world: &World, folder: &Folder) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "example::inside", "--nocapture"]);
    command.env_clear().current_dir(&folder.0);
    command.env("HOME", &folder.0).env("STORE", "file");
    command
        .env("ISSUER", &world.issuer)
        .env("AUDIENCE", AUDIENCE);
    command
        .env("API", world.api.as_str())
        .env("CLIENT_ID", "vestibule");
    command.env("BROWSER", "true").env("PATH", "/usr/bin:/bin");
    command.env(INSIDE, "1");
    command
}

#[track_caller]
fn assert_greets(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let greeting = format!("Ada Lovelace 200 OK: {MESSAGE}");
    assert!(ended.stdout.contains(&greeting), "{}", ended.stdout);
}

#[test]
fn the_example_signs_in_once_and_prints_what_the_api_says() {
    let world = World::new();
    let folder = Folder::new("example");
    let first = start(&world, &folder);
    first.visit(&world);
    assert_greets(&first.finish());
    let [.., page] = &world.browser.pages()[..] else {
        panic!("no page came");
    };
    assert!(page.body.contains("Return to My Notes."), "{}", page.body);
    world.browser.set(Visit::Never);
    let second = start(&world, &folder).finish();
    assert_greets(&second);
    assert!(!second.stderr.contains("http"), "{}", second.stderr);
    assert!(folder.0.join(".local/state/my-notes/session.json").exists());
}

#[test]
fn an_environment_that_names_no_folder_for_state_is_told() {
    let world = World::new();
    let folder = Folder::new("example-homeless");
    let mut homeless = command(&world, &folder);
    homeless.env_remove("HOME");
    let said = Program::start(homeless).finish().stderr;
    let names = ["state_folder", "NoFolder", "HOME", "XDG_STATE_HOME"];
    assert!(names.iter().all(|name| said.contains(name)), "{said}");
}

/// The provider takes each refresh token once, and ends the session where one comes a second
/// time (RFC 9700 §4.14.2).
#[test]
fn two_processes_that_start_together_do_not_lose_the_session() {
    let world = World::new();
    let folder = Folder::new("example-twice");
    let first = start(&world, &folder);
    first.visit(&world);
    assert_greets(&first.finish());
    for round in 0..ROUNDS {
        let both = [start(&world, &folder), start(&world, &folder)];
        for program in &both {
            eventually("it ends, or asks for a sign-in", || {
                program.has_ended() || program.stderr().contains("http")
            });
        }
        for program in both {
            let said = program.stderr();
            assert!(!said.contains("http"), "lost in round {round}: {said}");
            assert_greets(&program.finish());
        }
    }
}
