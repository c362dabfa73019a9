//! Mistakes about this machine.

use std::net::TcpListener;

use super::{
    doctor, names_of, run,
    table::{assert_row, printed, told},
};
use crate::{store::Folder, world::World};

/// The environment names no D-Bus session.
#[test]
fn a_missing_keychain_is_told_with_the_file_in_its_place() {
    let (world, folder) = (World::new(), Folder::new("doctor-keychain"));
    let more = ["--store", "keychain"];
    let ended = run(doctor(&folder, &world.issuer, world.api.as_str(), &more));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "store");
    assert_eq!((ended.code, &*check.outcome), (Some(1), "failed"));
    assert!(check.remedy.contains("use --store file"), "{check:?}");
    let open = "Not examined until that is mended: session.";
    assert!(ended.stdout.trim_end().ends_with(open), "{}", ended.stdout);
    assert_row("no keychain", check, &names_of(&world));
}

/// The environment names neither a display nor a browser.
#[test]
fn where_no_browser_can_be_opened_the_phone_is_named_and_nothing_has_failed() {
    let (world, folder) = (World::new(), Folder::new("doctor-browser"));
    let ended = run(doctor(&folder, &world.issuer, world.api.as_str(), &[]));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "browser");
    assert_eq!((ended.code, &*check.outcome), (Some(0), "warning"));
    assert!(
        check.remedy.contains("vestibule login --device"),
        "{check:?}"
    );
    assert_row("no browser", check, &names_of(&world));
}

#[test]
fn a_port_that_another_program_has_is_named() {
    let (world, folder) = (World::new(), Folder::new("doctor-port"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let with = |ports: &str| {
        let more = ["--redirect-ports", ports];
        run(doctor(&folder, &world.issuer, world.api.as_str(), &more))
    };
    let ended = with(&port);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "redirect");
    assert_eq!((ended.code, &*check.outcome), (Some(1), "failed"));
    assert!(
        check
            .what
            .contains(&format!("port {port}: another program has the port"))
    );
    assert!(
        check.remedy.contains("set other redirect_ports"),
        "{check:?}"
    );
    assert_row(
        "a redirect port that is taken",
        check,
        &[(port.clone(), "8765")],
    );
    // Another one is left.
    let ended = with(&format!("{port},0"));
    let checks = printed(&ended.stdout);
    assert_eq!(
        (ended.code, &*told(&checks, "redirect").outcome),
        (Some(0), "warning")
    );
}

#[test]
fn settings_that_cannot_be_used_are_a_check_and_end_with_2() {
    let folder = Folder::new("doctor-configuration");
    let toml = folder.0.join("vestibule.toml");
    let examined = |text: &str, more: &[&str]| {
        std::fs::write(&toml, text).unwrap();
        let mut command = std::process::Command::new(crate::program::VESTIBULE);
        command.arg("doctor").args(more).env_clear();
        command.current_dir(&folder.0).env("HOME", &folder.0);
        run(command)
    };
    for (text, what) in [
        ("issuer = ", "line 1 is not TOML"),
        ("", "issuer"),
        ("issuer = \"https://sso.example.org\"\n", "client_id"),
        ("isuer = \"https://sso.example.org\"\n", "unknown key"),
        (
            "issuer = \"https://sso.example.org\"\nclient_id = \"a\"\nca_file = \"none.pem\"\n",
            "none.pem cannot be read",
        ),
    ] {
        let ended = examined(text, &[]);
        let checks = printed(&ended.stdout);
        let check = told(&checks, "configuration");
        assert_eq!((ended.code, &*check.outcome), (Some(2), "failed"), "{text}");
        assert!(check.what.contains(what), "{check:?}");
        assert!(check.remedy.contains("example: "), "{check:?}");
        let json = examined(text, &["--json"]);
        assert_eq!(json.code, Some(2));
        let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(json["checks"][0]["id"], "configuration");
        assert_eq!(json["checks"][0]["outcome"], "failed");
        assert_eq!(json["settings"], serde_json::Value::Null);
    }
    let misused = examined("", &["--jsn"]);
    assert_eq!((misused.code, &*misused.stdout), (Some(2), ""));
}

#[test]
fn a_variable_that_looks_like_a_setting_is_a_warning() {
    let (world, folder) = (World::new(), Folder::new("doctor-variable"));
    let mut command = doctor(&folder, &world.issuer, world.api.as_str(), &[]);
    command.env("VESTIBULE_AUDIENC", "x");
    let ended = run(command);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "configuration");
    assert!(check.what.contains("VESTIBULE_AUDIENC"), "{check:?}");
    assert_eq!((ended.code, &*check.outcome), (Some(0), "warning"));
}
