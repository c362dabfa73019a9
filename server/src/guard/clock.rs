//! The two clocks that the guard reads, behind one trait, so that tests need not sleep.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where the guard reads the time: the machine's clocks unless
/// [`VerifierBuilder::clock`](super::VerifierBuilder::clock) gives others.
pub trait Clock: Send + Sync {
    /// Seconds since 1970, for the claims of tokens. May jump, and be negative.
    fn unix_time(&self) -> f64;
    /// Time since some moment in the past, for intervals. Never jumps.
    fn uptime(&self) -> Duration;
}

/// The machine's clocks.
pub(super) struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn unix_time(&self) -> f64 {
        // A clock that stands before 1970 is as wrong as one that stands there.
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs_f64()
    }

    fn uptime(&self) -> Duration {
        self.0.elapsed()
    }
}
