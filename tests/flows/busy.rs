//! A session that another program holds: who waits for it says so, and goes on by itself.

use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use vestibule::{
    notice::NoticeKind,
    state::{Command, State},
};

use crate::{
    program::{Program, command},
    states::App,
    store::{Folder, locked},
    world::{World, sign_in},
};

/// Where the programs of today and of tomorrow meet, and those of another version.
fn lock_file(state: &Path, issuer: &str) -> PathBuf {
    let hash = digest(&SHA256, format!("{issuer} vestibule").as_bytes());
    let hash: String = hash.as_ref()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    state.join(format!("{hash}.lock"))
}

/// Patience is 40 s, since no refresh takes longer: the window and the terminal wait at
/// the same time.
#[test]
fn who_waits_for_a_session_that_another_program_renews_says_so_and_stays_signed_in() {
    let (world, folder) = (World::new(), Folder::new("busy"));
    let terminal = |words: &[&str]| {
        let mut command = command(&world, &folder, words);
        command.env("XDG_STATE_HOME", folder.0.join("state"));
        Program::start(command)
    };
    let login = terminal(&["login", "--no-browser"]);
    login.visit(&world);
    assert_eq!(login.finish().code, Some(0));
    world.browser.pages();
    sign_in(&world.client()).unwrap();
    let requests = world.http.count("/token");

    let lock = lock_file(&folder.0.join("state/vestibule"), &world.issuer);
    assert!(lock.exists(), "{lock:?} is not where the program has it");
    let held = locked(&lock).unwrap();
    let message = terminal(&["message"]);
    let client = world.client_with(|builder| builder.lock_file(lock));
    let app = App::of(&world, client);
    let State::Offline { failure, .. } = app.until("Offline") else {
        unreachable!()
    };
    assert_eq!(failure.unwrap().notice.kind, NoticeKind::SessionBusy);
    assert_eq!(world.http.count("/token"), requests);
    let message = message.finish();
    assert_eq!(message.code, Some(1), "{}", message.stderr);
    let said = message.stderr;
    assert!(said.contains("another program is renewing"), "{said}");
    assert!(said.contains("you stay signed in"), "{said}");

    drop(held);
    app.send(Command::Resume);
    app.until("SignedIn");
    let message = terminal(&["message"]).finish();
    assert_eq!(message.code, Some(0), "{}", message.stderr);
}
