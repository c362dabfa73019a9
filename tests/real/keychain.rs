//! A real gnome-keyring on a private desktop, without a person to ask: it is
//! unlocked with a password of its own, and nothing shows a dialog when it is locked.

use std::fs;
use std::process::{Command, Stdio};

use zbus::zvariant::{ObjectPath, OwnedObjectPath};

use crate::bus::{Bus, object};
use crate::desktop::Desktop;
use crate::helper::Helper;
use crate::wait_for;

/// A running keychain. Dropping it takes the Secret Service off the bus.
pub struct Keychain<'desktop> {
    desktop: &'desktop Desktop,
    bus: Bus,
    daemon: Helper,
}

impl<'desktop> Keychain<'desktop> {
    /// Starts it unlocked. What an earlier one on this desktop kept is there again.
    pub fn unlocked(desktop: &'desktop Desktop) -> Self {
        let bus = Bus::connect(desktop.session_bus());
        let daemon = daemon(desktop);
        let keychain = Self {
            desktop,
            bus,
            daemon,
        };
        wait_for(
            || keychain.has_default_collection().then_some(()),
            || format!("no keychain: {}", keychain.daemon.errors()),
        );
        keychain
    }

    /// Locks it, as the end of a session at the desk does.
    pub fn lock(&self) {
        let collection = ObjectPath::try_from(DEFAULT_COLLECTION).unwrap();
        let service = object(SERVICE, "/org/freedesktop/secrets");
        let (locked, _prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = self
            .bus
            .call(&service, INTERFACE, "Lock", &(vec![collection],))
            .expect("locking the keychain");
        assert_eq!(locked.len(), 1, "the keychain did not lock");
    }

    /// Unlocks it again. The password can only be given at a start, so it is a new one.
    pub fn unlock(self) -> Self {
        let desktop = self.desktop;
        drop(self);
        Self::unlocked(desktop)
    }

    fn has_default_collection(&self) -> bool {
        let collection = object(SERVICE, DEFAULT_COLLECTION);
        let locked =
            self.bus
                .property::<bool>(&collection, "org.freedesktop.Secret.Collection", "Locked");
        locked.is_ok_and(|locked| !locked)
    }
}

fn daemon(desktop: &Desktop) -> Helper {
    let password = desktop.folder().join("keychain-password");
    // All of the standard input is the password, the newline too; an empty one
    // would unlock nothing.
    fs::write(&password, "\n").unwrap();
    desktop.helper("gnome-keyring-daemon", |command: &mut Command| {
        command
            .args(["--unlock", "--components=secrets", "--foreground"])
            .stdin(fs::File::open(&password).unwrap())
            .stdout(Stdio::null());
    })
}

const SERVICE: &str = "org.freedesktop.secrets";
const INTERFACE: &str = "org.freedesktop.Secret.Service";
const DEFAULT_COLLECTION: &str = "/org/freedesktop/secrets/aliases/default";
