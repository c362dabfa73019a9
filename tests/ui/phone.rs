//! Signing in with a phone: what is said and heard of it, and the ways to it and from it.

use std::time::{Duration, Instant};

use i_slint_backend_testing::{AccessibleLiveness, ElementHandle};
use slint::platform::Key;
use vestibule::{
    notice::NoticeKind,
    state::{Command, OtherWay, State},
};

use crate::{
    ways::{
        PAGE, awaiting, awaiting_code, awaiting_device, either_way, failed_with_other_way,
        other_way_failed, signed_out_without_browser, unreachable,
    },
    world::{World, failure},
};

const SMALLEST: (f32, f32) = (320.0, 240.0);

/// The words of every live region, in the order of the page.
fn heard(world: &World) -> Vec<String> {
    let is_live = |element: &ElementHandle| {
        let liveness = element.accessible_live_region();
        liveness.is_some_and(|liveness| liveness != AccessibleLiveness::Off)
    };
    let live = world.elements().into_iter().filter(is_live);
    live.map(|e| e.accessible_label().unwrap_or_default().into())
        .collect()
}

fn expires_in(seconds: u64) -> State {
    let mut state = awaiting_device();
    if let State::AwaitingDevice { authorization, .. } = &mut state {
        authorization.expires_at = Instant::now() + Duration::from_secs(seconds);
    }
    state
}

#[test]
fn without_a_browser_the_phone_is_the_only_way_and_no_browser_is_promised() {
    let world = World::new();
    world.show(&State::Starting);
    world.show(&signed_out_without_browser());
    assert_eq!(world.buttons(), ["Sign in with a phone", "About"]);
    assert!(world.says("No password is typed in this app."));
    assert!(!world.says("browser"), "{:?}", world.labels());
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::UseDevice]);
}

#[test]
fn the_phone_is_told_where_to_go_what_to_enter_and_what_to_compare() {
    let world = World::new();
    world.show(&awaiting_device());
    for words in [
        "Sign in with your phone",
        "QR code for sso.example.org/device",
        "Scan the code, or go to",
        "sso.example.org/device",
        "and enter",
        "WDJB-MJHT",
        "Check that your phone shows the same code.",
        "Only go on if you started this sign-in.",
        "New code in 9:58",
    ] {
        let labels = world.labels();
        assert!(labels.iter().any(|l| l == words), "{words}: {labels:?}");
    }
    assert_eq!(world.buttons(), ["New code", "Cancel", "About"]);
    world.show(&either_way(awaiting_device()));
    let buttons = ["Use the browser instead", "New code", "Cancel", "About"];
    assert_eq!(world.buttons(), buttons);
}

#[test]
fn an_address_is_whole_and_names_its_scheme_where_it_is_not_the_usual_one() {
    let world = World::new();
    let long = format!("identity.example.org/{}", "a".repeat(60));
    for (address, shown) in [
        (format!("https://{long}"), long.as_str()),
        (
            "http://127.0.0.1:4400/device".into(),
            "http://127.0.0.1:4400/device",
        ),
    ] {
        world.show(&awaiting_code(&address, "WDJB-MJHT"));
        let labels = world.labels();
        assert!(labels.iter().any(|l| l == shown), "{shown}: {labels:?}");
    }
}

#[test]
fn heading_and_code_are_heard_and_the_ticking_number_never() {
    let world = World::new();
    for size in [(1000.0, 600.0), SMALLEST] {
        world.resize(size.0, size.1);
        world.show(&awaiting_device());
        let mut expected = vec!["Sign in with your phone", "Code W D J B, M J H T"];
        assert_eq!(heard(&world), expected, "{size:?}");
        let another = awaiting_code(&format!("https://{PAGE}"), "BCDF-GHJK");
        world.show(&another);
        expected[1] = "Code B C D F, G H J K";
        assert_eq!(heard(&world), expected, "{size:?}");
        world.show(&expires_in(30));
        assert_eq!(heard(&world).last().unwrap(), "1 minute left", "{size:?}");
    }
}

#[test]
fn a_code_is_heard_wherever_the_page_was_scrolled_to() {
    let world = World::new();
    world.show(&awaiting_device());
    world.resize(SMALLEST.0, SMALLEST.1);
    world.press_button("Show code");
    world.press(Key::End);
    world.pass(Duration::from_millis(20));
    assert!(
        !world.says("Sign in with your phone"),
        "nothing is scrolled"
    );
    assert_eq!(heard(&world), ["Code W D J B, M J H T"]);
}

/// A code that is being typed must not be replaced by chance, nor the attempt be left.
#[test]
fn no_button_is_pressed_by_enter_before_one_is_chosen() {
    let world = World::new();
    world.show(&either_way(awaiting(false)));
    world.press_button("Use a phone instead");
    world.show(&either_way(awaiting_device()));
    world.commands();
    world.press(Key::Return);
    world.press(Key::Space);
    assert_eq!(world.commands(), []);
    for command in [Command::UseBrowser, Command::NewCode, Command::Cancel] {
        world.press(Key::Tab);
        world.press(Key::Return);
        assert_eq!(world.commands(), [command]);
    }
    // Back from another page it is the same.
    world.press(Key::F1);
    world.press(Key::Escape);
    world.press(Key::Return);
    assert_eq!(world.commands(), []);
    world.press(Key::Escape);
    assert_eq!(world.commands(), [Command::Cancel]);
}

#[test]
fn the_focus_stays_where_it_is_when_another_code_comes() {
    let world = World::new();
    world.show(&awaiting_device());
    world.press(Key::Tab);
    world.press(Key::Return);
    world.show(&awaiting_code(&format!("https://{PAGE}"), "BCDF-GHJK"));
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::NewCode, Command::NewCode]);
}

#[test]
fn a_small_window_shows_the_qr_code_or_the_code_as_the_person_likes() {
    let world = World::new();
    for size in [SMALLEST, (318.0, 215.0), (240.0, 320.0)] {
        world.resize(size.0, size.1);
        world.show(&State::Finishing);
        world.show(&either_way(awaiting_device()));
        assert_eq!(
            world.buttons(),
            ["Show code", "Cancel", "About"],
            "{size:?}"
        );
        assert!(world.says("QR code for") && !world.says("WDJB-MJHT"));
        // It has the focus: it does no harm.
        world.press(Key::Return);
        assert!(
            world.says("WDJB-MJHT") && !world.says("QR code for"),
            "{size:?}"
        );
        // It is the person's choice, not the time's and not the next code's.
        world.pass(Duration::from_secs(60));
        world.show(&awaiting_code(&format!("https://{PAGE}"), "BCDF-GHJK"));
        assert!(world.says("BCDF-GHJK") && !world.says("QR code for"));
        world.press(Key::Return);
        assert!(world.says("BCDF-GHJK"), "{size:?}: {:?}", world.labels());
        world.press(Key::Tab);
        world.press(Key::Return);
        assert!(world.says("QR code for"), "{size:?}: {:?}", world.labels());
        // The next sign-in begins with the QR code.
        world.press(Key::Return);
    }
    assert_eq!(world.commands(), []);
}

#[test]
fn nothing_is_to_be_scanned_where_the_code_stands_alone() {
    let world = World::new();
    world.resize(SMALLEST.0, SMALLEST.1);
    world.show(&awaiting_device());
    world.press_button("Show code");
    assert!(
        world.says("Go to") && !world.says("Scan"),
        "{:?}",
        world.labels()
    );
}

#[test]
fn a_provider_out_of_reach_is_told_quietly_and_the_code_stays() {
    let world = World::new();
    world.show(&unreachable(awaiting_device()));
    let words = "sso.example.org cannot be reached at the moment. The code stays good.";
    assert!(heard(&world).contains(&words.into()), "{:?}", heard(&world));
    assert!(world.says("WDJB-MJHT"));
    world.show(&awaiting_device());
    assert!(!world.says("cannot be reached"));
}

#[test]
fn a_way_that_could_not_be_begun_is_told_beside_the_one_that_goes_on() {
    let world = World::new();
    let why = || failure(NoticeKind::RedirectPortDisturbed);
    for (state, goes_on) in [
        (either_way(awaiting_device()), "WDJB-MJHT"),
        (either_way(awaiting(false)), "Waiting for you to sign in."),
    ] {
        world.show(&other_way_failed(state.clone(), why()));
        let words = "The browser cannot reach this app";
        assert!(heard(&world).contains(&words.into()), "{:?}", heard(&world));
        assert!(world.says("Another program disturbs its port."));
        assert!(world.says(goes_on));
        // All of it is in view.
        world.resize(1000.0, 1200.0);
        world.press_button("Details");
        assert!(world.says("token endpoint: invalid_request"));
        world.show(&state);
        assert!(!world.says(words) && world.button("Details").is_none());
    }
}

#[test]
fn a_phone_is_spoken_of_beside_the_browser_only_where_the_provider_offers_it() {
    let world = World::new();
    world.show(&awaiting(true));
    assert!(!world.says("phone"), "{:?}", world.labels());
    world.show(&either_way(awaiting(true)));
    assert!(world.says("The browser did not open. Copy the link or use a phone."));
    let buttons = [
        "Open browser again",
        "Copy link",
        "Use a phone instead",
        "Cancel",
        "About",
    ];
    assert_eq!(world.buttons(), buttons);
}

#[test]
fn when_nobody_entered_a_code_another_one_waits_for_somebody() {
    let world = World::new();
    world.show(&awaiting_device());
    world.show(&State::UserCodesExpired {
        browser_offered: false,
    });
    assert_eq!(heard(&world), ["Still there?"]);
    assert!(!world.says("QR code for"));
    assert_eq!(world.buttons(), ["Show a new code", "Cancel", "About"]);
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::NewCode]);
    world.show(&State::UserCodesExpired {
        browser_offered: true,
    });
    assert!(world.button("Use the browser instead").is_some());
}

#[test]
fn a_sign_in_that_failed_offers_the_other_way_if_there_is_one() {
    let world = World::new();
    for (other_way, label) in [
        (OtherWay::Device, "Use a phone instead"),
        (OtherWay::Browser, "Use the browser instead"),
    ] {
        world.show(&failed_with_other_way(other_way));
        let buttons = ["Try again", label, "Cancel", "Details", "About"];
        assert_eq!(world.buttons(), buttons);
    }
}
