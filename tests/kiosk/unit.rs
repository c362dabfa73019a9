//! The unit, read by systemd itself. Nothing is started.

use std::process::Command;

#[test]
#[ignore = "needs systemd-analyze: tests/setup"]
fn systemd_understands_every_line_of_the_unit() {
    let folder = std::env::temp_dir().join(format!("vestibule-unit-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let unit = include_str!("../../deploy/vestibule-kiosk.service");
    let installed = "=vestibule ";
    assert_eq!(unit.matches(installed).count(), 1);
    let unit = unit.replace(
        installed,
        concat!("=", env!("CARGO_BIN_EXE_vestibule"), " "),
    );
    let file = folder.join("vestibule-kiosk.service");
    std::fs::write(&file, unit).unwrap();
    let mut analyze = Command::new("systemd-analyze");
    let said = analyze.args(["verify", "--man=no"]).arg(&file).output();
    std::fs::remove_dir_all(&folder).unwrap();
    let said = said.expect("systemd-analyze: run tests/setup");
    let text = String::from_utf8([said.stdout, said.stderr].concat()).unwrap();
    // It only warns of names that it does not know.
    assert!(!text.contains("vestibule-kiosk.service:"), "{text}");
    assert!(said.status.success(), "{text}");
}
