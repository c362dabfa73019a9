//! What the auth module needs from outside, as small traits.
//!
//! Production supplies `platform::*`; tests supply doubles. Everything a flow
//! does to the world goes through [`Ports`].

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::error::{BrowserError, StoreError, TransportError};

/// What a client reaches the world through; clones share it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Ports {
    /// Opens addresses for the person.
    pub browser: Arc<dyn Browser>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Sends requests.
    pub http: Arc<dyn Http>,
    /// Stores the session, so that it outlives the process.
    pub store: Arc<dyn TokenStore>,
}

/// A synchronous HTTP client with limits: no redirects followed, every
/// operation ended within 15 s, https only but for loopback.
pub trait Http: Send + Sync {
    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// When no answer came, it is larger than `limits` allow, or the address
    /// is not allowed.
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError>;
}

/// A request with its whole body.
pub type Request = http::Request<Vec<u8>>;
/// A response with its whole body.
pub type Response = http::Response<Vec<u8>>;

/// What an answer may be.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Most bytes of the (decoded) body.
    pub body: u64,
    /// Refuse addresses that are not on the public Internet.
    pub public_only: bool,
}

impl Limits {
    /// For documents of the provider and the API: `body` bytes, any address.
    pub const fn body(body: u64) -> Self {
        Self {
            body,
            public_only: false,
        }
    }

    /// For what a claim points at: `body` bytes, on the public Internet alone.
    pub const fn public(body: u64) -> Self {
        Self {
            body,
            public_only: true,
        }
    }
}

/// The person's browser.
pub trait Browser: Send + Sync {
    /// Asks the system to open `url`. May block as long as a text browser
    /// runs. Success does not prove that a page came up.
    ///
    /// # Errors
    /// No browser could be started.
    fn open(&self, url: &str) -> Result<(), BrowserError>;

    /// Whether one can be opened here, as far as that can be told without opening it. May
    /// run programs; takes no longer than they do.
    fn is_there(&self) -> bool {
        true
    }
}

/// Wall-clock time, for claims and expiry.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> SystemTime;

    /// Now in whole seconds since 1970; negative before.
    fn unix_seconds(&self) -> i64 {
        unix_seconds(self.now())
    }
}

/// Whole seconds since 1970; negative before.
pub(super) fn unix_seconds(time: SystemTime) -> i64 {
    let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => seconds(after),
        Err(before) => -seconds(before.duration()),
    }
}

/// Stores one secret item for each key.
pub trait TokenStore: Send + Sync {
    /// What people are told of it; a store of your own gives the nearest. `Memory` means
    /// that nothing outlives the process, and needs no lock file.
    fn kind(&self) -> StoreKind;
    /// Reads the item; `None` if there is none.
    ///
    /// # Errors
    /// See [`StoreError`]; an error is never proof that nothing is stored.
    fn read(&self, key: &str) -> Result<Option<String>, StoreError>;
    /// Writes or replaces the item.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn write(&self, key: &str, item: &str) -> Result<(), StoreError>;
    /// Deletes the item; none there is success.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn delete(&self, key: &str) -> Result<(), StoreError>;
}

/// Where a session is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreKind {
    /// A file of one's own; used only when the configuration asks for it.
    File,
    /// The operating system's keychain.
    #[default]
    Keychain,
    /// Nowhere beyond this process.
    Memory,
}

impl StoreKind {
    /// In a setting and in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Keychain => "keychain",
            Self::Memory => "memory",
        }
    }
}
