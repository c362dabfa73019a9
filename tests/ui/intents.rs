//! What a person does and what it asks for: buttons, keys, timers, focus.

use std::time::{Duration, Instant};

use i_slint_backend_testing::ElementHandle;
use slint::platform::{Key, WindowEvent};
use vestibule::{
    notice::NoticeKind,
    state::{Answer, Command, OtherWay, State},
};

use crate::{
    ways::{
        awaiting, awaiting_device, either_way, failed_with_other_way, signed_out_without_browser,
    },
    world::{World, ada, failed, failure, offline, signed_in, signed_out},
};

fn ended() -> State {
    State::SessionEnded {
        user: ada(),
        failure: failure(NoticeKind::SessionExpired),
    }
}

/// Each button that leads from one way of signing in to the other, and those of S3.
fn every_button_of_the_ways() -> Vec<(State, &'static str, Command)> {
    let expired = || State::UserCodesExpired {
        browser_offered: true,
    };
    let phone = "Use a phone instead";
    let browser = "Use the browser instead";
    vec![
        (signed_out(None), "Sign in with a phone", Command::UseDevice),
        (
            signed_out_without_browser(),
            "Sign in with a phone",
            Command::UseDevice,
        ),
        (either_way(awaiting(false)), phone, Command::UseDevice),
        (awaiting_device(), "New code", Command::NewCode),
        (awaiting_device(), "Cancel", Command::Cancel),
        (either_way(awaiting_device()), browser, Command::UseBrowser),
        (expired(), "Show a new code", Command::NewCode),
        (expired(), browser, Command::UseBrowser),
        (expired(), "Cancel", Command::Cancel),
        (
            failed_with_other_way(OtherWay::Device),
            phone,
            Command::UseDevice,
        ),
        (
            failed_with_other_way(OtherWay::Browser),
            browser,
            Command::UseBrowser,
        ),
    ]
}

/// Each state with its buttons and what they ask for.
fn every_button() -> Vec<(State, &'static str, Command)> {
    let broken = Answer::Failed(failure(NoticeKind::ApiTrouble));
    vec![
        (signed_out(None), "Sign in", Command::SignIn),
        (
            signed_out(Some(NoticeKind::SignedOut.into())),
            "Also sign out in the browser",
            Command::SignOutInBrowser,
        ),
        (
            awaiting(false),
            "Open browser again",
            Command::OpenBrowserAgain,
        ),
        (awaiting(false), "Cancel", Command::Cancel),
        (State::Finishing, "Cancel", Command::Cancel),
        (State::SigningOut, "Cancel", Command::Cancel),
        (
            signed_in(None, Answer::Absent),
            "Fetch message",
            Command::Fetch(0),
        ),
        (signed_in(None, broken), "Try again", Command::Fetch(0)),
        (
            signed_in(None, Answer::Absent),
            "Sign out",
            Command::SignOut,
        ),
        (
            failed(NoticeKind::TookTooLong),
            "Try again",
            Command::SignIn,
        ),
        (failed(NoticeKind::TookTooLong), "Cancel", Command::Cancel),
        (offline(None), "Try now", Command::Resume),
        (offline(None), "Cancel", Command::Cancel),
        (ended(), "Sign in", Command::SignIn),
        (ended(), "Not Ada Lovelace?", Command::SignInAsSomebodyElse),
    ]
}

#[test]
fn each_button_asks_for_its_command_when_pressed_or_clicked() {
    let world = World::new();
    for (state, label, command) in [every_button(), every_button_of_the_ways()].concat() {
        world.show(&state);
        world.press_button(label);
        assert_eq!(world.commands(), [command], "{label} pressed");
        let button = world.button(label).expect("the button");
        button.mock_single_click(slint::platform::PointerEventButton::Left);
        assert_eq!(world.commands(), [command], "{label} clicked");
    }
}

#[test]
fn the_first_button_has_the_focus_and_enter_and_space_press_it() {
    let world = World::new();
    for (state, first) in [
        (signed_out(None), Command::SignIn),
        (awaiting(false), Command::OpenBrowserAgain),
        (State::Finishing, Command::Cancel),
        (signed_in(None, Answer::Absent), Command::Fetch(0)),
        (failed(NoticeKind::AccessDenied), Command::SignIn),
        (offline(None), Command::Resume),
        (ended(), Command::SignIn),
    ] {
        world.show(&state);
        world.press(Key::Return);
        assert_eq!(world.commands(), [first], "{state:?}");
        world.press(Key::Space);
        assert_eq!(world.commands(), [first], "{state:?}");
    }
}

/// It is known a moment after the page comes.
#[test]
fn that_there_is_no_browser_leads_the_focus_to_the_phone() {
    let world = World::new();
    world.show(&signed_out(None));
    world.show(&signed_out_without_browser());
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::UseDevice]);
}

#[test]
fn tab_goes_through_the_buttons_in_reading_order_and_round_again() {
    let world = World::new();
    world.show(&signed_in(None, Answer::Absent));
    world.press(Key::Tab);
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::SignOut]);
    world.press(Key::Tab);
    world.press(Key::Tab);
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::Fetch(0)]);
}

#[test]
fn a_key_that_is_held_down_does_not_press_the_next_screens_button() {
    let world = World::new();
    world.show(&signed_out(None));
    world.event(WindowEvent::KeyPressed {
        text: Key::Return.into(),
    });
    assert_eq!(world.commands(), [Command::SignIn]);
    world.show(&awaiting(false));
    world.event(WindowEvent::KeyPressRepeated {
        text: Key::Return.into(),
    });
    assert_eq!(world.commands(), []);
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::OpenBrowserAgain]);
}

#[test]
fn escape_cancels_where_something_can_be_cancelled() {
    let world = World::new();
    for (state, cancels) in [
        (State::Starting, true),
        (signed_out(None), false),
        (awaiting(false), true),
        (State::Finishing, true),
        (State::SigningOut, true),
        (signed_in(None, Answer::Absent), false),
        (signed_in(None, Answer::Fetching), true),
        (signed_in(None, Answer::Received("For you.".into())), false),
        (failed(NoticeKind::AccessDenied), true),
        (offline(None), true),
        (ended(), false),
    ] {
        world.show(&state);
        world.press(Key::Escape);
        let expected: &[Command] = if cancels { &[Command::Cancel] } else { &[] };
        assert_eq!(world.commands(), expected, "{state:?}");
    }
}

#[test]
fn f1_opens_about_and_escape_closes_only_that() {
    let world = World::new();
    world.show(&awaiting(false));
    world.press(Key::F1);
    assert_eq!(world.buttons(), ["Close"]);
    world.press(Key::Escape);
    assert_eq!(world.commands(), []);
    assert!(world.button("Open browser again").is_some());
    world.press(Key::Escape);
    assert_eq!(world.commands(), [Command::Cancel]);
}

#[test]
fn control_q_closes_the_window() {
    let world = World::new();
    world.show(&signed_out(None));
    assert!(slint::ComponentHandle::window(&world.window).is_visible());
    world.press_with_control("q");
    assert!(!slint::ComponentHandle::window(&world.window).is_visible());
}

#[test]
fn while_the_message_is_fetched_its_button_stays_focused_and_does_nothing() {
    let world = World::new();
    world.show(&signed_in(None, Answer::Absent));
    world.press(Key::Return);
    world.show(&signed_in(None, Answer::Fetching));
    world.commands();
    world.press_button("Fetching…");
    world.press(Key::Return);
    assert_eq!(world.commands(), []);
    world.show(&signed_in(
        None,
        Answer::Failed(failure(NoticeKind::ApiTrouble)),
    ));
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::Fetch(0)]);
}

#[test]
fn copy_link_says_so_for_two_seconds() {
    let world = World::new();
    world.show(&awaiting(false));
    world.press_button("Copy link");
    assert!(world.button("Link copied").is_some());
    assert!(world.button("Copy link").is_none());
    world.pass(Duration::from_millis(2_100));
    assert!(world.button("Copy link").is_some());
    assert_eq!(world.commands(), []);
}

#[test]
fn opened_again_the_browser_is_waited_for_until_it_fails_again() {
    let world = World::new();
    world.show(&awaiting(true));
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::OpenBrowserAgain]);
    world.show(&awaiting(false));
    assert!(world.says("Waiting for you to sign in."));
    assert!(!world.says("did not open"), "{:?}", world.labels());
    world.show(&awaiting(true));
    assert!(world.says("The browser did not open. Copy the link."));
    // The focus never left the button.
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::OpenBrowserAgain]);
}

#[test]
fn the_last_minute_is_announced_and_the_ticking_number_never() {
    let world = World::new();
    let live = |words: &str| {
        let elements = world.elements();
        let found = elements
            .iter()
            .find(|e| e.accessible_label().is_some_and(|l| l.contains(words)));
        let liveness = found.map(ElementHandle::accessible_live_region);
        liveness.unwrap_or_else(|| panic!("no {words:?} in {:?}", world.labels()))
    };
    use i_slint_backend_testing::AccessibleLiveness::{Off, Polite};
    world.show(&awaiting(false));
    assert!(matches!(live("left"), None | Some(Off)));
    assert_eq!(live("Continue in your browser"), Some(Polite));
    world.show(&State::AwaitingBrowser {
        url: "https://sso.example.org/".into(),
        not_opened: false,
        deadline: Instant::now() + Duration::from_secs(30),
        device_offered: false,
        other_failed: None,
    });
    assert_eq!(live("1 minute left"), Some(Polite));
    assert!(matches!(live("0:"), None | Some(Off)));
}
