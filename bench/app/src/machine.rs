//! The machine: its name, and how busy it is.

use std::fs;

use anyhow::{Context, Result};

/// Time of all processors together since the machine was started, in ticks.
#[derive(Clone, Copy, Debug)]
pub struct Ticks {
    busy: u64,
    all: u64,
}

impl Ticks {
    pub fn now() -> Result<Self> {
        let stat = fs::read_to_string("/proc/stat")?;
        let line = stat.lines().next().context("/proc/stat is empty")?;
        let ticks: Vec<u64> = line.split_whitespace().flat_map(str::parse).collect();
        // user nice system idle iowait irq softirq steal; what follows is in user already.
        let at = |index: usize| ticks.get(index).copied().unwrap_or_default();
        let busy: u64 = [0, 1, 2, 5, 6, 7].map(at).iter().sum();
        Ok(Self {
            busy,
            all: busy + at(3) + at(4),
        })
    }

    /// How busy the processors have been since then, in percent.
    pub fn busy_since(self, before: Self) -> f64 {
        let all = self.all.saturating_sub(before.all).max(1);
        self.busy.saturating_sub(before.busy) as f64 * 100.0 / all as f64
    }
}

/// One line about the processor and its system.
pub fn description() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cores = cpuinfo.matches("processor\t").count();
    let release = read("/proc/sys/kernel/osrelease");
    let release = release.split('-').next().unwrap_or_default().trim();
    format!(
        "{}, {cores} cores, Linux {release}",
        model.unwrap_or("unknown processor")
    )
}
