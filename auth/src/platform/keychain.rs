//! The operating system's keychain: Secret Service, Keychain or Credential
//! Manager.
//!
//! A keychain may ask its owner for a password, or hang, and then a call does
//! not return. So each call has a thread of its own and a limit. One that
//! passed the limit cannot be ended; until it ends by itself no other is
//! started behind it. One that gets no answer is made again. Each call connects
//! anew: a service that was not there at first, or was restarted, is found.

use std::{sync::Arc, time::Duration};

use keyring_core::{Entry, Error as KeyringError, api::CredentialStore};

use super::calls::Calls;
use crate::{
    error::{StoreError, bounded},
    ports::{StoreKind, TokenStore},
};

/// How long a call may take. Long enough for a person to type a password
/// where something on screen says that the keychain is being waited for.
#[derive(Clone, Copy, Debug)]
pub struct KeychainLimits {
    /// For reading.
    pub read: Duration,
    /// For writing and deleting.
    pub write: Duration,
}

impl KeychainLimits {
    /// At a terminal.
    pub const TERMINAL: Self = Self {
        read: Duration::from_secs(15),
        write: Duration::from_secs(15),
    };
    /// In the window: it reads at its start, where it shows that it waits; it
    /// writes and deletes behind a screen that is done.
    pub const WINDOW: Self = Self {
        read: Duration::from_secs(30),
        write: Duration::from_secs(3),
    };
}

/// The keychain of whoever runs this process.
pub struct Keychain {
    service: String,
    limits: KeychainLimits,
    calls: Calls,
}

impl Keychain {
    /// Touches nothing yet. `service` is what its items are filed under; two apps with
    /// the same one see each other's.
    pub fn new(service: impl Into<String>, limits: KeychainLimits) -> Self {
        Self {
            service: service.into(),
            limits,
            calls: Calls::default(),
        }
    }

    fn name(&self, key: &str) -> Name {
        Name {
            service: self.service.clone(),
            key: key.to_owned(),
        }
    }
}

impl TokenStore for Keychain {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        let name = self.name(key);
        self.calls.run(self.limits.read, move || {
            match name.entry()?.get_password() {
                Ok(item) => Ok(Some(item)),
                // What is not text is not ours; a sign-in replaces it.
                Err(KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..)) => Ok(None),
                Err(KeyringError::NoEntry) => Ok(None),
                Err(error) => Err(store_error(&error)),
            }
        })
    }

    fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
        let (name, item) = (self.name(key), item.to_owned());
        self.calls.run(self.limits.write, move || {
            let entry = name.entry()?;
            let written = match entry.set_password(&item) {
                // More than one item under our name, which the Secret Service
                // allows: what is written replaces all of them.
                Err(KeyringError::Ambiguous(entries)) => match entries.split_first() {
                    Some((first, rest)) => {
                        first.set_password(&item).and_then(|()| delete_all(rest))
                    }
                    None => Ok(()),
                },
                other => other,
            };
            written.map_err(|error| store_error(&error))
        })
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        let name = self.name(key);
        self.calls.run(self.limits.write, move || {
            let deleted = match name.entry()?.delete_credential() {
                Err(KeyringError::Ambiguous(entries)) => delete_all(&entries),
                Err(KeyringError::NoEntry) => Ok(()),
                other => other,
            };
            deleted.map_err(|error| store_error(&error))
        })
    }
}

/// What an item is filed under.
struct Name {
    service: String,
    key: String,
}

impl Name {
    fn entry(&self) -> Result<Entry, StoreError> {
        let store = connect().map_err(|error| match store_error(&error) {
            // Nothing was asked of it yet: whatever failed, it is not there.
            StoreError::Failed(_) => StoreError::Absent,
            other => other,
        })?;
        let entry = store.build(&self.service, &self.key, None);
        entry.map_err(|error| store_error(&error))
    }
}

fn connect() -> Result<Arc<CredentialStore>, KeyringError> {
    #[cfg(target_os = "linux")]
    return Ok(dbus_secret_service_keyring_store::Store::new()?);
    #[cfg(target_os = "macos")]
    return Ok(apple_native_keyring_store::keychain::Store::new()?);
    #[cfg(windows)]
    return Ok(windows_native_keyring_store::Store::new()?);
    #[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
    return Err(KeyringError::NoDefaultStore);
}

fn delete_all(entries: &[Entry]) -> Result<(), KeyringError> {
    entries.iter().try_for_each(Entry::delete_credential)
}

/// What it means to a person. What the operating system or its D-Bus says goes
/// to the log; those variants that carry what was stored are never printed.
fn store_error(error: &KeyringError) -> StoreError {
    let failed = |words: &str| StoreError::Failed(words.to_owned());
    match error {
        KeyringError::NoStorageAccess(_) => StoreError::Locked,
        KeyringError::NoDefaultStore => StoreError::Absent,
        KeyringError::PlatformFailure(cause) => {
            log::info!("keychain: {}", bounded(&cause.to_string(), 200));
            match d_bus_name(&**cause) {
                Some("org.freedesktop.Secret.Error.IsLocked") => StoreError::Locked,
                Some(
                    "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.Timeout",
                ) => StoreError::NoAnswer,
                Some(
                    "org.freedesktop.DBus.Error.ServiceUnknown"
                    | "org.freedesktop.DBus.Error.NameHasNoOwner",
                ) => StoreError::Absent,
                _ => failed("the keychain refused"),
            }
        }
        KeyringError::TooLong(_, limit) => StoreError::Failed(format!(
            "the session is longer than the {limit} characters that the keychain takes"
        )),
        KeyringError::Ambiguous(_) => failed("the keychain has more than one entry of this app"),
        KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..) => {
            failed("the entry in the keychain is not readable")
        }
        _ => failed("the keychain refused"),
    }
}

/// The name of the D-Bus error behind a failure (D-Bus Specification, "Error names"). It is
/// read here and not shown. Of the same crate that the store uses: with another one the
/// type would be another, and no error would have a name.
#[cfg(target_os = "linux")]
fn d_bus_name<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a str> {
    cause.source()?.downcast_ref::<dbus::Error>()?.name()
}

/// Elsewhere no D-Bus is asked.
#[cfg(not(target_os = "linux"))]
fn d_bus_name<'a>(_: &'a (dyn std::error::Error + 'static)) -> Option<&'a str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the store crate gives it: a failure whose source is the error of the D-Bus crate
    /// that it uses. With another version of that crate this does not compile.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_d_bus_error_is_known_by_its_name() {
        for (name, meant) in [
            ("org.freedesktop.Secret.Error.IsLocked", StoreError::Locked),
            ("org.freedesktop.DBus.Error.NoReply", StoreError::NoAnswer),
            (
                "org.freedesktop.DBus.Error.ServiceUnknown",
                StoreError::Absent,
            ),
        ] {
            let error = dbus::Error::new_custom(name, "words");
            let error = dbus_secret_service::Error::from(error);
            let error = KeyringError::PlatformFailure(Box::new(error));
            assert_eq!(store_error(&error), meant);
        }
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_described_without_what_is_in_it() {
        let secret = || b"hidden".to_vec();
        for error in [
            KeyringError::BadEncoding(secret()),
            KeyringError::BadDataFormat(secret(), "hidden".into()),
        ] {
            let words = format!("{:?}", store_error(&error));
            assert!(!words.contains("hidden") && !words.contains("104"));
        }
    }
}
