//! Two windows that sign in with a phone at the same time.

use crate::at_spi::Role::Label;
use crate::desktop::Desktop;
use crate::program::Program;
use crate::scene::{MESSAGE, Scene};
use crate::wait_for;

use super::hands::{Hand, Person};
use super::robot::{Answer, Phone};
use super::{TOKEN_LIFE, code_in, of_short_tokens, qr_in};

/// Two windows on one desktop, each with its own code; the phone lets these two in, one
/// after the other.
fn both_sign_in<'desktop>(
    scene: &Scene<'desktop>,
    [first, second]: [&str; 2],
) -> [(Program, Person<'desktop>); 2] {
    let windows = [(); 2].map(|()| {
        let program = scene.start(&[]);
        let person = Person::at(scene.desktop, &program, Hand::ScreenReader);
        person.press("Sign in with a phone");
        person.sees().wait_for(Label, "Sign in with your phone");
        (program, person)
    });
    let codes = [0, 1].map(|n: usize| {
        let person = &windows[n].1;
        (qr_in(&person.window), code_in(person.sees()))
    });
    assert_ne!(codes[0].1, codes[1].1);
    let phone = Phone::start(scene.desktop);
    for (((scanned, code), login), (_, person)) in codes.iter().zip([first, second]).zip(&windows) {
        phone.answer(scanned, code, login, Answer::Allow);
        let name = match login {
            "ada" => "Ada Lovelace",
            _ => "Grace Hopper",
        };
        person.sees().wait_for(Label, &format!("Welcome, {name}"));
        // Who comes later finds the earlier one in the keychain.
        wait_for(
            || kept_name(scene).filter(|kept| kept == name),
            || format!("{:?} is kept", kept_name(scene)),
        );
    }
    std::thread::sleep(TOKEN_LIFE);
    windows
}

/// Whose session is kept.
fn kept_name(scene: &Scene) -> Option<String> {
    let status = scene.run(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    status["name"].as_str().map(str::to_owned)
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn of_two_people_in_two_windows_the_later_stays_and_the_earlier_is_told() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, of_short_tokens());
    let [(first, adas), (second, graces)] = both_sign_in(&scene, ["ada", "grace"]);
    adas.press("Fetch message");
    adas.sees().wait_for(Label, "Please sign in again");
    graces.press("Fetch message");
    graces.sees().wait_for(Label, MESSAGE);
    assert_eq!(kept_name(&scene).as_deref(), Some("Grace Hopper"));
    assert_eq!(scene.items_kept(), 1);
    scene.close_window(first);
    scene.close_window(second);
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn one_person_in_two_windows_stays_signed_in_in_both() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, of_short_tokens());
    let windows = both_sign_in(&scene, ["ada", "ada"]);
    for (program, person) in windows {
        person.press("Fetch message");
        person.sees().wait_for(Label, MESSAGE);
        scene.close_window(program);
    }
    assert_eq!(kept_name(&scene).as_deref(), Some("Ada Lovelace"));
    assert_eq!(scene.items_kept(), 1);
}
