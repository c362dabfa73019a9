//! A processor that has only what every x86-64 has: no SSSE3, no SSE4, no AVX, no AES.

use crate::budget::builds::release;
use crate::desktop::Desktop;
use crate::scene::Scene;

use super::{ada_comes_and_goes, patient};

#[test]
#[ignore = "needs a display, Chromium, a Secret Service and qemu-user-static: tests/setup; \
            builds the release"]
fn the_whole_story_on_the_oldest_x86_64() {
    let desktop = Desktop::start();
    let emulated = format!("exec qemu-x86_64-static -cpu qemu64 {} \"$@\"", release());
    let program = desktop.script("vestibule", &emulated);
    let scene = Scene::with_provider(&desktop, patient());
    ada_comes_and_goes(&scene.with_program(program.to_str().unwrap()));
}
