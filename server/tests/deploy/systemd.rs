//! The unit, read by systemd itself. Nothing is started.

use std::process::{Command, Output};

use crate::{process::Folder, read, replace_once};

/// `systemd-analyze` on the unit, with the built program in the place of the installed.
fn analyze(name: &str, arguments: &[&str]) -> (Output, String) {
    let folder = Folder::new(name);
    let program = env!("CARGO_BIN_EXE_vestibule-server");
    let unit = read("deploy/vestibule-server.service");
    let unit = replace_once(&unit, "=vestibule-server ", &format!("={program} "));
    folder.write("vestibule-server.service", unit);
    let output = Command::new("systemd-analyze")
        .args(arguments)
        .arg(folder.0.join("vestibule-server.service"))
        .output()
        .expect("systemd-analyze: run tests/setup");
    let text = [&output.stdout[..], &output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    (output, text)
}

#[test]
#[ignore = "needs systemd-analyze: tests/setup"]
fn systemd_understands_every_line_of_the_unit() {
    let (output, text) = analyze("verify", &["verify", "--man=no"]);
    // It only warns of names that it does not know.
    assert!(!text.contains("vestibule-server.service:"), "{text}");
    assert!(output.status.success(), "{text}");
}

#[test]
#[ignore = "needs systemd-analyze: tests/setup"]
fn the_unit_leaves_little_to_whoever_takes_the_server_over() {
    // Of 100; without any of the directives it is 96. What is left is the network.
    let check = ["security", "--offline=true", "--threshold=15", "--no-pager"];
    let (output, text) = analyze("security", &check);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("Overall exposure level"), "{text}");
}

#[test]
fn running_requests_have_their_time_before_systemd_kills() {
    let unit = read("deploy/vestibule-server.service");
    let (_, limit) = unit.split_once("\nTimeoutStopSec=").unwrap();
    let limit: u32 = limit.lines().next().unwrap().parse().unwrap();
    assert!(limit > 30, "{limit} s");
}
