//! The lock file of another user.

#![cfg(unix)]

use std::{fs, os::unix::fs::chown, time::Duration};

use vestibule::auth::{lock::SessionLock, ports::Cancel};

use crate::store::Folder;

#[test]
#[ignore = "needs root: only that can give a file away"]
fn a_lock_file_of_another_user_is_neither_locked_nor_written_to() {
    let folder = Folder::new("foreign-lock");
    let path = folder.0.join("lock");
    fs::write(&path, "7").unwrap();
    chown(&path, Some(12345), None).unwrap();
    let soon = Duration::from_secs(5);
    let lock = SessionLock::acquire_within(&path, &Cancel::default(), soon).unwrap();
    assert_eq!(lock.advance(), None);
    assert_eq!(fs::read_to_string(&path).unwrap(), "7");
}
