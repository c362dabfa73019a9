//! A board on which something is missing: one sentence, with cause and remedy.

use crate::desktop::Desktop;
use crate::kiosk::{Kiosk, PROGRAM};

#[test]
#[ignore = "needs QEMU, Chromium, zbar and tesseract: tests/setup"]
fn a_seat_or_a_screen_that_is_missing_is_told_with_its_remedy() {
    let desktop = Desktop::start();
    let kiosk = Kiosk::board(&desktop, (480, 320), "");
    let (code, said) = kiosk.machine.ask(PROGRAM);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("no seat for this user"), "{said}");
    assert!(said.contains("start seatd"), "{said}");

    kiosk.start_seatd();
    let (code, said) = kiosk.machine.ask(PROGRAM);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("no screen in /dev/dri"), "{said}");

    kiosk.connect_screen();
    kiosk.start();
    kiosk.scan();
    // Nobody in particular runs it.
    let owner = kiosk.machine.run("stat -c %U /proc/$(pidof vestibule)");
    assert_eq!(owner.trim(), "kiosk");
}
