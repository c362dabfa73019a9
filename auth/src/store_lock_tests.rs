use super::*;

#[test]
fn a_second_holder_waits_until_the_first_lets_go() {
    let path = std::env::temp_dir().join(format!("vestibule-lock-{}", std::process::id()));
    let cancel = Cancel::default();
    let soon = Duration::from_millis(60);
    let first = StoreLock::acquire(&path, &cancel).unwrap();
    let second = StoreLock::acquire_within(&path, &cancel, soon);
    assert!(matches!(second, Err(Error::Token(TokenError::Busy))));
    drop(first);
    assert!(StoreLock::acquire_within(&path, &cancel, soon).is_ok());
    std::fs::remove_file(path).unwrap();
}

#[test]
fn each_change_has_a_number_of_its_own() {
    let path = std::env::temp_dir().join(format!("vestibule-lock-g-{}", std::process::id()));
    let lock = StoreLock::acquire(&path, &Cancel::default()).unwrap();
    assert_eq!(lock.generation(), Some(0));
    assert_eq!(lock.advance(), Some(1));
    drop(lock);
    let lock = StoreLock::acquire(&path, &Cancel::default()).unwrap();
    assert_eq!((lock.generation(), lock.advance()), (Some(1), Some(2)));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_cancelled_wait_ends_at_once() {
    let path = std::env::temp_dir().join(format!("vestibule-lock-c-{}", std::process::id()));
    let cancel = Cancel::default();
    let _held = StoreLock::acquire(&path, &cancel).unwrap();
    cancel.cancel();
    let waited = StoreLock::acquire(&path, &cancel);
    assert!(matches!(waited, Err(Error::Cancelled)));
    std::fs::remove_file(path).unwrap();
}

/// A folder of this test's own, which goes with it.
#[cfg(unix)]
struct Folder(std::path::PathBuf);

#[cfg(unix)]
impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("vestibule-lock-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

#[cfg(unix)]
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Takes the lock at `path` and counts a change there.
#[cfg(unix)]
fn counted(path: &Path) -> Option<u64> {
    let lock = StoreLock::acquire_within(path, &Cancel::default(), Duration::from_secs(5));
    lock.unwrap().advance()
}

#[cfg(unix)]
#[test]
fn what_somebody_planted_in_its_place_is_neither_followed_nor_written_to() {
    use std::{fs, os::unix::fs::symlink};

    let folder = Folder::new("planted");
    let (victim, missing) = (folder.0.join("victim"), folder.0.join("missing"));
    fs::write(&victim, "precious").unwrap();
    let link = folder.0.join("link.lock");
    symlink(&victim, &link).unwrap();
    let dangling = folder.0.join("dangling.lock");
    symlink(&missing, &dangling).unwrap();
    let to_device = folder.0.join("device.lock");
    symlink("/dev/null", &to_device).unwrap();
    let directory = folder.0.join("directory.lock");
    fs::create_dir(&directory).unwrap();
    let pipe = folder.0.join("pipe.lock");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    // The test ends at all: nobody ever opens the other end of the pipe.
    for planted in [&link, &dangling, &to_device, &directory, &pipe] {
        assert_eq!(counted(planted), None, "{planted:?}");
    }
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert!(!missing.exists(), "the link was followed");
    // Somebody's file by that name, a hard link for example.
    let text = folder.0.join("text.lock");
    fs::hard_link(&victim, &text).unwrap();
    assert_eq!(counted(&text), None);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}

/// A power cut may leave zeros, and an older version's file is read by others.
#[cfg(unix)]
#[test]
fn a_lock_file_is_its_owners_alone_and_survives_a_power_cut() {
    use std::{fs, os::unix::fs::MetadataExt};

    let folder = Folder::new("own");
    let path = folder.0.join("new.lock");
    assert_eq!(counted(&path), Some(1));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    fs::write(&path, [0; 20]).unwrap();
    assert_eq!((counted(&path), counted(&path)), (Some(1), Some(2)));
}

#[cfg(unix)]
#[test]
#[ignore = "needs root: only that can give a file away"]
fn a_lock_file_of_another_user_is_neither_locked_nor_written_to() {
    use std::{fs, os::unix::fs::chown};

    let folder = Folder::new("foreign");
    let path = folder.0.join("lock");
    fs::write(&path, "7").unwrap();
    chown(&path, Some(12345), None).unwrap();
    assert_eq!(counted(&path), None);
    assert_eq!(fs::read_to_string(&path).unwrap(), "7");
}
