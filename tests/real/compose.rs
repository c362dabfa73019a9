//! X's Compose file: the window does without, the browser that it starts does not.

use std::fs;
use std::path::Path;

use crate::desktop::{Desktop, run};
use crate::program::Program;
use crate::scene::Scene;
use crate::wait_for;

#[test]
#[ignore = "needs a display and a Secret Service: tests/setup"]
fn the_window_reads_no_compose_file_and_the_browser_has_the_persons() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, Default::default());
    // Whoever opens it waits for ever: nobody writes into it.
    let theirs = desktop.folder().join("compose");
    run(desktop.command("mkfifo").arg(&theirs));
    for given in [Some(theirs.as_path()), None] {
        assert_eq!(compose_file_of_browser(&scene, given), given.map(line_of));
    }
}

/// Opens the window with this Compose file and presses Sign in. What the browser finds in its
/// environment.
fn compose_file_of_browser(scene: &Scene<'_>, given: Option<&Path>) -> Option<String> {
    let desktop = scene.desktop;
    let found = desktop.folder().join("found");
    let noted = found.display();
    let note = format!("env >'{noted}.new' && mv '{noted}.new' '{noted}'");
    let mut command = desktop.command(crate::program::VESTIBULE);
    scene.equip(&mut command);
    command.env("BROWSER", desktop.script("env-browser", &note));
    command.envs(given.map(|file| ("XCOMPOSEFILE", file)));
    let program = Program::start(desktop, command);
    crate::at_spi::Accessible::of(desktop, program.pid()).press("Sign in");
    let environment = wait_for(
        || fs::read_to_string(&found).ok(),
        || format!("no browser was opened: {}", program.stderr()),
    );
    fs::remove_file(&found).unwrap();
    let mut lines = environment.lines();
    lines
        .find(|line| line.starts_with("XCOMPOSEFILE="))
        .map(str::to_owned)
}

fn line_of(file: &Path) -> String {
    format!("XCOMPOSEFILE={}", file.display())
}
