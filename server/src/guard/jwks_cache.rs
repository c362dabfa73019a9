//! [`JwksCache`]: the keys of the issuer. They are fetched by one fetch at a time, and not
//! too often.
//!
//! - **There are no keys yet.** A request starts a fetch, or joins the one under way, and
//!   waits for it: five seconds at most, all its waits together. A failed fetch is followed
//!   by the next one after 1, 2, 4, 8, 16 and then 30 seconds; requests in between are
//!   answered at once with [`KeysUnavailable`].
//! - **There are keys.** They are fetched again in the background before they are five
//!   minutes old. While the issuer is away the old ones serve, for a day at most, and
//!   fetches have the same pauses between them.
//! - **A token names a key that is not there.** The cache looks for it: a *look* is a fetch
//!   that may begin once in 30 seconds, whatever the one before brought. It need not wait
//!   for the pauses after failures, so that the first new key after an outage is found. A
//!   fetch that was under way when the token came counts as the look if it brings keys.
//! - **A signature is wrong although its key is there.** The issuer may have replaced the
//!   key and kept its id, so this is a reason for a look too. As long as a look is under
//!   way nobody knows whether the token is good: its request waits until the look has taken
//!   five seconds, and is answered with [`KeysUnavailable`] after that.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use tokio::sync::watch;

use super::{
    Clock,
    fetch::{FetchError, Fetched, Fetcher},
    jwks::Jwks,
    key_id::is_plausible,
    patience::{Patience, UnderWay},
    schedule::{Reason, Schedule},
};

/// When it is worth asking again while a fetch is under way.
const SOON: Duration = Duration::from_secs(1);

/// There are no keys and the last fetch failed; or the key of the token is not there and a
/// fetch is under way.
#[derive(Debug)]
pub(super) struct KeysUnavailable {
    pub retry_after: Duration,
}

/// The keys of one issuer.
pub(super) struct JwksCache {
    /// None where the keys are given and never fetched
    fetcher: Option<Arc<Fetcher>>,
    clock: Arc<dyn Clock>,
    /// Requests read it and wait for nobody.
    current: ArcSwapOption<Keys>,
    schedule: Mutex<Schedule>,
    /// When the next look may begin, in milliseconds of uptime: what the schedule said when
    /// the last fetch ended. Requests with a wrong signature read it without the schedule's
    /// lock, since there may be thousands of them
    next_look: AtomicU64,
    /// Told that a fetch has ended
    ended: watch::Sender<()>,
    fetches: AtomicU64,
    failures: AtomicU64,
}

/// The keys as one fetch found them.
pub(super) struct Keys {
    pub jwks: Arc<Jwks>,
    /// Grows whenever a key that was there is not there any more
    pub generation: u64,
    /// Until then a request need not read the schedule
    fresh_until: Duration,
}

impl JwksCache {
    /// Empty; the first need of a key fetches.
    pub(super) fn fetching(fetcher: Fetcher, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self::new(Some(fetcher), clock))
    }

    /// With these keys for ever.
    pub(super) fn fixed(jwks: Jwks, clock: Arc<dyn Clock>) -> Arc<Self> {
        let cache = Self {
            next_look: AtomicU64::new(u64::MAX),
            ..Self::new(None, clock)
        };
        cache.current.store(Some(Arc::new(Keys {
            jwks: Arc::new(jwks),
            generation: 0,
            fresh_until: Duration::MAX,
        })));
        Arc::new(cache)
    }

    fn new(fetcher: Option<Fetcher>, clock: Arc<dyn Clock>) -> Self {
        Self {
            fetcher: fetcher.map(Arc::new),
            clock,
            current: ArcSwapOption::empty(),
            schedule: Mutex::default(),
            next_look: AtomicU64::new(0),
            ended: watch::Sender::new(()),
            fetches: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        }
    }

    /// Whether a signing key is known.
    pub(super) fn is_ready(&self) -> bool {
        self.current.load().is_some()
    }

    /// The keys to use now, if there are any. Where there are none it does not wait for any.
    pub(super) async fn known(self: &Arc<Self>, patience: &mut Patience) -> Option<Arc<Keys>> {
        if !self.is_ready() {
            return None;
        }
        self.current(patience).await.ok()
    }

    /// The keys to use now, after the fetch that is due, if one is.
    async fn current(
        self: &Arc<Self>,
        patience: &mut Patience,
    ) -> Result<Arc<Keys>, KeysUnavailable> {
        let now = self.clock.uptime();
        let keys = self.current.load_full();
        match keys {
            Some(keys) if now < keys.fresh_until => Ok(keys),
            _ => self.refreshed(now, patience).await,
        }
    }

    async fn refreshed(
        self: &Arc<Self>,
        now: Duration,
        patience: &mut Patience,
    ) -> Result<Arc<Keys>, KeysUnavailable> {
        let must_wait = self.schedule().must_wait(now);
        if let Some(fetch) = self.fetch(Reason::Age)
            && must_wait
        {
            fetch.ends_within(patience).await;
        }
        // Read once more: a fetch may have ended since the caller read them.
        let keys = self.current.load_full();
        keys.ok_or_else(|| {
            let due = self.schedule().next_due();
            let retry_after = due.saturating_sub(self.clock.uptime());
            KeysUnavailable { retry_after }
        })
    }

    /// Whether the issuer may have other keys than these: newer ones are here already, or a
    /// look may begin. Neither locks nor waits.
    pub(super) fn may_have_changed(&self, keys: &Keys) -> bool {
        let same = |current: &Arc<Keys>| Arc::ptr_eq(&current.jwks, &keys.jwks);
        millis(self.clock.uptime()) >= self.next_look.load(Relaxed)
            || !self.current.load().as_ref().is_some_and(same)
    }

    /// The keys after a look, if one may begin. `unknown` is the id that none of the keys
    /// has, if the token names one. Where the look finds the same keys, the answer has the
    /// same [`Keys::jwks`] as before.
    pub(super) async fn looked_for(
        self: &Arc<Self>,
        unknown: Option<&str>,
        patience: &mut Patience,
    ) -> Result<Arc<Keys>, KeysUnavailable> {
        if self.is_ready() {
            if !unknown.is_none_or(is_plausible) {
                tracing::info!("did not look for a key id that no issuer would give");
            } else if let Some(look) = self.fetch(Reason::Look)
                && !look.ends_within(patience).await
            {
                return Err(KeysUnavailable { retry_after: SOON });
            }
        }
        self.current(patience).await
    }

    /// Starts a fetch if one is due and none is under way. Gives the fetch under way, if
    /// there is one then.
    pub(super) fn fetch(self: &Arc<Self>, reason: Reason) -> Option<UnderWay> {
        let fetcher = self.fetcher.as_ref()?;
        let now = self.clock.uptime();
        let mut schedule = self.schedule();
        let starts = schedule.want(reason, now);
        if starts {
            // A task of its own: the caller's may end with its connection.
            tokio::spawn(Arc::clone(self).run(Arc::clone(fetcher)));
        }
        // Subscribed under the lock, so that the end cannot be missed.
        schedule.under_way().then(|| UnderWay {
            ended: self.ended.subscribe(),
            patience: schedule.patience(now),
        })
    }

    /// How long until a fetch because of age is due: zero if it is, `None` if none ever is.
    pub(super) fn until_due(&self) -> Option<Duration> {
        self.fetcher.as_ref()?;
        let due = self.schedule().next_due();
        Some(due.saturating_sub(self.clock.uptime()))
    }

    /// Changes when a fetch has ended; closed when the cache is gone.
    pub(super) fn fetch_ended(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    async fn run(self: Arc<Self>, fetcher: Arc<Fetcher>) {
        let fetched = tokio::task::spawn_blocking(move || fetcher.fetch()).await;
        let fetched = fetched.unwrap_or(Err(FetchError::Panicked));
        if let Err(error) = self.end(fetched) {
            // After `end`, so that no request waits for the log under the schedule's lock.
            let old_keys_serve = self.is_ready();
            tracing::warn!(%error, old_keys_serve, "the keys of the issuer could not be fetched");
        }
        self.ended.send_replace(());
    }

    /// Writes down what came of a fetch.
    fn end(&self, fetched: Result<Fetched, FetchError>) -> Result<(), FetchError> {
        let now = self.clock.uptime();
        let mut schedule = self.schedule();
        let outcome = match fetched {
            Ok(fetched) => {
                self.fetches.fetch_add(1, Relaxed);
                schedule.succeeded(now, fetched.max_age);
                self.replace(fetched, schedule.next_due());
                Ok(())
            }
            Err(error) => {
                self.failures.fetch_add(1, Relaxed);
                let answered = matches!(error, FetchError::NoUsableKey { .. });
                if schedule.failed(now, answered) {
                    self.current.store(None);
                } else if let Some(keys) = self.current.load_full() {
                    self.current.store(Some(Arc::new(Keys {
                        fresh_until: schedule.next_due(),
                        jwks: Arc::clone(&keys.jwks),
                        ..*keys
                    })));
                }
                Err(error)
            }
        };
        let next_look = millis(schedule.look_due());
        self.next_look.store(next_look, Relaxed);
        outcome
    }

    /// Makes the fetched keys the current ones. Keys that are all still there leave the
    /// generation as it was, so that verified tokens are remembered.
    fn replace(&self, fetched: Fetched, fresh_until: Duration) {
        let mut keys = Keys {
            jwks: fetched.jwks,
            // The number of the fetch: keys that were dropped for their age and come back
            // are another generation too.
            generation: self.fetches.load(Relaxed),
            fresh_until,
        };
        if let Some(before) = self.current.load_full()
            && before.jwks.all_in(&keys.jwks)
        {
            keys.generation = before.generation;
            if keys.jwks.all_in(&before.jwks) {
                keys.jwks = Arc::clone(&before.jwks);
            }
        }
        self.current.store(Some(Arc::new(keys)));
    }

    /// Age of the keys, fetches that brought some, and fetches that did not.
    pub(super) fn statistics(&self) -> (Option<Duration>, u64, u64) {
        let fetched_at = self.schedule().fetched_at();
        let age = fetched_at.map(|at| self.clock.uptime().saturating_sub(at));
        (age, self.fetches.load(Relaxed), self.failures.load(Relaxed))
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(uptime: Duration) -> u64 {
    uptime.as_millis().try_into().unwrap_or(u64::MAX)
}
