//! When the cache may fetch: plain arithmetic on times, without clock and I/O. All times are
//! uptimes; a *look* is a fetch because of a token: its key is not there, or may have been
//! replaced ([`super::jwks_cache`]).

use std::time::Duration;

/// Old enough to be fetched again in the background, unless the issuer says earlier.
const REFRESH_AFTER: Duration = Duration::from_secs(270);
/// Not earlier than this, whatever the issuer says.
const REFRESH_NEVER_BEFORE: Duration = Duration::from_secs(60);
/// Too old to be used without asking, while the issuer answers.
const MAX_AGE: Duration = Duration::from_secs(300);
/// Too old to be used at all: a key withdrawn during an outage must end too.
const STALE_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);
/// From one look to the next, and the longest pause after failures.
const COOLDOWN: Duration = Duration::from_secs(30);
/// A fetch that began at most so long ago is as good as one that begins now.
const JUST_NOW: Duration = Duration::from_millis(100);

/// How long a request waits for fetches, all its waits together.
pub(super) const WAIT_LIMIT: Duration = Duration::from_secs(5);

/// Why a fetch is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// There are no keys, or they grow old
    Age,
    /// A token names a key that is not there, or one that may have been replaced
    Look,
}

/// What has been fetched when, and what failed.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// When the fetch under way began
    under_way: Option<Duration>,
    /// When the last fetch that brought keys ended
    fetched_at: Option<Duration>,
    /// How long after that the next fetch because of age is due
    refresh_after: Duration,
    /// How many fetches in a row have failed
    failures: u32,
    /// No fetch because of age before this: set by failures
    paused_until: Duration,
    /// When the last look began
    looked_at: Option<Duration>,
    /// When the first token wanted a look while a fetch was under way already. That fetch
    /// becomes the look if it brings keys, and the look then counts from this moment
    wanted_at: Option<Duration>,
}

impl Schedule {
    /// When the next fetch because of age is due.
    pub(super) fn next_due(&self) -> Duration {
        match self.fetched_at {
            _ if self.failures > 0 => self.paused_until,
            Some(at) => at + self.refresh_after,
            None => Duration::ZERO,
        }
    }

    /// When the next look may begin. Failures do not put it off once there are keys: an
    /// issuer that is back may have a new key at once.
    pub(super) fn look_due(&self) -> Duration {
        let due = self.looked_at.map_or(Duration::ZERO, |at| at + COOLDOWN);
        match self.fetched_at {
            Some(_) => due,
            None => due.max(self.paused_until),
        }
    }

    /// Notes that a fetch is wanted. True if it is due and none is under way, so that the
    /// caller has to start it.
    pub(super) fn want(&mut self, reason: Reason, now: Duration) -> bool {
        let due = match reason {
            Reason::Age => self.next_due(),
            Reason::Look => self.look_due(),
        };
        if now < due {
            return false;
        }
        if reason == Reason::Look {
            self.want_look(now);
        }
        let starts = self.under_way.is_none();
        self.under_way.get_or_insert(now);
        starts
    }

    /// A token wants a look, and one may begin. The fetch that the caller starts is the look,
    /// and so is one that began just now: a request that finds the keys old starts it itself,
    /// a moment before. A fetch that has been under way for longer becomes the look only if
    /// it brings keys: the issuer may be back since that fetch began to hang.
    fn want_look(&mut self, now: Duration) {
        match self.under_way {
            Some(began) if now > began + JUST_NOW => {
                self.wanted_at.get_or_insert(now);
            }
            _ => self.looked_at = Some(now),
        }
    }

    pub(super) fn fetched_at(&self) -> Option<Duration> {
        self.fetched_at
    }

    pub(super) fn under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether a request must wait for the fetch under way: there are no keys, or they are
    /// too old although no fetch has failed.
    pub(super) fn must_wait(&self, now: Duration) -> bool {
        self.fetched_at
            .is_none_or(|at| self.failures == 0 && now >= at + MAX_AGE)
    }

    /// How much longer a request waits for the fetch under way. Where there are keys, nobody
    /// waits for it beyond [`WAIT_LIMIT`] after its beginning, so that a slow issuer does not
    /// hold up each request that comes: a forgery can start a look as well as a good token.
    pub(super) fn patience(&self, now: Duration) -> Duration {
        match (self.fetched_at, self.under_way) {
            (Some(_), Some(began)) => (began + WAIT_LIMIT).saturating_sub(now),
            _ => WAIT_LIMIT,
        }
    }

    /// The fetch under way has brought keys. `max_age`: how long the issuer lets the answer
    /// be kept. Of that, at least a minute and at most our own time is used: a withdrawn key
    /// ends within five minutes as long as the issuer answers in time.
    pub(super) fn succeeded(&mut self, now: Duration, max_age: Option<Duration>) {
        self.under_way = None;
        self.looked_at = self.wanted_at.take().or(self.looked_at);
        self.fetched_at = Some(now);
        self.refresh_after = max_age.map_or(REFRESH_AFTER, |age| {
            age.clamp(REFRESH_NEVER_BEFORE, REFRESH_AFTER)
        });
        self.failures = 0;
        self.paused_until = Duration::ZERO;
    }

    /// The fetch under way has brought nothing. `answered`: the issuer is there but has no
    /// usable key, so it is of no use to ask again soon. True if the keys from before are too
    /// old to serve by now.
    pub(super) fn failed(&mut self, now: Duration, answered: bool) -> bool {
        self.under_way = None;
        self.wanted_at = None;
        self.failures = self.failures.saturating_add(1);
        let pause = if answered {
            COOLDOWN
        } else {
            // 1, 2, 4, 8, 16, 30, 30 …
            COOLDOWN.min(Duration::from_secs(1 << (self.failures - 1).min(5)))
        };
        self.paused_until = now + pause;
        let too_old = self.fetched_at.is_some_and(|at| now >= at + STALE_LIMIT);
        if too_old {
            self.fetched_at = None;
        }
        too_old
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
