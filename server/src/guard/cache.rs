//! [`VerifiedTokens`]: what came of tokens that were verified before, so that the next
//! request with one of them costs a hash instead of a signature.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;

use super::AccessTokenClaims;

/// SHA-256 of the whole token, signature included: whoever knows only the rest of it
/// finds nothing. Tokens themselves are not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

#[derive(Clone)]
struct Entry {
    claims: Arc<AccessTokenClaims>,
    generation: u64,
}

/// Claims of verified tokens. Bounded: the least useful ones make room. Sharded, so
/// that cores do not wait for each other.
pub(super) struct VerifiedTokens {
    entries: Cache<Fingerprint, Entry>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl VerifiedTokens {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            entries: Cache::new(capacity),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// What `token` says, if it was verified with the keys of this `generation`: once
    /// a key has left the set, whatever it signed is to be verified again. Whether the
    /// token has expired since is the caller's to check.
    pub(super) fn get(
        &self,
        token: Fingerprint,
        generation: u64,
    ) -> Option<Arc<AccessTokenClaims>> {
        let found = self.entries.get(&token);
        let current = found.filter(|entry| entry.generation == generation);
        let counter = if current.is_some() {
            &self.hits
        } else {
            &self.misses
        };
        counter.fetch_add(1, Relaxed);
        current.map(|entry| entry.claims)
    }

    pub(super) fn insert(
        &self,
        token: Fingerprint,
        claims: Arc<AccessTokenClaims>,
        generation: u64,
    ) {
        self.entries.insert(token, Entry { claims, generation });
    }

    /// What has expired makes room at once, not only when it is needed.
    pub(super) fn forget(&self, token: Fingerprint) {
        self.entries.remove(&token);
    }

    /// Hits, misses and entries.
    pub(super) fn statistics(&self) -> (u64, u64, usize) {
        let count = |counter: &AtomicU64| counter.load(Relaxed);
        (count(&self.hits), count(&self.misses), self.entries.len())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn claims() -> Arc<AccessTokenClaims> {
        Arc::new(AccessTokenClaims::verified("{}", None, "", 0.0).unwrap())
    }

    #[test]
    fn a_token_is_found_by_its_last_letter_too() {
        let tokens = VerifiedTokens::new(8);
        tokens.insert(Fingerprint::of("a.b.c"), claims(), 1);
        assert!(tokens.get(Fingerprint::of("a.b.c"), 1).is_some());
        assert!(tokens.get(Fingerprint::of("a.b.d"), 1).is_none());
        assert_eq!(tokens.statistics(), (1, 1, 1));
    }

    #[test]
    fn what_older_keys_verified_is_not_found() {
        let tokens = VerifiedTokens::new(8);
        tokens.insert(Fingerprint::of("a.b.c"), claims(), 1);
        assert!(tokens.get(Fingerprint::of("a.b.c"), 2).is_none());
    }

    #[test]
    fn there_are_never_more_than_its_capacity() {
        let tokens = VerifiedTokens::new(64);
        for number in 0..100_000 {
            tokens.insert(Fingerprint::of(&number.to_string()), claims(), 1);
        }
        let (_, _, entries) = tokens.statistics();
        assert!((1..=64).contains(&entries), "{entries}");
    }
}
