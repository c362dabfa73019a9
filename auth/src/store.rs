//! What is stored of a session, and as what.
//!
//! One item per issuer and client, one JSON value: refresh token, issuer,
//! `sub`, name, e-mail. Never an access or ID token. The item's key names the
//! issuer, so a token cannot be sent to another one.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use super::{
    error::StoreError,
    locks::unpoisoned,
    ports::{StoreKind, TokenStore},
    profile::Profile,
    secret::RefreshToken,
};

/// Windows limits an entry of its keychain (2,560 bytes of UTF-16); beyond this many
/// UTF-16 units, what can be asked for again is left out there.
const ENTRY_LIMIT: usize = 1200;

/// A session as it is stored.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredSession {
    /// For the next refresh.
    pub refresh_token: RefreshToken,
    /// Whose it is; compared before use.
    pub issuer: String,
    /// The person.
    pub sub: String,
    /// How the person was shown last.
    #[serde(flatten)]
    pub profile: Profile,
}

impl StoredSession {
    /// Reads what is stored under `key`. What is not this issuer's, or no such
    /// JSON, is as good as nothing: it is neither used nor deleted.
    ///
    /// # Errors
    /// Those of the store.
    pub fn load(
        store: &dyn TokenStore,
        key: &str,
        issuer: &str,
    ) -> Result<Option<Self>, StoreError> {
        let item = store.read(key)?;
        let stored = item.and_then(|item| serde_json::from_str::<Self>(&item).ok());
        let is_ours =
            |stored: &Self| stored.issuer == issuer && !stored.refresh_token.secret().is_empty();
        Ok(stored.filter(is_ours))
    }

    /// Writes or replaces the item.
    ///
    /// # Errors
    /// Those of the store.
    pub fn save(&self, store: &dyn TokenStore, key: &str) -> Result<(), StoreError> {
        let is_limited = cfg!(windows) && store.kind() == StoreKind::Keychain;
        store.write(
            key,
            &self.item(if is_limited { ENTRY_LIMIT } else { usize::MAX }),
        )
    }

    fn item(&self, limit: usize) -> String {
        let json = |session: &Self| serde_json::to_string(session).unwrap_or_default();
        let mut item = json(self);
        let mut smaller = self.clone();
        let shrink: [fn(&mut Profile); 2] = [|p| p.email = None, |p| p.name = None];
        for shrink in shrink {
            if item.encode_utf16().count() <= limit {
                break;
            }
            shrink(&mut smaller.profile);
            item = json(&smaller);
        }
        item
    }
}

/// The user name of the item: issuer and client, readable without unlocking,
/// so without a word about the person.
pub fn item_key(issuer: &str, client_id: &str) -> String {
    format!("{issuer} {client_id}")
}

/// The lock file of an item: its scope is that of the item, over all processes
/// of the person, whatever store they use.
pub fn lock_file(folder: &Path, issuer: &str, client_id: &str) -> PathBuf {
    let name = digest::digest(&digest::SHA256, item_key(issuer, client_id).as_bytes());
    let name: String = name.as_ref()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    folder.join(format!("{name}.lock"))
}

/// What the provider said last, for the next start: beside the lock file, named after it.
pub fn provider_file(lock_file: &Path) -> PathBuf {
    lock_file.with_extension("provider.json")
}

/// Stores sessions as long as the process lives.
#[derive(Default)]
pub struct MemoryStore(Mutex<HashMap<String, String>>);

impl MemoryStore {
    fn items(&self) -> MutexGuard<'_, HashMap<String, String>> {
        unpoisoned(&self.0)
    }
}

impl TokenStore for MemoryStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Memory
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.items().get(key).cloned())
    }

    fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
        self.items().insert(key.to_owned(), item.to_owned());
        Ok(())
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.items().remove(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(token: &str) -> StoredSession {
        StoredSession {
            refresh_token: RefreshToken::new(token),
            issuer: "https://a.example".to_owned(),
            sub: "1".to_owned(),
            profile: Profile {
                name: Some("Ada Lovelace".to_owned()),
                email: Some("ada@example.org".to_owned()),
                picture: Some("https://a.example/ada.png".to_owned()),
            },
        }
    }

    #[test]
    fn what_is_stored_comes_back_without_the_picture() {
        let store = MemoryStore::default();
        session("r").save(&store, "key").unwrap();
        let back = StoredSession::load(&store, "key", "https://a.example");
        let back = back.unwrap().unwrap();
        assert_eq!(back.refresh_token.secret(), "r");
        assert_eq!(back.profile.name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(back.profile.picture, None);
    }

    #[test]
    fn an_item_of_another_issuer_or_that_is_no_item_counts_as_none_and_stays() {
        let store = MemoryStore::default();
        session("r").save(&store, "key").unwrap();
        for (item, issuer) in [
            (None, "https://b.example"),
            (Some("{\"refresh_token\":"), "https://a.example"),
            (Some("another app's"), "https://a.example"),
        ] {
            if let Some(item) = item {
                store.write("key", item).unwrap();
            }
            assert!(
                StoredSession::load(&store, "key", issuer)
                    .unwrap()
                    .is_none()
            );
            assert!(store.read("key").unwrap().is_some());
        }
    }

    #[test]
    fn where_an_entry_is_limited_the_email_is_left_out_first() {
        // A little too long with the e-mail, and with the name.
        let item = |token: &str| session(token).item(ENTRY_LIMIT);
        let room = ENTRY_LIMIT - item("").len();
        let short = item(&"r".repeat(room + 10));
        assert!(!short.contains("ada@example.org") && short.contains("Ada Lovelace"));
        let long = item(&"r".repeat(room + 40));
        assert!(!long.contains("Ada Lovelace") && long.contains("\"sub\""));
        assert!(item("r").contains("ada@example.org"));
        let unlimited = session(&"r".repeat(5000)).item(usize::MAX);
        assert!(unlimited.contains("ada@example.org") && unlimited.contains("Ada Lovelace"));
    }
}
