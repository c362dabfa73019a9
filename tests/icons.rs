//! The icon's pictures are what `tools/icons` draws of `assets/icon.svg`.

#![cfg(all(unix, feature = "window"))]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::{fs, path::Path, process::Command};

/// Another version of the library may smooth an edge otherwise, in steps of 255.
const ALIKE: u8 = 8;

#[test]
#[ignore = "needs rsvg-convert"]
fn the_pictures_of_the_icon_are_those_that_the_script_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let drawn = Path::new(env!("CARGO_TARGET_TMPDIR")).join("icons");
    fs::create_dir_all(&drawn).unwrap();
    let script = Command::new(root.join("tools/icons")).arg(&drawn).status();
    assert!(script.unwrap().success());
    for size in [16, 24, 32, 48, 64, 128, 256, 512] {
        let name = format!("icon-{size}.png");
        let [ours, theirs] = [root.join("assets").join(&name), drawn.join(&name)].map(|file| {
            image::load_from_memory(&fs::read(file).unwrap())
                .unwrap()
                .into_rgba8()
        });
        assert_eq!((ours.width(), ours.height()), (size, size), "{name}");
        assert_eq!(ours.dimensions(), theirs.dimensions(), "{name}");
        let bytes = ours.as_raw().iter().zip(theirs.as_raw());
        let furthest = bytes.map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(
            furthest <= ALIKE,
            "{name} is {furthest} off: run tools/icons"
        );
    }
    fs::remove_dir_all(&drawn).unwrap();
}
