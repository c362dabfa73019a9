//! One refresh at a time, over windows and terminals: a lock file around
//! load, refresh and save. Two processes that use one single-use refresh
//! token would be signed out by their provider (RFC 9700 §4.14.2).
//!
//! The file holds a number that grows with each change of what is stored: a
//! process that cannot read the store knows by it whether the token in its
//! memory is still the newest.
//!
//! Since a number is written into it, the file must be ours: what somebody planted in
//! its place (a symbolic link, a pipe, a file of another user) is neither followed nor
//! written to.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    time::{Duration, Instant},
};

use super::{
    cancel::Cancel,
    error::{Error, TokenError},
};

/// Longer than the two requests of a refresh may take (15 s each). A keychain that takes
/// nothing may hold the lock longer: the session is busy then.
const PATIENCE: Duration = Duration::from_secs(40);

/// Held until dropped; the operating system lets go if the process dies.
#[derive(Debug)]
pub struct StoreLock(Option<File>);

impl StoreLock {
    /// Where no other process shares the store.
    pub fn alone() -> Self {
        Self(None)
    }

    /// Waits for the lock.
    ///
    /// Where the file cannot be made (a read-only home), there is no other
    /// process that shares it either: it goes on without, and says so in the
    /// log. So it does where something else lies in the file's place: no process
    /// uses that.
    ///
    /// # Errors
    /// Cancelled, or another process holds it for 40 s.
    pub fn acquire(path: &Path, cancel: &Cancel) -> Result<Self, Error> {
        Self::acquire_within(path, cancel, PATIENCE)
    }

    /// The number of the last change; `None` where there is no file, or one that
    /// holds something else.
    pub fn generation(&self) -> Option<u64> {
        let mut file = self.0.as_ref()?;
        let mut text = String::new();
        file.rewind().ok()?;
        file.take(32).read_to_string(&mut text).ok()?;
        // After a power cut there may be zeros in place of what was written last.
        let number = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        // An empty file is a new one.
        let number = if number.is_empty() { "0" } else { number };
        number.parse().ok()
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
                let path = path.display();
                log::warn!("{path}: {error}; going on without this lock file");
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
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        create_private(folder)?;
        #[cfg(unix)]
        ours::warn_of_folder(folder);
    }
    let mut options = OpenOptions::new();
    options.create(true).read(true).truncate(false).write(true);
    #[cfg(unix)]
    return ours::open(&mut options, path);
    #[cfg(not(unix))]
    options.open(path)
}

/// Whether what is found belongs to whoever runs this process.
#[cfg(unix)]
mod ours {
    use std::{
        fs::{self, File, OpenOptions},
        io,
        os::unix::fs::{MetadataExt, OpenOptionsExt},
        path::Path,
    };

    /// Others could take the lock file away there, and so end the session; what is
    /// checked of the file itself keeps them from more.
    pub fn warn_of_folder(folder: &Path) {
        let Ok(metadata) = fs::metadata(folder) else {
            return;
        };
        // In a folder with the sticky bit a right to write does not reach other
        // people's files.
        let sticky = metadata.mode() & 0o1000 != 0;
        let is_ours = [0, rustix::process::geteuid().as_raw()].contains(&metadata.uid());
        if !sticky && (!is_ours || metadata.mode() & 0o022 != 0) {
            let folder = folder.display();
            log::warn!("{folder}: others may write in it; make it yours and chmod 700 it");
        }
    }

    /// Neither follows a link nor waits for the other end of a pipe.
    pub fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let file = options.mode(0o600).custom_flags(flags).open(path);
        let file = file.map_err(|error| match error.raw_os_error() {
            Some(libc::ELOOP) => io::Error::other("it is a symbolic link; delete it"),
            _ => error,
        })?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is no regular file; delete it"));
        }
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other("it is another user's; delete it"));
        }
        Ok(file)
    }
}

#[cfg(test)]
#[path = "store_lock_tests.rs"]
mod tests;
