//! A child process that ends with the test: when its guard is dropped, and also
//! when the test run itself is killed.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A running helper, such as Xvfb. Its errors are kept, to be shown when it fails.
pub struct Helper {
    child: Child,
    log: PathBuf,
}

impl Helper {
    /// Starts `program` as `prepare` completes the command, its errors written into `folder`.
    pub fn start(program: &str, folder: &Path, prepare: impl FnOnce(&mut Command)) -> Self {
        let name = Path::new(program).file_name().expect("a program");
        let log = folder.join(name).with_extension("log");
        let mut command = Command::new("setpriv");
        // When the test run is killed, no guard is dropped: the kernel ends the helper then.
        command.args(["--pdeathsig", "KILL", "--", program]);
        prepare(&mut command);
        let child = command
            .stderr(File::create(&log).unwrap())
            // A group of its own, to end with it what it starts in turn.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("setpriv: {error}: run tests/setup"));
        Self { child, log }
    }

    /// What `wanted` finds in the first of its output's lines that has it. To be
    /// asked once: what was read beyond that line is lost.
    pub fn announcement<T>(&mut self, wanted: impl Fn(&str) -> Option<T>) -> T {
        let found = self.try_announcement(wanted);
        found.unwrap_or_else(|| panic!("it ended at once: {}", self.errors()))
    }

    /// As [`Self::announcement`]; `None` if it ended before.
    pub fn try_announcement<T>(&mut self, wanted: impl Fn(&str) -> Option<T>) -> Option<T> {
        let output = BufReader::new(self.child.stdout.as_mut().expect("a piped output"));
        output.lines().find_map(|line| wanted(&line.unwrap()))
    }

    /// What it wrote to its standard error so far.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Sends a signal to it and to what it started.
    pub fn signal(&self, name: &str) {
        let group = format!("-{}", self.child.id());
        signal(name, &group);
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.signal("TERM");
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.signal("KILL");
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process, or to a group when the number is negative. The
/// shell's `kill`, since calling the system's own is unsafe code.
pub fn signal(name: &str, target: impl AsRef<OsStr>) {
    Command::new("sh")
        .args(["-c", r#"kill -s "$1" -- "$2" 2>/dev/null"#, "kill", name])
        .arg(target)
        .status()
        .unwrap();
}
