//! A display that nobody else uses.

use crate::at_spi::Role::Button;
use crate::desktop::{Desktop, Manager};
use crate::scene::Scene;

use super::patient;

/// This one ends when its last client leaves; others refuse for a moment whoever comes.
#[test]
#[ignore = "needs a display and a Secret Service: tests/setup"]
fn the_window_opens_where_it_is_the_only_client_of_the_display() {
    let screen = [
        "-screen",
        "0",
        "1000x600x24",
        "-nolisten",
        "tcp",
        "-terminate",
    ];
    let desktop = Desktop::with_display(&screen, Manager::Nobody);
    let scene = Scene::with_provider(&desktop, patient());
    let (program, window) = scene.open_window();
    window.wait_for(Button, "Sign in");
    drop(window);
    scene.close_window(program);
}
