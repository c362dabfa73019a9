//! What was measured, and its middle and ends.

use crate::{
    servers::Server,
    workload::{WORKLOADS, Workload},
};

/// One window of one server under one workload.
pub struct Window {
    /// Answers a second
    pub rate: f64,
    /// Microseconds of the server's process for each answer
    pub cpu: f64,
    /// Milliseconds
    pub p50: f64,
    pub p99: f64,
    /// Share of the time that the server was on its core. Less than all of it: the
    /// rate is a lower bound.
    pub busy: f64,
    /// Share of both cores that was somebody else's
    pub foreign: f64,
    /// How often the key set was fetched
    pub hits: usize,
    /// Wrong answers that the server is known for
    pub known_faults: u64,
}

/// One start.
pub struct Start {
    /// Until the first 200
    pub milliseconds: f64,
    /// Resident then, in MB of 2^20 octets
    pub memory: f64,
}

pub struct Results {
    pub servers: Vec<&'static Server>,
    pub starts: Vec<Vec<Start>>,
    /// Most resident memory in all of the run, in MB of 2^20 octets
    pub peak: Vec<f64>,
    /// By server and workload, one for each round
    windows: Vec<[Vec<Window>; WORKLOADS.len()]>,
}

impl Results {
    pub fn new(servers: &[&'static Server]) -> Self {
        let each = servers.iter();
        Self {
            servers: servers.to_vec(),
            starts: each.clone().map(|_| Vec::new()).collect(),
            peak: vec![0.0; servers.len()],
            windows: each.map(|_| Default::default()).collect(),
        }
    }

    pub fn add(&mut self, server: usize, workload: Workload, window: Window) {
        self.windows[server][workload as usize].push(window);
    }

    pub fn windows(&self, server: usize, workload: Workload) -> &[Window] {
        &self.windows[server][workload as usize]
    }

    pub fn server(&self, name: &str) -> Option<usize> {
        self.servers.iter().position(|server| server.name == name)
    }

    /// One figure of all windows of a server under a workload.
    pub fn spread(
        &self,
        server: usize,
        workload: Workload,
        figure: impl Fn(&Window) -> f64,
    ) -> Option<Spread> {
        Spread::of(self.windows(server, workload).iter().map(figure))
    }

    pub fn foreign(&self) -> Option<Spread> {
        let windows = self.windows.iter().flatten().flatten();
        Spread::of(windows.map(|window| window.foreign * 100.0))
    }
}

/// Median, least and most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    pub fn of(figures: impl Iterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = figures.collect();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            1 => sorted[middle],
            _ => f64::midpoint(*sorted.get(middle.checked_sub(1)?)?, sorted[middle]),
        };
        Some(Self {
            median,
            least: *sorted.first()?,
            most: *sorted.last()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        let spread = |figures: &[f64]| Spread::of(figures.iter().copied());
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[3.0, 9.0, 1.0]).unwrap().median, 3.0);
        let four = spread(&[4.0, 1.0, 2.0, 9.0]).unwrap();
        assert_eq!((four.least, four.median, four.most), (1.0, 3.0, 9.0));
    }
}
