//! The built program: what it prints, how it ends, and that it serves.

use std::net::TcpListener;
#[cfg(unix)]
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::{
    issuer::{Mood, TestIssuer},
    keys::full_set,
    process::{Folder, Running, ended, good_now, program, until},
    token::AUDIENCE,
};

#[test]
fn it_becomes_ready_by_itself_and_serves_the_message() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("serves");
    let server = Running::of(&issuer.url, &folder);
    until("ready without a request", || {
        server.get("/health/ready").status == 200
    });
    assert_eq!(server.present(&good_now(&issuer.url)).status, 200);
    assert_eq!(server.get("/private").status, 401);
    assert_eq!(issuer.fetches(), 1);
}

#[test]
fn an_issuer_that_is_away_at_the_start_is_tried_again() {
    let issuer = TestIssuer::in_mood(Mood::Status(500));
    let folder = Folder::new("away");
    let server = Running::of(&issuer.url, &folder);
    until("the first attempt", || issuer.fetches() > 0);
    assert_eq!(server.get("/health/live").status, 200);
    assert_eq!(server.get("/health/ready").status, 503);
    issuer.becomes(Mood::Serve(full_set()));
    until("ready once it is back", || {
        server.get("/health/ready").status == 200
    });
}

#[test]
fn loopback_is_never_asked_through_a_proxy() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("proxy");
    let options = [
        "--issuer",
        &issuer.url,
        "--audience",
        AUDIENCE,
        "--listen",
        "127.0.0.1:0",
    ];
    let mut command = program(&folder);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:9");
    }
    let server = Running::start(command.args(options));
    assert_eq!(server.present(&good_now(&issuer.url)).status, 200);
}

#[cfg(unix)]
#[test]
fn sigterm_and_sigint_end_it_with_code_0() {
    let issuer = TestIssuer::start();
    for signal in ["TERM", "INT"] {
        let folder = Folder::new(signal);
        let mut server = Running::of(&issuer.url, &folder);
        assert_eq!(server.get("/health/live").status, 200);
        // An idle connection is no reason to stay.
        let _idle = TcpStream::connect(server.address).unwrap();
        server.signal(signal);
        assert_eq!(server.exit_code(), Some(0), "{signal}");
        assert!(TcpStream::connect(server.address).is_err());
    }
}

#[cfg(unix)]
#[test]
fn a_request_under_way_is_finished_before_the_end() {
    let issuer = TestIssuer::in_mood(Mood::Slow(full_set(), Duration::from_secs(3)));
    let folder = Folder::new("finishes");
    let mut server = Running::of(&issuer.url, &folder);
    let mut stream = TcpStream::connect(server.address).unwrap();
    // Two in one write: with the first answer here, the second request is at work.
    let token = good_now(&issuer.url);
    let requests = format!(
        "GET /health/live HTTP/1.1\r\nHost: api\r\n\r\n\
         GET /private HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(requests.as_bytes()).unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("Only authenticated users"), "{rest}");
    assert_eq!(server.exit_code(), Some(0));
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = Folder::new("port");
    let options = [
        "--issuer",
        "http://127.0.0.1:9/",
        "--audience",
        AUDIENCE,
        "--listen",
        &address,
    ];
    let (code, stdout, stderr) = ended(program(&folder).args(options));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains(&format!("{address} is in use")), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stdout.is_empty());
}
