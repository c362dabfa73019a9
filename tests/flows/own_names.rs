//! The names that the app gives to itself: others go by them, and so do its own older
//! files.

use std::{
    env::consts::{ARCH, OS},
    fs,
    os::unix::fs::PermissionsExt,
};

use crate::{
    program::{Program, command},
    raw::Hostile,
    store::Folder,
    world::World,
};

#[test]
fn it_calls_itself_by_its_name_version_and_system() {
    let (world, folder) = (World::new(), Folder::new("user-agent"));
    let provider = Hostile::answering("404 Not Found", "", "");
    let words = ["login", "--no-browser", "--issuer", &provider.url];
    let login = Program::start(command(&world, &folder, &words)).finish();
    assert_ne!(login.code, Some(0), "{}", login.stderr);
    let heads = provider.requests();
    assert!(!heads.is_empty(), "{}", login.stderr);
    let version = env!("CARGO_PKG_VERSION");
    let agent = format!("user-agent: vestibule/{version} ({OS}; {ARCH})");
    for head in heads {
        let mut lines = head.lines();
        assert!(
            lines.any(|line| line.eq_ignore_ascii_case(&agent)),
            "{head}"
        );
    }
}

#[test]
fn a_session_file_that_was_sealed_asks_for_the_apps_credential() {
    let (world, folder) = (World::new(), Folder::new("sealed"));
    let state = folder.0.join(".local/state/vestibule");
    fs::create_dir_all(&state).unwrap();
    fs::set_permissions(&state, fs::Permissions::from_mode(0o700)).unwrap();
    let file = state.join("session.json");
    fs::write(&file, r#"{"sealed": "AAAA"}"#).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let message = Program::start(command(&world, &folder, &["message"])).finish();
    assert_eq!(message.code, Some(1), "{}", message.stderr);
    let words = "encrypted, and the credential vestibule-key is not there";
    assert!(message.stderr.contains(words), "{}", message.stderr);
}
