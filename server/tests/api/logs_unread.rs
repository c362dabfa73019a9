//! Whoever reads the log may stand still: nothing that is served waits for it.
#![cfg(target_os = "linux")]

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    connections_world::Client,
    issuer::TestIssuer,
    metrics::metrics_in,
    process::{Folder, Running, good_now, program, until},
    token::AUDIENCE,
    world::send,
};

/// So many lines of this length that neither the pipe nor the memory for those that wait
/// takes them all.
const REQUESTS: usize = 6000;
const PATH: usize = 1500;

/// A port that was free a moment ago, and still is: on a loopback address that no other
/// test uses.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.77.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// Reads no more of the log than the line that says where the metrics are.
fn metrics(reader: &mut File) -> SocketAddr {
    let mut log = String::new();
    let mut byte = [0];
    loop {
        reader.read_exact(&mut byte).unwrap();
        log.push(byte[0].into());
        if let Some(address) = log.ends_with('\n').then(|| metrics_in(&log)).flatten() {
            return address;
        }
    }
}

/// The program at level info with these in the places of stdout and stderr.
fn command(folder: &Folder, issuer: &TestIssuer, stderr: OwnedFd) -> Command {
    let mut command = program(folder);
    command.args([
        "--issuer",
        &issuer.url,
        "--audience",
        AUDIENCE,
        "--log",
        "info",
    ]);
    command.stderr(stderr);
    command
}

fn flood(address: SocketAddr) {
    let path = "a".repeat(PATH);
    let clients: Vec<JoinHandle<()>> = (0..4)
        .map(|number| {
            let path = path.clone();
            thread::spawn(move || {
                let mut client = Client::connect(address);
                for count in 0..REQUESTS / 4 {
                    assert_eq!(client.get(&format!("/{number}-{count}-{path}")).status, 404);
                }
            })
        })
        .collect();
    clients
        .into_iter()
        .for_each(|client| client.join().unwrap());
}

fn dropped(metrics: SocketAddr) -> u64 {
    let page = send(metrics, "GET", "/metrics", &[], "").body;
    let name = "vestibule_log_lines_dropped_total ";
    let value = page.lines().find_map(|line| line.strip_prefix(name));
    value.expect(name).parse().unwrap()
}

/// Kilobytes that the process has in memory.
fn memory(server: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

/// A pipe, and a socket that is set not to block, as some supervisors give.
fn channels() -> [(&'static str, OwnedFd, OwnedFd); 2] {
    let (reader, writer) = std::io::pipe().unwrap();
    let (ours, theirs) = UnixStream::pair().unwrap();
    theirs.set_nonblocking(true).unwrap();
    [
        ("pipe", reader.into(), writer.into()),
        ("socket", ours.into(), theirs.into()),
    ]
}

#[test]
fn all_is_answered_and_what_the_log_lost_is_counted_and_told() {
    let issuer = TestIssuer::start();
    for (name, reader, writer) in channels() {
        let folder = Folder::new(&format!("logs-unread-{name}"));
        let mut command = command(&folder, &issuer, writer);
        let any = "127.0.0.1:0";
        command.args(["--listen", any, "--metrics-listen", any]);
        let mut server = Running::start(&mut command);
        // Else this process would hold the writing end open.
        drop(command);
        let mut reader = File::from(reader);
        let metrics = metrics(&mut reader);
        assert_eq!(server.present(&good_now(&issuer.url)).status, 200);
        let before = memory(&server);
        flood(server.address);
        assert_eq!(server.get("/health/live").status, 200);
        assert_eq!(server.present(&good_now(&issuer.url)).status, 200);
        let lost = dropped(metrics);
        assert!(lost > 0, "{name}: all of it found room");
        let grown = memory(&server).saturating_sub(before);
        assert!(grown < 16 * 1024, "{name}: {grown} KB");

        // Somebody reads again.
        let reader = thread::spawn(move || {
            let mut lines = BufReader::new(reader).lines();
            let object = |line: String| serde_json::from_str::<Value>(&line).expect(&line);
            let mut found: Vec<Value> = Vec::new();
            while let Some(Ok(line)) = lines.next() {
                found.push(object(line));
            }
            found
        });
        until("it flows again", || {
            let before = dropped(metrics);
            server.get("/again");
            dropped(metrics) == before
        });
        server.signal("TERM");
        assert_eq!(server.exit_code(), Some(0), "{name}");
        let lines = reader.join().unwrap();
        let of_flood = |line: &&Value| {
            line["message"] == "answered" && line["path"].as_str().unwrap().len() > PATH
        };
        let read = lines.iter().filter(of_flood).count() as u64;
        let told = lines.iter().filter(|line| line["dropped"].is_u64());
        // Of the highest level, so that it is told wherever lines can be lost.
        assert!(told.clone().all(|line| line["level"] == "ERROR"), "{name}");
        let told: u64 = told.filter_map(|line| line["dropped"].as_u64()).sum();
        assert!(told >= lost, "{name}: {told} of {lost}");
        // Every line is read or told of; a few others were lost with them.
        let all = REQUESTS as u64;
        let sum = read + told;
        assert!((all..all + 50).contains(&sum), "{name}: {read} + {told}");
    }
}

#[test]
fn it_ends_on_sigterm_though_its_last_lines_go_nowhere() {
    let issuer = TestIssuer::start();
    for (name, _reader, writer) in channels() {
        let folder = Folder::new(&format!("logs-unread-end-{name}"));
        let mut command = command(&folder, &issuer, writer);
        let mut server = Running::start(command.args(["--listen", "127.0.0.1:0"]));
        flood(server.address);
        let begin = Instant::now();
        server.signal("TERM");
        assert_eq!(server.exit_code(), Some(0), "{name}");
        // A second for the log; what runs would have had 30.
        assert!(begin.elapsed() < Duration::from_secs(20), "{name}");
    }
}

/// A pipe that takes nothing more.
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    let (reader, mut writer) = std::io::pipe().unwrap();
    // What Linux gives a pipe (pipe(7)).
    writer.write_all(&[b'x'; 65_536]).unwrap();
    (reader, writer)
}

#[test]
fn a_start_that_fails_ends_with_its_code_though_nobody_reads_why() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let in_use = taken.local_addr().unwrap().to_string();
    let issuer = TestIssuer::start();
    for (option, code) in [(["--listen", &in_use], 1), (["--nonsense", ""], 2)] {
        let (_reader, writer) = full_pipe();
        let folder = Folder::new(&format!("logs-unread-start-{code}"));
        let mut command = command(&folder, &issuer, writer.into());
        let mut child = command.args(option).spawn().unwrap();
        until("it ends", || child.try_wait().unwrap().is_some());
        assert_eq!(child.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn it_serves_though_nobody_reads_the_line_that_says_where() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("logs-unread-stdout");
    let (mut reader, writer) = full_pipe();
    let address = free();
    let mut command = command(&folder, &issuer, writer.try_clone().unwrap().into());
    command.args([
        "--listen",
        &address.to_string(),
        "--metrics-listen",
        "127.0.0.1:0",
    ]);
    let mut child = command.stdout(Stdio::from(writer)).spawn().unwrap();
    drop(command);
    until("it listens", || {
        std::net::TcpStream::connect(address).is_ok()
    });
    for _ in 0..100 {
        assert_eq!(send(address, "GET", "/nowhere", &[], "").status, 404);
    }
    // The line comes as soon as there is room.
    let mut old = vec![0; 65_536];
    reader.read_exact(&mut old).unwrap();
    let lines = BufReader::new(reader).lines();
    let line = lines
        .map(Result::unwrap)
        .find(|line| !line.starts_with('{'));
    let expected = format!("vestibule-server listens on http://{address}");
    assert_eq!(line.as_deref(), Some(expected.as_str()));
    child.kill().unwrap();
    child.wait().unwrap();
}
