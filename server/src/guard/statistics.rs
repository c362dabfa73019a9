//! What the guard counts, for whoever exports metrics. The counters are relaxed atomics, read
//! when they are asked for.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::Refusal;

/// Why a request may not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denial {
    NoCredentials,
    MalformedRequest,
    InsufficientScope,
    InsufficientAuthentication,
    /// When it is worth asking again
    KeysUnavailable(Duration),
    Refused(Refusal),
}

impl Denial {
    /// Those that are not about the token itself, in the order of [`Self::index`].
    const OTHERS: [Self; 5] = [
        Self::NoCredentials,
        Self::MalformedRequest,
        Self::InsufficientScope,
        Self::InsufficientAuthentication,
        Self::KeysUnavailable(Duration::ZERO),
    ];

    fn all() -> impl Iterator<Item = Self> {
        let refused = Refusal::ALL.into_iter().map(Self::Refused);
        Self::OTHERS.into_iter().chain(refused)
    }

    fn index(self) -> usize {
        match self {
            Self::NoCredentials => 0,
            Self::MalformedRequest => 1,
            Self::InsufficientScope => 2,
            Self::InsufficientAuthentication => 3,
            Self::KeysUnavailable(_) => 4,
            Self::Refused(cause) => Self::OTHERS.len() + cause as usize,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::MalformedRequest => "malformed_request",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientAuthentication => "insufficient_user_authentication",
            Self::KeysUnavailable(_) => "keys_unavailable",
            Self::Refused(cause) => cause.name(),
        }
    }
}

/// How often a request passed, and how often it was denied for each cause.
#[derive(Default)]
pub(super) struct Verdicts {
    accepted: AtomicU64,
    denied: [AtomicU64; Denial::OTHERS.len() + Refusal::ALL.len()],
}

impl Verdicts {
    pub(super) fn accept(&self) {
        self.accepted.fetch_add(1, Relaxed);
    }

    pub(super) fn deny(&self, denial: Denial) {
        self.denied[denial.index()].fetch_add(1, Relaxed);
    }

    pub(super) fn snapshot(&self) -> Vec<(&'static str, u64)> {
        let denied = Denial::all().map(|denial| (denial.name(), &self.denied[denial.index()]));
        [("accepted", &self.accepted)]
            .into_iter()
            .chain(denied)
            .map(|(name, counter)| (name, counter.load(Relaxed)))
            .collect()
    }
}

/// Numbers of one verifier since it was made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Statistics {
    /// How many requests ended in each way: `accepted`, the cause of a refusal
    /// ([`Refusal::name`]), or what is answered without looking at a token. A request counts
    /// once, when its answer is known. One that was let through also counts if its endpoint
    /// panics, or its connection ends before
    pub verdicts: Vec<(&'static str, u64)>,
    /// Time since the keys were fetched; `None` as long as there are none
    pub jwks_age: Option<Duration>,
    /// Fetches of the key set that brought keys
    pub jwks_fetches: u64,
    /// Fetches that did not
    pub jwks_failures: u64,
    /// Good tokens that had been verified before and were remembered
    pub cache_hits: u64,
    /// Good tokens that were verified anew; what is refused is among the verdicts alone
    pub cache_misses: u64,
    /// Verified tokens that are remembered at the moment
    pub cache_entries: usize,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_verdict_has_a_place_and_a_name_of_its_own() {
        let verdicts = Verdicts::default();
        verdicts.accept();
        for (index, denial) in Denial::all().enumerate() {
            assert_eq!(denial.index(), index, "{denial:?}");
            verdicts.deny(denial);
        }
        let snapshot = verdicts.snapshot();
        let names: HashSet<_> = snapshot.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), verdicts.denied.len() + 1);
        assert!(snapshot.iter().all(|(_, count)| *count == 1));
    }
}
