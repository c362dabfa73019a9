//! What a client may take of time and room. The limits are short here; what counts
//! is which of them ends a connection.

use std::{thread::sleep, time::Duration};

use crate::connections_world::{Client, Served};
use vestibule_server::serve::Limits;

/// Far beyond every test.
const NEVER: Duration = Duration::from_secs(600);

/// So long that no pause between two bytes comes near it, on the slowest machine.
const TRICKLED: Duration = Duration::from_secs(2);

fn patient() -> Limits {
    Limits {
        head: NEVER,
        answer: NEVER,
        idle: NEVER,
        ..Limits::default()
    }
}

/// Says one byte at a time until the server has had enough.
fn drips(client: &mut Client, bytes: impl Iterator<Item = u8>) {
    for byte in bytes {
        sleep(Duration::from_millis(10));
        if !client.is_open() {
            return;
        }
        // It may close just now.
        let _ = std::io::Write::write_all(&mut client.0, &[byte]);
    }
    panic!("it may go on for ever");
}

#[test]
fn a_head_that_trickles_in_is_closed_at_its_deadline() {
    let head = TRICKLED;
    let served = Served::with(Limits { head, ..patient() });
    let endless = || {
        b"GET /hello HTTP/1.1\r\nA: "
            .iter()
            .copied()
            .chain([b'a'; 3000])
    };
    drips(&mut served.connect(), endless());
    // Line ends before a request are part of nothing (RFC 9112 §2.2).
    drips(&mut served.connect(), [b'\n'; 3000].into_iter());
    // The same with the second request of a connection.
    let mut client = served.connect();
    assert_eq!(client.get("/hello").status, 200);
    drips(&mut client, endless());
}

#[test]
fn who_says_nothing_is_closed_at_the_deadline_of_a_head() {
    let head = Duration::from_millis(300);
    let served = Served::with(Limits { head, ..patient() });
    served.connect().sees_the_end();
}

#[test]
fn a_head_that_began_together_with_another_request_has_its_deadline_too() {
    let head = Duration::from_millis(300);
    let served = Served::with(Limits { head, ..patient() });
    let mut client = served.connect();
    client.say("GET /hello HTTP/1.1\r\nHost: api\r\n\r\nGET /hel");
    assert_eq!(client.reply().status, 200);
    client.sees_the_end();
}

#[test]
fn a_connection_without_a_request_is_closed_at_the_deadline_of_idling() {
    let idle = Duration::from_millis(300);
    let served = Served::with(Limits { idle, ..patient() });
    let mut client = served.connect();
    // Each request begins it anew.
    for _ in 0..3 {
        assert_eq!(client.get("/hello").status, 200);
        sleep(Duration::from_millis(50));
    }
    client.sees_the_end();
    // What else is open has its own deadlines.
    let mut waiting = served.connect();
    waiting.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    let mut silent = served.connect();
    sleep(Duration::from_secs(1));
    assert!(silent.is_open());
    served.release();
    assert_eq!(waiting.reply().status, 200);
}

#[test]
fn a_body_that_trickles_in_is_closed_at_the_deadline_of_the_answer() {
    let answer = TRICKLED;
    let served = Served::with(Limits {
        answer,
        ..patient()
    });
    let head = "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: 5000\r\n\r\n";
    let mut client = served.connect();
    client.say(head);
    drips(&mut client, [b'a'; 4000].into_iter());
}

#[test]
fn an_answer_that_does_not_come_is_closed_at_its_deadline() {
    let answer = Duration::from_millis(300);
    let served = Served::with(Limits {
        answer,
        ..patient()
    });
    let mut client = served.connect();
    client.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    client.sees_the_end();
}

#[test]
fn a_head_of_more_than_16_kib_is_answered_431() {
    let served = Served::with(patient());
    let head = |size: usize| {
        let frame = "GET /hello HTTP/1.1\r\nHost: api\r\nA: \r\n\r\n".len();
        format!(
            "GET /hello HTTP/1.1\r\nHost: api\r\nA: {}\r\n\r\n",
            "a".repeat(size - frame)
        )
    };
    let mut client = served.connect();
    client.say(head(16 * 1024 - 1));
    assert_eq!(client.reply().status, 200);
    for size in [16 * 1024 + 1, 20_000, 100_000, 1_000_000] {
        let mut client = served.connect();
        // Refused before all of it is said, and nothing of the refusal is lost.
        client.say(head(size));
        assert_eq!(client.reply().status, 431, "{size}");
    }
    let fields = |count: usize| {
        let fields: String = (1..count).map(|n| format!("A{n}: a\r\n")).collect();
        format!("GET /hello HTTP/1.1\r\nHost: api\r\n{fields}\r\n")
    };
    for (count, status) in [(100, 200), (101, 431)] {
        let mut client = served.connect();
        client.say(fields(count));
        assert_eq!(client.reply().status, status, "{count} fields");
    }
}

#[test]
fn an_announced_body_of_more_than_64_kib_is_answered_413_before_it_is_said() {
    let served = Served::with(patient());
    let head =
        |size: usize| format!("POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: {size}\r\n\r\n");
    let full = "b".repeat(64 * 1024);
    let mut client = served.connect();
    client.say(head(full.len()) + &full);
    assert_eq!(client.reply().body, full);

    client.say(head(full.len() + 1));
    let reply = client.reply();
    assert_eq!(reply.status, 413);
    assert!(reply.head.contains("connection: close"), "{}", reply.head);

    // Who has said it all hears the refusal all the same.
    let mut client = served.connect();
    client.say(head(4_000_000) + &"b".repeat(4_000_000));
    assert_eq!(client.reply().status, 413);

    let mut client = served.connect();
    client.say(head(100_000).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
    assert_eq!(client.reply().status, 413);
}

#[test]
fn a_chunked_body_is_cut_off_at_64_kib() {
    let served = Served::with(patient());
    let head = "POST /echo HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("1000\r\n{}\r\n", "c".repeat(4096));
    let mut client = served.connect();
    client.say(format!("{head}{}0\r\n\r\n", chunk.repeat(16)));
    assert_eq!(client.reply().body.len(), 64 * 1024);
    for chunks in [17, 1000] {
        let mut client = served.connect();
        client.say(format!("{head}{}0\r\n\r\n", chunk.repeat(chunks)));
        let reply = client.reply();
        assert_eq!(reply.status, 413, "{chunks}");
        assert!(reply.head.contains("connection: close"), "{}", reply.head);
        drop(client);
    }
    assert_eq!(served.connect().get("/hello").status, 200);
}
