//! HAProxy as a process of the test, on a port of its own.

use std::{
    fs::File,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command},
};

use crate::{
    process::{Folder, until},
    replace_once,
};

pub struct Balancer {
    process: Child,
    pub address: SocketAddr,
    control: PathBuf,
    log: PathBuf,
}

/// What HAProxy knows of one server.
pub struct Server {
    pub up: bool,
    /// Requests that it has answered, whatever the status
    pub answers: u64,
}

impl Balancer {
    /// With `config`, of which it changes the addresses alone, in front of `servers`.
    pub fn start(folder: &Folder, config: &str, servers: &[SocketAddr]) -> Self {
        let (control, log) = (folder.0.join("control"), folder.0.join("log"));
        // Free a moment ago: HAProxy does not tell which port it got if it may choose.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);

        let socket = format!("\nglobal\n    stats socket {}\n", control.display());
        let config = replace_once(config, "\nglobal\n", &socket);
        let mut config = replace_once(&config, " 127.0.0.1:8080\n", &format!(" {address}\n"));
        for (number, server) in (1..).zip(servers) {
            let documented = format!(" vestibule-{number} 127.0.0.1:300{number}\n");
            let ours = format!(" vestibule-{number} {server}\n");
            config = replace_once(&config, &documented, &ours);
        }
        folder.write("haproxy.cfg", config);

        let process = haproxy()
            .args(["-db", "-f", "haproxy.cfg"])
            .current_dir(&folder.0)
            .stderr(File::create(&log).unwrap())
            .spawn()
            .expect("haproxy: run tests/setup");
        let balancer = Self {
            process,
            address,
            control,
            log,
        };
        until("HAProxy listens", || {
            UnixStream::connect(&balancer.control).is_ok()
        });
        balancer
    }

    /// The server that `start` was given at this place.
    pub fn server(&self, index: usize) -> Server {
        let mut stream = UnixStream::connect(&self.control).unwrap();
        stream.write_all(b"show stat\n").unwrap();
        let mut table = String::new();
        stream.read_to_string(&mut table).unwrap();
        let mut rows = table
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>());
        let names = rows.next().unwrap();
        let name = format!("vestibule-{}", index + 1);
        let row = rows.find(|row| row.get(1) == Some(&name.as_str())).unwrap();
        let value = |column: &str| row[names.iter().position(|n| *n == column).unwrap()];
        let classes = ["hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx"];
        let counts = classes
            .iter()
            .map(|class| value(class).parse::<u64>().unwrap());
        Server {
            up: value("status").starts_with("UP"),
            answers: counts.sum(),
        }
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("{}", std::fs::read_to_string(&self.log).unwrap_or_default());
        }
    }
}

/// Debian installs it where only root's PATH leads.
fn haproxy() -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("haproxy");
    command.env("PATH", format!("{path}:/usr/sbin"));
    command
}

#[test]
#[ignore = "needs haproxy: tests/setup"]
fn haproxy_has_nothing_to_object_to_in_the_example() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/haproxy.cfg");
    // -dW: a warning is a failure.
    let output = haproxy().args(["-c", "-dW", "-f", file]).output();
    let output = output.expect("haproxy: run tests/setup");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
}
