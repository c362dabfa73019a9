//! File descriptors run out: the built program goes on without spinning.
#![cfg(target_os = "linux")]

use std::{
    fs::{File, read_dir, read_to_string},
    process::Command,
    thread::sleep,
    time::Duration,
};

use crate::{
    connections_world::Client,
    issuer::TestIssuer,
    process::{Folder, Running, until},
    token::AUDIENCE,
};

/// Runs the program from a shell that has lowered its limit of open files.
fn limited(limit: &str, issuer: &TestIssuer, folder: &Folder) -> Running {
    let log = File::create(folder.0.join("log")).unwrap();
    let script = format!("ulimit {limit} && exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.env_clear().current_dir(&folder.0).stderr(log);
    command.args(["-c", &script, env!("CARGO_BIN_EXE_vestibule-server")]);
    let options = ["--issuer", &issuer.url, "--audience", AUDIENCE];
    Running::start(command.args(options).args(["--listen", "127.0.0.1:0"]))
}

fn log(folder: &Folder) -> String {
    read_to_string(folder.0.join("log")).unwrap()
}

/// Processor time in clock ticks, of which there are a hundred in a second.
fn ticks(server: &Running) -> u64 {
    let stat = read_to_string(format!("/proc/{}/stat", server.pid())).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let number = |index: usize| fields[index].parse::<u64>().unwrap();
    number(11) + number(12)
}

fn descriptors(server: &Running) -> usize {
    read_dir(format!("/proc/{}/fd", server.pid()))
        .unwrap()
        .count()
}

#[test]
fn the_cap_follows_the_limit_of_open_files() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("descriptors-cap");
    let server = limited("-n 64", &issuer, &folder);
    until("it is said", || {
        log(&folder).contains("room for 32 connections only, not 10000")
    });
    let flood: Vec<Client> = (0..300).map(|_| Client::connect(server.address)).collect();
    let mut good = Client::connect(server.address);
    assert_eq!(good.get("/health/live").status, 200);
    until("the flood has no more than its part", || {
        descriptors(&server) <= 64
    });
    drop(flood);
    assert_eq!(good.get("/health/live").status, 200);
}

#[test]
fn the_soft_limit_is_raised_to_the_hard_one() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("descriptors-soft");
    let server = limited("-S -n 64", &issuer, &folder);
    let mut kept: Vec<Client> = (0..200).map(|_| Client::connect(server.address)).collect();
    for client in &mut kept {
        assert_eq!(client.get("/health/live").status, 200);
    }
    assert!(kept.iter_mut().all(Client::is_open));
}

#[test]
fn running_out_of_descriptors_is_survived_without_spinning() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("descriptors-out");
    let server = limited("-n 4096", &issuer, &folder);
    until("ready", || server.get("/health/ready").status == 200);
    // From outside, so that its own reckoning does not help.
    let least = descriptors(&server) + 4;
    let limit = format!("--nofile={least}:{least}");
    let lowered = Command::new("prlimit")
        .args(["--pid", &server.pid().to_string(), &limit])
        .status();
    assert!(lowered.unwrap().success());

    let mut busy: Vec<Client> = Vec::new();
    for _ in 0..3 {
        let mut client = Client::connect(server.address);
        assert_eq!(client.get("/health/live").status, 200);
        busy.push(client);
    }
    let before = ticks(&server);
    let flood: Vec<Client> = (0..500).map(|_| Client::connect(server.address)).collect();
    sleep(Duration::from_secs(3));
    let spent = ticks(&server) - before;
    // Spinning would be all of three seconds, or as much of them as there was.
    assert!(spent < 100, "{spent} ticks of the processor");
    until("it is said", || {
        log(&folder).contains("cannot accept connections")
    });

    // Behind all of the flood, and yet it gets its turn.
    let mut good = Client::connect(server.address);
    assert_eq!(good.get("/health/live").status, 200);
    drop(flood);
    assert_eq!(server.get("/health/live").status, 200);
}
