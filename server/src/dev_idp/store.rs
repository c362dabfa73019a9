//! What outlives a restart: keys, grants, refresh families, browser sessions.
//!
//! One JSON file, 0600, written whole under another name and renamed after
//! each change. Secrets that are only compared (refresh tokens, cookies) are
//! in it as hashes. A lock on another file beside it keeps a second provider out, which
//! would write over what the first one wrote. Without a folder everything stays in memory.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

const FILE: &str = "dev-idp.json";
/// Not `FILE` itself, which is another file after each change.
const LOCK_FILE: &str = "dev-idp.lock";

/// Everything that is stored.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Stored {
    /// PKCS#8 of the signing keys, the first one in use.
    pub(super) keys: Vec<String>,
    /// Scopes that a person has allowed, by `SUB CLIENT_ID`.
    pub(super) grants: BTreeMap<String, BTreeSet<String>>,
    /// What grew out of one code, by its identifier.
    pub(super) families: BTreeMap<String, Family>,
    /// Signed-in browsers, by the hash of their cookie.
    pub(super) sessions: BTreeMap<String, Session>,
}

/// What one sign-in was given.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Family {
    pub(super) client_id: String,
    pub(super) sub: String,
    pub(super) sid: String,
    pub(super) scope: Vec<String>,
    pub(super) audience: Option<String>,
    pub(super) auth_time: u64,
    pub(super) expires_at: u64,
    /// Hash of the refresh token that is good now.
    pub(super) current: Option<String>,
    /// Hashes of those that were used, the newest last.
    pub(super) used: VecDeque<String>,
    /// `jti` of access tokens that were revoked alone.
    pub(super) revoked: Vec<String>,
}

/// A browser in which somebody is signed in.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Session {
    /// Names the session in ID tokens, so that a sign-out finds it.
    pub(super) sid: String,
    pub(super) sub: String,
    pub(super) auth_time: u64,
    pub(super) expires_at: u64,
}

/// The state of a provider, which no other has open, and its file.
pub struct Store {
    stored: Mutex<Stored>,
    file: Option<PathBuf>,
    /// Locked as long as it is open.
    _lock: Option<File>,
}

impl Store {
    /// Reads what is there; a file that cannot be read is an error, never an
    /// empty start that would overwrite it. So is a folder that another provider uses.
    ///
    /// # Errors
    /// The folder or the file, and what is wrong with it.
    pub fn open(folder: Option<&Path>) -> io::Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self {
                stored: Mutex::default(),
                file: None,
                _lock: None,
            });
        };
        let file = folder.join(FILE);
        make_folder(folder).map_err(|error| explained(folder, &error))?;
        let lock = held(folder)?;
        let stored = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| explained(&file, &io::Error::from(error)))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Stored::default(),
            Err(error) => return Err(explained(&file, &error)),
        };
        Ok(Self {
            stored: Mutex::new(stored),
            file: Some(file),
            _lock: Some(lock),
        })
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&Stored) -> T) -> T {
        look(&self.lock())
    }

    /// Changes what is stored and writes it before anybody hears of it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Stored) -> T) -> T {
        let mut stored = self.lock();
        let now = now();
        stored.families.retain(|_, family| family.expires_at > now);
        stored
            .sessions
            .retain(|_, session| session.expires_at > now);
        let result = change(&mut stored);
        if let Some(file) = &self.file
            && let Err(error) = write(file, &stored)
        {
            tracing::error!(file = %file.display(), %error, "the state could not be kept");
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Stored> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Seconds since 1970. Tokens may be told another time (`Idp::token_time`).
pub(super) fn now() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    elapsed.map_or(0, |elapsed| elapsed.as_secs())
}

fn explained(path: &Path, error: &io::Error) -> io::Error {
    let text = format!("the state {} cannot be used: {error}", path.display());
    io::Error::new(error.kind(), text)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The lock file of the folder, held until it is closed or the process ends.
fn held(folder: &Path) -> io::Result<File> {
    let path = folder.join(LOCK_FILE);
    let mut options = owner_only();
    let file = options.create(true).open(&path);
    let file = file.map_err(|error| explained(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let text = format!(
                "the state {} is in use by another dev-idp; end that one or choose another --state",
                folder.display()
            );
            Err(io::Error::new(io::ErrorKind::ResourceBusy, text))
        }
        Err(TryLockError::Error(error)) => Err(explained(&path, &error)),
    }
}

/// To open a file for writing that nobody else may read if it is made by this.
fn owner_only() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn write(file: &Path, stored: &Stored) -> io::Result<()> {
    let new = file.with_extension("json.new");
    // A leftover of a crash could have other rights; they would stay.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut out = owner_only().create_new(true).open(&new)?;
    out.write_all(&serde_json::to_vec_pretty(stored)?)?;
    fs::rename(&new, file)
}
