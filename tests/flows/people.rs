//! Names, files and settings as people have them, with the built program.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
};

use vestibule::auth::ports::StoreKind;

use crate::{
    http::status,
    program::{Ended, Program, command},
    store::Folder,
    world::{World, sign_in},
};

fn run(world: &World, folder: &Folder, words: &[&str]) -> Ended {
    Program::start(command(world, folder, words)).finish()
}

fn session_file(folder: &Folder) -> PathBuf {
    folder.0.join(".local/state/vestibule/session.json")
}

/// Signs in where the program looks for its session; userinfo says `name`.
fn signed_in_as(world: &World, folder: &Folder, name: &str) {
    let userinfo = format!(r#"{{"sub": "ada", "name": "{name}", "x": "\udd8a"}}"#);
    world
        .http
        .at("/userinfo", move |_, _| status(200, &userinfo));
    let state = session_file(folder);
    // Without `profile` in the ID token, the name is userinfo's.
    let client = world.builder().scopes(["openid", "offline_access"]);
    let client = client.state_folder(state.parent().unwrap());
    let client = client.store_kind(StoreKind::File).build().unwrap();
    sign_in(&client).unwrap();
}

#[test]
fn status_prints_a_name_as_it_is_spelt_and_nothing_that_turns_the_line_about() {
    for (said, printed) in [
        ("علی\u{200c}رضا", "علی\u{200c}رضا"),
        ("👩\u{200d}🚀 Ada", "👩\u{200d}🚀 Ada"),
        ("\u{202e}Ada\u{200f}\\u001b[31m", "Ada[31m"),
        ("Ada \\ud83e", "Ada \u{fffd}"),
        ("\\u0000\u{200d}\u{3164}", "ada"),
    ] {
        let world = World::new();
        let folder = Folder::new("spelt");
        signed_in_as(&world, &folder, said);
        let ended = run(&world, &folder, &["status"]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let words = format!(" as {printed}; the session");
        assert!(ended.stdout.contains(&words), "{:?}", ended.stdout);
        let ended = run(&world, &folder, &["status", "--json"]);
        let status: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(status["name"], printed);
    }
}

#[test]
fn a_session_behind_a_symbolic_link_is_renewed_and_ended_there() {
    let world = World::new();
    let folder = Folder::new("linked");
    let link = session_file(&folder);
    let target = folder.0.join("kept.json");
    for private in [&folder.0, link.parent().unwrap()] {
        fs::create_dir_all(private).unwrap();
        fs::set_permissions(private, Permissions::from_mode(0o700)).unwrap();
    }
    symlink(&target, &link).unwrap();
    let login = Program::start(command(&world, &folder, &["login", "--no-browser"]));
    login.visit(&world);
    assert_eq!(login.finish().code, Some(0));
    let before = fs::read_to_string(&target).unwrap();
    // No process has its access token any more, so it refreshes.
    let message = run(&world, &folder, &["message"]);
    assert_eq!(message.code, Some(0), "{}", message.stderr);
    assert!(link.is_symlink());
    assert_ne!(fs::read_to_string(&target).unwrap(), before, "rotated");

    fs::set_permissions(&target, Permissions::from_mode(0o644)).unwrap();
    for words in [["message"], ["status"], ["logout"], ["login"]] {
        let refused = run(&world, &folder, &words);
        assert_eq!(refused.code, Some(1), "{words:?} {}", refused.stderr);
        let remedy = format!("run chmod 600 {}", target.display());
        assert!(refused.stderr.contains(&remedy), "{}", refused.stderr);
        assert!(refused.stderr.contains("mend that"), "{}", refused.stderr);
    }
    fs::set_permissions(&target, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(run(&world, &folder, &["status"]).code, Some(0));
    assert_eq!(run(&world, &folder, &["logout"]).code, Some(0));
    assert!(link.is_symlink() && !target.exists());
}

#[test]
fn a_variable_that_is_no_setting_is_told_once_by_every_command() {
    let world = World::new();
    let folder = Folder::new("variable");
    let warning = "vestibule: warning: VESTIBULE_ISUER is no setting and changes nothing; the \
                   nearest is VESTIBULE_ISSUER; all of them: vestibule --help.\n";
    for (words, code) in [
        (&["status"][..], 4),
        (&["message"], 4),
        (&["logout"], 0),
        (&["status", "--issuer", "nothing"], 2),
    ] {
        let mut command = command(&world, &folder, words);
        command.env("VESTIBULE_ISUER", "https://a.example");
        command.env("VESTIBULE_SERVER_ISSUER", "https://a.example");
        let ended = Program::start(command).finish();
        assert_eq!(ended.code, Some(code), "{words:?} {}", ended.stderr);
        assert!(ended.stderr.starts_with(warning), "{}", ended.stderr);
        assert_eq!(ended.stderr.matches("warning").count(), 1);
    }
    let version = command(&world, &folder, &["--version"]);
    assert_eq!(Program::start(version).finish().stderr, "");
}

#[test]
fn settings_that_can_never_be_right_end_with_the_value_and_exit_code_2() {
    let world = World::new();
    let folder = Folder::new("never-right");
    let document = format!("{}/.well-known/openid-configuration", world.issuer);
    let off = format!(
        "take /.well-known/openid-configuration off the issuer: {} ",
        world.issuer
    );
    let quoted = format!("\"{}\"", world.issuer);
    for (words, sentence) in [
        (["--issuer", &document], &*off),
        (
            ["--issuer", &quoted],
            "it has quotes around it: take them off",
        ),
        (
            ["--redirect-ports", "65536"],
            "ports are numbers from 0 to 65535",
        ),
    ] {
        let ended = run(&world, &folder, &[&["login"][..], &words].concat());
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        let shown = format!("vestibule: {}: {:?}: {sentence}", words[0], words[1]);
        assert!(ended.stderr.starts_with(&shown), "{}", ended.stderr);
        assert_eq!(ended.stderr.lines().count(), 1);
    }
}
