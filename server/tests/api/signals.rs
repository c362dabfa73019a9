//! The signals that end the built program.
#![cfg(unix)]

use std::{net::TcpStream, process::Command, time::Duration};

use crate::{
    connections_world::Client,
    issuer::{Mood, TestIssuer},
    keys::full_set,
    process::{Folder, Running, good_now, until},
    token::AUDIENCE,
};

/// A server with a request under way that waits for the issuer's keys.
struct Busy {
    server: Running,
    client: Client,
    _issuer: TestIssuer,
    _folder: Folder,
}

impl Busy {
    fn start(name: &str, keys_after: Duration) -> Self {
        let issuer = TestIssuer::in_mood(Mood::Slow(full_set(), keys_after));
        let folder = Folder::new(&format!("signals-{name}"));
        let server = Running::of(&issuer.url, &folder);
        let mut client = Client::connect(server.address);
        // Two at once: with the first answer here, the second is being served.
        let token = good_now(&issuer.url);
        client.say(format!(
            "GET /health/live HTTP/1.1\r\nHost: api\r\n\r\n\
             GET /private HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\n\r\n"
        ));
        assert_eq!(client.reply().status, 200);
        Self {
            server,
            client,
            _issuer: issuer,
            _folder: folder,
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
        let mut busy = Busy::start(signal, Duration::from_secs(3));
        busy.server.signal(signal);
        busy.stops_listening();
        assert_eq!(busy.client.reply().status, 200, "{signal}");
        assert_eq!(busy.server.exit_code(), Some(0), "{signal}");
    }
}

#[test]
fn a_second_one_ends_it_at_once_with_its_number_in_the_code() {
    for (first, second, code) in [
        ("INT", "INT", 130),
        ("TERM", "TERM", 143),
        ("TERM", "INT", 130),
        ("HUP", "INT", 130),
    ] {
        // The guard gives up the wait for its keys after five seconds.
        let mut busy = Busy::start(&format!("{first}-{second}"), Duration::from_secs(60));
        busy.server.signal(first);
        busy.stops_listening();
        busy.server.signal(second);
        assert_eq!(busy.server.exit_code(), Some(code), "{first} {second}");
        busy.client.sees_the_end();
    }
}

#[test]
fn a_second_hangup_is_none() {
    for first in ["HUP", "TERM"] {
        let mut busy = Busy::start(&format!("{first}-HUP"), Duration::from_secs(3));
        busy.server.signal(first);
        busy.stops_listening();
        busy.server.signal("HUP");
        assert_eq!(busy.client.reply().status, 200, "{first}");
        assert_eq!(busy.server.exit_code(), Some(0), "{first}");
    }
}

/// As under `nohup`: only Linux tells a program that it is so.
#[cfg(target_os = "linux")]
#[test]
fn a_hangup_that_is_ignored_at_the_start_stays_so() {
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
