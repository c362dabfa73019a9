//! What outlives a restart: keys, grants, refresh families, browser sessions.
//!
//! One JSON file, 0600, written whole under another name and renamed after
//! each change. Secrets that are only compared (refresh tokens, cookies) are
//! in it as hashes. Without a folder everything stays in memory.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

const FILE: &str = "dev-idp.json";

/// Everything that is kept.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Kept {
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

/// `Kept`, behind a lock, and its file.
pub(super) struct Store {
    kept: Mutex<Kept>,
    file: Option<PathBuf>,
}

impl Store {
    /// Reads what is there; a file that cannot be read is an error, never an
    /// empty start that would overwrite it.
    pub(super) fn open(folder: Option<&Path>) -> io::Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self {
                kept: Mutex::default(),
                file: None,
            });
        };
        let file = folder.join(FILE);
        make_folder(folder).map_err(|error| explained(folder, &error))?;
        let kept = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| explained(&file, &io::Error::from(error)))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Kept::default(),
            Err(error) => return Err(explained(&file, &error)),
        };
        let kept = Mutex::new(kept);
        let file = Some(file);
        Ok(Self { kept, file })
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&Kept) -> T) -> T {
        look(&self.lock())
    }

    /// Changes what is kept and writes it before anybody hears of it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        let mut kept = self.lock();
        let now = now();
        kept.families.retain(|_, family| family.expires_at > now);
        kept.sessions.retain(|_, session| session.expires_at > now);
        let result = change(&mut kept);
        if let Some(file) = &self.file
            && let Err(error) = write(file, &kept)
        {
            tracing::error!(file = %file.display(), %error, "the state could not be kept");
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
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

fn write(file: &Path, kept: &Kept) -> io::Result<()> {
    let new = file.with_extension("json.new");
    // A leftover of a crash could have other rights; they would stay.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&new)?;
    out.write_all(&serde_json::to_vec_pretty(kept)?)?;
    fs::rename(&new, file)
}
