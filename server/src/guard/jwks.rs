//! [`JwksCache`]: the issuer's keys, fetched by one at a time and not too often.
//!
//! - Cold: a request waits for the fetch under way, 5 s at most. Once a fetch has
//!   failed there are pauses of 1 to 30 s between attempts, and `KeysUnavailable`.
//! - Warm: keys are fetched again before they are five minutes old, in the
//!   background. In an outage the old ones go on serving, for a day at most.
//! - An unknown key id fetches at most once in 30 s, whatever came of it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use super::{
    Algorithm, Clock, KeySource, TrustAnchors,
    fetch::{FetchError, Fetcher},
    jwk::{Jwks, VerificationKey},
    schedule::{Reason, Schedule},
};

/// How long a request waits for a fetch.
const WAIT_LIMIT: Duration = Duration::from_secs(5);

/// What a token's header says about its key.
#[derive(Clone, Copy)]
pub(super) struct Lookup<'a> {
    pub kid: Option<&'a str>,
    pub algorithm: Algorithm,
}

/// No keys, and the last fetch failed.
#[derive(Debug)]
pub(super) struct KeysUnavailable {
    pub retry_after: Duration,
}

/// The keys of one issuer.
pub struct JwksCache {
    fetcher: Arc<Fetcher>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Counts the fetches that have ended.
    ended: watch::Sender<u64>,
}

struct State {
    keys: Option<Arc<Jwks>>,
    schedule: Schedule,
}

impl JwksCache {
    /// An empty cache; the first need of a key fills it.
    pub fn new(source: KeySource, anchors: TrustAnchors, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            fetcher: Arc::new(Fetcher::new(source, anchors)),
            clock,
            state: Mutex::new(State {
                keys: None,
                schedule: Schedule::default(),
            }),
            ended: watch::Sender::new(0),
        })
    }

    /// Whether a signing key is known.
    pub fn is_ready(&self) -> bool {
        self.state().keys.is_some()
    }

    /// Fetches now and again before the keys age, for ever.
    pub async fn keep_fresh(self: &Arc<Self>) {
        loop {
            let now = self.clock.uptime();
            let due = self.state().schedule.next_due();
            if let Some(wait) = due.checked_sub(now).filter(|wait| !wait.is_zero()) {
                tokio::time::sleep(wait).await;
            } else if let Some(ended) = self.fetch(Reason::Age) {
                wait(ended).await;
            }
        }
    }

    /// The keys that may have signed a token, after as much fetching as is due.
    pub(super) async fn fitting(
        self: &Arc<Self>,
        wanted: Lookup<'_>,
    ) -> Result<Vec<Arc<VerificationKey>>, KeysUnavailable> {
        let Some(keys) = self.current().await else {
            let now = self.clock.uptime();
            let due = self.state().schedule.next_due();
            return Err(KeysUnavailable {
                retry_after: due.saturating_sub(now),
            });
        };
        let found = keys.fitting(wanted.kid, wanted.algorithm);
        if !found.is_empty() || !worth_a_fetch(wanted.kid) {
            return Ok(found);
        }
        if let Some(ended) = self.fetch(Reason::UnknownKey) {
            wait(ended).await;
        }
        let keys = self.state().keys.clone();
        Ok(keys.map_or(found, |keys| keys.fitting(wanted.kid, wanted.algorithm)))
    }

    /// The keys to use now.
    async fn current(self: &Arc<Self>) -> Option<Arc<Jwks>> {
        let now = self.clock.uptime();
        let (keys, due, must_wait) = {
            let state = self.state();
            let schedule = &state.schedule;
            let due = schedule.is_due(Reason::Age, now);
            (state.keys.clone(), due, schedule.must_wait(now))
        };
        if keys.is_some() && !due {
            return keys;
        }
        match self.fetch(Reason::Age) {
            Some(ended) if must_wait => {
                wait(ended).await;
                self.state().keys.clone()
            }
            _ => keys,
        }
    }

    /// Starts a fetch, if one is due and none under way. Some if one is under way.
    fn fetch(self: &Arc<Self>, reason: Reason) -> Option<watch::Receiver<u64>> {
        let mut state = self.state();
        let started = state.schedule.start(reason, self.clock.uptime());
        if started {
            // Not the caller's task: a connection that breaks must not end it.
            tokio::spawn(Arc::clone(self).run());
        }
        // Subscribed under the lock, so that the end cannot be missed.
        state.schedule.under_way().then(|| self.ended.subscribe())
    }

    async fn run(self: Arc<Self>) {
        let fetcher = Arc::clone(&self.fetcher);
        let fetched = tokio::task::spawn_blocking(move || fetcher.fetch()).await;
        let fetched = fetched.unwrap_or(Err(FetchError::Panicked));
        let now = self.clock.uptime();
        let mut state = self.state();
        match fetched {
            Ok(keys) => {
                state.keys = Some(Arc::new(keys));
                state.schedule.succeeded(now);
            }
            Err(error) => {
                let empty = matches!(error, FetchError::NoUsableKey { .. });
                if state.schedule.failed(now, empty) {
                    state.keys = None;
                }
                tracing::warn!(%error, "the keys of the issuer could not be fetched");
            }
        }
        drop(state);
        self.ended.send_modify(|count| *count += 1);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn wait(mut ended: watch::Receiver<u64>) {
    // Both ends are an answer: the caller looks at what is there then.
    let _ = tokio::time::timeout(WAIT_LIMIT, ended.changed()).await;
}

/// Whether the issuer could know this key id. What no issuer uses as an id costs
/// no request to it; it is only ever compared with the ids that are there.
fn worth_a_fetch(kid: Option<&str>) -> bool {
    let usual = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/+=~@".contains(&b);
    kid.is_none_or(|kid| {
        (1..=256).contains(&kid.len()) && kid.bytes().all(usual) && !kid.contains("..")
    })
}
