//! In folders of their own under the system's temporary folder.

#![allow(clippy::unwrap_used)]

use std::thread;

use super::*;

#[cfg(unix)]
#[path = "place_tests.rs"]
mod place_tests;

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("vestibule-file-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::remove_dir_all(&path).ok();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("state").join("session.json")
    }

    fn store(&self) -> FileStore {
        FileStore::new(self.file(), Credential::absent("notes-key"))
    }

    fn sealed_by(&self, key: u8) -> FileStore {
        let path = self.0.join(format!("key-{key}"));
        fs::create_dir_all(&self.0).unwrap();
        fs::write(&path, [key; 32]).unwrap();
        FileStore::new(self.file(), Credential::at(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn words<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn items_come_back_after_a_restart_each_under_its_key() {
    let folder = Folder::new("items");
    let store = folder.store();
    assert_eq!(store.read("a"), Ok(None));
    assert_eq!(store.delete("a"), Ok(()));
    assert!(!folder.file().exists());
    store.write("a", "1").unwrap();
    store.write("b", "2").unwrap();
    store.write("a", "3").unwrap();
    let later = folder.store();
    assert_eq!(later.read("a"), Ok(Some("3".to_owned())));
    later.delete("a").unwrap();
    assert_eq!(store.read("a"), Ok(None));
    assert_eq!(store.read("b"), Ok(Some("2".to_owned())));
    store.delete("b").unwrap();
    assert!(!folder.file().exists());
    super::super::prove(&store).unwrap();
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it_and_one_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new("mode");
    folder.store().write("a", "secret").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.file()), 0o600);
    assert_eq!(mode(folder.file().parent().unwrap()), 0o700);

    let chmod = |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode));
    chmod(&folder.file(), 0o644).unwrap();
    assert!(words(folder.store().read("a")).contains("chmod 600"));
    assert!(words(folder.store().write("a", "2")).contains("chmod 600"));
    chmod(&folder.file(), 0o600).unwrap();
    chmod(folder.file().parent().unwrap(), 0o777).unwrap();
    assert!(words(folder.store().write("a", "2")).contains("chmod 700"));
}

#[test]
fn a_damaged_file_is_named_and_neither_written_over_nor_deleted() {
    let folder = Folder::new("damaged");
    folder.store().write("a", "1").unwrap();
    for damage in ["", "{\"a\":", "[]", "{\"a\":1}", "\u{0}"] {
        // Written in place, so that it keeps its rights.
        fs::write(folder.file(), damage).unwrap();
        let store = folder.store();
        for result in [
            words(store.read("a")),
            words(store.write("a", "2")),
            words(store.delete("a")),
        ] {
            assert!(result.contains("session.json") && result.contains("damaged"));
        }
        assert_eq!(fs::read_to_string(folder.file()).unwrap(), damage);
    }
}

#[test]
fn with_a_credential_neither_key_nor_item_can_be_read_in_the_file() {
    let folder = Folder::new("sealed");
    let store = folder.sealed_by(1);
    store.write("https://a.example app", "token").unwrap();
    let text = fs::read_to_string(folder.file()).unwrap();
    assert!(text.starts_with("{\"sealed\":\"") && !text.contains("a.example"));
    let back = folder.sealed_by(1).read("https://a.example app");
    assert_eq!(back, Ok(Some("token".to_owned())));
    assert!(words(folder.sealed_by(2).write("b", "2")).contains("this credential"));
    assert!(words(folder.store().write("b", "2")).contains("notes-key is not there"));
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), text);
}

#[test]
fn a_file_from_before_the_credential_is_read_and_encrypted_at_the_next_write() {
    let folder = Folder::new("upgrade");
    folder.store().write("a", "1").unwrap();
    let store = folder.sealed_by(1);
    assert_eq!(store.read("a"), Ok(Some("1".to_owned())));
    store.write("b", "2").unwrap();
    assert!(folder.store().read("a").is_err());
    assert_eq!(store.read("a"), Ok(Some("1".to_owned())));
}

#[test]
fn a_credential_that_is_too_short_or_missing_is_an_error() {
    let folder = Folder::new("short");
    fs::create_dir_all(&folder.0).unwrap();
    let key = folder.0.join("key");
    let store = FileStore::new(folder.file(), Credential::at(&key));
    assert!(words(store.write("a", "1")).contains("cannot be read"));
    fs::write(key, "0123456789abcde").unwrap();
    assert!(words(store.write("a", "1")).contains("shorter"));
    assert!(!folder.file().exists());
}

#[test]
fn writers_at_the_same_time_lose_nothing_of_each_other() {
    let folder = Folder::new("writers");
    thread::scope(|scope| {
        for n in 0..4 {
            let store = folder.store();
            scope.spawn(move || {
                for i in 0..5 {
                    store.write(&format!("{n} {i}"), "x").unwrap();
                }
            });
        }
    });
    assert_eq!(folder.store().load(&folder.file()).unwrap().len(), 20);
}
