//! What a run has measured.

use crate::{launch::Start, programs::Peer};

/// Median, least and most of something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    pub fn of(numbers: impl Iterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = numbers.collect();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            0 => (sorted.get(middle.checked_sub(1)?)? + sorted[middle]) / 2.0,
            _ => sorted[middle],
        };
        Some(Self {
            median,
            least: *sorted.first()?,
            most: *sorted.last()?,
        })
    }
}

/// The programs and the starts of each, one a round.
pub struct Results {
    pub peers: Vec<Peer>,
    pub starts: Vec<Vec<Start>>,
    /// Programs that could not be built, and why
    pub missing: Vec<String>,
}

impl Results {
    pub fn starts(&self, name: &str) -> Option<&[Start]> {
        let at = self.peers.iter().position(|peer| peer.name == name)?;
        Some(&self.starts[at])
    }

    pub fn spread(&self, name: &str, figure: impl Fn(&Start) -> f64) -> Option<Spread> {
        Spread::of(self.starts(name)?.iter().map(figure))
    }

    /// One to another, round by round: what slows a whole round down cancels out.
    pub fn ratio(&self, of: &str, to: &str, figure: impl Fn(&Start) -> f64) -> Option<Spread> {
        let pairs = self.starts(of)?.iter().zip(self.starts(to)?);
        Spread::of(pairs.map(|(one, other)| figure(one) / figure(other)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_both_middles() {
        let of = |numbers: &[f64]| Spread::of(numbers.iter().copied());
        let odd = of(&[9.0, 1.0, 2.0]).map(|s| (s.least, s.median, s.most));
        assert_eq!(odd, Some((1.0, 2.0, 9.0)));
        assert_eq!(of(&[4.0, 1.0, 2.0, 9.0]).map(|s| s.median), Some(3.0));
        assert_eq!(of(&[]), None);
    }
}
