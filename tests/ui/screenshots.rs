//! Pictures of every state. Only when VESTIBULE_SCREENSHOTS names a folder:
//! the pictures in `docs/screens` are made by
//! `VESTIBULE_SCREENSHOTS=docs/screens cargo test --features ui-tests --test ui`.

use std::{fs::File, io::BufWriter, path::Path};

use image::{ImageEncoder, codecs::png};
use slint::ComponentHandle;
use vestibule::{
    notice::{NotKept, Notice},
    state::{Message, State},
    ui::Theme,
};

use crate::world::{
    World, ada, awaiting, failed, failure, offline, portrait, signed_in, signed_out,
};

const SIZES: [(f32, f32); 3] = [(1000.0, 600.0), (480.0, 320.0), (480.0, 800.0)];

fn states() -> Vec<(&'static str, State)> {
    let message = Message::Received("Only authenticated users can read this message.".into());
    let mut pictured = ada();
    pictured.picture = Some(portrait());
    vec![
        ("starting", State::Starting),
        ("signed-out", signed_out(None)),
        ("signed-out-just-now", signed_out(Some(Notice::SignedOut))),
        ("awaiting-browser", awaiting(false)),
        ("awaiting-browser-not-opened", awaiting(true)),
        ("finishing", State::Finishing),
        ("signed-in", signed_in(None, message.clone())),
        (
            "signed-in-not-kept",
            State::SignedIn {
                user: pictured,
                notice: Some(Notice::NotKept(NotKept::Locked)),
                message,
            },
        ),
        (
            "signed-in-message-failed",
            signed_in(None, Message::Failed(failure(Notice::ApiUnreachable))),
        ),
        ("failed", failed(Notice::AccessDenied)),
        ("offline", offline(Some(ada()))),
        (
            "session-ended",
            State::SessionEnded {
                user: ada(),
                notice: Notice::SessionGone,
            },
        ),
    ]
}

#[test]
fn every_state_is_painted_at_three_sizes_in_light_and_dark() {
    let folder = std::env::var_os("VESTIBULE_SCREENSHOTS");
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        // A window belongs to its thread, and a thread has one platform.
        let folder = folder.clone();
        std::thread::spawn(move || {
            let world = World::looking(theme, crate::world::HOST);
            let mut pages = states();
            pages.push(("about", signed_out(None)));
            for (page, state) in pages {
                world.show(&state);
                world.pass(std::time::Duration::from_secs(1));
                if page == "about" {
                    world.press_button("About");
                }
                for (width, height) in SIZES {
                    world.resize(width, height);
                    let picture = world.window.window().take_snapshot().expect("a picture");
                    assert_eq!(
                        (picture.width(), picture.height()),
                        (width as u32, height as u32)
                    );
                    assert!(inked(&picture), "{page} is blank");
                    if let Some(folder) = &folder {
                        let file = format!("{page}-{width}x{height}-{name}.png");
                        write(&Path::new(folder).join(file), &picture);
                    }
                }
            }
        })
        .join()
        .expect("painted");
    }
}

/// More than one colour in it.
fn inked(picture: &slint::SharedPixelBuffer<slint::Rgba8Pixel>) -> bool {
    let pixels = picture.as_slice();
    pixels.iter().any(|pixel| *pixel != pixels[0])
}

fn write(path: &Path, picture: &slint::SharedPixelBuffer<slint::Rgba8Pixel>) {
    let file = BufWriter::new(File::create(path).expect("the folder exists"));
    png::PngEncoder::new_with_quality(file, png::CompressionType::Best, png::FilterType::Adaptive)
        .write_image(
            picture.as_bytes(),
            picture.width(),
            picture.height(),
            image::ExtendedColorType::Rgba8,
        )
        .expect("written");
}
