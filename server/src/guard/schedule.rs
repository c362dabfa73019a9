//! When the cache may fetch: plain arithmetic on times, no clock and no I/O.

use std::time::Duration;

/// Old enough to be fetched again in the background, unless the issuer says earlier.
const REFRESH_AFTER: Duration = Duration::from_secs(270);
/// Not earlier than this, whatever the issuer says.
const REFRESH_NEVER_BEFORE: Duration = Duration::from_secs(60);
/// Too old to be used without asking, while the issuer answers.
const MAX_AGE: Duration = Duration::from_secs(300);
/// Too old to be used at all: a key withdrawn during an outage must end too.
const STALE_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);
/// Between fetches for unknown keys, and the longest pause after failures.
const COOLDOWN: Duration = Duration::from_secs(30);
/// A fetch that began no longer ago is as good as one that begins now.
const JUST_NOW: Duration = Duration::from_millis(100);

/// How long a request waits for fetches, all in all.
pub(super) const WAIT_LIMIT: Duration = Duration::from_secs(5);

/// Why somebody wants a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// There are no keys, or they grow old
    Age,
    /// A token names a key that is not there
    UnknownKey,
}

/// What has been fetched when, and what failed.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// Since when a fetch is under way
    under_way: Option<Duration>,
    fetched_at: Option<Duration>,
    refresh_after: Duration,
    failures: u32,
    /// No fetch because of age before this: set by failures
    paused_until: Duration,
    /// When the last look for an unknown key began
    unknown_key_at: Option<Duration>,
    /// Since when the fetch under way is a look for an unknown key too, if it succeeds
    joined_at: Option<Duration>,
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

    /// When the next fetch because of an unknown key is due. Failures do not put it
    /// off once there are keys: an issuer that is back may have a new one at once.
    pub(super) fn unknown_key_due(&self) -> Duration {
        let due = self
            .unknown_key_at
            .map_or(Duration::ZERO, |at| at + COOLDOWN);
        match self.fetched_at {
            Some(_) => due,
            None => due.max(self.paused_until),
        }
    }

    /// True if the caller is the one to fetch.
    pub(super) fn start(&mut self, reason: Reason, now: Duration) -> bool {
        let due = match reason {
            Reason::Age => self.next_due(),
            Reason::UnknownKey => self.unknown_key_due(),
        };
        if now < due {
            return false;
        }
        let before = self.under_way;
        self.under_way = before.or(Some(now));
        if reason == Reason::UnknownKey {
            // One that is under way answers for this key too, but not if it fails: the
            // issuer may be back since it began to hang. A request that finds the keys
            // old has just begun one itself, which is no other look than its own.
            if before.is_some_and(|began| now > began + JUST_NOW) {
                self.joined_at.get_or_insert(now);
            } else {
                self.unknown_key_at = Some(now);
            }
        }
        before.is_none()
    }

    pub(super) fn fetched_at(&self) -> Option<Duration> {
        self.fetched_at
    }

    pub(super) fn under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether a request needs the fetch's result: there is nothing to go on with,
    /// or it is too old although nothing has failed.
    pub(super) fn must_wait(&self, now: Duration) -> bool {
        self.fetched_at
            .is_none_or(|at| self.failures == 0 && now >= at + MAX_AGE)
    }

    /// How much longer a request waits for the fetch under way. Where there are keys, a
    /// fetch that takes longer than one request would wait is that of a slow issuer, and
    /// holds up no other: a forgery asks for one as well as a good token.
    pub(super) fn patience(&self, now: Duration) -> Duration {
        match (self.fetched_at, self.under_way) {
            (Some(_), Some(began)) => (began + WAIT_LIMIT).saturating_sub(now),
            _ => WAIT_LIMIT,
        }
    }

    /// `max_age`: for how long the issuer lets the answer be kept. A longer time than
    /// ours is not used, nor one below a minute: a withdrawn key ends within five minutes
    /// as long as the issuer answers in time.
    pub(super) fn succeeded(&mut self, now: Duration, max_age: Option<Duration>) {
        self.under_way = None;
        self.unknown_key_at = self.joined_at.take().or(self.unknown_key_at);
        self.fetched_at = Some(now);
        self.refresh_after = max_age.map_or(REFRESH_AFTER, |age| {
            age.clamp(REFRESH_NEVER_BEFORE, REFRESH_AFTER)
        });
        self.failures = 0;
        self.paused_until = Duration::ZERO;
    }

    /// `answered`: the issuer is there but has no usable key, so that asking again
    /// soon is no use. True if the keys that were kept are too old by now.
    pub(super) fn failed(&mut self, now: Duration, answered: bool) -> bool {
        self.under_way = None;
        self.joined_at = None;
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
