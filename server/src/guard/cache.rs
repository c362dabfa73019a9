//! [`VerifiedTokens`]: the claims of tokens that were verified before, so that the next
//! request with one of them costs a hash instead of a signature.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{
            AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
};

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::{
    DefaultHashBuilder, OptionsBuilder, UnitWeighter,
    sync::{Cache, DefaultLifecycle},
};

use super::AccessTokenClaims;

/// Longer tokens are verified each time, so that the memory is bounded too.
const LONGEST: usize = 4096;
/// Letters of the signature by which a token is looked up.
const TAIL: usize = 32;

/// A value in the cache's own list: an allocation for each would be a fifth of its memory.
#[derive(Clone)]
struct Entry {
    /// SHA-256 of the whole token with its signature: with a part of the token nothing is
    /// found. The token itself is not in memory.
    fingerprint: [u8; 32],
    claims: Arc<AccessTokenClaims>,
    generation: u64,
}

/// Claims of verified tokens. Their number is bounded, and the least useful make room. The
/// cache is sharded, so that cores do not wait for each other.
pub(super) struct VerifiedTokens {
    /// By a hash of the token's end, keyed with `secret`. It is cheaper than the fingerprint,
    /// and a token that was never seen costs no more than that
    entries: Cache<u64, Entry>,
    /// The newest generation of keys that a request has come with
    newest: AtomicU64,
    secret: RandomState,
}

impl VerifiedTokens {
    pub(super) fn new(capacity: usize) -> Self {
        let options = OptionsBuilder::new()
            .estimated_items_capacity(capacity)
            .weight_capacity(capacity as u64)
            // Of as many entries that had to make room it remembers that they were there:
            // one that comes back soon then stays. With fewer, tokens that nobody uses any
            // more keep the new ones out.
            .ghost_allocation(1.0)
            .build();
        let (hash, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
        let entries = match options {
            Ok(options) => Cache::with_options(options, UnitWeighter, hash, lifecycle),
            // The builder has all that it asks for.
            Err(_) => Cache::new(capacity),
        };
        Self {
            entries,
            newest: AtomicU64::new(0),
            secret: RandomState::new(),
        }
    }

    /// The claims of `token`, if it was verified with the keys of this `generation`: once a
    /// key has left the set, what it signed must be verified again. The caller checks whether
    /// the token has expired since.
    pub(super) fn get(&self, token: &str, generation: u64) -> Option<Arc<AccessTokenClaims>> {
        self.follow(generation);
        let found = self.entries.get(&self.key(token)).filter(|entry| {
            entry.generation == generation && entry.fingerprint == fingerprint(token)
        });
        found.map(|entry| entry.claims)
    }

    pub(super) fn insert(&self, token: &str, claims: Arc<AccessTokenClaims>, generation: u64) {
        self.follow(generation);
        if token.len() > LONGEST {
            return;
        }
        let key = self.key(token);
        let entry = Entry {
            fingerprint: fingerprint(token),
            claims,
            generation,
        };
        self.entries.insert(key, entry);
        // After the insertion: a request that comes with newer keys from now on empties the
        // cache, this entry included; one that came before is seen here.
        if self.newest.load(SeqCst) > generation {
            self.entries
                .remove_if(&key, |entry| entry.generation == generation);
        }
    }

    /// Empties the cache if a key has left the set since it was filled: its entries could not
    /// be found any more, and would only take room.
    fn follow(&self, generation: u64) {
        if self.newest.load(Relaxed) < generation
            && self.newest.fetch_max(generation, SeqCst) < generation
        {
            self.entries.clear();
        }
    }

    /// Takes out a token that has expired, at once and not only when room is needed.
    pub(super) fn forget(&self, token: &str) {
        self.entries.remove(&self.key(token));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
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
        assert_eq!(tokens.len(), 1);
    }

    #[test]
    fn what_older_keys_verified_is_not_found() {
        let tokens = VerifiedTokens::new(8);
        tokens.insert("a.b.c", claims(), 1);
        assert!(tokens.get("a.b.c", 2).is_none());
    }

    #[test]
    fn what_older_keys_verified_does_not_stay_in_memory() {
        let tokens = VerifiedTokens::new(8);
        let claims = claims();
        for token in ["a.b.c", "d.e.f"] {
            tokens.insert(token, Arc::clone(&claims), 1);
        }
        assert!(tokens.get("another", 2).is_none());
        assert_eq!((tokens.len(), Arc::strong_count(&claims)), (0, 1));
        // Verified with the old keys while somebody came with the new ones.
        tokens.insert("a.b.c", Arc::clone(&claims), 1);
        assert_eq!((tokens.len(), Arc::strong_count(&claims)), (0, 1));
        // To verify with them is to come with them.
        tokens.insert("a.b.c", Arc::clone(&claims), 2);
        tokens.insert("d.e.f", Arc::clone(&claims), 3);
        assert_eq!((tokens.len(), Arc::strong_count(&claims)), (1, 2));
        assert!(tokens.get("d.e.f", 3).is_some());
    }

    #[test]
    fn nothing_of_older_keys_stays_when_all_come_at_once() {
        let tokens = VerifiedTokens::new(1024);
        let claims = claims();
        let begin = std::sync::Barrier::new(2);
        for generation in (1..2000).step_by(2) {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    begin.wait();
                    tokens.insert("a.b.c", Arc::clone(&claims), generation);
                });
                scope.spawn(|| {
                    begin.wait();
                    tokens.get("another", generation + 1);
                });
            });
            assert_eq!(tokens.len(), 0, "{generation}");
        }
    }

    #[test]
    fn a_token_that_is_too_long_is_not_kept() {
        let tokens = VerifiedTokens::new(8);
        for (length, kept) in [(LONGEST, 1), (LONGEST + 1, 0)] {
            tokens.insert(&"a".repeat(length), claims(), 1);
            assert_eq!(tokens.len(), kept, "{length}");
            tokens.forget(&"a".repeat(length));
        }
    }

    /// Issuers renew tokens, all of an hour's at about the same time.
    #[test]
    fn new_tokens_push_out_those_that_nobody_shows_any_more() {
        let (tokens, claims) = (VerifiedTokens::new(1024), claims());
        let hits = |name: &str, count: usize| {
            let shown = (0..count).map(|number| format!("{name}-{number}"));
            let known = shown.filter(|token| {
                let known = tokens.get(token, 1).is_some();
                if !known {
                    tokens.insert(token, Arc::clone(&claims), 1);
                }
                known
            });
            known.count()
        };
        for hour in ["first", "second", "third"] {
            for _ in 0..20 {
                hits(hour, 800);
            }
            let known = hits(hour, 800);
            assert!(known > 780, "{hour}: {known}");
        }
    }

    #[test]
    fn there_are_never_more_than_its_capacity() {
        let tokens = VerifiedTokens::new(64);
        for number in 0..100_000 {
            tokens.insert(&number.to_string(), claims(), 1);
        }
        let entries = tokens.len();
        assert!((1..=64).contains(&entries), "{entries}");
    }
}
