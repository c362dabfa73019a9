//! One refresh at a time, over windows and terminals: a lock file around
//! load, refresh and save. Two processes that use one single-use refresh
//! token would be signed out by their provider (RFC 9700 §4.14.2).
//!
//! The file holds a number that grows with each change of what is kept: a
//! process that cannot read the store knows by it whether the token in its
//! memory is still the newest.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
    time::{Duration, Instant},
};

use super::{
    error::{Error, TokenError},
    ports::Cancel,
};

/// Longer than any refresh may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// Held until dropped; the operating system lets go if the process dies.
#[derive(Debug)]
pub struct SessionLock(Option<File>);

impl SessionLock {
    /// Where no other process shares the store.
    pub fn alone() -> Self {
        Self(None)
    }

    /// Waits for the lock.
    ///
    /// Where the file cannot be made (a read-only home), there is no other
    /// process that shares it either: it goes on without, and says so in the
    /// log.
    ///
    /// # Errors
    /// Cancelled, or another process holds it for too long (40 s).
    pub fn acquire(path: &Path, cancel: &Cancel) -> Result<Self, Error> {
        Self::acquire_within(path, cancel, PATIENCE)
    }

    /// The number of the last change; `None` where there is no file.
    pub fn generation(&self) -> Option<u64> {
        let mut file = self.0.as_ref()?;
        let mut text = String::new();
        file.rewind().ok()?;
        file.take(32).read_to_string(&mut text).ok()?;
        // An empty file is a new one.
        Some(text.trim().parse().unwrap_or(0))
    }

    /// Counts a change; gives its number.
    pub fn advance(&self) -> Option<u64> {
        let next = self.generation()?.wrapping_add(1);
        let mut file = self.0.as_ref()?;
        file.rewind().ok()?;
        // Only grows, so what is written covers what was there.
        write!(file, "{next:020}").ok()?;
        Some(next)
    }

    /// As [`Self::acquire`], with another limit.
    ///
    /// # Errors
    /// As [`Self::acquire`].
    pub fn acquire_within(path: &Path, cancel: &Cancel, limit: Duration) -> Result<Self, Error> {
        let file = match open(path) {
            Ok(file) => file,
            Err(error) => {
                log::warn!("no lock file, going on without: {error}");
                return Ok(Self(None));
            }
        };
        let end = Instant::now() + limit;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(Some(file))),
                Err(TryLockError::Error(error)) => {
                    log::warn!("the lock file cannot be locked, going on without: {error}");
                    return Ok(Self(None));
                }
                Err(TryLockError::WouldBlock) if Instant::now() >= end => {
                    return Err(TokenError::Busy.into());
                }
                Err(TryLockError::WouldBlock) => {}
            }
            if cancel.wait(Duration::from_millis(20)) {
                return Err(Error::Cancelled);
            }
        }
    }
}

/// For the owner only: the session file may come to lie beside the lock.
fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        create_private(folder)?;
    }
    OpenOptions::new()
        .create(true)
        .read(true)
        .truncate(false)
        .write(true)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_waits_until_the_first_lets_go() {
        let path = std::env::temp_dir().join(format!("vestibule-lock-{}", std::process::id()));
        let cancel = Cancel::default();
        let soon = Duration::from_millis(60);
        let first = SessionLock::acquire(&path, &cancel).unwrap();
        let second = SessionLock::acquire_within(&path, &cancel, soon);
        assert!(matches!(second, Err(Error::Token(TokenError::Busy))));
        drop(first);
        assert!(SessionLock::acquire_within(&path, &cancel, soon).is_ok());
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn each_change_has_a_number_of_its_own() {
        let path = std::env::temp_dir().join(format!("vestibule-lock-g-{}", std::process::id()));
        let lock = SessionLock::acquire(&path, &Cancel::default()).unwrap();
        assert_eq!(lock.generation(), Some(0));
        assert_eq!(lock.advance(), Some(1));
        drop(lock);
        let lock = SessionLock::acquire(&path, &Cancel::default()).unwrap();
        assert_eq!((lock.generation(), lock.advance()), (Some(1), Some(2)));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_cancelled_wait_ends_at_once() {
        let path = std::env::temp_dir().join(format!("vestibule-lock-c-{}", std::process::id()));
        let cancel = Cancel::default();
        let _held = SessionLock::acquire(&path, &cancel).unwrap();
        cancel.cancel();
        let waited = SessionLock::acquire(&path, &cancel);
        assert!(matches!(waited, Err(Error::Cancelled)));
        std::fs::remove_file(path).unwrap();
    }
}
