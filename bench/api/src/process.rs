//! What the kernel knows about a process.

use std::{collections::HashMap, fs, path::PathBuf};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

#[derive(Clone, Copy)]
pub struct Process(pub u32);

/// Nanoseconds on a core by thread: what `schedstat` counts, which is finer than the
/// hundredths of a second in `stat`.
pub struct CpuTime(HashMap<String, u64>);

impl CpuTime {
    /// Seconds since then. A thread that has ended takes its time along: none of
    /// those that answer requests does.
    pub fn since(&self, before: &Self) -> f64 {
        let spent = self.0.iter().map(|(thread, now)| {
            now.saturating_sub(before.0.get(thread).copied().unwrap_or_default())
        });
        spent.sum::<u64>() as f64 / 1e9
    }
}

impl Process {
    pub fn current() -> Self {
        Self(std::process::id())
    }

    fn path(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.0))
    }

    /// User and system time of all threads.
    pub fn cpu(self) -> Result<CpuTime> {
        let mut times = HashMap::new();
        for entry in fs::read_dir(self.path("task"))? {
            let entry = entry?;
            // A thread may end between the listing and the reading.
            let Ok(text) = fs::read_to_string(entry.path().join("schedstat")) else {
                continue;
            };
            let time = text.split(' ').next().unwrap_or_default().parse();
            let thread = entry.file_name().to_string_lossy().into_owned();
            times.insert(thread, time.context("schedstat is not understood")?);
        }
        anyhow::ensure!(!times.is_empty(), "the process has ended");
        Ok(CpuTime(times))
    }

    /// Resident memory now, in MB of 2^20 octets.
    pub fn memory(self) -> Result<f64> {
        self.status("VmRSS:")
    }

    /// The most resident memory there has been, in MB of 2^20 octets.
    pub fn peak_memory(self) -> Result<f64> {
        self.status("VmHWM:")
    }

    fn status(self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(self.path("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        let kilobytes = kilobytes.context("the process has ended")?;
        Ok(kilobytes.parse::<f64>()? / 1024.0)
    }

    /// Open files.
    pub fn files(self) -> Result<usize> {
        Ok(fs::read_dir(self.path("fd"))?.count())
    }

    /// Out of the way: not even a timer runs.
    pub fn pause(self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    pub fn resume(self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(self, signal: Signal) -> Result<()> {
        let pid = Pid::from_raw(self.0.try_into()?).context("no such process")?;
        Ok(kill_process(pid, signal)?)
    }
}
