//! The whole story by phone in the window, by mouse, by keyboard and by screen reader.

use crate::at_spi::Role::Label;
use crate::desktop::{Desktop, Manager};
use crate::program::{Program, VESTIBULE};
use crate::scene::{MESSAGE, Scene};
use crate::wait_for;

use super::hands::{Hand, Person};
use super::robot::{Answer, Phone};
use super::{TIMES, asked_each_second, code_in, qr_in};

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
    let scanned = qr_in(&person.window);
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
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn on_the_smallest_screen_a_button_changes_between_picture_and_code() {
    let manager = Manager::Openbox { top: 0, left: 0 };
    let desktop = Desktop::with_screen((320, 240), manager);
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let program = scene.start(&[]);
    let person = Person::at(&desktop, &program, Hand::Keyboard);
    person.press("Sign in with a phone");
    let scanned = qr_in(&person.window);
    person.press("Show code");
    let code = code_in(person.sees());
    person.press("Show QR code");
    assert_eq!(qr_in(&person.window), scanned);
    let phone = Phone::start(&desktop);
    phone.answer(&scanned, &code, "ada", Answer::Allow);
    person.sees().wait_for(Label, "Welcome, Ada Lovelace");
    scene.close_window(program);
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn where_no_browser_can_be_opened_the_window_leads_to_the_phone_alone() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let mut command = desktop.command(VESTIBULE);
    scene.equip(&mut command);
    // Nothing is found there that could open an address.
    command.env_remove("BROWSER").env("PATH", desktop.folder());
    let program = Program::start(&desktop, command);
    let person = Person::at(&desktop, &program, Hand::Keyboard);
    let phone_alone = |heading: &str| {
        person.sees().wait_for(Label, heading);
        let names = person.sees().names();
        let browser = |name: &&String| *name == "Sign in" || name.contains("browser");
        assert_eq!(names.iter().find(browser), None, "{names:#?}");
    };
    phone_alone(&format!("Sign in to {}", scene.services.host));
    person.press("Sign in with a phone");
    phone_alone("Sign in with your phone");
    let scanned = qr_in(&person.window);
    let phone = Phone::start(&desktop);
    phone.answer(&scanned, &code_in(person.sees()), "ada", Answer::Cancel);
    phone_alone("The sign-in was refused");
    scene.close_window(program);
}

#[test]
#[ignore = "needs a display and a Secret Service: tests/setup"]
fn escape_leads_back_from_the_code_and_no_code_is_left_on_the_screen() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let program = scene.start(&[]);
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
