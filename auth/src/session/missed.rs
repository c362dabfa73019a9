//! What is known of refresh tokens that the store did not take. Pure.

use std::time::{Duration, SystemTime};

use super::state::{Family, Miss};
use crate::{error::StoreError, secret::RefreshToken, store_lock::StoreLock};

/// A keychain that is locked may ask the person for its password: this long after the
/// last time, it is tried again on use.
const LOCKED_PAUSE: Duration = Duration::from_secs(10);

/// What is known of tokens that the store did not take.
pub(crate) struct Missed {
    /// Why it did not take the newest.
    pub cause: StoreError,
    /// As of [`Standing::Stored`]; `None` if other processes cannot know any of these.
    pub generation: Option<u64>,
    /// Tokens of this session that the store may have: the last one that it surely had,
    /// and those that were written without success (it may have them all the same).
    pub may_have: Vec<RefreshToken>,
    /// When the store was last tried.
    pub tried: SystemTime,
    /// Whether it is tried again before the next refresh.
    pub is_retried: bool,
    /// Whether what is stored is used up, so that other processes must wait.
    pub others_wait: bool,
    /// Holds them off; `None` while a refresh has it.
    pub store_lock: Option<StoreLock>,
}

impl Missed {
    /// What is known from now on, beside the `earlier` tokens that the store may have.
    pub fn new(
        earlier: Vec<RefreshToken>,
        generation: Option<u64>,
        is_retried: bool,
        others_wait: bool,
        miss: Miss,
    ) -> Self {
        let mut may_have = earlier;
        if miss.was_tried && !may_have.contains(&miss.token) {
            may_have.push(miss.token);
        }
        Self {
            cause: miss.error,
            generation: miss.generation.or(generation),
            may_have,
            tried: miss.at,
            is_retried,
            others_wait,
            store_lock: None,
        }
    }

    pub fn again(self, is_retried: bool, miss: Miss) -> Self {
        let Self {
            may_have,
            generation,
            others_wait,
            store_lock,
            ..
        } = self;
        let missed = Self::new(may_have, generation, is_retried, others_wait, miss);
        Self {
            store_lock,
            ..missed
        }
    }

    /// Whether `token` is one that the newest of `family` has replaced.
    pub fn is_used_up(&self, token: &RefreshToken, family: &Family) -> bool {
        self.may_have.contains(token) && *token != family.token
    }

    /// Whether the store is tried again on use.
    pub fn is_due(&self, now: SystemTime) -> bool {
        let pause = now.duration_since(self.tried);
        self.cause != StoreError::Locked || pause.is_ok_and(|pause| pause >= LOCKED_PAUSE)
    }

    /// Whether another process has changed what is stored since a write without an
    /// answer: that may have come through, and this process may have been overtaken.
    pub fn may_be_overtaken(&self, counted: Option<u64>) -> bool {
        self.generation.is_some() && self.generation != counted
    }
}
