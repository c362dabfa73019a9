//! The same of a kiosk, and of what covers its page.

use std::time::Duration;

use vestibule::{
    notice::NoticeKind,
    state::{Answer, State},
    ui::Theme,
};

use super::{SMALL, snapshot, write_sheet};
use crate::{
    kiosk::{ada_with_everything, next_person},
    ways::awaiting_device,
    world::{World, failed, failure, signed_in},
};

/// The name, the state, and how long nobody has touched anything.
fn states() -> Vec<(&'static str, State, u64)> {
    let no_message = Answer::Failed(failure(NoticeKind::ApiUnreachable));
    vec![
        ("next-person", next_person(None), 0),
        (
            "signed-out-just-now",
            next_person(Some(NoticeKind::SignedOut)),
            0,
        ),
        ("code", awaiting_device(), 0),
        ("signed-in", ada_with_everything(), 0),
        ("message-failed", signed_in(None, no_message), 0),
        ("asked", ada_with_everything(), 0),
        ("warned", ada_with_everything(), 101),
        ("no-codes", failed(NoticeKind::DeviceNotOffered), 0),
        ("no-codes-warned", failed(NoticeKind::DeviceNotOffered), 101),
        ("about", next_person(None), 0),
    ]
}

#[test]
fn a_kiosk_is_painted_at_five_sizes_in_light() {
    paint(Theme::Light, "light");
}

#[test]
fn a_kiosk_is_painted_at_five_sizes_in_dark() {
    paint(Theme::Dark, "dark");
}

fn paint(theme: Theme, scheme: &str) {
    let world = World::kiosk(theme);
    for size in [&[(1000, 600)], &SMALL[..]].concat() {
        let mut sheet = Vec::new();
        for (name, state, seconds) in states() {
            world.show(&State::SigningOut);
            world.show(&state);
            world.pass(Duration::from_secs(seconds));
            match name {
                "asked" => world.press_button("Sign out"),
                "about" => world.press_button("About"),
                _ => {}
            }
            sheet.push(snapshot(&world, size, name));
        }
        write_sheet(&sheet, "kiosk", size, scheme);
        world.press_button("Close");
    }
}
