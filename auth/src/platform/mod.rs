//! What production puts behind the ports: the network, the system's browser,
//! keychain, files and clock.

mod browser;
mod calls;
mod clock;
pub(crate) mod environment;
mod file;
pub mod folders;
mod http;
mod keychain;
mod own;
mod place;
mod proxies;
mod public_addresses;
mod sealed;
mod words;

pub use browser::SystemBrowser;
pub use clock::SystemClock;
pub use file::FileStore;
pub(crate) use file::{files_at, place_of_file};
pub use http::HttpClient;
pub use keychain::{Keychain, KeychainLimits};
pub(crate) use own::{read_own, write_own};
pub use proxies::Proxies;
pub use sealed::Credential;

pub use super::store::MemoryStore;
use super::{error::StoreError, ports::TokenStore};

/// Proves that a store works: writes an item of its own, reads it back and
/// deletes it. Before a sign-in whose only yield is what gets stored.
///
/// # Errors
/// What the store answered, or that another value came back.
pub fn prove(store: &dyn TokenStore) -> Result<(), StoreError> {
    // One per process, so that two that start at once do not delete each
    // other's.
    let key = format!("probe {}", std::process::id());
    store.write(&key, "probe")?;
    let back = store.read(&key);
    store.delete(&key)?;
    match back?.as_deref() {
        Some("probe") => Ok(()),
        _ => Err(StoreError::Failed(
            "what was written did not come back".to_owned(),
        )),
    }
}
