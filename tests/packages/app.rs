//! The app, as somebody has it who installed it.

use std::process::Command;

use vestibule::identity::ID;

use crate::deb::APP;
use crate::desktop::Desktop;
use crate::eyes::Sight;
use crate::system::System;
use crate::wait_for;
use crate::window::Window;

/// The box of the page that leads to a window; the provider is not asked before a sign-in.
fn type_the_box(system: &System) {
    let page = include_str!("../../docs/packages.md");
    let (_, after) = page.split_once("\n```sh\n").unwrap();
    let (lines, _) = after.split_once("\n```\n").unwrap();
    for line in lines.lines() {
        println!("{line}");
        system.run(line);
    }
}

/// It answers at a terminal.
fn is_answered(system: &System) {
    let version = system.run("vestibule --version");
    assert_eq!(
        version,
        concat!("vestibule ", env!("CARGO_PKG_VERSION"), "\n")
    );
    assert!(system.run("vestibule --help").contains("login"));
    let (code, said) = system.ask("vestibule");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("issuer and client_id are missing"), "{said}");
    type_the_box(system);
    let (code, said) = system.ask("vestibule status --store file");
    assert_eq!(code, Some(4), "{said}");
}

/// Its window is painted, and belongs to the desktop's entry.
fn is_painted(system: &System, desktop: &Desktop) {
    let mut program = system.command("exec vestibule");
    let mut program = program.spawn().unwrap();
    let mut search = desktop.command("xdotool");
    search.args(["search", "--onlyvisible", "--class", ID]);
    wait_for(
        || search.output().unwrap().status.success().then_some(()),
        || "no window".to_owned(),
    );
    let png = desktop.folder().join("screen.png");
    let look = || {
        Window::root(desktop).screenshot(&png);
        Sight::of(desktop, &png)
    };
    wait_for(|| look().find("Sign in"), || look().text());
    system.run("kill $(pidof vestibule)");
    program.wait().unwrap();
}

#[test]
#[ignore = "needs root, mmdebstrap, cargo-deb, a display and tesseract: tests/setup; builds the release"]
fn the_app_is_installed_opens_its_window_and_goes_away() {
    let package = APP.pack();
    let desktop = Desktop::start();
    let system = System::boot(&desktop, &package);
    let before = system.install(&package);
    is_answered(&system);
    is_painted(&system, &desktop);
    let mut field = Command::new("dpkg-deb");
    let field = field.arg("--field").arg(&package).arg("Recommends");
    let recommended = String::from_utf8(field.output().unwrap().stdout).unwrap();
    system.run(&format!(
        "apt-get satisfy -qq --simulate '{}'",
        recommended.trim()
    ));
    for file in [
        "applications/dev.vestibule.Vestibule.desktop",
        "man/man1/vestibule.1.gz",
    ] {
        assert!(
            system.path(&format!("/usr/share/{file}")).exists(),
            "{file}"
        );
    }
    system.purge(APP.name, &before);
}
