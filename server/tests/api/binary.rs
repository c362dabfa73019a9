//! The built program: what it prints, how it ends, and that it serves.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    issuer::{Mood, TestIssuer},
    keys::{RSA, full_set},
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

    #[cfg(unix)]
    fn signal(&self, name: &str) {
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
    fn exit_code(&mut self) -> Option<i32> {
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

fn until(what: &str, mut true_by_then: impl FnMut() -> bool) {
    let start = Instant::now();
    while !true_by_then() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

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

#[test]
fn the_log_says_why_and_never_has_the_token() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("log");
    let log = std::fs::File::create(folder.0.join("log")).unwrap();
    let options = [
        "--issuer",
        &issuer.url,
        "--audience",
        AUDIENCE,
        "--listen",
        "127.0.0.1:0",
    ];
    let server = Running::start(
        program(&folder)
            .args(options)
            .args(["--log", "trace"])
            .stderr(log),
    );
    let expired = sign(&header(&RSA), &claims(&issuer.url).set("exp", "1"), &RSA);
    let good = good_now(&issuer.url);
    assert_eq!(server.present(&expired).status, 401);
    assert_eq!(server.present(&good).status, 200);
    assert_eq!(
        server.get(&format!("/private?access_token={good}")).status,
        401
    );
    let text = std::fs::read_to_string(folder.0.join("log")).unwrap();
    assert!(text.contains("the token has expired"), "{text}");
    let ours = |line: &str| line.contains(" vestibule_server::");
    assert!(text.lines().all(ours), "libraries stay at warn: {text}");
    for token in [&expired, &good] {
        for part in token.split('.') {
            assert!(!text.contains(&part[..16]), "{text}");
        }
    }
}
