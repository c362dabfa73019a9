//! The built program as a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    keys::RSA,
    token::{AUDIENCE, claims, header, sign},
    world::{Answer, send},
};

/// The program with an empty environment in an empty folder.
pub fn program(folder: &Folder) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule-server"));
    command.env_clear().current_dir(&folder.0);
    command
}

/// A folder that goes away with the test.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The running program.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
}

impl Running {
    /// Waits for the line that says where it listens.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line
            .trim_end()
            .strip_prefix("vestibule-server listens on http://");
        let address = address
            .unwrap_or_else(|| panic!("{line:?}"))
            .parse()
            .unwrap();
        Self { child, address }
    }

    /// With this issuer and a free port.
    pub fn of(issuer: &str, folder: &Folder) -> Self {
        let options = [
            "--issuer",
            issuer,
            "--audience",
            AUDIENCE,
            "--listen",
            "127.0.0.1:0",
        ];
        Self::start(program(folder).args(options))
    }

    pub fn get(&self, path: &str) -> Answer {
        send(self.address, "GET", path, &[], "")
    }

    pub fn present(&self, token: &str) -> Answer {
        let value = format!("Bearer {token}");
        send(
            self.address,
            "GET",
            "/private",
            &[("Authorization", &value)],
            "",
        )
    }

    #[cfg(target_os = "linux")]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    #[cfg(unix)]
    pub fn exit_code(&mut self) -> Option<i32> {
        let ended = || self.child.try_wait().unwrap().is_some();
        until("the program ends", ended);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A token that is good by the real clock.
pub fn good_now(issuer: &str) -> String {
    let payload = claims(issuer).without("iat").set("exp", "9999999999");
    sign(&header(&RSA), &payload, &RSA)
}

/// Code, stdout and stderr of a call that ends by itself.
pub fn ended(command: &mut Command) -> (Option<i32>, String, String) {
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Looks again and again, for as long as a slow machine may need.
pub fn until(what: &str, mut true_by_then: impl FnMut() -> bool) {
    let start = Instant::now();
    while !true_by_then() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
