//! The machine: its cores, its limits, what else it is busy with, its names.

use std::fs;

use anyhow::{Context, Result};
use rustix::{
    process::{Resource, Rlimit, getrlimit, setrlimit},
    thread::{CpuSet, sched_setaffinity},
};

/// `USER_HZ` of Linux, on every architecture
const TICKS: f64 = 100.0;

/// Who runs where: the server on one core, all the rest on another.
#[derive(Clone, Copy)]
pub struct Cores {
    pub server: usize,
    pub load: usize,
}

impl Cores {
    /// Puts this thread, and those that it starts from now on, on the load's core.
    pub fn take(self) -> Result<()> {
        anyhow::ensure!(self.server != self.load, "server and load need a core each");
        pin(&[self.server])?;
        pin(&[self.load])
    }

    /// Starts something on the server's core. The child inherits the core, so that
    /// no `taskset` stands between and counts as its start.
    pub fn on_server_core<T>(self, start: impl FnOnce() -> T) -> Result<T> {
        pin(&[self.server])?;
        let started = start();
        pin(&[self.load])?;
        Ok(started)
    }

    /// Runs something, the threads that it starts too, on both cores.
    pub fn on_both<T>(self, work: impl FnOnce() -> T) -> Result<T> {
        pin(&[self.server, self.load])?;
        let done = work();
        pin(&[self.load])?;
        Ok(done)
    }

    /// Seconds that both cores have been busy since the machine was started, with
    /// whatever it was: other processes, and the host that takes the core away.
    pub fn busy(self) -> Result<f64> {
        let stat = fs::read_to_string("/proc/stat")?;
        let of = |core: usize| -> Result<f64> {
            let name = format!("cpu{core}");
            let line = stat
                .lines()
                .find_map(|line| line.strip_prefix(&name)?.strip_prefix(' '));
            let ticks = line.context("a core is not in /proc/stat")?;
            let ticks: Vec<f64> = ticks.split(' ').flat_map(str::parse).collect();
            // user nice system idle iowait irq softirq steal
            let at = |index: usize| ticks.get(index).copied().unwrap_or_default();
            Ok([0, 1, 2, 5, 6, 7].map(at).iter().sum::<f64>() / TICKS)
        };
        Ok(of(self.server)? + of(self.load)?)
    }
}

fn pin(cores: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    sched_setaffinity(None, &set).with_context(|| format!("there are no cores {cores:?} for us"))
}

/// Lets this process, and those that it starts, open so many files.
pub fn allow_files(count: u64) -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= count) {
        return Ok(());
    }
    let raised = Rlimit {
        current: Some(count),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised)
        .with_context(|| format!("this needs {count} open files: raise the hard limit"))
}

/// One line about the processor and its system.
pub fn description() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    // Not what this process may use: it has pinned itself.
    let cores = cpuinfo.matches("processor\t").count();
    let release = read("/proc/sys/kernel/osrelease");
    let release = release.split('-').next().unwrap_or_default().trim();
    format!(
        "{}, {cores} cores, Linux {release}",
        model.unwrap_or("unknown processor")
    )
}
