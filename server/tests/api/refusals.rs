//! What the server itself ends is counted by its reason and has its line in the log.

use std::time::Duration;

use serde_json::Value;

use crate::{
    connections_world::{Client, Served},
    issuer::TestIssuer,
    process::{Folder, Running, program, until},
    token::AUDIENCE,
};
use vestibule_server::serve::Limits;

const NEVER: Duration = Duration::from_secs(600);

fn refused(served: &Served, reason: &str) -> u64 {
    let refusals = served.monitor.refusals();
    let found = refusals.iter().find(|one| one.0 == reason);
    found.unwrap_or_else(|| panic!("no {reason}")).1
}

/// Waits for exactly one of this reason, and none of another.
#[track_caller]
fn only(served: &Served, reason: &str) {
    until(reason, || refused(served, reason) == 1);
    let sum: u64 = served.monitor.refusals().iter().map(|one| one.1).sum();
    assert_eq!(sum, 1, "{reason}: {:?}", served.monitor.refusals());
}

fn patient() -> Limits {
    Limits {
        head: NEVER,
        answer: NEVER,
        idle: NEVER,
        ..Limits::default()
    }
}

#[test]
fn each_refused_request_counts_once_for_its_reason() {
    let long = format!("GET /hello HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(20_000));
    let fields: String = (0..101).map(|n| format!("A{n}: a\r\n")).collect();
    let fields = format!("GET /hello HTTP/1.1\r\n{fields}\r\n");
    let body = "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: 70000\r\n\r\n";
    let chunks = format!(
        "POST /echo HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n{}\r\n0\r\n\r\n",
        "c".repeat(70_000)
    );
    for (said, status, reason) in [
        (long.as_str(), 431, "head_too_long"),
        (&fields, 431, "head_too_long"),
        ("nonsense\r\n\r\n", 400, "malformed"),
        ("GET /hello HTTP/9.9\r\n\r\n", 400, "malformed"),
        ("GET /hello HTTP/1.1\r\nno colon\r\n\r\n", 400, "malformed"),
        ("GET /hello HTTP/1.1\r\n\r\n", 400, "host"),
        (body, 413, "body_too_long"),
        (&chunks, 413, "body_too_long"),
    ] {
        let served = Served::with(patient());
        let mut client = served.connect();
        client.say(said);
        assert_eq!(client.reply().status, status, "{reason}");
        only(&served, reason);
        drop(client);
        only(&served, reason);
    }
}

#[test]
fn what_is_answered_by_the_endpoint_is_no_refusal_of_the_server() {
    let served = Served::with(patient());
    let mut client = served.connect();
    for path in ["/hello", "/nowhere", "/panic"] {
        client.get(path);
    }
    drop(client);
    until("it is gone", || served.monitor.connections().idle == 0);
    assert!(served.monitor.refusals().iter().all(|one| one.1 == 0));
}

#[test]
fn deadlines_count_where_a_request_had_begun() {
    let short = Duration::from_millis(300);
    let served = Served::with(Limits {
        head: short,
        ..patient()
    });
    // It has asked for nothing: a probe of the port, or a connection in reserve.
    served.connect().sees_the_end();
    let mut client = served.connect();
    client.say("GET /hello HTTP");
    client.sees_the_end();
    only(&served, "head_timeout");

    let served = Served::with(Limits {
        answer: short,
        ..patient()
    });
    let mut client = served.connect();
    client.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    client.sees_the_end();
    only(&served, "answer_timeout");

    let served = Served::with(Limits {
        idle: short,
        ..patient()
    });
    let mut client = served.connect();
    assert_eq!(client.get("/hello").status, 200);
    client.sees_the_end();
    assert!(served.monitor.refusals().iter().all(|one| one.1 == 0));
}

#[test]
fn a_client_that_stays_after_its_refusal_is_no_second_one() {
    let head = Duration::from_millis(300);
    let served = Served::with(Limits { head, ..patient() });
    let mut client = served.connect();
    client.say("nonsense\r\n\r\n");
    assert_eq!(client.reply().status, 400);
    client.sees_the_end();
    until("the server lets it go", || {
        served.monitor.connections().head == 0
    });
    only(&served, "malformed");
}

#[test]
fn a_client_that_stays_after_its_refusal_and_makes_room_is_no_second_one_either() {
    let served = Served::with(Limits {
        max_connections: 1,
        ..patient()
    });
    let mut client = served.connect();
    client.say("nonsense\r\n\r\n");
    assert_eq!(client.reply().status, 400);
    until("it is counted", || refused(&served, "malformed") == 1);
    assert_eq!(served.connect().get("/hello").status, 200);
    only(&served, "malformed");
}

#[test]
fn too_many_connections_count_by_who_has_to_go() {
    let served = Served::with(Limits {
        max_connections: 1,
        ..patient()
    });
    let mut idle = served.connect();
    assert_eq!(idle.get("/hello").status, 200);
    until("it is between two requests", || {
        served.monitor.connections().idle == 1
    });
    let mut busy = served.connect();
    busy.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    idle.sees_the_end();
    only(&served, "evicted");
    until("it is served", || served.monitor.connections().serving == 1);
    served.connect().sees_the_end();
    until("no_room", || refused(&served, "no_room") == 1);
    served.release();
    assert_eq!(busy.reply().status, 200);
}

#[test]
fn the_built_program_tells_each_in_one_line_with_size_and_reason() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("refusals");
    let log = std::fs::File::create(folder.0.join("log")).unwrap();
    let mut command = program(&folder);
    command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
    command.args(["--listen", "127.0.0.1:0", "--log", "info"]);
    let server = Running::start(command.stderr(log));
    let secret = "a".repeat(20_000);
    let long = format!("GET /private HTTP/1.1\r\nAuthorization: Bearer {secret}\r\n\r\n");
    let size = long.len() as u64;
    let body = "POST /private HTTP/1.1\r\nHost: api\r\nContent-Length: 70000\r\n\r\n";
    for (said, status, reason, fields) in [
        (
            long.as_str(),
            431,
            "head_too_long",
            vec![("size", size), ("limit", 16_384)],
        ),
        ("nonsense\r\n\r\n", 400, "malformed", vec![("size", 12)]),
        ("GET / HTTP/1.1\r\n\r\n", 400, "host", vec![]),
        (
            body,
            413,
            "body_too_long",
            vec![("size", 70_000), ("limit", 65_536)],
        ),
    ] {
        let mut client = Client::connect(server.address);
        client.say(said);
        assert_eq!(client.reply().status, status);
        let remote = client.0.local_addr().unwrap().to_string();
        // What it has said is known once it has said all.
        drop(client);
        let lines = || -> Vec<Value> {
            let text = std::fs::read_to_string(folder.0.join("log")).unwrap();
            let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
            let lines = whole
                .lines()
                .map(|line| serde_json::from_str(line).unwrap());
            lines
                .filter(|line: &Value| line["reason"] == reason)
                .collect()
        };
        until(reason, || !lines().is_empty());
        let lines = lines();
        let [line] = &lines[..] else {
            panic!("{lines:?}")
        };
        assert_eq!(line["level"], "INFO", "{line}");
        assert_eq!(line["status"], status, "{line}");
        assert_eq!(line["remote"], remote, "{line}");
        for (name, value) in fields {
            assert_eq!(line[name], value, "{line}");
        }
        assert!(!line.to_string().contains(&secret[..20]), "{line}");
    }
}
