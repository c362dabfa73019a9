//! A page with several calls of the API. Its words are those of the one that there is.

use i_slint_backend_testing::ElementHandle;
use slint::platform::Key;
use url::Url;
use vestibule::{
    api,
    notice::NoticeKind,
    state::{Answer, CallState, Command, State},
};

use crate::world::{World, ada, failure, label_of, message};

fn signed_in(calls: Vec<CallState>) -> State {
    State::SignedIn {
        user: ada(),
        notice: None,
        calls,
        missing_scopes: Vec::new(),
    }
}

fn two(first: Answer, second: Answer) -> State {
    signed_in([message(first), message(second)].concat())
}

#[test]
fn every_call_of_the_list_has_its_words() {
    let world = World::new();
    let api_url = Url::parse("https://api.example.org/private").expect("an address");
    for call in api::calls(&api_url) {
        let name = call.name;
        let shown = |answer| {
            world.show(&signed_in(vec![CallState { name, answer }]));
            world.labels()
        };
        let before = shown(Answer::Absent).len();
        assert_eq!(world.buttons().len(), 3, "{name}: no words on its button");
        let after = shown(Answer::Received("For you.".into()));
        // The text and the label above it.
        assert_eq!(after.len(), before + 2, "{name}: {after:?}");
    }
}

#[test]
fn each_call_has_a_button_that_asks_for_it_in_the_order_of_the_list() {
    let world = World::new();
    world.show(&two(Answer::Absent, Answer::Absent));
    let expected = ["Fetch message", "Fetch message", "Sign out", "About"];
    assert_eq!(world.buttons(), expected);
    // The first has the focus.
    world.press(Key::Return);
    world.press(Key::Tab);
    world.press(Key::Return);
    assert_eq!(world.commands(), [Command::Fetch(0), Command::Fetch(1)]);
}

#[test]
fn what_came_of_a_call_stands_below_its_button() {
    let world = World::new();
    // All of it is in view.
    world.resize(1000.0, 1200.0);
    let broken = Answer::Failed(failure(NoticeKind::ApiTrouble));
    world.show(&two(Answer::Received("For you.".into()), broken));
    let labels = world.labels();
    let place = |words: &str| labels.iter().position(|label| label == words);
    let order = [
        place("Fetch message"),
        place("For you."),
        place("Try again"),
        place("The message server has a problem"),
        place("Details"),
    ];
    assert!(order.iter().all(Option::is_some), "{labels:?}");
    assert!(order.is_sorted(), "{order:?} in {labels:?}");
    world.press_button("Details");
    assert!(world.says("token endpoint: invalid_request"));
}

/// No dictionary tells where a line of it may break (`.cargo/icu/mod.rs`).
#[test]
fn a_message_in_thai_is_as_wide_as_the_page_and_has_more_lines_the_longer_it_is() {
    let world = World::new();
    let place = |times| {
        let words = "ภาษาไทยไม่มีช่องว่าง".repeat(times);
        world.show(&signed_in(message(Answer::Received(words.clone()))));
        let mut elements = world.elements().into_iter();
        let shown = elements.find(|element| label_of(element) == words);
        shown.expect("it is shown").size()
    };
    let (one, many) = (place(1), place(40));
    assert!(many.height > 3.0 * one.height, "{one:?} {many:?}");
    assert!(many.width < 1000.0, "{many:?}");
}

#[test]
fn while_a_call_is_under_way_no_button_asks_for_another() {
    let world = World::new();
    world.show(&two(Answer::Absent, Answer::Fetching));
    world.press_button("Fetch message");
    world.press_button("Fetching…");
    assert_eq!(world.commands(), []);
    world.press(Key::Escape);
    assert_eq!(world.commands(), [Command::Cancel]);
}

#[test]
fn the_focus_stays_on_the_button_that_was_pressed() {
    let world = World::new();
    world.show(&two(Answer::Absent, Answer::Absent));
    world.press(Key::Tab);
    for answer in [
        Answer::Fetching,
        Answer::Received("For you.".into()),
        Answer::Failed(failure(NoticeKind::ApiTrouble)),
    ] {
        world.show(&two(Answer::Absent, answer.clone()));
        world.commands();
        world.press(Key::Return);
        let expected: &[Command] = match answer {
            Answer::Fetching => &[],
            _ => &[Command::Fetch(1)],
        };
        assert_eq!(world.commands(), expected, "{answer:?}");
    }
}

/// After the last of them.
#[test]
fn scopes_that_were_not_granted_are_named_once() {
    let world = World::new();
    let mut state = two(Answer::Absent, Answer::Absent);
    if let State::SignedIn { missing_scopes, .. } = &mut state {
        missing_scopes.push("email".into());
    }
    world.show(&state);
    let details = world.elements();
    let details: Vec<_> = details.iter().filter(|e| is_details(e)).collect();
    assert_eq!(details.len(), 1, "{:?}", world.labels());
    world.press_button("Details");
    assert!(world.says("did not grant: email."), "{:?}", world.labels());
}

fn is_details(element: &ElementHandle) -> bool {
    element.accessible_label().as_deref() == Some("Details")
}
