//! Doubles of the ports and a session that is there already, for unit tests of an app: no
//! network, no browser, no keychain. The feature `testing` has it; an app names it in its
//! `[dev-dependencies]` alone.
//!
//! ```
//! use vestibule_auth::{Cancel, Client, Session, error::SendError, http, testing};
//!
//! // Of the app.
//! fn notes(client: &Client, session: &Session) -> Result<String, SendError> {
//!     let request = http::Request::get("https://notes.example.org/notes");
//!     let request = request.body(Vec::new()).expect("a constant");
//!     let answer = client.send(session, request, &Cancel::default())?;
//!     Ok(String::from_utf8_lossy(answer.body()).into_owned())
//! }
//!
//! // Its test.
//! let http = testing::CannedHttp::new();
//! http.answer("/notes", 200, "buy milk");
//! let client = testing::client(&http);
//! let session = testing::session("ada").stored_by(&client);
//! assert_eq!(notes(&client, &session)?, "buy milk");
//! assert_eq!(http.sent()[0].headers()["authorization"], "Bearer access-token-of-ada");
//! # Ok::<(), SendError>(())
//! ```

mod http;
mod session;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use super::{
    builder::ClientBuilder,
    client::Client,
    error::{BrowserError, StoreError},
    locks::unpoisoned,
    ports::{Browser, Clock, StoreKind, TokenStore},
    store::MemoryStore,
};

pub use http::CannedHttp;
pub use session::{SessionDouble, session};

/// The issuer of [`client`]. Nobody can have this host (RFC 2606 §2).
pub const ISSUER: &str = "https://issuer.test";

/// A client of [`ISSUER`] called "my-app", with doubles for all ports; see [`builder`] for
/// one with other settings.
///
/// # Panics
/// Never: the settings are constant.
#[allow(clippy::expect_used, reason = "a test panics where something is wrong")]
pub fn client(http: &Arc<CannedHttp>) -> Client {
    builder(http).build().expect("the settings are constant")
}

/// As [`client`], still to be built: each port and setting can be replaced.
pub fn builder(http: &Arc<CannedHttp>) -> ClientBuilder {
    Client::builder(ISSUER, "my-app")
        .app_name("My App")
        .browser(Arc::new(FakeBrowser::default()))
        .http(http.clone())
        .store_kind(StoreKind::Memory)
        // Whichever store a test gives instead: nothing is written to the disk.
        .without_lock_file()
}

/// A clock that goes with the real one, and can be set off it.
#[derive(Debug, Default)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// Sets it so many seconds forward, or back if they are negative.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        let offset = self.0.load(Ordering::SeqCst);
        let span = Duration::from_secs(offset.unsigned_abs());
        if offset < 0 {
            SystemTime::now() - span
        } else {
            SystemTime::now() + span
        }
    }
}

/// A browser that opens nothing and notes what it was to open.
#[derive(Debug, Default)]
pub struct FakeBrowser {
    absent: AtomicBool,
    failure: Option<BrowserError>,
    opened: Mutex<Vec<String>>,
}

impl FakeBrowser {
    /// One that cannot be started.
    pub fn missing() -> Self {
        Self {
            failure: Some(BrowserError::NotStarted("there is none".to_owned())),
            ..Self::default()
        }
    }

    /// From now on it says whether one can be opened; at first it says so.
    pub fn set_there(&self, there: bool) {
        self.absent.store(!there, Ordering::SeqCst);
    }

    /// The addresses, oldest first.
    pub fn opened(&self) -> Vec<String> {
        unpoisoned(&self.opened).clone()
    }
}

impl Browser for FakeBrowser {
    fn open(&self, url: &str) -> Result<(), BrowserError> {
        unpoisoned(&self.opened).push(url.to_owned());
        self.failure.clone().map_or(Ok(()), Err)
    }

    fn is_there(&self) -> bool {
        !self.absent.load(Ordering::SeqCst)
    }
}

/// A store in memory that behaves like a keychain, and fails when told to.
#[derive(Default)]
pub struct FakeStore {
    items: MemoryStore,
    reads: Mutex<Option<StoreError>>,
    writes: Mutex<Option<StoreError>>,
}

impl FakeStore {
    /// From now on, reading fails like this, or works again.
    pub fn fail_reads(&self, error: Option<StoreError>) {
        *unpoisoned(&self.reads) = error;
    }

    /// From now on, writing and deleting fail like this, or work again.
    pub fn fail_writes(&self, error: Option<StoreError>) {
        *unpoisoned(&self.writes) = error;
    }

    /// The item under `key`, whatever fails.
    pub fn item(&self, key: &str) -> Option<String> {
        self.items.read(key).ok().flatten()
    }
}

impl TokenStore for FakeStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        unpoisoned(&self.reads).clone().map_or(Ok(()), Err)?;
        self.items.read(key)
    }

    fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
        unpoisoned(&self.writes).clone().map_or(Ok(()), Err)?;
        self.items.write(key, item)
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        unpoisoned(&self.writes).clone().map_or(Ok(()), Err)?;
        self.items.delete(key)
    }
}

#[cfg(test)]
mod tests;
