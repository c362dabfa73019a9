//! The built program on a private desktop: what it says, how it ends, and what it
//! costs while it runs.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use crate::desktop::Desktop;
use crate::wait_for;

/// The program that this test run built.
pub const VESTIBULE: &str = env!("CARGO_BIN_EXE_vestibule");

/// A running program. It is killed when the guard is dropped.
pub struct Program {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Program {
    /// Starts a command made by [`Desktop::command`], its output kept in files there.
    pub fn start(desktop: &Desktop, mut command: Command) -> Self {
        let output = |kind: &str| {
            let free = (0..).map(|n| desktop.folder().join(format!("program-{n}.{kind}")));
            let path = free.into_iter().find(|path| !path.exists()).unwrap();
            (File::create_new(&path).unwrap(), path)
        };
        let ((out, stdout), (err, stderr)) = (output("stdout"), output("stderr"));
        let child = command.stdout(out).stderr(err).spawn().unwrap();
        Self {
            child,
            stdout,
            stderr,
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote to its standard output so far.
    pub fn stdout(&self) -> String {
        written(&self.stdout)
    }

    /// What it wrote to its standard error so far.
    pub fn stderr(&self) -> String {
        written(&self.stderr)
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub fn finish(mut self) -> Ended {
        let (pid, stderr) = (self.pid(), self.stderr.clone());
        let status = wait_for(
            || self.child.try_wait().unwrap(),
            || {
                let errors = written(&stderr);
                format!("process {pid} does not end, it says: {errors}")
            },
        );
        Ended {
            code: status.code(),
            stdout: self.stdout(),
            stderr: self.stderr(),
        }
    }

    /// Its memory now.
    pub fn memory(&self) -> Memory {
        let smaps = self.proc("smaps_rollup");
        Memory {
            pss_kb: figure(&smaps, "Pss:"),
            private_dirty_kb: figure(&smaps, "Private_Dirty:"),
        }
    }

    /// What it has done since it started, all its threads together.
    pub fn activity(&self) -> Activity {
        let mut activity = Activity::default();
        for thread in fs::read_dir(self.path("task")).unwrap() {
            let thread = thread.unwrap().path();
            // It may have ended meanwhile.
            let Ok(status) = fs::read_to_string(thread.join("status")) else {
                continue;
            };
            activity.switches += figure(&status, "voluntary_ctxt_switches:");
            activity.switches += figure(&status, "nonvoluntary_ctxt_switches:");
            // In nanoseconds; `stat` counts in hundredths of a second.
            let schedule = fs::read_to_string(thread.join("schedstat")).unwrap();
            let running = schedule.split(' ').next().unwrap();
            activity.cpu += Duration::from_nanos(running.parse().unwrap());
            activity.threads += 1;
        }
        activity
    }

    /// The processes it started, and theirs, that still run.
    pub fn descendants(&self) -> Vec<u32> {
        let parents: Vec<(u32, u32)> = fs::read_dir("/proc").unwrap().filter_map(parent).collect();
        let mut family = vec![self.pid()];
        let mut next = 0;
        while next < family.len() {
            let parent = family[next];
            let children = parents.iter().filter(|(_, of)| *of == parent);
            family.extend(children.map(|(child, _)| *child));
            next += 1;
        }
        family.split_off(1)
    }

    /// The ports of IPv4 on which it listens.
    pub fn listens_on(&self) -> Vec<u16> {
        let files = fs::read_dir(self.path("fd")).unwrap();
        // A file may have been closed meanwhile.
        let links = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
        let mine: Vec<_> = links.map(|link| link.display().to_string()).collect();
        let table = self.proc("net/tcp");
        let listener = |row: &str| {
            // Address and port in hexadecimal digits, state, and in the end whose it is: proc(5).
            let cells: Vec<_> = row.split_whitespace().collect();
            let is_mine = mine.contains(&format!("socket:[{}]", cells[9]));
            let (_, port) = cells[1].split_once(':').unwrap();
            let port = u16::from_str_radix(port, 16).unwrap();
            (cells[3] == "0A" && is_mine).then_some(port)
        };
        table.lines().skip(1).filter_map(listener).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new("/proc").join(self.pid().to_string()).join(name)
    }

    fn proc(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Proportional set size, and what is written and shared with nobody.
#[derive(Debug)]
pub struct Memory {
    pub pss_kb: u64,
    pub private_dirty_kb: u64,
}

/// Context switches and time on a processor since the start; threads now.
#[derive(Debug, Default)]
pub struct Activity {
    pub switches: u64,
    pub cpu: Duration,
    pub threads: usize,
}

/// What is in a file that grows: its end may be half a character.
fn written(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
}

/// The number behind `key` at the start of a line.
fn figure(table: &str, key: &str) -> u64 {
    let row = table.lines().find_map(|line| line.strip_prefix(key));
    let row = row.unwrap_or_else(|| panic!("no {key} in {table}"));
    row.split_whitespace().next().unwrap().parse().unwrap()
}

/// A process and its parent, if this entry of /proc is a process that still runs.
fn parent(entry: std::io::Result<fs::DirEntry>) -> Option<(u32, u32)> {
    let path = entry.ok()?.path();
    let pid = path.file_name()?.to_str()?.parse().ok()?;
    let status = fs::read_to_string(path.join("status")).ok()?;
    Some((pid, u32::try_from(figure(&status, "PPid:")).ok()?))
}
