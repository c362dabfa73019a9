//! Nothing leaves the window or lies on something else, at any size and with
//! long names.

use std::fmt::Debug;

use i_slint_backend_testing::ElementHandle;
use slint::ComponentHandle;
use vestibule::{
    notice::{Notice, NoticeKind, StoreTrouble},
    state::{Answer, OtherWay, State, User},
    ui::Theme,
};

use crate::{
    kiosk::look_at_all,
    ways::{
        PAGE, awaiting, awaiting_code, awaiting_device, either_way, failed_with_other_way,
        signed_out_without_browser,
    },
    world::{World, ada, busy, failed, failure, message, offline, signed_in, signed_out},
};

const MESSAGE: &str = "Only authenticated users can read this message.";
const LONG_HOST: &str =
    "sso.a-department-with-an-extraordinarily-long-name.of-a-company.example.org:8443";

pub fn states(user: &User) -> Vec<State> {
    let user = user.clone();
    vec![
        signed_out(None),
        signed_out(Some(NoticeKind::SignedOut.into())),
        signed_out(Some(NoticeKind::RevocationFailed.into())),
        awaiting(false),
        awaiting(true),
        either_way(awaiting(true)),
        signed_out_without_browser(),
        awaiting_device(),
        either_way(awaiting_device()),
        // As RFC 8628 lets one expect.
        awaiting_code(&format!("https://{PAGE}"), "WDJBM-HTGRK-XQZ"),
        awaiting_code(
            "https://identity.department.example.org/activate",
            "WDJB-MJHT",
        ),
        either_way(State::UserCodesExpired {
            browser_offered: false,
        }),
        failed_with_other_way(OtherWay::Browser),
        State::Finishing,
        State::SignedIn {
            user: user.clone(),
            notice: None,
            calls: message(Answer::Received(MESSAGE.into())),
            missing_scopes: Vec::new(),
        },
        State::SignedIn {
            user: user.clone(),
            notice: Some(Notice::of_store(
                NoticeKind::NotStored,
                StoreTrouble::NoKeychain,
            )),
            calls: message(Answer::Absent),
            missing_scopes: vec!["read:message".into()],
        },
        State::SignedIn {
            user: user.clone(),
            notice: None,
            calls: message(Answer::Received(MESSAGE.into())),
            missing_scopes: vec!["read:message".into()],
        },
        failed(NoticeKind::AccessDenied),
        failed(NoticeKind::UntrustedAnswer),
        offline(Some(user.clone())),
        busy(3600),
        State::SessionEnded {
            user,
            failure: failure(NoticeKind::SessionGone),
        },
    ]
}

struct Box {
    label: String,
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

fn boxes(world: &World) -> Vec<Box> {
    let edge = |element: &ElementHandle| {
        let (at, size) = (element.absolute_position(), element.size());
        Box {
            label: element.accessible_label().unwrap_or_default().into(),
            left: at.x,
            top: at.y,
            right: at.x + size.width,
            bottom: at.y + size.height,
        }
    };
    world.elements().iter().map(edge).collect()
}

/// Nothing beyond the sides; nothing beyond top and bottom unless it scrolls.
pub fn check_inside(world: &World, (width, height): (f32, f32), scrolls: bool, state: &impl Debug) {
    let all = boxes(world);
    assert!(all.len() > 2, "{state:?} is empty");
    for one in &all {
        let sides = one.left >= -0.5 && one.right <= width + 0.5;
        let ends = scrolls || one.top >= -0.5 && one.bottom <= height + 0.5;
        assert!(
            sides && ends,
            "{:?} at {},{}..{},{} in {width}x{height}, {state:?}",
            one.label,
            one.left,
            one.top,
            one.right,
            one.bottom
        );
    }
}

/// No two buttons on each other, and none on a heading or text.
pub fn check_apart(world: &World, size: (f32, f32), state: &impl Debug) {
    let all = boxes(world);
    let buttons = world.buttons();
    for (i, a) in all.iter().enumerate() {
        for b in all.iter().skip(i + 1) {
            let pressed = buttons.contains(&a.label) || buttons.contains(&b.label);
            // The landmark around the page holds all of it.
            if !pressed || a.label == "Vestibule" || b.label == "Vestibule" {
                continue;
            }
            let apart = a.right <= b.left + 0.5
                || b.right <= a.left + 0.5
                || a.bottom <= b.top + 0.5
                || b.bottom <= a.top + 0.5;
            assert!(
                apart,
                "{:?} on {:?} in {size:?}, {state:?}",
                a.label, b.label
            );
        }
    }
}

#[test]
fn at_the_three_sizes_everything_is_inside_and_apart() {
    let world = World::new();
    for state in states(&ada()) {
        world.show(&state);
        for size in [
            (1000.0, 600.0),
            (480.0, 320.0),
            (480.0, 800.0),
            (800.0, 480.0),
        ] {
            world.resize(size.0, size.1);
            check_inside(&world, size, false, &state);
            check_apart(&world, size, &state);
        }
    }
}

#[test]
fn from_320_by_240_to_4k_nothing_leaves_the_sides() {
    let world = World::new();
    for state in states(&ada()) {
        world.show(&state);
        for size in [
            (320.0, 240.0),
            (240.0, 320.0),
            (640.0, 360.0),
            (1080.0, 1920.0),
            (3840.0, 2160.0),
        ] {
            world.resize(size.0, size.1);
            check_inside(&world, size, true, &state);
            // A page that scrolls passes under what stands on top.
            if size.1 >= 360.0 {
                check_apart(&world, size, &state);
            }
        }
    }
}

#[test]
fn long_hosts_names_and_addresses_stay_inside() {
    let world = World::looking(Theme::Dark, LONG_HOST);
    let user = User {
        name: "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft Senior".into(),
        email: Some(format!("{}@{LONG_HOST}", "a".repeat(64))),
        picture: None,
    };
    for state in states(&user) {
        world.show(&state);
        for size in [
            (1000.0, 600.0),
            (480.0, 320.0),
            (480.0, 800.0),
            (320.0, 240.0),
        ] {
            world.resize(size.0, size.1);
            check_inside(&world, size, true, &state);
        }
    }
}

#[test]
fn about_fits_at_the_three_sizes() {
    let world = World::new();
    world.show(&signed_out(None));
    world.press_button("About");
    for size in [(1000.0, 600.0), (480.0, 320.0), (480.0, 800.0)] {
        world.resize(size.0, size.1);
        check_inside(&world, size, false, &signed_out(None));
        check_apart(&world, size, &signed_out(None));
    }
}

#[test]
fn in_a_kiosk_everything_is_inside_and_apart_and_what_covers_a_page_too() {
    let world = World::kiosk(Theme::Light);
    look_at_all(&world, check_kiosk);
}

pub fn check_kiosk(world: &World, what: &str) {
    let size = world.window.window().size();
    let size = (size.width as f32, size.height as f32);
    let is_opened = what.starts_with("Details") || what.starts_with("About");
    let scrolls = size.1 < 300.0 || is_opened;
    check_inside(world, size, scrolls, &what);
    if !scrolls {
        check_apart(world, size, &what);
    }
}

#[test]
fn what_a_finger_presses_is_48_high_and_what_a_mouse_presses_40() {
    let world = World::new();
    let failed_message = Answer::Failed(failure(NoticeKind::ApiTrouble));
    world.show(&signed_in(None, failed_message));
    for ((width, height), least) in [
        ((480.0, 320.0), 48.0),
        ((480.0, 800.0), 48.0),
        ((1000.0, 600.0), 40.0),
    ] {
        world.resize(width, height);
        for label in ["Try again", "Sign out", "About"] {
            let button = world.button(label).expect("the button");
            assert!(
                (button.size().height - least).abs() < 0.1,
                "{label} {}",
                button.size().height
            );
        }
    }
}
