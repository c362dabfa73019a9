//! When somebody who went away is warned, and when they are signed out. It reads no clock:
//! the times are arguments.

use std::time::{Duration, Instant};

/// The countdown of the warning; a third of the limit, if that is less.
const WARNING: Duration = Duration::from_secs(20);

/// How long nobody has done anything while somebody's data is on the screen.
#[derive(Debug)]
pub struct Idle {
    limit: Duration,
    /// Since when, while there is such data.
    since: Option<Instant>,
}

/// What is to be done now, and when to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nobody is to be signed out.
    Nothing,
    /// The warning is due in this time.
    Wait(Duration),
    /// The countdown stands at so many seconds, and at one less in the time of `next`.
    Warning {
        /// Begun seconds until the sign-out.
        seconds_left: u32,
        /// Until the number changes.
        next: Duration,
    },
    /// The time has run out.
    SignOut,
}

impl Idle {
    /// Nobody is signed out before `limit` has passed; zero: never.
    pub fn new(limit: Duration) -> Self {
        Self { limit, since: None }
    }

    /// Whether somebody's data is on the screen. Only its coming begins the time: what
    /// happens to it meanwhile, such as a message that arrives, was not done by anybody.
    pub fn shows(&mut self, personal: bool, now: Instant) {
        self.since = match self.since {
            Some(since) if personal => Some(since),
            _ => (personal && !self.limit.is_zero()).then_some(now),
        };
    }

    /// Somebody did something.
    pub fn active(&mut self, now: Instant) {
        if self.since.is_some() {
            self.since = Some(now);
        }
    }

    /// What is due at `now`.
    pub fn due(&self, now: Instant) -> Due {
        let Some(since) = self.since else {
            return Due::Nothing;
        };
        let left = (since + self.limit).saturating_duration_since(now);
        let warning = WARNING.min(self.limit / 3);
        if left > warning {
            return Due::Wait(left - warning);
        }
        // Timers know milliseconds: what is less is no time.
        let milliseconds = u32::try_from(left.as_millis()).unwrap_or(u32::MAX);
        if milliseconds == 0 {
            return Due::SignOut;
        }
        let seconds_left = milliseconds.div_ceil(1000);
        Due::Warning {
            seconds_left,
            next: Duration::from_millis(u64::from(milliseconds - (seconds_left - 1) * 1000)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn warning(seconds_left: u32, milliseconds: u64) -> Due {
        let next = Duration::from_millis(milliseconds);
        Due::Warning { seconds_left, next }
    }

    #[test]
    fn the_last_twenty_seconds_are_counted_down_or_a_third_of_a_short_time() {
        let start = Instant::now();
        // The limit; milliseconds since; what is due.
        for (limit, at, due) in [
            (120, 0, Due::Wait(seconds(100))),
            (120, 99_999, Due::Wait(Duration::from_millis(1))),
            (120, 100_000, warning(20, 1000)),
            (120, 100_001, warning(20, 999)),
            (120, 100_600, warning(20, 400)),
            (120, 101_000, warning(19, 1000)),
            (120, 119_001, warning(1, 999)),
            (120, 120_000, Due::SignOut),
            (120, 900_000, Due::SignOut),
            (60, 39_000, Due::Wait(seconds(1))),
            (60, 40_000, warning(20, 1000)),
            (30, 19_000, Due::Wait(seconds(1))),
            (30, 20_000, warning(10, 1000)),
            (1, 700, warning(1, 300)),
        ] {
            let mut idle = Idle::new(seconds(limit));
            idle.shows(true, start);
            let now = start + Duration::from_millis(at);
            assert_eq!(idle.due(now), due, "{limit} s, after {at} ms");
        }
    }

    #[test]
    fn whoever_does_something_begins_the_time_anew_even_while_it_is_counted_down() {
        let start = Instant::now();
        let mut idle = Idle::new(seconds(120));
        idle.shows(true, start);
        idle.active(start + seconds(119));
        assert_eq!(
            idle.due(start + seconds(120)),
            Due::Wait(Duration::from_secs(99))
        );
    }

    #[test]
    fn what_arrives_meanwhile_does_not_begin_the_time_anew() {
        let start = Instant::now();
        let mut idle = Idle::new(seconds(120));
        idle.shows(true, start);
        idle.shows(true, start + seconds(110));
        assert_eq!(idle.due(start + seconds(110)), warning(10, 1000));
    }

    #[test]
    fn the_time_begins_when_somebodys_data_comes_and_ends_when_it_goes() {
        let start = Instant::now();
        let mut idle = Idle::new(seconds(120));
        idle.active(start);
        assert_eq!(idle.due(start + seconds(900)), Due::Nothing);
        idle.shows(true, start + seconds(900));
        assert_eq!(idle.due(start + seconds(901)), Due::Wait(seconds(99)));
        idle.shows(false, start + seconds(1000));
        assert_eq!(idle.due(start + seconds(9000)), Due::Nothing);
    }

    #[test]
    fn without_a_limit_nobody_is_signed_out() {
        let start = Instant::now();
        let mut idle = Idle::new(Duration::ZERO);
        idle.shows(true, start);
        idle.active(start);
        assert_eq!(idle.due(start + seconds(86_400)), Due::Nothing);
    }
}
