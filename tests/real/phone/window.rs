//! The whole story by phone in the window, by mouse, by keyboard and by screen reader.

use crate::at_spi::Role::Label;
use crate::desktop::Desktop;
use crate::program::Program;
use crate::scene::{MESSAGE, Scene};
use crate::wait_for;

use super::hands::{Hand, Person};
use super::robot::{Answer, Phone};
use super::{TIMES, asked_each_second, code_in, qr};

/// Signs in with a phone, fetches the message and signs out, again and again.
fn story(hand: Hand) {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let program = scene.start(&[]);
    let person = Person::at(&desktop, &program, hand);
    let phone = Phone::start(&desktop);
    let began = std::time::Instant::now();
    for _ in 0..TIMES {
        ada_comes_and_goes(&scene, &person, &phone);
    }
    println!("{TIMES} times by {hand:?} in {:?}", began.elapsed());
    scene.no_browser_was_opened();
    scene.close_window(program);
}

fn ada_comes_and_goes(scene: &Scene, person: &Person, phone: &Phone) {
    let signed_out = format!("Sign in to {}", scene.services.host);
    person.sees().wait_for(Label, &signed_out);
    person.press("Sign in with a phone");
    person.sees().wait_for(Label, "Sign in with your phone");
    let scanned = qr::read_from(&person.window);
    phone.answer(&scanned, &code_in(person.sees()), "ada", Answer::Allow);
    person.sees().wait_for(Label, "Welcome, Ada Lovelace");
    person.press("Fetch message");
    person.sees().wait_for(Label, MESSAGE);
    // The window does not wait for the keychain, nor for the deletion there.
    wait_for(
        || scene.is_kept().then_some(()),
        || "the session is not kept".into(),
    );
    person.press("Sign out");
    person.sees().wait_for(Label, &signed_out);
    person.sees().wait_until_gone("Ada Lovelace");
    wait_for(
        || (!scene.is_kept()).then_some(()),
        || "the session is still kept".into(),
    );
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn by_mouse_ada_signs_in_with_a_phone_and_out_time_and_again() {
    story(Hand::Mouse);
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn by_keyboard_ada_signs_in_with_a_phone_and_out_time_and_again() {
    story(Hand::Keyboard);
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn by_screen_reader_ada_signs_in_with_a_phone_and_out_time_and_again() {
    story(Hand::ScreenReader);
}

#[test]
#[ignore = "needs a display and a Secret Service: tests/setup"]
fn escape_leads_back_from_the_code_and_no_code_is_left_on_the_screen() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let program: Program = scene.start(&[]);
    let person = Person::at(&desktop, &program, Hand::Keyboard);
    person.press("Sign in with a phone");
    let code = code_in(person.sees());
    person.window.press_keys(&["Escape"]);
    person
        .sees()
        .wait_for(Label, &format!("Sign in to {}", scene.services.host));
    person.sees().wait_until_gone(&code);
    scene.close_window(program);
}
