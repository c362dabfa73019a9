//! The file with what the provider said, where something else lies in its place.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use crate::{remembered::Processes, worker::DISCOVERY};

/// What may lie in the file's place, by what makes it so.
type Hostile = (&'static str, fn(&Path));

const HOSTILE: [Hostile; 8] = [
    ("empty", |file| fs::write(file, "").unwrap()),
    ("cut off", |file| {
        let text = fs::read_to_string(file).unwrap();
        fs::write(file, &text[..text.len() / 2]).unwrap();
    }),
    ("no text", |file| fs::write(file, [0xff; 64]).unwrap()),
    ("huge", |file| {
        let file = File::options().write(true).open(file).unwrap();
        file.set_len(50 << 20).unwrap();
    }),
    ("a link", |file| {
        let elsewhere = file.with_extension("elsewhere");
        fs::rename(file, &elsewhere).unwrap();
        symlink(elsewhere, file).unwrap();
    }),
    ("a folder", |file| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
    }),
    ("open to others", |file| {
        fs::set_permissions(file, Permissions::from_mode(0o660)).unwrap();
    }),
    // Nobody ever writes into it.
    ("a pipe", |file| {
        fs::remove_file(file).unwrap();
        let made = std::process::Command::new("mkfifo").arg(file).status();
        assert!(made.unwrap().success());
    }),
];

#[test]
fn a_file_that_cannot_be_relied_on_counts_as_none() {
    for (what, make) in HOSTILE {
        let processes = Processes::new("remembered-hostile");
        make(&processes.file());
        let asked = processes.renewing();
        assert_eq!(asked, [DISCOVERY, "/token", "/jwks"], "{what}");
    }
}

/// Whoever can write in the folder could put another file there.
#[test]
fn in_a_folder_that_is_open_to_others_nothing_is_remembered() {
    let processes = Processes::new("remembered-open");
    let open = |mode| fs::set_permissions(&processes.folder.0, Permissions::from_mode(mode));
    open(0o777).unwrap();
    for _ in 0..2 {
        assert_eq!(processes.renewing(), [DISCOVERY, "/token", "/jwks"]);
    }
    open(0o700).unwrap();
    assert_eq!(processes.renewing(), ["/token"]);
}

#[test]
fn the_file_is_for_its_owner_alone_and_has_no_secret() {
    let processes = Processes::new("remembered-mode");
    processes.renewing();
    let mode = File::open(processes.file()).unwrap().metadata().unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(processes.file()).unwrap();
    assert!(text.contains("token_endpoint"), "{text}");
    assert!(!text.contains(&processes.world.kept_token()));
    assert!(!text.contains("ada") && !text.contains("Ada"), "{text}");
}
