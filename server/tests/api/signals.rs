//! The signals that end the built program.
#![cfg(unix)]

use std::{net::TcpStream, time::Duration};

use crate::{
    connections_world::Client,
    issuer::{Mood, TestIssuer},
    keys::full_set,
    process::{Folder, Running, good_now, program, until},
    token::AUDIENCE,
};

/// A server with a request under way.
struct Busy {
    server: Running,
    client: Client,
    _issuer: TestIssuer,
    folder: Folder,
}

impl Busy {
    /// It waits for the issuer's keys, which come after a while.
    fn start(name: &str) -> Self {
        let keys = Mood::Slow(full_set(), Duration::from_secs(3));
        Self::with(name, keys, "GET /private HTTP/1.1\r\n")
    }

    /// It waits for a body that never comes.
    fn endless(name: &str) -> Self {
        let request = "POST /private HTTP/1.1\r\nContent-Length: 9\r\n\
            Content-Type: application/x-www-form-urlencoded\r\n";
        Self::with(name, Mood::Serve(full_set()), request)
    }

    fn with(name: &str, mood: Mood, request: &str) -> Self {
        let issuer = TestIssuer::in_mood(mood);
        let folder = Folder::new(&format!("signals-{name}"));
        let log = std::fs::File::create(folder.0.join("log")).unwrap();
        let mut command = program(&folder);
        command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
        command.args(["--listen", "127.0.0.1:0"]).stderr(log);
        let server = Running::start(&mut command);
        let mut client = Client::connect(server.address);
        // Two at once: with the first answer here, the second is being served.
        let token = good_now(&issuer.url);
        client.say(format!(
            "GET /health/live HTTP/1.1\r\nHost: api\r\n\r\n\
             {request}Host: api\r\nAuthorization: Bearer {token}\r\n\r\n"
        ));
        assert_eq!(client.reply().status, 200);
        Self {
            server,
            client,
            _issuer: issuer,
            folder,
        }
    }

    fn stops_listening(&self) {
        let address = self.server.address;
        until("it stops listening", || {
            TcpStream::connect(address).is_err()
        });
    }
}

#[test]
fn each_of_the_first_signals_lets_a_request_finish() {
    for signal in ["TERM", "INT", "HUP"] {
        let mut busy = Busy::start(signal);
        busy.server.signal(signal);
        busy.stops_listening();
        assert_eq!(busy.client.reply().status, 200, "{signal}");
        assert_eq!(busy.server.exit_code(), Some(0), "{signal}");
    }
}

#[test]
fn ctrl_c_after_any_of_them_ends_it_at_once_and_says_so() {
    for first in ["INT", "TERM", "HUP"] {
        let mut busy = Busy::endless(&format!("{first}-INT"));
        busy.server.signal(first);
        busy.stops_listening();
        busy.server.signal("INT");
        assert_eq!(busy.server.exit_code(), Some(130), "{first}");
        busy.client.sees_the_end();
        let log = std::fs::read_to_string(busy.folder.0.join("log")).unwrap();
        assert!(log.contains("SIGINT again: ending at once"), "{log}");
    }
}

/// Supervisors and parents that hand signals on send one twice.
#[test]
fn another_sigterm_or_hangup_cuts_nothing_short() {
    for (first, second) in [
        ("TERM", "TERM"),
        ("INT", "TERM"),
        ("HUP", "TERM"),
        ("HUP", "HUP"),
        ("TERM", "HUP"),
    ] {
        let mut busy = Busy::start(&format!("{first}-{second}"));
        busy.server.signal(first);
        busy.stops_listening();
        busy.server.signal(second);
        assert_eq!(busy.client.reply().status, 200, "{first} {second}");
        assert_eq!(busy.server.exit_code(), Some(0), "{first} {second}");
    }
}

/// As under `nohup`: only Linux tells a program that it is so.
#[cfg(target_os = "linux")]
#[test]
fn a_hangup_that_is_ignored_at_the_start_stays_so() {
    use std::process::Command;

    let issuer = TestIssuer::start();
    let folder = Folder::new("signals-nohup");
    let mut command = Command::new("sh");
    command.env_clear().current_dir(&folder.0);
    let script = "trap '' HUP && exec \"$0\" \"$@\"";
    command.args(["-c", script, env!("CARGO_BIN_EXE_vestibule-server")]);
    command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
    let mut server = Running::start(command.args(["--listen", "127.0.0.1:0"]));
    server.signal("HUP");
    assert_eq!(server.get("/health/live").status, 200);
    server.signal("TERM");
    assert_eq!(server.exit_code(), Some(0));
}
