//! The log of the built program: a line for each request, an id that joins lines, and
//! nothing that is a secret.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use serde_json::Value;

use crate::{
    connections_world::Client,
    issuer::{Mood, TestIssuer},
    keys::RSA,
    process::{Folder, Running, good_now, program, until},
    token::{AUDIENCE, claims, header, sign},
    world::send,
};

/// Several tests log at the same level at the same time.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// The program with its stderr in a file.
struct Logged {
    folder: Folder,
    server: Running,
}

impl Logged {
    fn at(level: &str, issuer: &TestIssuer) -> Self {
        let count = COUNT.fetch_add(1, Relaxed);
        let folder = Folder::new(&format!("logs-{level}-{count}"));
        let log = std::fs::File::create(folder.0.join("log")).unwrap();
        let options = [
            "--issuer",
            &issuer.url,
            "--audience",
            AUDIENCE,
            "--listen",
            "127.0.0.1:0",
            "--log",
            level,
        ];
        let server = Running::start(program(&folder).args(options).stderr(log));
        Self { folder, server }
    }

    fn written(&self) -> String {
        std::fs::read_to_string(self.folder.0.join("log")).unwrap()
    }

    /// What is logged up to now. Lines are written in their order, but a moment after
    /// the answer: so once a last one is there, all are.
    fn text(&self) -> String {
        let id = format!("last-{}", COUNT.fetch_add(1, Relaxed));
        let headers = [("X-Request-Id", id.as_str())];
        send(self.server.address, "GET", "/last", &headers, "");
        until("all is written", || self.written().contains(&id));
        let text = self.written();
        let others = text.lines().filter(|line| !line.contains(&id));
        others.map(|line| format!("{line}\n")).collect()
    }

    /// The log as what it is: one object a line.
    fn lines(&self) -> Vec<Value> {
        let object = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        self.text().lines().map(object).collect()
    }
}

#[test]
fn the_log_says_why_and_never_has_the_token() {
    let issuer = TestIssuer::start();
    let logged = Logged::at("trace", &issuer);
    let expired = sign(&header(&RSA), &claims(&issuer.url).set("exp", "1"), &RSA);
    let good = good_now(&issuer.url);
    assert_eq!(logged.server.present(&expired).status, 401);
    assert_eq!(logged.server.present(&good).status, 200);
    let in_query = format!("/private?access_token={good}");
    assert_eq!(logged.server.get(&in_query).status, 401);
    let text = logged.text();
    assert!(text.contains("the token has expired"), "{text}");
    for line in logged.lines() {
        let target = line["target"].as_str().unwrap();
        assert!(
            target.starts_with("vestibule_server"),
            "libraries stay at warn: {line}"
        );
    }
    for token in [&expired, &good] {
        for part in token.split('.') {
            assert!(!text.contains(&part[..16]), "{text}");
        }
    }
}

#[test]
fn each_request_has_a_line_and_a_refusal_has_its_id() {
    let issuer = TestIssuer::start();
    let logged = Logged::at("info", &issuer);
    let address = logged.server.address;
    let id = ("X-Request-Id", "from-the-balancer_7.x");
    let token = format!(
        "Bearer {}",
        sign(&header(&RSA), &claims(&issuer.url).set("exp", "1"), &RSA)
    );
    let headers = [id, ("Authorization", token.as_str())];
    let answer = send(address, "GET", "/private?secret=1", &headers, "");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("x-request-id"), Some(id.1));

    let lines = logged.lines();
    let with_id = |line: &&Value| line["request_id"] == id.1;
    let line = lines.iter().find(with_id).expect("a line");
    assert_eq!(line["level"], "INFO", "{line}");
    assert_eq!(line["method"], "GET", "{line}");
    assert_eq!(line["path"], "/private", "{line}");
    assert_eq!(line["status"], 401, "{line}");
    assert!(line["duration_us"].is_u64(), "{line}");
    let refusal = |line: &&Value| line["span"]["request_id"] == id.1;
    let refusal = lines.iter().find(refusal).expect("the guard's line");
    assert!(
        refusal.to_string().contains("the token has expired"),
        "{refusal}"
    );
    assert!(!logged.text().contains("secret"), "{}", logged.text());
}

/// Level, path and status of each request's line.
fn answered(logged: &Logged) -> Vec<(String, String, u64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lines = logged.lines().into_iter();
    lines
        .filter(|line| line["message"] == "answered")
        .map(|line| {
            let status = line["status"].as_u64().unwrap();
            (text(&line["level"]), text(&line["path"]), status)
        })
        .collect()
}

#[test]
fn health_probes_that_succeed_are_logged_at_debug_only() {
    let issuer = TestIssuer::start();
    for (level, expected) in [
        ("info", vec![]),
        ("debug", vec!["/health/live", "/health/ready"]),
    ] {
        let logged = Logged::at(level, &issuer);
        // With a token, so that there are keys when it is asked whether there are.
        let present = || logged.server.present(&good_now(&issuer.url)).status;
        assert_eq!(present(), 200);
        for path in ["/health/live", "/health/ready", "/health/other"] {
            logged.server.get(path);
        }
        let lines = answered(&logged);
        let of = |level: &str| -> Vec<&str> {
            let lines = lines.iter().filter(|line| line.0 == level);
            lines.map(|line| line.1.as_str()).collect()
        };
        assert_eq!(of("INFO"), ["/private", "/health/other"]);
        assert_eq!(of("DEBUG"), expected);
    }
}

#[test]
fn a_health_probe_that_fails_has_its_line_like_any_request() {
    let issuer = TestIssuer::in_mood(Mood::Status(500));
    let logged = Logged::at("info", &issuer);
    assert_eq!(logged.server.get("/health/ready").status, 503);
    let line = ("INFO".to_owned(), "/health/ready".to_owned(), 503);
    assert_eq!(answered(&logged), [line]);
}

#[test]
fn a_request_without_a_usable_id_gets_one_of_its_own() {
    let issuer = TestIssuer::start();
    let logged = Logged::at("info", &issuer);
    let long = "a".repeat(65);
    let given = ["", "a b", "a\"b", "ä", "a;b", &long];
    let mut ids: Vec<String> = Vec::new();
    for wrong in given {
        let headers = [("X-Request-Id", wrong)];
        let answer = send(logged.server.address, "GET", "/private", &headers, "");
        ids.push(answer.header("x-request-id").unwrap().to_owned());
    }
    let answer = logged.server.get("/private");
    ids.push(answer.header("x-request-id").unwrap().to_owned());
    let text = logged.text();
    for id in &ids {
        assert!(text.contains(&format!(r#""request_id":"{id}""#)), "{id}");
        assert!(!given.contains(&id.as_str()), "{id}");
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 7, "each has another one");
    let longest = [("X-Request-Id", &long[1..])];
    let answer = send(logged.server.address, "GET", "/health/live", &longest, "");
    assert_eq!(answer.header("x-request-id"), Some(&long[1..]));
}

#[test]
fn a_path_cannot_write_lines_or_colours() {
    let issuer = TestIssuer::start();
    let logged = Logged::at("info", &issuer);
    let mut client = Client::connect(logged.server.address);
    // U+009B, which some terminals take for the beginning of a command, as UTF-8.
    client.say("GET /a\u{9b}31m\"b HTTP/1.1\r\nHost: api\r\n\r\n");
    let status = client.reply().status;
    assert!(matches!(status, 400 | 404), "{status}");
    assert_eq!(logged.server.get("/a%0ab%1b[31m").status, 404);
    assert!(
        !logged.text().contains(['\u{9b}', '\u{1b}']),
        "{}",
        logged.text()
    );
    let paths: Vec<Value> = logged
        .lines()
        .iter()
        .map(|line| line["path"].clone())
        .collect();
    assert!(paths.contains(&Value::from("/a%0ab%1b[31m")), "{paths:?}");
}

#[cfg(unix)]
#[test]
fn without_a_log_there_is_neither_line_nor_id() {
    let issuer = TestIssuer::start();
    let mut logged = Logged::at("warn", &issuer);
    let headers = [("X-Request-Id", "given")];
    let answer = send(logged.server.address, "GET", "/health/live", &headers, "");
    assert_eq!(answer.header("x-request-id"), None);
    logged.server.signal("TERM");
    assert_eq!(logged.server.exit_code(), Some(0));
    assert_eq!(logged.written(), "");
}

#[test]
fn who_reads_the_log_may_go_away() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("logs-unread");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = program(&folder);
    let (issuer, listen) = (issuer.url.as_str(), "127.0.0.1:0");
    command.args(["--issuer", issuer, "--audience", AUDIENCE]);
    command.args(["--listen", listen, "--log", "info"]);
    let server = Running::start(command.stderr(writer));
    for _ in 0..3 {
        assert_eq!(
            send(server.address, "GET", "/health/live", &[], "").status,
            200
        );
    }
}
