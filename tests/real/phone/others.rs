//! What else may come of a code: a refusal, somebody else, nobody.

use std::time::Duration;

use vestibule_server::dev_idp::Options;

use crate::at_spi::Role::{Button, Label};
use crate::desktop::Desktop;
use crate::program::Program;
use crate::scene::{HER_DRESS, Scene};
use crate::wait_for;

use super::hands::{Hand, Person};
use super::robot::{Answer, Phone};
use super::{TOKEN_LIFE, asked_each_second, code_in, of_short_tokens, qr_in};

/// The window, led to its first code.
fn first_code<'desktop>(scene: &Scene<'desktop>) -> (Program, Person<'desktop>) {
    let program = scene.start(&[]);
    let person = Person::at(scene.desktop, &program, Hand::ScreenReader);
    person.press("Sign in with a phone");
    person.sees().wait_for(Label, "Sign in with your phone");
    (program, person)
}

fn answer(person: &Person, phone: &Phone, login: &str, answer: Answer) {
    let scanned = qr_in(&person.window);
    phone.answer(&scanned, &code_in(person.sees()), login, answer);
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn a_refusal_on_the_phone_is_told_and_the_browser_is_offered() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let (program, person) = first_code(&scene);
    answer(&person, &Phone::start(&desktop), "ada", Answer::Cancel);
    person.sees().wait_for(Label, "The sign-in was refused");
    person.sees().wait_for(Button, "Use the browser instead");
    assert_eq!(scene.items_kept(), 0);

    person.press("Try again");
    person.sees().wait_for(Label, "Sign in with your phone");
    scene.no_browser_was_opened();
    scene.close_window(program);
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn where_ada_was_expected_and_grace_comes_nothing_of_ada_is_left() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, of_short_tokens());
    let phone = Phone::start(&desktop);
    let (program, person) = first_code(&scene);
    answer(&person, &phone, "ada", Answer::Allow);
    person.sees().wait_for(Label, "Welcome, Ada Lovelace");
    wait_for(
        || (scene.is_kept() && scene.is_seen(&program, HER_DRESS)).then_some(()),
        || "Ada is not kept, or her picture is not shown".into(),
    );

    assert_eq!(scene.run(&["logout"]).code, Some(0));
    std::thread::sleep(TOKEN_LIFE);
    person.press("Fetch message");
    person.sees().wait_for(Label, "Please sign in again");
    person.sees().wait_for(Label, "Ada Lovelace");
    person.press("Sign in");
    // The browser would fill in Ada's name; the phone knows of nobody.
    person.press("Use a phone instead");
    person.sees().wait_for(Label, "Sign in with your phone");
    answer(&person, &phone, "grace", Answer::Allow);
    person.sees().wait_for(Label, "Welcome, Grace Hopper");
    let names = person.sees().names();
    assert!(!names.iter().any(|name| name.contains("Ada")), "{names:#?}");
    assert!(!scene.is_seen(&program, HER_DRESS));
    wait_for(
        || (scene.items_kept() == 1).then_some(()),
        || format!("{} sessions are kept", scene.items_kept()),
    );
    scene.close_window(program);
}

/// Long enough for a person who is quick; short enough to wait for the end of four codes.
const LIFE: Duration = Duration::from_secs(10);
/// The codes that follow by themselves.
const RENEWALS: usize = 3;

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn codes_follow_each_other_until_the_window_asks_whether_somebody_is_there() {
    let desktop = Desktop::start();
    let provider = Options {
        device_ttl: LIFE,
        ..asked_each_second()
    };
    let scene = Scene::with_provider(&desktop, provider);
    let phone = Phone::start(&desktop);
    let (program, person) = first_code(&scene);
    let mut seen = vec![code_in(person.sees())];
    for _ in 0..RENEWALS {
        let next = wait_for(
            || Some(code_in(person.sees())).filter(|code| Some(code) != seen.last()),
            || format!("no code follows {seen:?}"),
        );
        assert!(!seen.contains(&next), "{next} of {seen:?}");
        // The picture is of the same code.
        assert!(qr_in(&person.window).ends_with(&next));
        seen.push(next);
    }
    person.sees().wait_for(Label, "Still there?");
    person.press("Show a new code");
    person.sees().wait_for(Label, "Sign in with your phone");
    assert!(!seen.contains(&code_in(person.sees())));
    answer(&person, &phone, "ada", Answer::Allow);
    person.sees().wait_for(Label, "Welcome, Ada Lovelace");
    scene.close_window(program);
}
