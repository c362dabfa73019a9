//! Where the lock over processes is. It guards the stored item, so what names the item
//! names the lock: two programs that share the one share the other, whatever else they
//! are called.

use std::path::{Path, PathBuf};

use super::{ClientBuilder, LockFile, Store, checks};
use crate::{
    error::{BuildError, SettingFault},
    platform::{environment, files_at, place_of_file},
    ports::StoreKind,
    store::lock_file,
};

impl ClientBuilder {
    pub(super) fn lock_over_processes(&self, slug: &str) -> Result<Option<PathBuf>, BuildError> {
        let folder = match &self.lock_file {
            LockFile::At(file) => {
                self.check_lock_file(file, slug)?;
                return Ok(Some(file.clone()));
            }
            LockFile::In(folder) => folder.clone(),
            LockFile::Without => return Ok(None),
            LockFile::Default => match self.folder_of_item(slug)? {
                Some(folder) => folder,
                None => return Ok(None),
            },
        };
        Ok(Some(lock_file(&folder, &self.issuer, &self.client_id)))
    }

    fn check_lock_file(&self, lock: &Path, slug: &str) -> Result<(), BuildError> {
        let wrong = |form| Err(checks::wrong("lock_file", SettingFault::Spelling(form)));
        if lock.file_name().is_none() {
            return wrong("a path that ends in a name");
        }
        if matches!(self.store, Store::Kind(StoreKind::File))
            && files_at(&place_of_file(&self.session_file(slug)?)).contains(&place_of_file(lock))
        {
            return wrong("a file that the session file does not use itself");
        }
        Ok(())
    }

    /// `None` where no other process sees the item.
    fn folder_of_item(&self, slug: &str) -> Result<Option<PathBuf>, BuildError> {
        let kind = match &self.store {
            Store::Own(store) if store.kind() == StoreKind::Memory => return Ok(None),
            // What names an item in it is not known.
            Store::Own(_) => return self.folder_of_state(slug).map(Some),
            Store::Kind(kind) => kind,
        };
        match kind {
            StoreKind::Memory => Ok(None),
            StoreKind::File => {
                let place = place_of_file(&self.session_file(slug)?);
                Ok(place.parent().map(Path::to_owned))
            }
            StoreKind::Keychain => {
                // Not in the state folder: each program may have one of its own.
                let service = self.keychain_service.as_deref().unwrap_or(slug);
                let folder = environment::state_folder(&checks::slug(service));
                folder.map(Some).map_err(|variables| {
                    checks::wrong("lock_folder", SettingFault::NoFolder { variables })
                })
            }
        }
    }

    pub(super) fn session_file(&self, slug: &str) -> Result<PathBuf, BuildError> {
        Ok(self.folder_of_state(slug)?.join("session.json"))
    }
}

#[cfg(test)]
#[path = "lock_tests.rs"]
mod tests;
