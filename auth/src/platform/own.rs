//! A file that nobody but its owner may have written, for what a later process goes by.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use super::place;

/// The text of the file; `None` if there is none. A link in its place is not followed.
///
/// # Errors
/// In words with the path: it is no plain file, somebody else's or open to others, larger than
/// `limit` bytes, or cannot be read.
pub(crate) fn read_own(path: &Path, limit: usize) -> Result<Option<String>, String> {
    let name = path.display();
    if place::resolve(path)? != path {
        return Err(format!("{name} is a symbolic link"));
    }
    // Looked at before it is opened: a pipe would hold that up.
    if place::find(path)?.is_none() {
        return Ok(None);
    }
    let named = |error: io::Error| format!("{name}: {error}");
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(named)?,
    };
    place::check_file(path, &file.metadata().map_err(named)?)?;
    let mut text = String::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    // One more, to see that it goes on.
    file.take(most).read_to_string(&mut text).map_err(named)?;
    if text.len() > limit {
        return Err(format!("{name}: larger than {limit} bytes"));
    }
    Ok(Some(text))
}

/// Puts the file there, or leaves the earlier one. It may be lost in a power cut, since nothing
/// waits for the disk.
///
/// # Errors
/// In words with the path.
pub(crate) fn write_own(path: &Path, text: &str) -> Result<(), String> {
    place::make_folder(path, path)?;
    let new = beside(path);
    let written = write_new(&new, text).and_then(|()| fs::rename(&new, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&new);
        format!("{}: {error}", path.display())
    })
}

fn write_new(new: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(new)?.write_all(text.as_bytes())
}

/// Whoever writes has its own, so that none puts another's half in place.
fn beside(path: &Path) -> PathBuf {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let (process, n) = (std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed));
    path.with_added_extension(format!("{process}.{n}.tmp"))
}
