//! Programs that share an item share its lock.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{Client, ClientBuilder, ports::StoreKind, store::MemoryStore};

/// Where an absolute path begins.
const ROOT: &str = if cfg!(windows) { "C:/" } else { "/" };

fn at(path: &str) -> PathBuf {
    Path::new(ROOT).join(path)
}

fn notes() -> ClientBuilder {
    Client::builder("https://sso.example.org", "my-app").app_name("My Notes")
}

fn lock(builder: ClientBuilder) -> Option<PathBuf> {
    builder.build().unwrap().settings.lock_file.clone()
}

#[test]
fn programs_with_one_keychain_item_share_its_lock_whatever_they_are_called() {
    let program = |name: &str| notes().app_name(name);
    let of = |builder: ClientBuilder| lock(builder.keychain_service("org.example.Notes")).unwrap();
    let window = of(program("My Notes"));
    assert!(window.parent().unwrap().ends_with("org-example-notes"));
    assert_eq!(window, of(program("My Notes CLI")));
    assert_eq!(
        window,
        of(program("My Notes CLI").state_folder(at("state")))
    );
    // An app that names no service is filed under its own name.
    let unnamed = lock(program("My Notes")).unwrap();
    assert!(unnamed.parent().unwrap().ends_with("my-notes"));
    assert_eq!(
        Some(unnamed),
        lock(program("Cli").keychain_service("my-notes"))
    );
}

#[cfg(unix)]
#[test]
fn the_lock_of_a_session_file_is_beside_the_file_that_a_link_leads_to() {
    use std::fs;

    let folder = std::env::temp_dir().join(format!("vestibule-lock-{}", std::process::id()));
    let (disk, home) = (folder.join("disk"), folder.join("home"));
    fs::create_dir_all(&disk).unwrap();
    fs::create_dir_all(&home).unwrap();
    std::os::unix::fs::symlink(disk.join("session.json"), home.join("session.json")).unwrap();
    let file = |folder: &PathBuf| lock(notes().store_kind(StoreKind::File).state_folder(folder));
    let found = (file(&home), file(&disk));
    fs::remove_dir_all(&folder).unwrap();
    assert!(found.1.as_ref().unwrap().starts_with(&disk));
    assert_eq!(found.0, found.1);
}

#[test]
fn a_folder_or_a_file_that_is_given_has_the_lock() {
    let kinds = [StoreKind::File, StoreKind::Keychain];
    let locks = kinds.map(|kind| {
        lock(
            notes()
                .store_kind(kind)
                .state_folder(at("state"))
                .lock_folder(at("locks")),
        )
    });
    assert_eq!(locks[0], locks[1]);
    let file = locks[0].as_ref().unwrap();
    assert_eq!(file.parent(), Some(&*at("locks")));
    assert_eq!(
        lock(notes().lock_file(at("run/lock"))),
        Some(at("run/lock"))
    );
}

/// The file store locks it for each change: a refresh would wait for itself, or the lock
/// be replaced by the session.
#[test]
fn a_file_of_the_session_file_is_no_lock_file() {
    let file = || {
        notes()
            .store_kind(StoreKind::File)
            .state_folder(at("state"))
    };
    for name in ["session.json", "session.json.lock", "session.json.tmp"] {
        let lock = at("state").join(name);
        let error = file().lock_file(&lock).build().map(|_| ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "lock_file: it must be a file that the session file does not use itself"
        );
        // Whose keychain it is has no such file.
        assert!(notes().lock_file(lock).build().is_ok());
    }
    assert!(file().lock_file(at("state/lock")).build().is_ok());
}

#[test]
fn a_store_of_this_process_alone_has_no_lock() {
    assert_eq!(lock(notes().store_kind(StoreKind::Memory)), None);
    assert_eq!(lock(notes().store(Arc::new(MemoryStore::default()))), None);
    assert_eq!(lock(notes().without_lock_file()), None);
}
