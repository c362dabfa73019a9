//! The kiosk, on a machine without a screen.

use crate::deb::KIOSK;
use crate::desktop::Desktop;
use crate::system::System;
use crate::wait_for;

/// What systemd knows of the unit.
fn shown(system: &System, property: &str) -> String {
    let line = format!("systemctl show --value --property {property} vestibule-kiosk");
    system.run(&line).trim().to_owned()
}

#[test]
#[ignore = "needs root, mmdebstrap and cargo-deb: tests/setup; builds the release"]
fn the_kiosk_is_installed_started_by_systemd_says_that_there_is_no_screen_and_goes_away() {
    let package = KIOSK.pack();
    let desktop = Desktop::start();
    let system = System::boot(&desktop, &package);
    let before = system.install(&package);
    // Nobody has said yet who the provider is.
    assert_eq!(shown(&system, "UnitFileState"), "disabled");
    assert_eq!(shown(&system, "ActiveState"), "inactive");
    let groups = system.run("id --groups --name kiosk");
    assert_eq!(groups, "kiosk video\n");

    system.run("systemctl enable --now vestibule-kiosk.service");
    // Its program ends, and begins again two seconds later.
    wait_for(
        || (shown(&system, "ExecMainStatus") == "3").then_some(()),
        || system.run("journalctl --unit vestibule-kiosk"),
    );
    let journal = system.run("journalctl --unit vestibule-kiosk --output cat");
    assert!(journal.contains("no display: "), "{journal}");
    let state = system.run("stat --format '%U %a' /var/lib/vestibule");
    assert_eq!(state, "kiosk 700\n");

    // What a board has that stays signed in.
    system.run("touch /var/lib/vestibule/session.json /etc/vestibule/vestibule-key");
    system.purge(KIOSK.name, &before);
    for book in ["passwd", "group"] {
        assert_ne!(system.ask(&format!("getent {book} kiosk")).0, Some(0));
    }
    let (code, said) = system.ask("systemctl is-active vestibule-kiosk");
    assert_ne!(code, Some(0), "{said}");
}
