//! QEMU's monitor: what the machine's screen shows, and what its pointer and keyboard say.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::{Value, json};

/// A connection to the monitor of a running machine.
pub struct Qmp(BufReader<UnixStream>);

impl Qmp {
    /// Connects, if QEMU listens already.
    pub fn connect(socket: &Path) -> Option<Self> {
        let stream = UnixStream::connect(socket).ok()?;
        let mut qmp = Self(BufReader::new(stream));
        // It greets first, and wants to be greeted.
        qmp.line();
        qmp.run("qmp_capabilities", json!({}));
        Some(qmp)
    }

    /// Runs a command of the monitor.
    pub fn run(&mut self, command: &str, arguments: Value) -> Value {
        let ask = json!({ "execute": command, "arguments": arguments });
        writeln!(self.0.get_mut(), "{ask}").unwrap();
        loop {
            let mut said = self.line();
            assert!(said["error"].is_null(), "{command}: {said}");
            // It also tells of events in between.
            if !said["return"].is_null() {
                return said["return"].take();
            }
        }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the machine has ended");
        serde_json::from_str(&line).unwrap()
    }
}
