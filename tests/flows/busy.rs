//! A session that another program holds: who waits for it says so, and goes on by itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

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

/// The one that the program has there, besides that of the session file.
fn lock_file(state: &Path) -> PathBuf {
    let files = fs::read_dir(state)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut locks = files
        .filter(|file| file.extension().is_some_and(|end| end == "lock"))
        .filter(|file| !file.ends_with("session.json.lock"));
    locks.next().expect("the program has no lock file")
}

/// Patience is 40 s, since no refresh takes longer: the window and the terminal wait at
/// the same time.
#[test]
fn who_waits_for_a_session_that_another_program_renews_says_so_and_stays_signed_in() {
    let (world, folder) = (World::new(), Folder::new("busy"));
    let terminal = |words: &[&str]| Program::start(command(&world, &folder, words));
    let login = terminal(&["login", "--no-browser"]);
    login.visit(&world);
    assert_eq!(login.finish().code, Some(0));
    world.browser.pages();
    sign_in(&world.client()).unwrap();
    let requests = world.http.count("/token");

    let lock = lock_file(&folder.0.join(".local/state/vestibule"));
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
