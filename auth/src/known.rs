//! What is known of the provider (OpenID Connect Discovery §4, its keys), and how
//! long that serves.
//!
//! An hour, then it is asked for anew. Where no new one that can be used is to be had,
//! because the network or the provider fails or takes long, the known one goes on serving for a
//! day: a session must not hang on documents that hardly ever change. A withdrawn
//! key ends all the same: OpenID Connect Core §10.1.1 leaves open how long a key
//! serves after that, and here it does until the provider answers after an hour, a
//! day at most (as long as the API's guard uses it). A sign-in takes only what the
//! provider has said within the hour, to this process.
//!
//! The day holds over processes: what an earlier one was told ([`super::remembered`]) serves
//! a start for what is left of it. Longer, a host that the provider has given up might go on
//! being sent refresh tokens.

use std::{
    sync::{Mutex, mpsc::Receiver},
    time::{Duration, SystemTime},
};

use super::{jwks::Jwks, locks::unpoisoned, provider::ProviderMetadata};

/// After this it is asked for anew.
const YOUNG: Duration = Duration::from_secs(3600);
/// After this it serves no more, whatever the network does.
const OLDEST: Duration = Duration::from_secs(24 * 3600);
/// How long nothing newer is asked for after it could not be had.
const PAUSE: Duration = Duration::from_secs(60);

/// Something that the provider said.
#[derive(Clone)]
pub(super) struct Known<T> {
    pub value: T,
    since: SystemTime,
    /// Until then nothing newer is asked for.
    rests_until: SystemTime,
}

impl<T> Known<T> {
    pub fn new(value: T, now: SystemTime) -> Self {
        Self {
            value,
            since: now,
            rests_until: now,
        }
    }

    /// What an earlier process was told then, if it still serves. It counts as old, so that
    /// no sign-in goes by it, and rests, so that a start need not wait for anything newer.
    pub fn remembered(value: T, since: SystemTime, now: SystemTime) -> Option<Self> {
        let old = now.checked_sub(YOUNG)?;
        let known = Self {
            value,
            since: since.min(old),
            rests_until: now + PAUSE,
        };
        (since <= now && known.serves(now)).then_some(known)
    }

    /// When the provider said it, or earlier.
    pub fn since(&self) -> SystemTime {
        self.since
    }

    /// Whether nothing newer is needed yet.
    pub fn is_young(&self, now: SystemTime) -> bool {
        self.is_younger(YOUNG, now)
    }

    /// Whether it may serve where nothing newer is to be had.
    pub fn serves(&self, now: SystemTime) -> bool {
        self.is_younger(OLDEST, now)
    }

    /// Whether it is younger than `limit`; never if the clock was set back before it.
    fn is_younger(&self, limit: Duration, now: SystemTime) -> bool {
        now.duration_since(self.since).is_ok_and(|age| age < limit)
    }

    /// Whether nothing newer is asked for, since none could be had just now.
    pub fn rests(&self, now: SystemTime) -> bool {
        let left = self.rests_until.duration_since(now);
        left.is_ok_and(|left| !left.is_zero() && left <= PAUSE)
    }
}

/// The provider, as it described itself.
pub(super) struct Provider {
    pub metadata: ProviderMetadata,
    /// What `metadata` was read of.
    pub document: Vec<u8>,
    /// It described itself to an earlier process.
    pub is_remembered: bool,
    pub keys: Mutex<Option<Known<Jwks>>>,
    /// While keys are fetched ahead of their use: ends when they are there, or are not to be
    /// had.
    pub keys_ahead: Mutex<Option<Receiver<()>>>,
}

impl Provider {
    pub fn new(metadata: ProviderMetadata, document: Vec<u8>, keys: Option<Known<Jwks>>) -> Self {
        Self {
            metadata,
            document,
            is_remembered: false,
            keys: Mutex::new(keys),
            keys_ahead: Mutex::default(),
        }
    }

    /// Keys that are on their way are not asked for once more.
    pub fn wait_for_keys_ahead(&self) {
        let ahead = unpoisoned(&self.keys_ahead).take();
        if let Some(ahead) = ahead {
            let _ = ahead.recv();
        }
    }
}

/// Nothing newer is asked for, for a while.
pub(super) fn rest<T>(known: &Mutex<Option<Known<T>>>, now: SystemTime) {
    if let Some(known) = &mut *unpoisoned(known) {
        known.rests_until = now + PAUSE;
    }
}
