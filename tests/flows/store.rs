//! Stores: one in memory that writes a diary and can fail or hang, and one in
//! a file for two processes.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use vestibule::auth::{
    error::StoreError,
    ports::{StoreKind, TokenStore},
    testing::FakeStore,
};

use crate::{clock::Passage, http::Diary};

/// Behaves like a keychain.
#[derive(Default)]
pub struct TestStore {
    diary: Diary,
    items: FakeStore,
    hold_writes: Mutex<Option<Passage>>,
    hold_deletes: Mutex<Option<Passage>>,
}

impl TestStore {
    pub fn new(diary: &Diary) -> Self {
        Self {
            diary: diary.clone(),
            ..Self::default()
        }
    }

    /// From now on, reading fails like this, or works again.
    pub fn fail_reads(&self, error: Option<StoreError>) {
        self.items.fail_reads(error);
    }

    /// From now on, writing and deleting fail like this, or work again.
    pub fn fail_writes(&self, error: Option<StoreError>) {
        self.items.fail_writes(error);
    }

    /// From now on, writes wait here before they are done.
    pub fn hold_writes(&self, passage: Passage) {
        *self.hold_writes.lock().unwrap() = Some(passage);
    }

    /// From now on, deletions wait here before they are done.
    pub fn hold_deletes(&self, passage: Passage) {
        *self.hold_deletes.lock().unwrap() = Some(passage);
    }

    /// What is in it, whatever fails.
    pub fn item(&self, key: &str) -> Option<serde_json::Value> {
        let item = self.items.item(key)?;
        Some(serde_json::from_str(&item).unwrap())
    }

    fn note(&self, what: &str) {
        self.diary.lock().unwrap().push(format!("store {what}"));
    }
}

impl TokenStore for TestStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.note("read");
        self.items.read(key)
    }

    fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
        self.note("write");
        let passage = self.hold_writes.lock().unwrap().clone();
        passage.iter().for_each(Passage::pass);
        self.items.write(key, item)
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.note("delete");
        let passage = self.hold_deletes.lock().unwrap().clone();
        passage.iter().for_each(Passage::pass);
        self.items.delete(key)
    }
}

/// One item in one file: what two processes share.
pub struct FileStore(pub PathBuf);

impl TokenStore for FileStore {
    fn kind(&self) -> StoreKind {
        StoreKind::File
    }

    fn read(&self, _: &str) -> Result<Option<String>, StoreError> {
        match std::fs::read_to_string(&self.0) {
            Ok(item) => Ok(Some(item)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::Failed(error.to_string())),
        }
    }

    fn write(&self, _: &str, item: &str) -> Result<(), StoreError> {
        std::fs::write(&self.0, item).map_err(|error| StoreError::Failed(error.to_string()))
    }

    fn delete(&self, _: &str) -> Result<(), StoreError> {
        let _ = std::fs::remove_file(&self.0);
        Ok(())
    }
}

/// Takes the lock file at `path` as another process would; `None` if one has it.
pub fn locked(path: &Path) -> Option<File> {
    let options = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .clone();
    let file = options.open(path).unwrap();
    file.try_lock().is_ok().then_some(file)
}

/// A folder that goes with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Arc<Self> {
        let name = format!("vestibule-flows-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Arc::new(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
