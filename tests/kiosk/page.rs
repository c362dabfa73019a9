//! The page `docs/kiosk.md`, followed on a board with Debian: the boxes of *Install it* and *A
//! board that stays signed in* are typed as they stand there.

use std::time::Instant;

use crate::desktop::Desktop;
use crate::kiosk::Kiosk;
use crate::phone::robot::{Answer, Phone};
use crate::phone::user_code;
use crate::services::{AUDIENCE, Services};
use crate::wait_for;

/// What the API says to whoever is signed in, as far as it stands in one line.
const MESSAGE: &str = "Only authenticated users";
const SETTINGS: &str = "/etc/vestibule/kiosk.toml";
const UNIT: &str = "/etc/systemd/system/vestibule-kiosk.service";
/// Where the unit has the session kept.
const SESSION: &str = "/var/lib/vestibule/session.json";
/// Where the page says what to write into the settings, in either section.
const WRITE: &str = "Write your provider, client and API into `/etc/vestibule/kiosk.toml`";
const STORE: &str = "Then `store = \"file\"` in the settings";

/// The text under a heading, up to the next, before and after these words of it.
fn section(heading: &str, words: &str) -> [String; 2] {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/kiosk.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, text) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let text = text.split("\n## ").next().unwrap();
    let (before, after) = text.split_once(words).unwrap();
    [before.to_owned(), after.to_owned()]
}

/// The lines in the boxes of a text.
fn boxes(text: &str) -> Vec<&str> {
    let boxes = text.split("\n```sh\n").skip(1);
    let lines: Vec<_> = boxes
        .flat_map(|text| text.split("\n```").next().unwrap().lines())
        .collect();
    assert!(!lines.is_empty(), "no box in {text}");
    lines
}

/// Types the boxes of a text, in the folder with what was brought.
fn type_boxes(kiosk: &Kiosk, text: &str) {
    for line in boxes(text) {
        let began = Instant::now();
        kiosk.machine.run(&format!("cd /home/board; {line}"));
        println!("{} s: {line}", began.elapsed().as_secs());
    }
}

/// Replaces a line that begins so, as a person does in an editor.
fn edit(kiosk: &Kiosk, file: &str, begins: &str, line: &str) {
    let edit = format!("sed -i 's|^{begins}.*|{line}|' {file} && grep -Fx '{line}' {file}");
    kiosk.machine.run(&edit);
}

/// Scans what is on the screen and signs in with it.
fn sign_in(kiosk: &Kiosk, phone: &Phone) {
    let scanned = kiosk.scan();
    let code = user_code(&scanned).unwrap();
    kiosk.wait_for_code(&code);
    phone.answer(&scanned, &code, "ada", Answer::Allow);
    kiosk.wait_for("Lovelace");
}

/// Who runs the unit's main process, and with what it has the screen.
fn is_run_by_its_user(kiosk: &Kiosk) {
    let machine = &kiosk.machine;
    let properties = "ActiveState,NRestarts,MemoryCurrent,MainPID,User";
    let shown = machine.run(&format!(
        "systemctl show --property={properties} vestibule-kiosk"
    ));
    println!("{}", shown.replace('\n', " "));
    assert!(shown.contains("ActiveState=active"), "{shown}");
    let pid = "$(systemctl show --property=MainPID --value vestibule-kiosk)";
    let who = machine.run(&format!("stat --format=%U:%G /proc/{pid}"));
    assert_eq!(who.trim(), "kiosk:kiosk");
    let program = machine.run(&format!("readlink /proc/{pid}/exe"));
    assert_eq!(program.trim(), "/usr/local/bin/vestibule");
    // seatd has opened the screen for it.
    machine.run("ls -l /proc/$(pidof seatd)/fd | grep -F /dev/dri/card0");
}

/// Tells what this boot took until `what` was seen.
fn tell(kiosk: &Kiosk, what: &str) {
    let seconds = kiosk.number("cut -d. -f1 /proc/uptime");
    let memory = kiosk.memory_in_use();
    println!("{what} {seconds} s after the kernel began; the board uses {memory} kB");
    is_run_by_its_user(kiosk);
}

/// Installs the kiosk, up to a code on the screen.
fn install_it(kiosk: &Kiosk, [install, start]: &[String; 2]) {
    type_boxes(kiosk, install);
    let Services {
        issuer, api_url, ..
    } = &kiosk.services;
    for (name, value) in [
        ("issuer", issuer.as_str()),
        ("client_id", "vestibule"),
        ("audience", AUDIENCE),
        ("api_url", api_url),
    ] {
        let line = format!("{name} = \"{value}\"");
        edit(kiosk, SETTINGS, &format!("{name} = "), &line);
    }
    type_boxes(kiosk, start);
    kiosk.scan();
    is_run_by_its_user(kiosk);
}

/// Has the board stay signed in, and signs in.
fn keep_a_session(kiosk: &Kiosk, phone: &Phone) {
    let [key, start] = section("A board that stays signed in", STORE);
    type_boxes(kiosk, &key);
    edit(kiosk, SETTINGS, "#store = ", "store = \"file\"");
    let credential = "LoadCredential=vestibule-key:/etc/vestibule/vestibule-key";
    edit(kiosk, UNIT, "#LoadCredential=", credential);
    type_boxes(kiosk, &start);
    sign_in(kiosk, phone);
    // The screen tells of her before she is kept.
    let kept = format!("test -e {SESSION}");
    wait_for(
        || (kiosk.machine.ask(&kept).0 == 0).then_some(()),
        || "the session is not kept".to_owned(),
    );
    kiosk.machine.run(&format!("! grep Lovelace {SESSION}"));
}

#[test]
#[ignore = "needs root, QEMU, mmdebstrap, Chromium, zbar and tesseract: tests/setup"]
fn the_page_leads_from_a_bare_debian_to_a_sign_in_at_boot_and_to_one_that_stays() {
    let boxes_to_install = section("Install it", WRITE);
    let desktop = Desktop::start();
    let packages = boxes(&boxes_to_install[0])[0];
    let kiosk = Kiosk::debian(&desktop, (800, 480), packages);
    install_it(&kiosk, &boxes_to_install);

    kiosk.machine.reboot();
    kiosk.scan();
    tell(&kiosk, "a code is on the screen");
    let phone = Phone::start(&desktop);
    sign_in(&kiosk, &phone);
    kiosk.touch("Fetch message");
    kiosk.wait_for(MESSAGE);
    // Nothing of her is kept.
    kiosk.machine.run(&format!("! test -e {SESSION}"));

    keep_a_session(&kiosk, &phone);
    kiosk.machine.reboot();
    kiosk.wait_for("Lovelace");
    tell(&kiosk, "she is signed in");
}
