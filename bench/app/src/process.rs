//! What the kernel knows about a program: its process and those that it started.

use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use nix::{
    sys::{
        resource::{UsageWho, getrusage},
        signal::{Signal, kill},
        time::TimeValLike as _,
    },
    time::clock_getcpuclockid,
    unistd::Pid,
};

/// A running program. It is killed when this is dropped, with all that it started.
pub struct Program {
    child: Child,
    pub started: Instant,
    /// What this process's children had used up before
    before: Duration,
}

/// Memory in MB of 2^20 octets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// Resident, each page counted in full
    pub rss: f64,
    /// Proportional: a page that n processes have counts 1/n
    pub pss: f64,
    /// Written, and nobody else's
    pub private_dirty: f64,
}

impl Program {
    pub fn start(mut command: Command) -> Result<Self> {
        let name = command.get_program().to_owned();
        command.stdin(Stdio::null());
        let before = of_ended_children()?;
        let started = Instant::now();
        let child = command.spawn();
        let child = child.with_context(|| format!("{} cannot be started", name.display()))?;
        Ok(Self {
            child,
            started,
            before,
        })
    }

    /// An error once its first process has ended.
    pub fn check(&mut self) -> Result<()> {
        let ended = self.child.try_wait()?;
        ensure!(ended.is_none(), "it has ended: {ended:?}");
        Ok(())
    }

    /// Its processes that run.
    pub fn processes(&self) -> Result<Vec<u32>> {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(process) = name.to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // It may have ended since the listing.
            if let Some(parent) = status(process, "PPid:") {
                children.entry(parent as u32).or_default().push(process);
            }
        }
        let mut family = vec![self.child.id()];
        let mut next = 0;
        while let Some(process) = family.get(next) {
            family.extend(children.get(process).into_iter().flatten());
            next += 1;
        }
        Ok(family)
    }

    /// Time on a core, user's and system's, of its processes that run; of their threads
    /// that have ended too.
    pub fn cpu(&self) -> Result<Duration> {
        Ok(self.processes()?.into_iter().filter_map(cpu).sum())
    }

    /// Ends it and tells what those of its processes had that ended before, by
    /// themselves: a script that it asked something, for example.
    pub fn end(self) -> Result<Duration> {
        let (own, before) = (cpu(self.child.id()), self.before);
        drop(self);
        let all = of_ended_children()?.saturating_sub(before);
        Ok(all.saturating_sub(own.unwrap_or_default()))
    }

    pub fn memory(&self) -> Result<Memory> {
        let mut sum = Memory::default();
        for process in self.processes()? {
            let Ok(table) = fs::read_to_string(path(process, "smaps_rollup")) else {
                continue;
            };
            let of = |key| figure(&table, key).unwrap_or_default() as f64 / 1024.0;
            sum.rss += of("Rss:");
            sum.pss += of("Pss:");
            sum.private_dirty += of("Private_Dirty:");
        }
        ensure!(sum.pss > 0.0, "/proc says nothing of its memory");
        Ok(sum)
    }

    /// Its threads, and how often one of them was put on a core so far.
    pub fn threads(&self) -> Result<(usize, u64)> {
        let (mut count, mut switches) = (0, 0);
        for process in self.processes()? {
            for thread in fs::read_dir(path(process, "task")).into_iter().flatten() {
                let Ok(table) = fs::read_to_string(thread?.path().join("status")) else {
                    continue;
                };
                count += 1;
                switches += figure(&table, "voluntary_ctxt_switches:").unwrap_or_default();
                switches += figure(&table, "nonvoluntary_ctxt_switches:").unwrap_or_default();
            }
        }
        Ok((count, switches))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        for process in self.processes().unwrap_or_default() {
            let _ = kill(Pid::from_raw(process as i32), Signal::SIGKILL);
        }
        let _ = self.child.wait();
    }
}

/// Time on a core of this process's children that have ended and been waited for, and
/// of theirs.
fn of_ended_children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let time = usage.user_time() + usage.system_time();
    Ok(Duration::from_micros(time.num_microseconds().try_into()?))
}

fn cpu(process: u32) -> Option<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(process as i32)).ok()?;
    Some(Duration::from(clock.now().ok()?))
}

fn path(process: u32, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{process}/{name}"))
}

fn status(process: u32, key: &str) -> Option<u64> {
    figure(&fs::read_to_string(path(process, "status")).ok()?, key)
}

/// The number behind `key` at the start of a line.
fn figure(table: &str, key: &str) -> Option<u64> {
    let row = table.lines().find_map(|line| line.strip_prefix(key))?;
    row.split_whitespace().next()?.parse().ok()
}
