//! [`VerifiedTokens`]: what came of tokens that were verified before, so that the next
//! request with one of them costs a hash instead of a signature.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;

use super::AccessTokenClaims;

/// Longer tokens are verified each time, so that the memory is bounded too.
const LONGEST: usize = 4096;
/// Letters of the signature by which a token is looked up.
const TAIL: usize = 32;

struct Entry {
    /// SHA-256 of the whole token, signature included: whoever knows only a part of it
    /// finds nothing. Tokens themselves are not kept.
    fingerprint: [u8; 32],
    claims: Arc<AccessTokenClaims>,
    generation: u64,
}

/// Claims of verified tokens. Bounded: the least useful ones make room. Sharded, so
/// that cores do not wait for each other.
pub(super) struct VerifiedTokens {
    /// By a hash of the token's end, whose secret nobody outside knows: a token that was
    /// never seen does not cost its fingerprint
    entries: Cache<u64, Arc<Entry>>,
    secret: RandomState,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl VerifiedTokens {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            entries: Cache::new(capacity),
            secret: RandomState::new(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// What `token` says, if it was verified with the keys of this `generation`: once
    /// a key has left the set, whatever it signed is to be verified again. Whether the
    /// token has expired since is the caller's to check.
    pub(super) fn get(&self, token: &str, generation: u64) -> Option<Arc<AccessTokenClaims>> {
        let found = self.entries.get(&self.key(token)).filter(|entry| {
            entry.generation == generation && entry.fingerprint == fingerprint(token)
        });
        let counter = if found.is_some() {
            &self.hits
        } else {
            &self.misses
        };
        counter.fetch_add(1, Relaxed);
        found.map(|entry| Arc::clone(&entry.claims))
    }

    pub(super) fn insert(&self, token: &str, claims: Arc<AccessTokenClaims>, generation: u64) {
        if token.len() > LONGEST {
            return;
        }
        let entry = Entry {
            fingerprint: fingerprint(token),
            claims,
            generation,
        };
        self.entries.insert(self.key(token), Arc::new(entry));
    }

    /// What has expired makes room at once, not only when it is needed.
    pub(super) fn forget(&self, token: &str) {
        self.entries.remove(&self.key(token));
    }

    /// Hits, misses and entries.
    pub(super) fn statistics(&self) -> (u64, u64, usize) {
        let count = |counter: &AtomicU64| counter.load(Relaxed);
        (count(&self.hits), count(&self.misses), self.entries.len())
    }

    fn key(&self, token: &str) -> u64 {
        let token = token.as_bytes();
        let tail = &token[token.len().saturating_sub(TAIL)..];
        self.secret.hash_one(tail)
    }
}

fn fingerprint(token: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    bytes
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn claims() -> Arc<AccessTokenClaims> {
        Arc::new(AccessTokenClaims::verified("{}", None, "", 0.0).unwrap())
    }

    #[test]
    fn a_token_is_found_by_all_of_its_letters() {
        let tokens = VerifiedTokens::new(8);
        let token = |first: &str, last: &str| format!("{first}.b.{}{last}", "c".repeat(TAIL));
        tokens.insert(&token("a", "z"), claims(), 1);
        assert!(tokens.get(&token("a", "z"), 1).is_some());
        assert!(tokens.get(&token("a", "y"), 1).is_none());
        assert!(tokens.get(&token("b", "z"), 1).is_none());
        assert_eq!(tokens.statistics(), (1, 2, 1));
    }

    #[test]
    fn what_older_keys_verified_is_not_found() {
        let tokens = VerifiedTokens::new(8);
        tokens.insert("a.b.c", claims(), 1);
        assert!(tokens.get("a.b.c", 2).is_none());
    }

    #[test]
    fn there_are_never_more_than_its_capacity() {
        let tokens = VerifiedTokens::new(64);
        for number in 0..100_000 {
            tokens.insert(&number.to_string(), claims(), 1);
        }
        let (_, _, entries) = tokens.statistics();
        assert!((1..=64).contains(&entries), "{entries}");
    }
}
