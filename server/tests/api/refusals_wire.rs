//! What the wire can do to a request in whole sentences: parts that come one by one,
//! codings that nobody undoes, targets that are none.

use std::{thread::sleep, time::Duration};

use serde_json::Value;

use crate::{
    connections_world::{Client, Served},
    issuer::TestIssuer,
    process::{Folder, Running, program, until},
    token::AUDIENCE,
};
use vestibule_server::serve::Limits;

fn count(served: &Served, reason: &str) -> u64 {
    let refusals = served.monitor.refusals();
    refusals.iter().find(|one| one.0 == reason).unwrap().1
}

/// RFC 9113 §3.4
#[test]
fn http_2_is_known_wherever_its_preface_is_cut() {
    let served = Served::with(Limits::default());
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for cut in 1..preface.len() {
        let mut client = served.connect();
        client.say(&preface[..cut]);
        // The network puts together what comes at once.
        sleep(Duration::from_millis(20));
        client.say(&preface[cut..]);
        client.sees_the_end();
        let at = u64::try_from(cut).unwrap();
        until("it counts", || count(&served, "http2") == at);
    }
    assert_eq!(count(&served, "malformed"), 0);
}

#[test]
fn what_only_begins_like_http_2_is_answered() {
    let served = Served::with(Limits::default());
    let request = "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: 2\r\n\r\nhi";
    for (first, rest) in [("P", &request[1..]), ("PO", &request[2..])] {
        let mut client = served.connect();
        client.say(first);
        sleep(Duration::from_millis(20));
        client.say(rest);
        assert_eq!(client.reply().body, "hi");
        assert_eq!(client.get("/hello").status, 200);
    }
    let mut client = served.connect();
    client.say("PRI * HT");
    sleep(Duration::from_millis(20));
    client.say("TP/1.1\r\nHost: api\r\n\r\n");
    assert_eq!(client.reply().status, 404);
}

/// RFC 9112 §6.1 and §3.2.2
#[test]
fn a_coding_or_a_target_that_is_not_understood_is_refused() {
    let served = Served::with(Limits::default());
    let body = "Host: api\r\n\r\n0\r\n\r\n";
    for (head, reason) in [
        (
            "POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n",
            "malformed",
        ),
        (
            "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n",
            "malformed",
        ),
        (
            "POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
            "malformed",
        ),
        ("GET http://u:p@x/hello HTTP/1.1\r\n", "host"),
        ("GET http://u@x/hello HTTP/1.1\r\n", "host"),
        ("GET http://x:99999/hello HTTP/1.1\r\n", "host"),
        ("GET http://x:abc/hello HTTP/1.1\r\n", "host"),
    ] {
        let before = count(&served, reason);
        let mut client = served.connect();
        client.say(format!("{head}{body}"));
        assert_eq!(client.reply().status, 400, "{head}");
        until(head, || count(&served, reason) == before + 1);
    }
    let mut client = served.connect();
    client.say(format!(
        "POST /echo HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n{body}"
    ));
    assert_eq!(client.reply().status, 200);
    client.say("GET http://api:80/hello HTTP/1.1\r\nHost: api\r\n\r\n");
    assert_eq!(client.reply().status, 200);
}

#[test]
fn a_line_about_a_refusal_has_the_bytes_that_came_and_a_cause_that_fits() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("refusals-size");
    let log = std::fs::File::create(folder.0.join("log")).unwrap();
    let mut command = program(&folder);
    command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
    command.args(["--listen", "127.0.0.1:0", "--log", "info"]);
    let server = Running::start(command.stderr(log));
    let huge = format!(
        "POST /a HTTP/1.1\r\nHost: api\r\nContent-Length: {}\r\n\r\n",
        u64::MAX
    );
    let fields: String = (0..101).map(|n| format!("A{n}: a\r\n")).collect();
    let fields = format!("GET / HTTP/1.1\r\n{fields}\r\n");
    let said = ["GET ?a HTTP/1.1\r\nHost: x\r\n\r\n", &huge, &fields];
    for (at, said) in said.iter().enumerate() {
        let mut client = Client::connect(server.address);
        // Not the first one of its connection.
        assert_eq!(client.get("/health/live").status, 200);
        client.say(said);
        client.reply();
        drop(client);
        let line = || -> Option<Value> {
            let text = std::fs::read_to_string(folder.0.join("log")).unwrap();
            let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
            let lines = whole
                .lines()
                .map(|line| serde_json::from_str(line).unwrap());
            lines
                .filter(|line: &Value| line["reason"].is_string())
                .nth(at)
        };
        until(said, || line().is_some());
        let line = line().unwrap();
        assert_eq!(line["size"], said.len(), "{line}");
        if line["reason"] == "head_too_long" {
            let cause = line["cause"].as_str().unwrap();
            assert!(cause.contains("100 header fields"), "{line}");
            assert_eq!(line["limit"], Value::Null, "{line}");
        }
    }
}
