//! The window in every language: its words, and room for the longest of them.

use std::{collections::HashMap, path::Path};

use i_slint_backend_testing::ElementHandle;
use vestibule::{language::Language, ui::Theme};

use crate::{
    kiosk::look_at_all,
    layout::{check_apart, check_inside, check_kiosk, states},
    reach::{at_each_of, check_arrow_keys, check_focus},
    world::{World, ada, signed_out},
};

/// The window's words by the English ones; none for English.
pub fn translations(language: Language) -> HashMap<String, String> {
    let file = format!("lang/{}/LC_MESSAGES/vestibule.po", language.code());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if language == Language::English {
        return HashMap::new();
    }
    let entries = rspolib::pofile(path.as_path())
        .expect("translations")
        .entries;
    let words = entries
        .into_iter()
        .map(|e| (e.msgid, e.msgstr.unwrap_or_default()));
    words.collect()
}

/// The smallest and the normal size.
const SIZES: [(f32, f32); 2] = [(320.0, 240.0), (1000.0, 600.0)];

/// Runs `check` with a window, or a kiosk, in each language, on a thread of its own each: Slint
/// has one platform for each thread.
fn in_each_language(kiosk: bool, check: impl Fn(&World) + Sync) {
    std::thread::scope(|threads| {
        let check = &check;
        for language in Language::ALL.into_iter().skip(1) {
            threads.spawn(move || check(&World::speaking(language, kiosk)));
        }
    });
}

#[test]
fn the_window_speaks_the_language_that_it_is_told() {
    in_each_language(false, |world| {
        world.show(&signed_out(None));
        let heading = world.tr("Sign in to {}").replace("{}", "sso.example.org");
        assert!(world.says(&heading), "{heading}: {:?}", world.labels());
        assert!(
            !world.says("Your browser will open."),
            "{:?}",
            world.labels()
        );
        let buttons = ["Sign in", "Sign in with a phone", "About"];
        assert_eq!(world.buttons(), buttons.map(|label| world.tr(label)));
    });
}

#[test]
fn without_being_told_it_speaks_english_whatever_the_system_speaks() {
    let world = World::looking(Theme::Light, "sso.example.org");
    world.show(&signed_out(None));
    assert!(
        world.says("Your browser will open."),
        "{:?}",
        world.labels()
    );
}

#[test]
fn in_every_language_all_is_inside_and_apart() {
    in_each_language(false, |world| {
        for state in states(&ada()) {
            world.show(&state);
            for size in [
                (1000.0, 600.0),
                (480.0, 800.0),
                (480.0, 320.0),
                (320.0, 240.0),
            ] {
                world.resize(size.0, size.1);
                // A page that scrolls passes under what stands on top.
                let scrolls = size.1 < 400.0;
                check_inside(world, size, scrolls, &state);
                if !scrolls {
                    check_apart(world, size, &state);
                }
            }
        }
    });
}

#[test]
fn in_every_language_all_of_a_kiosk_is_inside_and_apart() {
    in_each_language(true, |world| look_at_all(world, check_kiosk));
}

#[test]
fn in_every_language_the_tab_key_comes_to_every_button() {
    in_each_language(false, |world| at_each_of(world, &SIZES, check_focus));
}

#[test]
fn in_every_language_the_arrow_keys_come_to_every_word() {
    in_each_language(false, |world| at_each_of(world, &SIZES, check_arrow_keys));
}

/// The words of the buttons, from left to right and from top to bottom, and how wide they are.
fn labels(world: &World) -> Vec<(String, f32)> {
    let all: Vec<_> = ElementHandle::find_by_element_id(&world.window, "Button::label").collect();
    let buttons = world.buttons().into_iter().filter_map(|words| {
        let button = world.button(&words)?;
        let (at, size) = (button.absolute_position(), button.size());
        let label = all.iter().find(|label| {
            let place = label.absolute_position();
            let sides = at.x <= place.x && place.x < at.x + size.width;
            sides && at.y <= place.y && place.y < at.y + size.height
        });
        Some((words, label?.size().width))
    });
    buttons.collect()
}

/// A button shortens words that it has no room for.
#[test]
fn in_every_language_the_words_of_every_button_have_room() {
    in_each_language(false, |world| {
        for state in states(&ada()) {
            world.show(&state);
            for size in [
                (320.0, 240.0),
                (480.0, 320.0),
                (480.0, 800.0),
                (1000.0, 600.0),
            ] {
                // Where there is room, with the same weight: a finger's buttons differ in it.
                let is_for_fingers = size.1 > size.0 || size.1 < 400.0;
                let mut whole = Vec::new();
                // The last has what is only there in a small window.
                for (width, height, fingers) in [
                    (4000.0, 3000.0, false),
                    (3000.0, 4000.0, true),
                    (399.0, 410.0, true),
                ] {
                    if fingers == is_for_fingers {
                        world.resize(width, height);
                        whole.extend(labels(world));
                    }
                }
                world.resize(size.0, size.1);
                for (words, width) in labels(world) {
                    let known = whole.iter().find(|(known, _)| *known == words);
                    let (_, needed) = known.unwrap_or_else(|| panic!("{words:?} is nowhere"));
                    assert!(
                        width > needed - 0.5,
                        "{words:?} has {width} of {needed} at {size:?}"
                    );
                }
            }
        }
    });
}
