//! [`JwksCache`]: the issuer's keys, fetched by one at a time and not too often.
//!
//! - Cold: a request waits for the fetch under way, 5 s at most. Once a fetch has
//!   failed there are pauses of 1 to 30 s between attempts, and `KeysUnavailable`.
//!   A request waits 5 s in all, whatever it waits for.
//! - Warm: keys are fetched again before they are five minutes old, in the
//!   background. In an outage the old ones go on serving, for a day at most, with the
//!   same pauses between attempts.
//! - An unknown key id fetches at most once in 30 s, whatever came of it, and does not
//!   wait for those pauses: it is how the first new key after an outage is found. A
//!   fetch that was under way before is one of these looks only if it brings keys.
//!   A bad signature by a known id is one of these looks: the issuer may have replaced
//!   the key and kept its id. As long as a look is under way nothing can be said of
//!   such a token: after the first 5 s of the look the answer is `KeysUnavailable`.

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
    Clock, KeySource, TrustAnchors,
    fetch::{FetchError, Fetched, Fetcher},
    jwk::Jwks,
    patience::{Patience, UnderWay},
    schedule::{Reason, Schedule},
};

/// When it is worth asking again while a fetch is under way.
const SOON: Duration = Duration::from_secs(1);

/// No keys, and the last fetch failed; or not the right one, and a fetch is under way.
#[derive(Debug)]
pub(super) struct KeysUnavailable {
    pub retry_after: Duration,
}

/// The keys of one issuer.
pub struct JwksCache {
    issuer: String,
    fetcher: Arc<Fetcher>,
    clock: Arc<dyn Clock>,
    /// What requests read, without waiting for anybody.
    current: ArcSwapOption<Keys>,
    schedule: Mutex<Schedule>,
    /// When the schedule allows the next look for an unknown key, in milliseconds of
    /// uptime: forgeries by the thousand must not ask for its lock. Known when a look
    /// has ended; as long as it is under way a bad signature waits for it, since it
    /// may be a good one by the key that the look brings
    next_look: AtomicU64,
    /// Tells that a fetch has ended.
    ended: watch::Sender<()>,
    fetches: AtomicU64,
    failures: AtomicU64,
}

/// The keys as one fetch found them.
pub(super) struct Keys {
    pub jwks: Arc<Jwks>,
    /// Grows whenever a key that was there is not there any more
    pub generation: u64,
    /// Until then nobody needs to look at the schedule
    fresh_until: Duration,
}

impl JwksCache {
    /// An empty cache; the first need of a key fills it.
    pub fn new(source: KeySource, anchors: TrustAnchors, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            issuer: source.issuer.clone(),
            fetcher: Arc::new(Fetcher::new(source, anchors)),
            clock,
            current: ArcSwapOption::empty(),
            schedule: Mutex::default(),
            next_look: AtomicU64::new(0),
            ended: watch::Sender::new(()),
            fetches: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        })
    }

    /// Whose keys these are: what `iss` must be, to the letter.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether a signing key is known.
    pub fn is_ready(&self) -> bool {
        self.current.load().is_some()
    }

    /// Fetches now and again before the keys age, for ever.
    pub async fn keep_fresh(self: &Arc<Self>) {
        loop {
            let now = self.clock.uptime();
            let due = self.schedule().next_due();
            if let Some(wait) = due.checked_sub(now).filter(|wait| !wait.is_zero()) {
                tokio::time::sleep(wait).await;
            } else if let Some(mut fetch) = self.fetch(Reason::Age) {
                // The sender is part of this cache, and so it ends with a fetch only.
                let _ = fetch.ended.changed().await;
            }
        }
    }

    /// The keys to use now if there are any; without them nothing is waited for.
    pub(super) async fn known(self: &Arc<Self>, patience: &mut Patience) -> Option<Arc<Keys>> {
        if !self.is_ready() {
            return None;
        }
        self.current(patience).await.ok()
    }

    /// The keys to use now, after as much fetching as is due.
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
        // Read anew in any case: a fetch may have ended since the caller looked.
        let keys = self.current.load_full();
        keys.ok_or_else(|| {
            let due = self.schedule().next_due();
            let retry_after = due.saturating_sub(self.clock.uptime());
            KeysUnavailable { retry_after }
        })
    }

    /// Whether there may be other keys than these: they are there by now, or it is time
    /// for a look. Neither locks nor waits.
    pub(super) fn may_have_changed(&self, keys: &Keys) -> bool {
        let same = |current: &Arc<Keys>| Arc::ptr_eq(&current.jwks, &keys.jwks);
        millis(self.clock.uptime()) >= self.next_look.load(Relaxed)
            || !self.current.load().as_ref().is_some_and(same)
    }

    /// The keys, after a look whether the issuer has others by now if it is time for
    /// one. `unknown` is the id that none of them has, if the token names one. Keys that
    /// have not changed come as the same [`Keys::jwks`].
    pub(super) async fn looked_for(
        self: &Arc<Self>,
        unknown: Option<&str>,
        patience: &mut Patience,
    ) -> Result<Arc<Keys>, KeysUnavailable> {
        let worth = worth_a_fetch(unknown);
        if self.is_ready() && !worth {
            tracing::info!("did not look for a key id that no issuer would give");
        }
        if self.is_ready()
            && worth
            && let Some(look) = self.fetch(Reason::UnknownKey)
            && !look.ends_within(patience).await
        {
            return Err(KeysUnavailable { retry_after: SOON });
        }
        self.current(patience).await
    }

    /// Starts a fetch, if one is due and none under way. Some if one is under way.
    fn fetch(self: &Arc<Self>, reason: Reason) -> Option<UnderWay> {
        let now = self.clock.uptime();
        let mut schedule = self.schedule();
        let started = schedule.start(reason, now);
        if started {
            // Not the caller's task: a connection that breaks must not end it.
            tokio::spawn(Arc::clone(self).run());
        }
        // Subscribed under the lock, so that the end cannot be missed.
        schedule.under_way().then(|| UnderWay {
            ended: self.ended.subscribe(),
            patience: schedule.patience(now),
        })
    }

    async fn run(self: Arc<Self>) {
        let fetcher = Arc::clone(&self.fetcher);
        let fetched = tokio::task::spawn_blocking(move || fetcher.fetch()).await;
        let fetched = fetched.unwrap_or(Err(FetchError::Panicked));
        if let Err(error) = self.end(fetched) {
            // Not under the lock, which requests ask for.
            let old_keys_serve = self.is_ready();
            tracing::warn!(%error, old_keys_serve, "the keys of the issuer could not be fetched");
        }
        self.ended.send_replace(());
    }

    fn end(&self, fetched: Result<Fetched, FetchError>) -> Result<(), FetchError> {
        let now = self.clock.uptime();
        let mut schedule = self.schedule();
        let outcome = match fetched {
            Ok(fetched) => {
                self.fetches.fetch_add(1, Relaxed);
                schedule.succeeded(now, fetched.max_age);
                self.keep(fetched, schedule.next_due());
                Ok(())
            }
            Err(error) => {
                self.failures.fetch_add(1, Relaxed);
                let empty = matches!(error, FetchError::NoUsableKey { .. });
                if schedule.failed(now, empty) {
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
        let next_look = millis(schedule.unknown_key_due());
        self.next_look.store(next_look, Relaxed);
        outcome
    }

    fn keep(&self, fetched: Fetched, fresh_until: Duration) {
        let mut keys = Keys {
            jwks: fetched.jwks,
            // A fetch has a number of its own, so that keys which were dropped for
            // their age and come back are another generation too.
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

/// The longest key id that is looked for, in bytes.
const LONGEST: usize = 1024;

/// Whether the issuer could know this key id, which may be any text (RFC 7517 §4.5). What
/// is made to do harm elsewhere (RFC 8725 §3.10) costs no request to it; it is only ever
/// compared with the ids that are there.
fn worth_a_fetch(unknown: Option<&str>) -> bool {
    unknown.is_none_or(|kid| {
        // Escaped is what does not print, a quotation mark, and a backslash.
        let plain = kid.escape_debug().eq(kid.chars());
        plain && kid.len() <= LONGEST && !kid.contains("../")
    })
}
