//! What is known of refresh tokens that the store did not take. Pure.

use std::time::{Duration, SystemTime};

use super::state::{FailedWrite, Family};
use crate::{error::StoreError, secret::RefreshToken, store_lock::StoreLock};

/// A keychain that is locked may ask the person for its password: this long after the
/// last time, it is tried again on use.
const LOCKED_PAUSE: Duration = Duration::from_secs(10);

/// What is known of tokens that the store did not take.
pub(crate) struct Unwritten {
    /// Why it did not take the newest.
    pub cause: StoreError,
    /// The number in the lock file after the last change that this session made; `None` if
    /// it made none, so that no other process can know a token of it.
    pub generation: Option<u64>,
    /// The number in the lock file when the store did not take it, if the lock was to be
    /// had: a sign-in replaces whatever was stored by then.
    pub counted: Option<u64>,
    /// Tokens of this session that the store may have: the last one that it surely had,
    /// and those that were written without success (it may have them all the same).
    pub may_have: Vec<RefreshToken>,
    /// Whether a write of the newest token got no answer: other processes may find it.
    pub is_unanswered: bool,
    /// When the store was last tried.
    pub tried: SystemTime,
    /// Whether it is tried again before the next refresh.
    pub is_retried: bool,
    /// Whether what is stored is used up, so that other processes must wait.
    pub others_wait: bool,
    /// Holds them off; `None` while a refresh has it.
    pub store_lock: Option<StoreLock>,
}

impl Unwritten {
    /// What is known from now on, beside the `earlier` tokens that the store may have.
    pub fn new(
        earlier: Vec<RefreshToken>,
        generation: Option<u64>,
        is_retried: bool,
        others_wait: bool,
        failed: FailedWrite,
    ) -> Self {
        let is_unanswered = failed.is_unanswered();
        let mut may_have = earlier;
        if failed.was_tried && !may_have.contains(&failed.token) {
            may_have.push(failed.token);
        }
        Self {
            cause: failed.error,
            generation: failed.generation.or(generation),
            counted: failed.generation.or(failed.counted),
            may_have,
            is_unanswered,
            tried: failed.at,
            is_retried,
            others_wait,
            store_lock: None,
        }
    }

    /// What is known after another attempt, to write the newest token of `family` or the
    /// successor of that.
    pub fn again(self, family: &Family, failed: FailedWrite) -> Self {
        let is_rotated = failed.token != family.token;
        // Another process may find the token that was replaced just now. It must not use it
        // (RFC 9700 §4.14.2), so it waits until the successor is stored.
        let is_used_up = self.is_unanswered && is_rotated;
        let is_retried = self.is_retried || is_used_up || failed.error == StoreError::Locked;
        let is_unanswered = self.is_unanswered && !is_rotated || failed.is_unanswered();
        let others_wait = self.others_wait || is_used_up;
        // Its own change does not make what was stored at the sign-in another's; but where
        // the store could not be read, somebody else may have changed it before.
        let own_change = failed.generation.filter(|_| failed.was_tried);
        let counted = own_change.or(self.counted);
        let unwritten = Self::new(
            self.may_have,
            self.generation,
            is_retried,
            others_wait,
            failed,
        );
        Self {
            counted,
            is_unanswered,
            store_lock: self.store_lock,
            ..unwritten
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

    /// Whether nobody has changed what is stored since the sign-in, as far as is known.
    pub fn is_unchanged(&self, counted: Option<u64>) -> bool {
        self.counted.is_none() || self.counted == counted
    }

    /// Whether another process has changed what is stored since a write without an
    /// answer: that may have come through, and this process may have been overtaken.
    pub fn may_be_overtaken(&self, counted: Option<u64>) -> bool {
        self.generation.is_some() && self.generation != counted
    }
}
