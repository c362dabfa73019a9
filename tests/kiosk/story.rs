//! Five people, one after the other, at a kiosk of each size that is promised.

use crate::desktop::Desktop;
use crate::kiosk::Kiosk;
use crate::phone::robot::{Answer, Phone};
use crate::phone::user_code;
use crate::wait_for;

/// Who comes: a login of the development provider, and a name on the screen.
const PEOPLE: [(&str, &str); 5] = [
    ("ada", "Lovelace"),
    ("grace", "Hopper"),
    ("ada", "Lovelace"),
    ("ada", "Lovelace"),
    ("grace", "Hopper"),
];
/// What the API says to those who are signed in, as far as it stands in one line everywhere.
const MESSAGE: &str = "Only authenticated users";
/// After how many seconds whoever does nothing is signed out. The warning comes 20 s before.
const SETTINGS: &str = "idle_sign_out = 60";

fn five_people_come(size: (u32, u32)) {
    let desktop = Desktop::start();
    let kiosk = Kiosk::board(&desktop, size, SETTINGS);
    kiosk.connect_screen();
    kiosk.start_seatd();
    let empty = kiosk.memory_in_use();
    kiosk.start();
    let phone = Phone::start(&desktop);
    let mut scanned = kiosk.scan();
    for (number, (login, name)) in PEOPLE.into_iter().enumerate() {
        let code = user_code(&scanned).unwrap();
        kiosk.wait_for_code(&code);
        phone.answer(&scanned, &code, login, Answer::Allow);
        kiosk.wait_for(name);
        fetch_message(&kiosk, number % 2 == 0);
        if number == 0 {
            let (guest, pss) = (kiosk.memory_in_use(), kiosk.pss());
            println!("{size:?}: guest {guest} kB, {empty} kB without the kiosk; PSS {pss} kB");
            // Ends the warning, and nothing else.
            kiosk.touch("Still there?");
            kiosk.wait_for(MESSAGE);
        }
        kiosk.wait_for("Still there?");
        kiosk.wait_for("next person");
        if number == 0 {
            comes_to_rest(&kiosk);
        }
        kiosk.touch("Sign in with a phone");
        let next = kiosk.scan();
        assert_ne!(next, scanned, "the code of somebody else");
        scanned = next;
    }
}

/// Fetches the message with a finger, or with the key for the button in the focus.
fn fetch_message(kiosk: &Kiosk, with_finger: bool) {
    if with_finger {
        kiosk.touch("Fetch message");
    } else {
        kiosk.wait_for("Fetch message");
        kiosk.machine.key("ret");
    }
    kiosk.wait_for(MESSAGE);
}

/// Waits for ten seconds in which the kiosk has no processor at all.
fn comes_to_rest(kiosk: &Kiosk) {
    wait_for(
        || {
            let before = kiosk.ticks();
            kiosk.machine.run("sleep 10");
            (kiosk.ticks() == before).then_some(())
        },
        || format!("it never rests: {} ticks", kiosk.ticks()),
    );
}

/// Most of their time they wait, so they are on their boards at once.
#[test]
#[ignore = "needs QEMU, Chromium, zbar and tesseract: tests/setup"]
fn five_people_come_to_a_small_an_upright_and_a_wide_screen() {
    std::thread::scope(|scope| {
        for size in [(480, 320), (480, 800), (800, 480)] {
            scope.spawn(move || five_people_come(size));
        }
    });
}
