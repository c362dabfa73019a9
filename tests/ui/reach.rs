//! At every size a person can come to all there is: every button by the Tab key,
//! and every word by the arrow keys, the wheel or a finger.

mod kiosk;
mod states;

use std::{collections::BTreeMap, time::Duration};

use i_slint_backend_testing::ElementHandle;
use slint::{
    LogicalPosition,
    platform::{Key, PointerEventButton, WindowEvent},
};
use states::{SIZES, long_failure, states};
use vestibule::{
    notice::NoticeKind,
    state::{Command, State},
};

use crate::world::{World, signed_out};

/// Shows each state at each of the sizes, with the details open where there are some,
/// and the page about the app besides.
pub fn at_each_of(world: &World, sizes: &[(f32, f32)], check: impl Fn(&World, &str)) {
    let (show_code, details) = (world.tr("Show code"), world.tr("Details"));
    for state in states() {
        for &size in sizes {
            // Another page before, so that the page and its focus are made anew.
            world.resize(size.0, size.1);
            world.show(&signed_out(Some(NoticeKind::SessionExpired.into())));
            world.show(&State::SigningOut);
            world.show(&state);
            world.pass(Duration::from_millis(400));
            let mut how = "";
            check(world, &format!("{size:?} {state:?}"));
            if world.button(&show_code).is_some() {
                world.press_button(&show_code);
                world.pass(Duration::from_millis(20));
                how = "with the code";
                check(world, &format!("{size:?} {how} {state:?}"));
            }
            if all_of_it(world, size, || world.button(&details)).is_some() {
                all_of_it(world, size, || world.press_button(&details));
                check(world, &format!("{size:?} {how} with details {state:?}"));
            }
        }
    }
    world.show(&signed_out(None));
    world.press_button(&world.tr("About"));
    for &size in sizes {
        world.resize(size.0, size.1);
        world.pass(Duration::from_millis(400));
        check(world, &format!("{size:?} about"));
    }
}

/// Asks or does something in a window where all is in view: what is scrolled away
/// is not among the elements.
fn all_of_it<T>(world: &World, size: (f32, f32), ask: impl FnOnce() -> T) -> T {
    world.resize(1000.0, 3000.0);
    let answer = ask();
    world.resize(size.0, size.1);
    world.pass(Duration::from_millis(20));
    answer
}

/// What of the window an element covers: left, top, right, bottom.
fn place(element: &ElementHandle) -> [f32; 4] {
    let (at, size) = (element.absolute_position(), element.size());
    [at.x, at.y, at.x + size.width, at.y + size.height]
}

fn ring(world: &World) -> Option<[f32; 4]> {
    let mut rings = ElementHandle::find_by_element_id(&world.window, "Button::ring");
    let ring = rings.next().map(|ring| place(&ring));
    assert!(rings.next().is_none(), "two buttons have the focus");
    ring
}

fn window_size(world: &World) -> (f32, f32) {
    let window = slint::ComponentHandle::window(&world.window);
    let size = window.size().to_logical(window.scale_factor());
    (size.width, size.height)
}

/// What the page is seen through, beside and below what does not scroll.
fn view(world: &World) -> [f32; 4] {
    let mut views = ElementHandle::find_by_element_id(&world.window, "Content::view");
    place(&views.next().expect("the view"))
}

/// The button in this ring.
fn inside(world: &World, ring: [f32; 4]) -> String {
    let at = |button: &ElementHandle| {
        let [left, top, right, bottom] = place(button);
        left >= ring[0] && top >= ring[1] && right <= ring[2] && bottom <= ring[3]
    };
    let mut labels = world.buttons().into_iter();
    let found = labels.find(|label| world.button(label).as_ref().is_some_and(at));
    found.unwrap_or_else(|| panic!("no button in {ring:?}"))
}

#[test]
fn the_tab_key_comes_to_every_button_and_brings_it_into_view() {
    at_each_of(&World::new(), &SIZES, check_focus);
}

/// The Tab key comes to every button and brings it into view.
pub fn check_focus(world: &World, what: &str) {
    let (width, height) = window_size(world);
    let is_alone = world.button(&world.tr("Show code")).is_some();
    let mut all = all_of_it(world, (width, height), || world.buttons());
    // A large window has the QR code and the code side by side.
    if is_alone {
        all = ["Show code", "Cancel", "About"].map(|l| world.tr(l)).into();
    } else if what.contains("with the code") {
        all.push(world.tr("Show QR code"));
    }
    let mut found = Vec::new();
    for _ in 0..all.len() {
        world.press(Key::Tab);
        world.pass(Duration::from_millis(20));
        let at = ring(world).unwrap_or_else(|| panic!("no focus: {what}"));
        // Beside "Details" the ring may leave the window by a pixel.
        let sides = at[0] >= -1.0 && at[2] <= width + 1.0;
        let ends = at[1] >= -1.0 && at[3] <= height + 1.0;
        assert!(sides && ends, "the focus is at {at:?}: {what}");
        found.push(inside(world, at));
    }
    all.sort();
    found.sort();
    assert_eq!(found, all, "{what}");
}

/// The page from its top to its bottom, seen or not.
fn page(world: &World) -> [f32; 4] {
    let mut pages = ElementHandle::find_by_element_id(&world.window, "Content::column");
    place(&pages.next().expect("the page"))
}

/// Every element has its top in view at some step of `scroll`, and its bottom,
/// and the steps come to the end of the page.
fn check_words(world: &World, what: &str, scroll: impl Fn()) {
    let (width, height) = window_size(world);
    let [view_left, top, ..] = view(world);
    assert!(page(world)[1] >= top - 0.5, "not at the start: {what}");
    let mut seen = BTreeMap::new();
    let mut at_the_end = false;
    while !at_the_end {
        let before = page(world);
        at_the_end = before[3] <= height + 0.5;
        for element in world.elements() {
            let [left, start, right, end] = place(&element);
            // An announcement is only heard, the landmark is the page itself.
            let label = element.accessible_label().unwrap_or_default();
            // What ticks meanwhile is the same words.
            let label = label.replace(|c: char| c.is_ascii_digit(), "");
            if element.size().height <= 1.0 || label == "Vestibule" {
                continue;
            }
            let sides = left >= -0.5 && right <= width + 0.5;
            assert!(sides, "{label:?} from {left} to {right}: {what}");
            let (starts, ends) = seen.entry(label).or_insert((false, false));
            // Beside and above the page nothing scrolls.
            let top = if left < view_left || end <= top {
                0.0
            } else {
                top
            };
            *starts |= start >= top - 0.5 && start <= height - 8.0;
            *ends |= end <= height + 0.5 && end >= top + 8.0;
        }
        scroll();
        world.pass(Duration::from_millis(20));
        assert!(at_the_end || page(world)[1] < before[1], "stuck: {what}");
    }
    for (label, both) in seen {
        assert_eq!(both, (true, true), "{label:?} is not seen: {what}");
    }
}

#[test]
fn the_arrow_keys_come_to_every_word() {
    at_each_of(&World::new(), &SIZES, check_arrow_keys);
}

/// They come to every word.
pub fn check_arrow_keys(world: &World, what: &str) {
    let press = |key: Key| {
        world.press(key);
        world.pass(Duration::from_millis(20));
    };
    press(Key::Home);
    check_words(world, what, || press(Key::DownArrow));
    press(Key::Home);
}

#[test]
fn the_wheel_comes_to_every_word() {
    // It moves the same page as the keys.
    at_each_of(
        &World::new(),
        &[(320.0, 240.0), (480.0, 800.0)],
        |world, what| {
            let (width, height) = window_size(world);
            let position = LogicalPosition::new(width - 8.0, height - 8.0);
            let wheel = |delta_y| {
                world.event(WindowEvent::PointerScrolled {
                    position,
                    delta_x: 0.0,
                    delta_y,
                });
            };
            while page(world)[1] < view(world)[1] - 0.5 {
                wheel(60.0);
                world.pass(Duration::from_millis(20));
            }
            check_words(world, what, || wheel(-20.0));
        },
    );
}

#[test]
fn a_finger_moves_a_page_that_is_higher_than_the_window() {
    let world = World::new();
    world.show(&State::Failed {
        failure: long_failure(NoticeKind::AccessDenied),
        other_way: None,
    });
    world.press_button("Details");
    world.resize(320.0, 240.0);
    let last = || page(&world)[3];
    let before = last();
    assert!(before > 300.0, "nothing to scroll: {before}");
    let button = PointerEventButton::Left;
    let at = |y| LogicalPosition::new(310.0, y);
    world.event(WindowEvent::PointerPressed {
        position: at(200.0),
        button,
    });
    for y in [180.0, 150.0, 120.0, 90.0, 60.0] {
        world.event(WindowEvent::PointerMoved { position: at(y) });
        world.pass(Duration::from_millis(20));
    }
    world.event(WindowEvent::PointerReleased {
        position: at(60.0),
        button,
    });
    world.pass(Duration::from_millis(20));
    assert!(last() < before - 50.0, "{} after {before}", last());
}

#[test]
fn keys_go_on_working_when_the_button_with_the_focus_is_scrolled_away() {
    let world = World::new();
    world.show(&State::Failed {
        failure: long_failure(NoticeKind::AccessDenied),
        other_way: None,
    });
    world.press_button("Details");
    world.resize(320.0, 240.0);
    for _ in 0..2 {
        world.press(Key::End);
        world.pass(Duration::from_millis(20));
        assert!(world.button("Try again").is_none(), "it is still in view");
        // Not what nobody sees.
        world.press(Key::Return);
        assert_eq!(world.commands(), []);
        world.press(Key::Escape);
        assert_eq!(world.commands(), [Command::Cancel]);
        world.press(Key::Tab);
        world.pass(Duration::from_millis(20));
        world.press(Key::Return);
        assert_eq!(world.commands(), [Command::SignIn]);
    }
}
