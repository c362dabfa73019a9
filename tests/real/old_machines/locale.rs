//! Locales of old and small systems: none at all, C, POSIX, and one that is not installed.

use std::time::Duration;

use vestibule_server::dev_idp::Options;

use crate::at_spi::{Accessible, Role::Label};
use crate::desktop::Desktop;
use crate::program::{Program, VESTIBULE};
use crate::scene::Scene;
use crate::window::Window;

use super::{ada_signs_in_at_the_terminal, patient};

const LOCALES: [&[(&str, &str)]; 4] = [
    &[],
    &[("LANG", "C")],
    &[("LC_ALL", "POSIX")],
    &[("LC_ALL", "xx_YY.ISO-8859-1")],
];

#[test]
#[ignore = "needs a display, Chromium and a Secret Service: tests/setup"]
fn in_no_locale_a_name_is_garbled_in_the_terminal_or_the_window() {
    let name = "Zoë Ødegård 李";
    let desktop = Desktop::start();
    let provider = Options {
        access_ttl: Duration::from_secs(900),
        users: vec![format!("ada:ada:{name}").parse().unwrap()],
        ..patient()
    };
    let scene = Scene::with_provider(&desktop, provider);
    ada_signs_in_at_the_terminal(&scene, name);
    for locale in LOCALES {
        let start = |arguments: &[&str]| {
            let mut command = desktop.command(VESTIBULE);
            scene.equip(&mut command);
            command.env_remove("LANG").envs(locale.iter().copied());
            Program::start(&desktop, {
                command.args(arguments);
                command
            })
        };
        let status = start(&["status"]).finish();
        assert!(
            status.stdout.contains(name),
            "{locale:?}: {}",
            status.stdout
        );
        let program = start(&[]);
        let window = Accessible::of(&desktop, program.pid());
        window.wait_for(Label, &format!("Welcome, {name}"));
        Window::of(&desktop, program.pid()).close();
        // libxkbcommon says on standard error which locale it does not know.
        assert_eq!(program.finish().code, Some(0));
    }
}
