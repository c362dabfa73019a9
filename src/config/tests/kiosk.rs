//! What belongs to a screen that many people share, and what follows from it.

use std::time::Duration;

use super::*;

#[test]
fn a_kiosk_keeps_nobodys_session_and_leaves_nobodys_open_unless_that_is_asked_for() {
    // The command line; the kiosk, its store, seconds to the sign-out.
    for (line, kiosk, store, idle) in [
        ("--kiosk=false", false, StoreKind::Keychain, 0),
        ("--kiosk=false --store memory", false, StoreKind::Memory, 0),
        ("--kiosk", true, StoreKind::Memory, 120),
        ("--kiosk=true --store memory", true, StoreKind::Memory, 120),
        ("--kiosk --store file", true, StoreKind::File, 0),
        ("--store keychain --kiosk", true, StoreKind::Keychain, 0),
    ] {
        let s = Machine::configured("kiosk").settings(line);
        assert_eq!((s.kiosk, s.store), (kiosk, store), "{line}");
        assert_eq!(s.idle_sign_out, Duration::from_secs(idle), "{line}");
    }
    let machine = Machine::configured("idle").env("VESTIBULE_IDLE_SIGN_OUT", "45");
    let asked = Duration::from_secs(45);
    for line in ["--kiosk", "--kiosk --store file", "--kiosk=false"] {
        assert_eq!(machine.settings(line).idle_sign_out, asked, "{line}");
    }
    let never = Machine::configured("never").env("VESTIBULE_IDLE_SIGN_OUT", "0");
    assert_eq!(never.settings("--kiosk").idle_sign_out, Duration::ZERO);
}

#[test]
fn the_kiosk_build_alone_is_one_by_itself() {
    let is_kiosk = cfg!(all(feature = "kiosk", not(feature = "gui")));
    assert_eq!(Machine::configured("build").settings("").kiosk, is_kiosk);
}

#[test]
fn option_variable_and_key_name_a_kiosk_and_the_option_takes_no_word_after_it() {
    let toml = "issuer = \"https://a.example\"\nclient_id = \"app\"\nkiosk = true\nrotation = 90\n\
        idle_sign_out = 30\n";
    let machine = Machine::new("kiosk-file").file("vestibule.toml", toml);
    let s = machine.settings("");
    assert_eq!((s.kiosk, s.rotation), (true, 90));
    assert_eq!(s.idle_sign_out, Duration::from_secs(30));
    // Where the desktop turns the screen, it is said that this does not.
    let told = s.warnings.iter().any(|w| w.contains("rotation"));
    assert_eq!(told, cfg!(all(feature = "window", not(feature = "kiosk"))));
    assert!(!machine.settings("--kiosk=false").kiosk);
    let machine = machine.env("VESTIBULE_KIOSK", "false");
    assert!(!machine.settings("").kiosk);
    let (command, s) = machine.run("--kiosk message");
    assert_eq!((command, s.kiosk), (Command::Message, true));
}

#[test]
fn a_wrong_switch_or_turn_is_told_with_an_example() {
    let machine = Machine::configured("switch");
    let error = machine.error("--kiosk=on");
    assert_eq!(
        error,
        "--kiosk: \"on\": it must be true or false; example: --kiosk=true"
    );
    let error = machine.error("--rotation 90");
    assert!(
        error.contains("give rotation as VESTIBULE_ROTATION"),
        "{error}"
    );
    let machine = machine.env("VESTIBULE_ROTATION", "090");
    let error = machine.error("");
    assert!(
        error.starts_with("VESTIBULE_ROTATION: \"090\": it must be 0, 90, 180 or 270"),
        "{error}"
    );
}
