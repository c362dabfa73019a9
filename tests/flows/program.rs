//! The built program at a terminal, its session in a file of a folder of its
//! own.

use std::{
    fmt::Write,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use vestibule::auth::ports::Browser;

use crate::{
    clock::eventually,
    store::Folder,
    world::{AUDIENCE, World},
};

pub const VESTIBULE: &str = env!("CARGO_BIN_EXE_vestibule");

/// A running program; it is killed when the test ends before it.
pub struct Program {
    child: Child,
    errors: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

/// How a program ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A command for the provider of `world`, with an environment of its own.
pub fn command(world: &World, folder: &Folder, words: &[&str]) -> Command {
    let mut command = Command::new(VESTIBULE);
    command.args(["--issuer", &world.issuer, "--audience", AUDIENCE]);
    command.args(["--client-id", "vestibule", "--store", "file"]);
    command.args(["--api-url", world.api.as_str()]).args(words);
    command.env_clear().current_dir(&folder.0);
    command.env("HOME", &folder.0).env("PATH", "/usr/bin:/bin");
    command
}

impl Program {
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let errors: Arc<Mutex<String>> = Arc::default();
        let (shared, stderr) = (errors.clone(), child.stderr.take().unwrap());
        let reader = thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                writeln!(shared.lock().unwrap(), "{line}").unwrap();
            }
        });
        Self {
            child,
            errors,
            reader: Some(reader),
        }
    }

    #[cfg(unix)]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn stderr(&self) -> String {
        self.errors.lock().unwrap().clone()
    }

    /// Whether it has ended, and said all it had to.
    pub fn has_ended(&self) -> bool {
        self.reader.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// The address that it tells the person to open.
    pub fn address(&self) -> String {
        let address = || {
            let said = self.stderr();
            let address = said.lines().find(|line| line.starts_with("http"));
            address.map(str::to_owned)
        };
        eventually("an address is told", || address().is_some());
        address().unwrap()
    }

    /// The person opens it, and signs in.
    pub fn visit(&self, world: &World) {
        world.browser.open(&self.address()).unwrap();
    }

    /// Waits until it ends by itself.
    pub fn finish(mut self) -> Ended {
        let mut stdout = String::new();
        let pipe = self.child.stdout.as_mut().unwrap();
        pipe.read_to_string(&mut stdout).unwrap();
        let code = self.child.wait().unwrap().code();
        self.reader.take().unwrap().join().unwrap();
        Ended {
            code,
            stdout,
            stderr: self.stderr(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
