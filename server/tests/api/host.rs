//! Which requests are refused for their `Host` (RFC 9112 §3.2), and who comes with
//! another version of HTTP.

use std::time::{Duration, Instant};

use crate::{
    answers::MESSAGE,
    connections_world::{Client, Served},
    issuer::TestIssuer,
    process::{Folder, Running, good_now, until},
};
use vestibule_server::serve::Limits;

/// Status of the answer to this head, and whether the connection is closed after it.
fn asked(served: &Served, head: &str) -> (u16, bool) {
    let mut client = served.connect();
    client.say(format!("{head}\r\n"));
    let reply = client.reply();
    let closes = reply.head.contains("connection: close");
    if closes {
        client.sees_the_end();
    }
    (reply.status, closes)
}

#[test]
fn http_1_1_wants_exactly_one_host_that_is_one() {
    let served = Served::with(Limits::default());
    for head in [
        "GET /hello HTTP/1.1\r\n",
        "GET /hello HTTP/1.1\r\nHost: api\r\nHost: api\r\n",
        "GET /hello HTTP/1.1\r\nHost: api\r\nhost: other\r\n",
        "GET /hello HTTP/1.1\r\nHost: a b\r\n",
        "GET /hello HTTP/1.1\r\nHost: api, other\r\n",
        "GET /hello HTTP/1.1\r\nHost: user@api\r\n",
        "GET /hello HTTP/1.1\r\nHost: http://api\r\n",
        "GET /hello HTTP/1.1\r\nHost: api/private\r\n",
        "GET /hello HTTP/1.1\r\nHost: api:port\r\n",
        "GET /hello HTTP/1.1\r\nHost: api:65536\r\n",
        "GET /hello HTTP/1.1\r\nHost: [::1\r\n",
        "GET /hello HTTP/1.1\r\nHost: \"api\"\r\n",
        "GET /hello HTTP/1.1\r\nHost: b\u{fc}cher\r\n",
        "HEAD /hello HTTP/1.1\r\n",
        "GET /nowhere HTTP/1.1\r\n",
        // Beside an absolute form too.
        "GET http://api/hello HTTP/1.1\r\n",
        "GET http://api/hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
        "GET http://api/hello HTTP/1.1\r\nHost: a b\r\n",
        "GET /hello HTTP/1.0\r\nHost: a\r\nHost: b\r\n",
        "GET /hello HTTP/1.0\r\nHost: a b\r\n",
    ] {
        if head.starts_with("HEAD") {
            let mut client = served.connect();
            client.say(format!("{head}\r\n"));
            assert!(client.head().starts_with("http/1.1 400 "));
            client.sees_the_end();
        } else {
            assert_eq!(asked(&served, head), (400, true), "{head}");
        }
    }
    for head in [
        "GET /hello HTTP/1.1\r\nHost: api\r\n",
        "GET /hello HTTP/1.1\r\nhOST:api.example.com:8443\r\n",
        "GET /hello HTTP/1.1\r\nHost: [::1]:3000\r\n",
        "GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        "GET /hello HTTP/1.1\r\nHost:  api \r\n",
        // Health checks of balancers send it so.
        "GET /hello HTTP/1.1\r\nHost:\r\n",
        "GET http://api/hello HTTP/1.1\r\nHost: other\r\n",
        "GET https://api:8443/hello HTTP/1.1\r\nHost: api:8443\r\n",
    ] {
        assert_eq!(asked(&served, head), (200, false), "{head}");
    }
}

#[test]
fn http_1_0_wants_no_host() {
    let served = Served::with(Limits::default());
    for head in [
        "GET /hello HTTP/1.0\r\n",
        "GET /hello HTTP/1.0\r\nHost: api\r\n",
        "GET http://api/hello HTTP/1.0\r\n",
    ] {
        let mut client = served.connect();
        client.say(format!("{head}\r\n"));
        assert_eq!(client.reply().status, 200, "{head}");
        client.sees_the_end();
    }
}

#[test]
fn a_good_token_does_not_help_a_request_without_a_host() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("host");
    let server = Running::of(&issuer.url, &folder);
    let token = good_now(&issuer.url);
    for (host, status) in [
        ("Host: api\r\n", 200),
        ("", 400),
        ("Host: a\r\nHost: b\r\n", 400),
        ("Host: a b\r\n", 400),
    ] {
        let mut client = Client::connect(server.address);
        client.say(format!(
            "GET /private HTTP/1.1\r\n{host}Authorization: Bearer {token}\r\n\r\n"
        ));
        let reply = client.reply();
        assert_eq!(reply.status, status, "{host}");
        assert_eq!(reply.body == MESSAGE, status == 200, "{host}");
    }
}

#[test]
fn the_body_of_a_request_without_a_host_is_no_second_request() {
    let served = Served::with(Limits::default());
    let hidden = "GET /hello HTTP/1.1\r\nHost: api\r\n\r\n";
    let length = hidden.len();
    let mut client = served.connect();
    client.say(format!(
        "POST /echo HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{hidden}"
    ));
    assert_eq!(client.reply().status, 400);
    client.sees_the_end();
}

#[test]
fn who_speaks_http_2_or_tls_is_told_at_once() {
    // Were it waited for the end of a head, it would be this long.
    let head = Duration::from_secs(600);
    let served = Served::with(Limits {
        head,
        ..Limits::default()
    });
    let begin = Instant::now();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let settings = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    for said in [&preface[..], &[&preface[..], settings].concat()] {
        let mut client = served.connect();
        client.say(said);
        client.sees_the_end();
    }
    let mut client = served.connect();
    client.say(b"nonsense\r\n\r\n");
    assert_eq!(client.reply().status, 400);
    client.sees_the_end();
    let mut client = served.connect();
    client.say(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
    assert_eq!(client.reply().status, 400);
    client.sees_the_end();
    assert!(begin.elapsed() < head / 2);
    until("they are counted", || {
        let refusals = served.monitor.refusals();
        let of = |name| refusals.iter().find(|one| one.0 == name).unwrap().1;
        (of("http2"), of("malformed")) == (2, 2)
    });
}
