//! The window of a screen that many people share.

use std::time::Duration;

use i_slint_backend_testing::ElementHandle;
use slint::{ComponentHandle, Global, Model, platform::Key};
use vestibule::{
    notice::NoticeKind,
    state::{Answer, Command, State, User},
    ui::{SessionAdapter, Theme},
};

use crate::{
    ways::awaiting_device,
    world::{World, ada, failed, failure, is_button, label_of, offline, portrait, signed_in},
};

const SIZES: [(f32, f32); 5] = [
    (480.0, 320.0),
    (480.0, 800.0),
    (800.0, 480.0),
    (320.0, 240.0),
    (1000.0, 600.0),
];

pub fn next_person(notice: Option<NoticeKind>) -> State {
    State::SignedOut {
        notice: notice.map(Into::into),
        browser_session: false,
        device_only: true,
    }
}

/// Ada is signed in, with all there is to know of her.
pub fn ada_with_everything() -> State {
    let mut state = signed_in(None, Answer::Received("For Ada's eyes only.".into()));
    if let State::SignedIn {
        user,
        missing_scopes,
        ..
    } = &mut state
    {
        user.picture = Some(portrait());
        missing_scopes.push("read:ada".into());
    }
    state
}

fn place(element: &ElementHandle) -> [f32; 4] {
    let (at, size) = (element.absolute_position(), element.size());
    [at.x, at.y, at.x + size.width, at.y + size.height]
}

/// Between the nearest edges of the two; 0 where they meet.
fn distance(a: [f32; 4], b: [f32; 4]) -> f32 {
    let gap = |low: usize, high: usize| (b[low] - a[high]).max(a[low] - b[high]).max(0.0);
    gap(0, 2).hypot(gap(1, 3))
}

#[test]
fn the_next_person_finds_one_button_that_leads_to_the_phone() {
    let world = World::kiosk(Theme::Light);
    world.show(&State::SigningOut);
    world.show(&next_person(Some(NoticeKind::SignedOut)));
    assert!(world.says("Ready for the next person"));
    assert!(world.says("You are signed out on this device."));
    assert!(world.says("Sign in to sso.example.org with your phone."));
    assert!(!world.says("browser"), "{:?}", world.labels());
    assert_eq!(world.buttons(), ["Sign in with a phone", "About"]);
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::UseDevice]);
    world.show(&State::SigningOut);
    world.show(&next_person(None));
    assert!(!world.says("You are signed out"), "{:?}", world.labels());
}

#[test]
fn a_kiosk_with_a_code_has_nothing_to_leave_but_escape() {
    let world = World::kiosk(Theme::Light);
    world.show(&awaiting_device());
    assert_eq!(world.buttons(), ["New code", "About"]);
    // Where one of the two has room.
    world.resize(320.0, 318.0);
    assert_eq!(world.buttons(), ["Show code", "About"]);
    world.press_button("Show code");
    assert_eq!(world.buttons(), ["Show QR code", "New code", "About"]);
    world.press(Key::Escape);
    assert_eq!(world.commands(), [Command::Cancel]);
}

#[test]
fn nobody_closes_a_kiosk_with_a_key_or_comes_to_the_web_from_its_about_page() {
    let world = World::kiosk(Theme::Light);
    world.show(&next_person(None));
    world.press_with_control("q");
    assert!(world.window.window().is_visible());
    world.press(Key::F1);
    assert_eq!(world.buttons(), ["Close"]);
    assert!(!world.says("browser"), "{:?}", world.labels());
}

#[test]
fn a_provider_without_codes_is_told_with_a_remedy_that_a_kiosk_has() {
    let world = World::kiosk(Theme::Light);
    world.show(&failed(NoticeKind::DeviceNotOffered));
    assert!(world.says("sso.example.org offers no sign-in with a phone"));
    assert!(world.says("Ask your administrator to turn on the device authorization grant there."));
    for kind in [
        NoticeKind::ApiPage,
        NoticeKind::DeviceNotOffered,
        NoticeKind::Page,
        NoticeKind::Redirected,
    ] {
        world.show(&failed(kind));
        assert!(!world.says("browser"), "{:?}", world.labels());
        assert!(world.says("dministrator"), "{:?}", world.labels());
    }
}

pub fn kiosk_states() -> Vec<State> {
    vec![
        next_person(None),
        next_person(Some(NoticeKind::RevocationFailed)),
        awaiting_device(),
        State::Finishing,
        ada_with_everything(),
        signed_in(None, Answer::Failed(failure(NoticeKind::ApiTrouble))),
        failed(NoticeKind::DeviceNotOffered),
        offline(Some(ada())),
        State::SessionEnded {
            user: ada(),
            failure: failure(NoticeKind::SessionGone),
        },
    ]
}

/// Looks at each state at each size, and at what a press opens or time brings.
pub fn look_at_all(world: &World, look: impl Fn(&World, &str)) {
    for state in kiosk_states() {
        for size in SIZES {
            world.resize(size.0, size.1);
            world.show(&State::SigningOut);
            world.show(&state);
            look(world, &format!("{size:?} {state:?}"));
            for (opens, closes) in [("Details", "Hide details"), ("About", "Close")] {
                let (opener, closer) = (world.tr(opens), world.tr(closes));
                if world.button(&opener).is_some() {
                    world.press_button(&opener);
                    look(world, &format!("{opens} {size:?} {state:?}"));
                    world.resize(1000.0, 1000.0);
                    world.press_button(&closer);
                    world.resize(size.0, size.1);
                }
            }
            let sign_out = world.tr("Sign out");
            if world.button(&sign_out).is_some() {
                world.press_button(&sign_out);
                look(world, &format!("asked {size:?} {state:?}"));
                world.press(Key::Escape);
                world.pass(Duration::from_secs(110));
                look(world, &format!("warned {size:?} {state:?}"));
                world.press(Key::Escape);
            }
        }
    }
}

#[test]
fn whatever_a_finger_presses_is_48_pixels_wide_and_high_and_8_from_the_next() {
    let world = World::kiosk(Theme::Light);
    look_at_all(&world, |world, what| {
        let elements = world.elements();
        let buttons = elements.iter().filter(|element| is_button(element));
        let all: Vec<_> = buttons.map(|b| (label_of(b), place(b))).collect();
        for (i, (label, at)) in all.iter().enumerate() {
            let (width, height) = (at[2] - at[0], at[3] - at[1]);
            assert!(
                width > 47.9 && height > 47.9,
                "{label} is {width}x{height}: {what}"
            );
            for (other, there) in &all[i + 1..] {
                let apart = distance(*at, *there);
                assert!(apart > 7.9, "{label} is {apart} from {other}: {what}");
            }
        }
    });
}

#[test]
fn signing_out_is_asked_about_and_staying_is_the_answer_of_enter_and_escape() {
    let world = World::kiosk(Theme::Light);
    for answer in [Key::Return, Key::Escape] {
        world.show(&ada_with_everything());
        world.press_button("Sign out");
        assert!(world.says("Sign out Ada Lovelace?"));
        // What lies below is not there to be pressed or heard.
        assert_eq!(world.buttons(), ["Stay signed in", "Sign out"]);
        assert!(!world.says("For Ada's eyes only."), "{:?}", world.labels());
        world.press(answer);
        assert_eq!(world.commands(), []);
        assert!(world.says("For Ada's eyes only."));
        assert!(!world.says("Sign out Ada Lovelace?"));
    }
    world.press_button("Sign out");
    world.press(Key::Tab);
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::SignOut]);
    world.show(&State::SigningOut);
    assert!(!world.says("Ada Lovelace"), "{:?}", world.labels());
    // Whoever is next is not asked.
    world.show(&ada_with_everything());
    assert!(!world.says("Sign out Ada Lovelace?"));
}

#[test]
fn a_finger_that_comes_down_twice_does_not_sign_out() {
    let world = World::kiosk(Theme::Light);
    let long = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft Senior";
    for name in ["Ada Lovelace", long] {
        let mut state = ada_with_everything();
        if let State::SignedIn { user, .. } = &mut state {
            user.name = name.into();
        }
        for size in SIZES {
            world.resize(size.0, size.1);
            world.show(&State::SigningOut);
            world.show(&state);
            let first = place(&world.button("Sign out").expect("the first one"));
            world.press_button("Sign out");
            let second = place(&world.button("Sign out").expect("the second one"));
            let apart = distance(first, second);
            assert!(apart >= 48.0, "{apart} at {size:?} for {name}");
            world.press(Key::Escape);
        }
    }
}

#[test]
fn a_desktop_signs_out_without_a_question() {
    let world = World::new();
    world.show(&signed_in(None, Answer::Absent));
    world.press_button("Sign out");
    assert_eq!(world.commands(), [Command::SignOut]);
}

#[test]
fn nothing_of_the_last_person_is_left_in_the_window() {
    let world = World::kiosk(Theme::Light);
    for state in [
        ada_with_everything(),
        offline(Some(User {
            picture: Some(portrait()),
            ..ada()
        })),
        State::SessionEnded {
            user: ada(),
            failure: failure(NoticeKind::SessionGone),
        },
    ] {
        world.show(&state);
        assert!(world.says("Ada Lovelace"));
        world.show(&next_person(None));
        for words in ["Ada", "ada@", "eyes only", "read:ada", "invalid_request"] {
            assert!(!world.says(words), "{words}: {:?}", world.labels());
        }
        // What no element shows may still be held.
        let adapter = SessionAdapter::get(&world.window);
        let person = adapter.get_person();
        assert_eq!((&*person.name, &*person.email), ("", ""));
        assert_eq!((&*person.initials, person.picture.size().width), ("", 0));
        assert_eq!(adapter.get_calls().row_count(), 0);
        assert_eq!(&*adapter.get_missing_scopes(), "");
        assert_eq!((&*adapter.get_details(), &*adapter.get_said()), ("", ""));
    }
}

pub fn place_of(world: &World, label: &str) -> [f32; 4] {
    place(&world.button(label).unwrap_or_else(|| panic!("no {label}")))
}

#[test]
fn what_was_opened_about_the_app_is_closed_for_the_next_person() {
    let world = World::kiosk(Theme::Light);
    world.show(&ada_with_everything());
    world.press(Key::F1);
    assert!(!world.says("For Ada's eyes only."));
    world.show(&next_person(None));
    assert!(
        world.says("Ready for the next person"),
        "{:?}",
        world.labels()
    );
}
