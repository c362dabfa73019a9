//! The system's clock.

use std::time::SystemTime;

use crate::ports::Clock;

/// Wall-clock time of this device.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
