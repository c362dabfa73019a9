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
    under_way: bool,
    fetched_at: Option<Duration>,
    refresh_after: Duration,
    failures: u32,
    /// No fetch because of age before this: set by failures
    paused_until: Duration,
    /// When an unknown key was last the reason of a fetch
    unknown_key_at: Option<Duration>,
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
        // Also if one is under way: it answers for this key, so that a flood during an
        // outage adds nothing to the attempts because of age.
        if reason == Reason::UnknownKey {
            self.unknown_key_at = Some(now);
        }
        !std::mem::replace(&mut self.under_way, true)
    }

    pub(super) fn fetched_at(&self) -> Option<Duration> {
        self.fetched_at
    }

    pub(super) fn under_way(&self) -> bool {
        self.under_way
    }

    /// Whether a request needs the fetch's result: there is nothing to go on with,
    /// or it is too old although nothing has failed.
    pub(super) fn must_wait(&self, now: Duration) -> bool {
        self.fetched_at
            .is_none_or(|at| self.failures == 0 && now >= at + MAX_AGE)
    }

    /// `max_age`: for how long the issuer lets the answer be kept. A longer time than
    /// ours is not used: a withdrawn key must end within five minutes.
    pub(super) fn succeeded(&mut self, now: Duration, max_age: Option<Duration>) {
        self.under_way = false;
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
        self.under_way = false;
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
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn warm_since(seconds: u64) -> Schedule {
        let mut schedule = Schedule::default();
        assert!(schedule.start(Reason::Age, at(seconds)));
        schedule.succeeded(at(seconds), None);
        schedule
    }

    #[test]
    fn the_issuer_may_ask_for_a_fetch_earlier_but_not_too_often() {
        let mut schedule = Schedule::default();
        for (max_age, due) in [
            (None, 270),
            (Some(0), 60),
            (Some(90), 90),
            (Some(86_400), 270),
        ] {
            schedule.succeeded(at(0), max_age.map(Duration::from_secs));
            assert_eq!(schedule.next_due(), at(due), "{max_age:?}");
        }
    }

    #[test]
    fn one_fetch_runs_at_a_time() {
        let mut schedule = Schedule::default();
        assert!(schedule.start(Reason::Age, at(0)));
        assert!(!schedule.start(Reason::Age, at(0)));
        assert!(!schedule.start(Reason::UnknownKey, at(0)));
        assert!(schedule.under_way());
    }

    #[test]
    fn cold_failures_pause_for_one_to_thirty_seconds() {
        let mut schedule = Schedule::default();
        let mut now = 0;
        for pause in [1, 2, 4, 8, 16, 30, 30, 30] {
            assert!(schedule.start(Reason::Age, at(now)));
            schedule.failed(at(now), false);
            assert_eq!(schedule.next_due(), at(now + pause));
            assert!(!schedule.start(Reason::Age, at(now + pause - 1)));
            assert!(!schedule.start(Reason::UnknownKey, at(now + pause - 1)));
            now += pause;
        }
    }

    #[test]
    fn warm_failures_pause_as_cold_ones_do() {
        let mut schedule = warm_since(0);
        let mut now = 270;
        for pause in [1, 2, 4, 8, 16, 30, 30] {
            assert!(schedule.start(Reason::Age, at(now)));
            schedule.failed(at(now), false);
            assert_eq!(schedule.next_due(), at(now + pause));
            now += pause;
        }
    }

    #[test]
    fn once_there_are_keys_a_failure_does_not_put_off_the_look_for_an_unknown_one() {
        for answered in [false, true] {
            let mut schedule = warm_since(0);
            assert!(schedule.start(Reason::Age, at(270)));
            schedule.failed(at(270), answered);
            assert!(schedule.start(Reason::UnknownKey, at(270)), "{answered}");
        }
    }

    #[test]
    fn a_flood_in_an_outage_costs_no_more_than_the_attempts_because_of_age() {
        let attempts = |reasons: &[Reason]| {
            let mut schedule = warm_since(0);
            let mut attempts = 0;
            for now in 270..270 + 3600 {
                let started = reasons
                    .iter()
                    .map(|reason| schedule.start(*reason, at(now)));
                if started.filter(|started| *started).count() > 0 {
                    attempts += 1;
                    schedule.failed(at(now), false);
                }
            }
            attempts
        };
        let quiet = attempts(&[Reason::Age]);
        assert!(quiet <= 3600 / 30 + 5, "{quiet}");
        assert!(attempts(&[Reason::Age, Reason::UnknownKey]) <= quiet);
        assert!(attempts(&[Reason::UnknownKey, Reason::Age]) <= quiet);
    }

    #[test]
    fn a_success_ends_the_pauses() {
        let mut schedule = Schedule::default();
        assert!(schedule.start(Reason::Age, at(0)));
        schedule.failed(at(0), false);
        assert!(schedule.start(Reason::Age, at(1)));
        schedule.succeeded(at(1), None);
        assert_eq!(schedule.next_due(), at(271));
        assert!(schedule.start(Reason::UnknownKey, at(1)));
    }

    #[test]
    fn an_issuer_without_usable_keys_is_asked_every_thirty_seconds() {
        let mut schedule = Schedule::default();
        assert!(schedule.start(Reason::Age, at(0)));
        schedule.failed(at(0), true);
        assert!(!schedule.start(Reason::Age, at(29)));
        assert!(!schedule.start(Reason::UnknownKey, at(29)));
        assert!(schedule.start(Reason::Age, at(30)));
    }

    #[test]
    fn keys_are_fetched_again_before_they_are_five_minutes_old() {
        let mut schedule = warm_since(10);
        assert!(!schedule.start(Reason::Age, at(279)));
        assert!(!schedule.must_wait(at(309)));
        assert!(schedule.start(Reason::Age, at(280)));
    }

    #[test]
    fn keys_older_than_five_minutes_are_waited_for_unless_the_issuer_is_away() {
        let mut schedule = warm_since(0);
        assert!(schedule.must_wait(at(300)));
        assert!(schedule.start(Reason::Age, at(300)));
        schedule.failed(at(300), false);
        assert!(!schedule.must_wait(at(301)));
    }

    #[test]
    fn unknown_keys_fetch_once_in_thirty_seconds() {
        let mut schedule = warm_since(0);
        assert!(schedule.start(Reason::UnknownKey, at(1)));
        schedule.succeeded(at(1), None);
        assert!(!schedule.start(Reason::UnknownKey, at(30)));
        assert!(schedule.start(Reason::UnknownKey, at(31)));
        schedule.failed(at(31), false);
        assert!(!schedule.start(Reason::UnknownKey, at(60)));
        assert!(schedule.start(Reason::UnknownKey, at(61)));
    }

    #[test]
    fn keys_of_an_outage_end_after_a_day() {
        let mut schedule = warm_since(0);
        assert!(schedule.start(Reason::Age, at(400)));
        assert!(!schedule.failed(at(24 * 3600 - 1), false));
        assert!(schedule.start(Reason::Age, at(25 * 3600)));
        assert!(schedule.failed(at(25 * 3600), false));
        assert!(schedule.must_wait(at(25 * 3600)));
    }
}
