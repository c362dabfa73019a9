//! HTTP/1.1 and 1.0 as clients speak it, on our own server loop.

use std::net::Shutdown;

use crate::{connections_world::Served, process::until};
use vestibule_server::serve::{Connections, Limits};

fn served() -> Served {
    Served::with(Limits::default())
}

#[test]
fn a_connection_is_kept_for_the_next_request() {
    let served = served();
    let mut client = served.connect();
    for _ in 0..3 {
        let reply = client.get("/hello");
        assert_eq!((reply.status, reply.body.as_str()), (200, "hello"));
        assert!(!reply.head.contains("connection:"), "{}", reply.head);
    }
    assert!(client.is_open());
}

#[test]
fn requests_that_come_together_are_answered_in_their_order() {
    let served = served();
    let mut client = served.connect();
    let one = "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: 3\r\n\r\n";
    let all: String = (100..150).map(|n| format!("{one}{n}")).collect();
    client.say(all);
    for n in 100..150 {
        assert_eq!(client.reply().body, n.to_string());
    }
    assert!(client.is_open());
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let served = served();
    let mut client = served.connect();
    for byte in "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: 2\r\n\r\nab".bytes() {
        client.say([byte]);
    }
    assert_eq!(client.reply().body, "ab");
}

#[test]
fn head_is_answered_without_a_body() {
    let served = served();
    let mut client = served.connect();
    client.say("HEAD /hello HTTP/1.1\r\nHost: api\r\n\r\n");
    let head = client.head();
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    // The next answer begins right behind it.
    assert_eq!(client.get("/hello").body, "hello");
}

#[test]
fn http_1_0_is_answered_and_closed_unless_it_asks_to_stay() {
    let served = served();
    let mut client = served.connect();
    client.say("GET /hello HTTP/1.0\r\n\r\n");
    let reply = client.reply();
    assert_eq!((reply.status, reply.body.as_str()), (200, "hello"));
    assert!(reply.head.starts_with("http/1.0 "), "{}", reply.head);
    client.sees_the_end();

    let mut client = served.connect();
    client.say("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    let reply = client.reply();
    assert!(
        reply.head.contains("connection: keep-alive"),
        "{}",
        reply.head
    );
    assert!(client.is_open());
}

#[test]
fn connection_close_is_obeyed_and_told() {
    let served = served();
    let mut client = served.connect();
    client.say("GET /hello HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n");
    let reply = client.reply();
    assert!(reply.head.contains("connection: close"), "{}", reply.head);
    client.sees_the_end();
}

#[test]
fn a_body_may_be_announced_with_expect() {
    let served = served();
    let mut client = served.connect();
    let head =
        "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    client.say(head);
    assert_eq!(client.head(), "http/1.1 100 continue\r\n\r\n");
    client.say("body");
    assert_eq!(client.reply().body, "body");
    assert_eq!(client.get("/hello").status, 200);
}

#[test]
fn a_body_may_be_chunked() {
    let served = served();
    let mut client = served.connect();
    client.say("POST /echo HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.say("3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n");
    assert_eq!(client.reply().body, "abcde");
    assert_eq!(client.get("/hello").status, 200);
}

#[test]
fn who_says_no_more_after_a_request_has_the_answer() {
    let served = served();
    let mut client = served.connect();
    client.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    client.0.shutdown(Shutdown::Write).unwrap();
    until("it is served", || served.monitor.connections().serving == 1);
    served.release();
    assert_eq!(client.reply().body, "waited");
    client.sees_the_end();
    // One that is gone altogether leaves with its answer.
    let mut client = served.connect();
    client.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    until("it is served", || served.monitor.connections().serving == 1);
    drop(client);
    served.release();
    until("none is left", || {
        served.monitor.connections() == Connections::default()
    });
}

#[test]
fn what_is_no_request_is_answered_400_and_closed() {
    let served = served();
    for nonsense in [
        "nonsense\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: api\r\nno colon\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: api\r\n folded\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: gzip\r\n\r\n",
    ] {
        let mut client = served.connect();
        client.say(nonsense);
        assert_eq!(client.reply().status, 400, "{nonsense}");
        client.sees_the_end();
    }
    assert_eq!(served.connect().get("/hello").status, 200);
}

#[test]
fn a_panic_is_answered_500_and_concerns_nobody_else() {
    let served = served();
    let mut client = served.connect();
    assert_eq!(client.get("/panic").status, 500);
    // Neither its own connection nor another one.
    assert_eq!(client.get("/hello").status, 200);
    assert_eq!(served.connect().get("/hello").status, 200);
}

#[test]
fn the_monitor_counts_connections_by_what_they_do() {
    let served = served();
    let mut idle = served.connect();
    assert_eq!(idle.get("/hello").status, 200);
    let mut head = served.connect();
    head.say("GET /");
    let _silent = served.connect();
    let mut serving = served.connect();
    serving.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    let expected = Connections {
        head: 2,
        serving: 1,
        idle: 1,
    };
    until("all are counted", || {
        served.monitor.connections() == expected
    });
    served.release();
    assert_eq!(serving.reply().body, "waited");
    drop((idle, head, _silent, serving));
    until("none is left", || {
        served.monitor.connections() == Connections::default()
    });
}
