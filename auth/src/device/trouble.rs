//! A provider that cannot be reached, and how long it is left alone.

use std::time::{Duration, Instant};

/// Longest pause that doubling comes to.
const LONGEST: Duration = Duration::from_secs(60);

/// Failures without an answer between them.
#[derive(Default)]
pub(super) struct Trouble {
    since: Option<Instant>,
    times: u32,
}

impl Trouble {
    /// Whether the last request has failed.
    pub fn is_there(&self) -> bool {
        self.since.is_some()
    }

    /// Since when; `now`, if it is only beginning.
    pub fn since(&self, now: Instant) -> Instant {
        self.since.unwrap_or(now)
    }

    /// There was an answer; tells whether there was trouble.
    pub fn end(&mut self) -> bool {
        self.times = 0;
        self.since.take().is_some()
    }

    /// What is asked for from now on is another thing; the pauses stay as long as they are.
    pub fn begin_anew(&mut self, now: Instant) {
        self.since = self.since.map(|_| now);
    }

    /// Until when to rest after another failure: twice as long each time (RFC 8628 §3.5),
    /// never shorter than `interval` and than the provider `asked`.
    pub fn rest(&mut self, now: Instant, interval: Duration, asked: Option<Duration>) -> Instant {
        self.since.get_or_insert(now);
        self.times += 1;
        let doubled = interval.saturating_mul(1 << self.times.min(6));
        let pause = doubled.min(LONGEST).max(interval);
        now + pause.max(asked.unwrap_or_default())
    }
}
