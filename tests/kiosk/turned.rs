//! A screen that hangs upright though it was made to lie.

use crate::desktop::Desktop;
use crate::kiosk::Kiosk;

#[test]
#[ignore = "needs QEMU, Chromium, zbar and tesseract: tests/setup"]
fn picture_and_pointer_are_turned_together() {
    let desktop = Desktop::start();
    let mut kiosk = Kiosk::board(&desktop, (480, 320), "rotation = 90");
    let rule = r#"SUBSYSTEM=="input", ENV{LIBINPUT_CALIBRATION_MATRIX}="0 1 0 -1 0 1""#;
    kiosk.machine.run(&format!(
        "mkdir -p /etc/udev/rules.d; echo '{rule}' >/etc/udev/rules.d/99-touchscreen.rules; \
         udevadm control --reload; udevadm trigger --action=add; udevadm settle"
    ));
    kiosk.turn_head();
    kiosk.connect_screen();
    kiosk.start_seatd();
    kiosk.start();
    kiosk.scan();
    kiosk.touch("About");
    // The button is too near to the edge to be read.
    kiosk.wait_for("Made with");
}
