//! Sessions in one file of one's own, for devices without a keychain. Used
//! only where the configuration asks for it.
//!
//! The file is one JSON object, item by key; with a key from the system
//! (systemd credential) an object with the single member `sealed`. It is
//! replaced as a whole or not at all, and one that is damaged is left alone. A
//! symbolic link in its place is followed.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    place,
    sealed::{Credential, Sealer},
};
use crate::{
    cancel::Cancel,
    error::StoreError,
    ports::{StoreKind, TokenStore},
    store_lock::StoreLock,
};

type Items = BTreeMap<String, String>;

/// Beside the file: held while it is changed, and what is to take its place.
const LOCK: &str = ".lock";
const NEW: &str = ".tmp";
const SEALED: &str = "sealed";
/// No session comes near it.
const LARGEST: u64 = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(3);

/// Stores items in a file that its owner alone can read.
pub struct FileStore {
    path: PathBuf,
    credential: Credential,
}

impl FileStore {
    /// Touches nothing yet. Without a `credential` the items are stored as they are,
    /// which is to be said aloud.
    pub fn new(path: impl Into<PathBuf>, credential: Credential) -> Self {
        Self {
            path: path.into(),
            credential,
        }
    }

    fn failed(&self, what: impl std::fmt::Display) -> StoreError {
        StoreError::Failed(format!("{}: {what}", self.path.display()))
    }

    fn load(&self, place: &Path) -> Result<Items, StoreError> {
        // Looked at before it is opened: a pipe would hold that up.
        if place::find(place).map_err(StoreError::Failed)?.is_none() {
            return Ok(Items::new());
        }
        let file = match File::open(place) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Items::new()),
            file => file.map_err(|error| self.failed(error))?,
        };
        let opened = file.metadata().map_err(|error| self.failed(error))?;
        place::check_file(place, &opened).map_err(StoreError::Failed)?;
        let mut text = String::new();
        let read = file.take(LARGEST).read_to_string(&mut text);
        read.map_err(|error| self.failed(error))?;
        let damaged = || self.failed("damaged, and left as it is; delete it and sign in again");
        let items: Items = serde_json::from_str(&text).map_err(|_| damaged())?;
        let Some(sealed) = items.get(SEALED) else {
            return Ok(items);
        };
        let sealer = self.sealer()?.ok_or_else(|| {
            let name = self.credential.name();
            self.failed(format!("encrypted, and the credential {name} is not there"))
        })?;
        let opened = sealer
            .open(sealed)
            .and_then(|text| serde_json::from_str(&text).ok());
        opened.ok_or_else(|| self.failed("not encrypted with this credential, or damaged"))
    }

    fn save(&self, place: &Path, items: &Items) -> Result<(), StoreError> {
        let sealer = self.sealer()?;
        let json = |items: &Items| serde_json::to_string(items).map_err(|e| self.failed(e));
        let mut text = json(items)?;
        if let Some(sealer) = sealer {
            let sealed = sealer.seal(&text);
            let sealed = sealed.map_err(|_| self.failed("cannot be encrypted"))?;
            text = json(&Items::from([(SEALED.to_owned(), sealed)]))?;
        }
        let written = if items.is_empty() {
            fs::remove_file(place)
        } else {
            replace(place, text.as_bytes())
        };
        written.map_err(|error| self.failed(error))
    }

    fn sealer(&self) -> Result<Option<Sealer>, StoreError> {
        self.credential.sealer().map_err(StoreError::Failed)
    }

    /// Loads, changes and saves, one process at a time. Lock and new file are
    /// beside the file that a link leads to, so that whoever comes to it by
    /// another way waits as well, and the link stays.
    fn change(&self, change: impl FnOnce(&mut Items)) -> Result<(), StoreError> {
        let place = place::resolve(&self.path).map_err(StoreError::Failed)?;
        place::make_folder(&place, &self.path).map_err(StoreError::Failed)?;
        let lock = beside(&place, LOCK);
        let _lock = StoreLock::acquire_within(&lock, &Cancel::default(), PATIENCE)
            .map_err(|_| self.failed("another process keeps it locked"))?;
        let before = self.load(&place)?;
        let mut items = before.clone();
        change(&mut items);
        // A delete that finds nothing writes nothing.
        if items == before && items.is_empty() {
            return Ok(());
        }
        self.save(&place, &items)
    }
}

impl TokenStore for FileStore {
    fn kind(&self) -> StoreKind {
        StoreKind::File
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        let place = place::resolve(&self.path).map_err(StoreError::Failed)?;
        Ok(self.load(&place)?.remove(key))
    }

    fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
        self.change(|items| drop(items.insert(key.to_owned(), item.to_owned())))
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.change(|items| drop(items.remove(key)))
    }
}

/// Writes the whole file beside `path` and puts it in its place, so that a
/// crash or a full disk leaves the old one.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let new = beside(path, NEW);
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    // It is written: only a power cut now could bring the old one back.
    #[cfg(unix)]
    if let Err(error) = File::open(place::folder_of(path)).and_then(|folder| folder.sync_all()) {
        log::warn!("{}: its folder: {error}", path.display());
    }
    Ok(())
}

/// The file that `path` means, links followed; itself where that cannot be told, since the
/// store does not use it then either.
pub(crate) fn place_of_file(path: &Path) -> PathBuf {
    place::resolve(path).unwrap_or_else(|_| path.to_owned())
}

/// What a store whose file is at `place` uses.
pub(crate) fn files_at(place: &Path) -> [PathBuf; 3] {
    [place.to_owned(), beside(place, LOCK), beside(place, NEW)]
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
