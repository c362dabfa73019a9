//! One attempt, led from the browser to the phone and back as often as a person likes.

use url::Url;

use crate::at_spi::Role::Label;
use crate::desktop::Desktop;
use crate::program::Program;
use crate::scene::{MESSAGE, Scene};
use crate::wait_for;

use super::hands::{Hand, Person};
use super::robot::{Answer, Phone};
use super::{asked_each_second, code_in, qr_in};

const TIMES: usize = 5;

/// What an attempt offers, the same whenever it is looked at.
struct Ways {
    /// The authorization request.
    address: String,
    /// What the QR code says.
    scanned: String,
    code: String,
}

/// Begins with the browser, and goes to the phone and back; ends with the browser.
fn to_and_fro(scene: &Scene, person: &Person, program: &Program) -> Ways {
    person.press("Sign in");
    let address = scene.opened_address();
    let port = port_of_the_way_back(&address);
    let mut phone: Option<[String; 2]> = None;
    for _ in 0..TIMES {
        person.press("Use a phone instead");
        person.sees().wait_for(Label, "Sign in with your phone");
        let now = [qr_in(&person.window), code_in(person.sees())];
        assert_eq!(*phone.get_or_insert_with(|| now.clone()), now);
        assert_eq!(program.listens_on(), [port]);

        person.press("Use the browser instead");
        person.sees().wait_for(Label, "Continue in your browser");
        person.press("Open browser again");
        assert_eq!(scene.opened_address(), address);
        assert_eq!(program.listens_on(), [port]);
    }
    let [scanned, code] = phone.unwrap();
    Ways {
        address,
        scanned,
        code,
    }
}

fn port_of_the_way_back(address: &str) -> u16 {
    let address = Url::parse(address).unwrap();
    let mut query = address.query_pairs();
    let (_, back) = query.find(|(name, _)| name == "redirect_uri").unwrap();
    Url::parse(&back).unwrap().port().unwrap()
}

/// Ada is signed in, once, and both ways are closed.
fn check_end(scene: &Scene, person: &Person, program: &Program) {
    person.sees().wait_for(Label, "Welcome, Ada Lovelace");
    wait_for(
        || program.listens_on().is_empty().then_some(()),
        || format!("it still listens on {:?}", program.listens_on()),
    );
    person.press("Fetch message");
    person.sees().wait_for(Label, MESSAGE);
    wait_for(
        || (scene.items_kept() > 0).then_some(()),
        || "the session is not kept".into(),
    );
    assert_eq!(scene.items_kept(), 1);
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn after_five_times_to_and_fro_the_phone_ends_the_same_attempt() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let program = scene.start(&[]);
    let person = Person::at(&desktop, &program, Hand::ScreenReader);
    let ways = to_and_fro(&scene, &person, &program);
    // The browser is what the window shows now; the code is good all the same.
    let phone = Phone::start(&desktop);
    phone.answer(&ways.scanned, &ways.code, "ada", Answer::Allow);
    check_end(&scene, &person, &program);
    scene.close_window(program);
}

#[test]
#[ignore = "needs a display, Chromium, zbar and a Secret Service: tests/setup"]
fn after_five_times_to_and_fro_the_browser_ends_the_same_attempt() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, asked_each_second());
    let program = scene.start(&[]);
    let person = Person::at(&desktop, &program, Hand::ScreenReader);
    let ways = to_and_fro(&scene, &person, &program);
    person.press("Use a phone instead");
    person.sees().wait_for(Label, "Sign in with your phone");
    // The phone is what the window shows now; the page is good all the same.
    scene.ada_signs_in_at(&ways.address);
    check_end(&scene, &person, &program);
    scene.close_window(program);
}
