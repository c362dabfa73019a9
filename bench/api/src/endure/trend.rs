//! Whether something grows: the straight line through samples, and what it leaves.

use std::fmt;

/// Change in one hour, and how far the samples lie from the line.
#[derive(Debug)]
pub struct Trend {
    pub per_hour: f64,
    /// Over the whole time
    pub growth: f64,
    /// Standard deviation of what the line leaves
    pub noise: f64,
}

impl Trend {
    /// Least squares through (seconds, value); none with fewer than four samples.
    pub fn of(samples: &[(f64, f64)]) -> Option<Self> {
        let count = samples.len() as f64;
        if samples.len() < 4 {
            return None;
        }
        let mean = |of: fn(&(f64, f64)) -> f64| samples.iter().map(of).sum::<f64>() / count;
        let (time, value) = (mean(|s| s.0), mean(|s| s.1));
        let sum = |of: &dyn Fn(f64, f64) -> f64| {
            let parts = samples.iter().map(|(t, v)| of(t - time, v - value));
            parts.sum::<f64>()
        };
        let slope = sum(&|t, v| t * v) / sum(&|t, _| t * t);
        let left = sum(&|t, v| (v - slope * t).powi(2));
        Some(Self {
            per_hour: slope * 3600.0,
            growth: slope * (samples.last()?.0 - samples.first()?.0),
            noise: (left / (count - 2.0)).sqrt(),
        })
    }

    /// Whether it grows by more than its own noise, and by more than `least`.
    pub fn grows(&self, least: f64) -> bool {
        self.growth > least.max(2.0 * self.noise)
    }
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            per_hour,
            growth,
            noise,
        } = self;
        write!(
            f,
            "{growth:+.3} in all, {per_hour:+.3} an hour, noise {noise:.3}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leak_is_told_from_noise() {
        let samples = |leak: f64| -> Vec<_> {
            let noise = [0.0, 0.2, -0.1, 0.1, -0.2];
            let value = |i: u32| 8.0 + leak * f64::from(i) + noise[i as usize % 5];
            (0..60).map(|i| (f64::from(i) * 30.0, value(i))).collect()
        };
        assert!(!Trend::of(&samples(0.0)).unwrap().grows(0.1));
        let leak = Trend::of(&samples(0.02)).unwrap();
        assert!(leak.grows(0.1), "{leak}");
        assert!((leak.per_hour - 2.4).abs() < 0.1, "{leak}");
        assert!(Trend::of(&[(0.0, 1.0), (1.0, 2.0)]).is_none());
    }
}
