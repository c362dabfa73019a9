//! The programs as they are installed: `tests/cross` gives those of another machine.

use std::path::Path;

use crate::desktop::Desktop;
use crate::program::VESTIBULE;
use crate::scene::Scene;
use crate::services::Services;

use super::ada_comes_and_goes;

#[test]
#[ignore = "needs a display, Chromium and a Secret Service: tests/setup"]
fn the_whole_story_with_the_programs_as_they_are_installed() {
    ada_comes_and_goes(&scene(&Desktop::start()));
}

/// The scene with these programs alone.
pub fn scene(desktop: &Desktop) -> Scene<'_> {
    let given = std::env::var("VESTIBULE_PROGRAMS").ok();
    // Without it those that `cargo test --workspace` built.
    let built = || Path::new(VESTIBULE).parent().unwrap().to_owned();
    let folder = given.map_or_else(built, Into::into);
    let app = folder.join("vestibule").display().to_string();
    let services = Services::of_programs(&folder, desktop);
    Scene::with_services(desktop, services).with_program(&app)
}
