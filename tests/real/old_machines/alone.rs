//! A display that nobody else uses.

use std::fs;
use std::process::Stdio;

use crate::desktop::Desktop;
use crate::program::{Program, VESTIBULE};
use crate::wait_for;

/// This one ends when its last client leaves; others refuse for a moment whoever comes.
#[test]
#[ignore = "needs a display: tests/setup"]
fn the_window_opens_where_it_is_the_only_client_of_the_display() {
    let desktop = Desktop::start();
    let mut display = desktop.helper("Xvfb", |command| {
        command.args(["-displayfd", "1", "-nolisten", "tcp", "-terminate"]);
        command.args(["-screen", "0", "1000x600x24", "-fbdir"]);
        command.arg(desktop.folder()).stdout(Stdio::piped());
    });
    let number = display.announcement(|line| line.parse::<u32>().ok());
    let mut command = desktop.command(VESTIBULE);
    command.env("DISPLAY", format!(":{number}"));
    command.args(["--issuer", "http://127.0.0.1:9", "--client-id", "app"]);
    let program = Program::start(&desktop, command);
    // Whoever asked the display would be a client of it. What it shows is in a file too, and
    // is black where no window is.
    let painted = || {
        let screen = fs::read(desktop.folder().join("Xvfb_screen0")).ok()?;
        let last = screen.get(screen.len().checked_sub(4000)?..)?;
        last.iter().any(|byte| *byte != 0).then_some(())
    };
    wait_for(painted, || format!("no window: {}", program.stderr()));
}
