//! Whoever went away is warned, and signed out.

use std::time::Duration;

use i_slint_backend_testing::{AccessibleLiveness, ElementHandle};
use slint::{
    LogicalPosition,
    platform::{Key, PointerEventButton, WindowEvent},
};
use vestibule::{
    notice::NoticeKind,
    state::{Answer, Command, State},
    ui::{Look, Theme},
};

use crate::{
    kiosk::{ada_with_everything, next_person, place_of},
    ways::awaiting_device,
    world::{World, ada, failed, failure, offline, signed_in},
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Ada is signed in, and nobody has touched anything for so long.
fn left_alone(time: Duration) -> World {
    let world = World::kiosk(Theme::Light);
    world.show(&ada_with_everything());
    world.pass(time);
    world
}

#[test]
fn the_last_twenty_seconds_are_counted_down_and_then_the_person_is_signed_out_once() {
    let world = left_alone(Duration::from_millis(99_900));
    assert!(!world.says("Still there?"));
    world.pass(Duration::from_millis(100));
    assert!(world.says("Ada Lovelace will be signed out in 0:20."));
    world.pass(seconds(1));
    assert!(world.says("Ada Lovelace will be signed out in 0:19."));
    for _ in 0..18 {
        world.pass(seconds(1));
    }
    assert!(world.says("Ada Lovelace will be signed out in 0:01."));
    assert_eq!(world.commands(), []);
    world.pass(seconds(1));
    assert_eq!(world.commands(), [Command::SignOutIdle]);
    world.pass(seconds(1000));
    assert_eq!(world.commands(), []);
}

/// What comes in between, such as a picture, was on its way before that.
#[test]
fn the_warning_stays_until_whoever_went_away_is_signed_out() {
    let world = left_alone(seconds(120));
    assert_eq!(world.commands(), [Command::SignOutIdle]);
    for state in [ada_with_everything(), State::SigningOut] {
        assert!(!world.says("For Ada's eyes only."), "{:?}", world.labels());
        world.show(&state);
    }
    assert!(!world.says("Still there?"));
    // The next one is warned in their turn.
    world.show(&ada_with_everything());
    assert!(world.says("For Ada's eyes only."));
    world.pass(seconds(100));
    assert!(world.says("Still there?"));
}

#[test]
fn the_warning_covers_the_page_and_its_one_button_stays() {
    let world = left_alone(seconds(105));
    assert_eq!(world.buttons(), ["Stay signed in"]);
    assert!(!world.says("For Ada's eyes only."), "{:?}", world.labels());
    world.press_button("Stay signed in");
    assert!(world.says("For Ada's eyes only."));
    assert!(!world.says("Still there?"));
    assert_eq!(world.commands(), []);
    // From here on it is counted anew.
    world.pass(Duration::from_millis(99_900));
    assert!(!world.says("Still there?"));
    world.pass(Duration::from_millis(100));
    assert!(world.says("Still there?"));
}

/// A press in the middle of what was there.
fn touch(world: &World, at: [f32; 4]) {
    let position = LogicalPosition::new((at[0] + at[2]) / 2.0, (at[1] + at[3]) / 2.0);
    let button = PointerEventButton::Left;
    for event in [
        WindowEvent::PointerMoved { position },
        WindowEvent::PointerPressed { position, button },
        WindowEvent::PointerReleased { position, button },
    ] {
        world.watch.active();
        world.event(event);
        world.pass(Duration::from_millis(20));
    }
}

#[test]
fn a_touch_anywhere_ends_the_countdown_and_presses_nothing() {
    let world = World::kiosk(Theme::Light);
    world.show(&signed_in(None, Answer::Absent));
    for label in ["Fetch message", "Sign out", "About"] {
        let below = place_of(&world, label);
        world.pass(seconds(105));
        assert!(world.says("Still there?"), "{label}");
        touch(&world, below);
        assert!(!world.says("Still there?"), "{label}");
        assert_eq!(world.commands(), [], "{label}");
        assert!(!world.says("Sign out Ada Lovelace?") && world.button("Close").is_none());
    }
    // The next one presses.
    touch(&world, place_of(&world, "Fetch message"));
    assert_eq!(world.commands(), [Command::Fetch(0)]);
}

#[test]
fn any_key_ends_the_countdown_and_does_nothing_else() {
    let world = World::kiosk(Theme::Light);
    world.show(&signed_in(None, Answer::Fetching));
    for key in [
        Key::Return,
        Key::Space,
        Key::Escape,
        Key::Tab,
        Key::F1,
        Key::Shift,
        Key::End,
    ] {
        world.pass(seconds(105));
        assert!(world.says("Still there?"), "{key:?}");
        world.watch.active();
        world.press(key);
        world.pass(Duration::ZERO);
        assert!(!world.says("Still there?"), "{key:?}");
        assert_eq!(world.commands(), [], "{key:?}");
        assert!(world.button("Close").is_none(), "{key:?}");
    }
    // The keys go on working.
    world.press(Key::Escape);
    assert_eq!(world.commands(), [Command::Cancel]);
}

/// On its way to the button it would take the button away.
#[test]
fn a_pointer_that_only_moves_puts_the_warning_off_but_does_not_end_it() {
    let world = left_alone(seconds(90));
    let position = LogicalPosition::new(400.0, 300.0);
    let moved = || {
        world.watch.active();
        world.event(WindowEvent::PointerMoved { position });
    };
    moved();
    world.pass(seconds(90));
    assert!(!world.says("Still there?"));
    world.pass(seconds(12));
    assert!(world.says("Still there?"));
    moved();
    world.pass(seconds(1));
    assert!(
        world.says("will be signed out in 0:17."),
        "{:?}",
        world.labels()
    );
}

#[test]
fn nobody_is_warned_where_nobodys_data_is_shown() {
    let world = World::kiosk(Theme::Light);
    for state in [
        next_person(Some(NoticeKind::SignedOut)),
        awaiting_device(),
        State::Finishing,
        offline(None),
    ] {
        world.show(&ada_with_everything());
        world.pass(seconds(110));
        world.show(&state);
        assert!(!world.says("Still there?"), "{state:?}");
        for _ in 0..30 {
            world.pass(seconds(10));
        }
        assert!(!world.says("Still there?"), "{state:?}");
        assert!(
            !world.commands().contains(&Command::SignOutIdle),
            "{state:?}"
        );
    }
}

#[test]
fn every_screen_with_somebodys_data_is_left_and_the_question_too() {
    let world = World::kiosk(Theme::Light);
    let ended = State::SessionEnded {
        user: ada(),
        failure: failure(NoticeKind::SessionGone),
    };
    let words = "Ada Lovelace will be signed out in 0:10.";
    for (state, words) in [
        (signed_in(None, Answer::Fetching), words),
        (ended, words),
        (offline(Some(ada())), words),
        (
            failed(NoticeKind::DeviceDenied),
            "This page will be closed in 0:10.",
        ),
    ] {
        world.show(&next_person(None));
        world.show(&state);
        if world.button("Sign out").is_some() {
            world.press_button("Sign out");
        }
        world.commands();
        world.pass(seconds(100));
        world.pass(seconds(10));
        assert!(world.says(words), "{:?}", world.labels());
        world.pass(seconds(10));
        assert!(
            world.commands().contains(&Command::SignOutIdle),
            "{state:?}"
        );
    }
}

#[test]
fn what_arrives_from_the_network_keeps_nobody_signed_in() {
    let world = World::kiosk(Theme::Light);
    world.show(&signed_in(None, Answer::Fetching));
    world.pass(seconds(95));
    world.show(&ada_with_everything());
    world.pass(seconds(5));
    assert!(world.says("Still there?"));
}

#[test]
fn the_warning_is_announced_once_assertively_and_the_number_never() {
    let world = left_alone(seconds(101));
    let live = |world: &World| {
        let of = |element: &ElementHandle| {
            let liveness = element.accessible_live_region()?;
            let is_live = liveness != AccessibleLiveness::Off;
            is_live.then(|| (liveness, String::from(element.accessible_label().unwrap())))
        };
        world.elements().iter().filter_map(of).collect::<Vec<_>>()
    };
    let words =
        "Still there? Ada Lovelace will be signed out soon. Press any key to stay signed in.";
    let expected = [(AccessibleLiveness::Assertive, words.to_owned())];
    assert_eq!(live(&world), expected);
    world.pass(seconds(5));
    assert_eq!(live(&world), expected);
}

#[test]
fn what_was_opened_and_scrolled_to_is_there_again_after_the_warning() {
    let world = World::kiosk(Theme::Light);
    world.show(&failed(NoticeKind::DeviceDenied));
    world.press_button("Details");
    assert!(world.says("token endpoint: invalid_request"));
    world.pass(seconds(101));
    world.press(Key::Return);
    world.pass(Duration::ZERO);
    assert!(
        world.says("token endpoint: invalid_request"),
        "{:?}",
        world.labels()
    );
    // Tab leads back to the buttons.
    world.press(Key::Tab);
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::SignIn]);
}

#[test]
fn a_desktop_is_left_too_where_that_is_set_and_never_by_default() {
    let world = World::with(&Look {
        host: "sso.example.org".into(),
        idle_sign_out: seconds(30),
        ..Look::default()
    });
    world.show(&ada_with_everything());
    world.pass(seconds(20));
    assert!(world.says("Ada Lovelace will be signed out in 0:10."));
    world.pass(seconds(10));
    assert_eq!(world.commands(), [Command::SignOutIdle]);
}

#[test]
fn by_default_a_desktop_is_not_left() {
    let world = World::new();
    world.show(&ada_with_everything());
    world.pass(seconds(100_000));
    assert!(!world.says("Still there?"));
    assert_eq!(world.commands(), []);
}
