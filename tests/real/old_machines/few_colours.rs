//! Displays of 16 bits for a point, as small and old ones are.

use crate::at_spi::Role::Label;
use crate::desktop::{Desktop, Manager};
use crate::phone::robot::{Answer, Phone};
use crate::phone::{code_in, qr_in};
use crate::scene::Scene;
use crate::window::Window;

use super::patient;

/// The display has the extension Composite, and with it a visual of 32 bits whose colours
/// it rounds to its own 5, 6 and 5.
#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn on_a_display_of_16_bits_ada_signs_in_with_a_phone_and_all_is_seen() {
    let desktop = of_16_bits(&[]);
    let scene = Scene::with_provider(&desktop, patient());
    let (program, accessible) = scene.open_window();
    let window = Window::of(&desktop, program.pid());
    accessible.press("Sign in with a phone");
    let scanned = qr_in(&window);
    let phone = Phone::start(&desktop);
    phone.answer(&scanned, &code_in(&accessible), "ada", Answer::Allow);
    accessible.wait_for(Label, "Welcome, Ada Lovelace");
    scene.close_window(program);
}

#[test]
#[ignore = "needs a display and a Secret Service: tests/setup"]
fn where_no_colours_fit_the_window_says_so_and_ends() {
    let desktop = of_16_bits(&["-extension", "Composite"]);
    let scene = Scene::with_provider(&desktop, patient());
    let ended = scene.run(&[]);
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let told = &ended.stderr;
    assert!(told.contains("too few colours"), "{told}");
    assert!(told.contains("16 bits"), "{told}");
}

fn of_16_bits(more: &[&str]) -> Desktop {
    let screen = ["-screen", "0", "1000x600x16", "-nolisten", "tcp"];
    let manager = Manager::Openbox { top: 0, left: 0 };
    Desktop::with_display(&[&screen[..], more].concat(), manager)
}
