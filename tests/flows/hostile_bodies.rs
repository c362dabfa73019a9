//! Bytes that have killed or hung tiny_http: security catalogue L14, L16.

use std::{
    io::Write,
    net::TcpStream,
    time::{Duration, Instant},
};

use vestibule::auth::{Error, error::LoopbackError};

use crate::{
    clock::LONG,
    hostile_callback::{STATE, Waiting},
    raw::exchange,
};

/// Long enough for an answer, if one comes at all: some are never answered.
const SOON: Duration = Duration::from_millis(500);

/// Lengths that were allocated when the request was dropped.
#[test]
fn a_declared_length_of_any_size_kills_nothing() {
    let waiting = Waiting::start();
    for length in [
        "1099511627776",
        "4611686018427387904",
        "18446744073709551615",
        "99999999999999999999999",
        "-1",
        "0x10",
        "5, 5",
    ] {
        let headers = format!("Content-Length: {length}\r\n");
        for target in ["/", "/callback?code=c&state=x"] {
            let head = format!("POST {target} HTTP/1.1\r\n{}{headers}\r\n", waiting.host());
            exchange(waiting.address, head.as_bytes(), SOON);
        }
    }
    let twice = "Content-Length: 5\r\nContent-Length: 1099511627776\r\n";
    let head = format!("GET / HTTP/1.1\r\n{}{twice}\r\nhello", waiting.host());
    exchange(waiting.address, head.as_bytes(), SOON);
    waiting.assert_serves();
}

#[test]
fn chunked_monsters_upgrades_and_expectations_hang_nothing() {
    let waiting = Waiting::start();
    let chunked = "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx";
    let heads = [
        chunked.to_owned(),
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        "Transfer-Encoding: gzip, chunked\r\n\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\nContent-Length: 1099511627776\r\n\r\n".to_owned(),
        "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n".to_owned(),
        "Expect: 100-continue\r\n\r\n".to_owned(),
        "Expect: something-else\r\n\r\n".to_owned(),
        "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n".to_owned(),
        "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 1099511627776\r\n\r\n".to_owned(),
    ];
    for method in ["GET", "POST"] {
        for rest in &heads {
            let head = format!("{method} /callback HTTP/1.1\r\n{}{rest}", waiting.host());
            exchange(waiting.address, head.as_bytes(), SOON);
        }
    }
    waiting.assert_serves();
}

/// A genuine callback that comes with a body or an expectation is judged by
/// nobody's memory.
#[test]
fn a_callback_that_declares_a_huge_body_does_not_consume_the_code() {
    let waiting = Waiting::start();
    let head = format!(
        "GET /callback?code=c&state={STATE} HTTP/1.1\r\n{}Content-Length: 1099511627776\r\n\r\n",
        waiting.host()
    );
    exchange(waiting.address, head.as_bytes(), SOON);
    assert!(!waiting.waiting.is_finished());
    waiting.assert_serves();
}

#[test]
fn a_flood_of_huge_bodies_ends_the_attempt_with_a_sentence() {
    let waiting = Waiting::start();
    let head = format!(
        "POST / HTTP/1.1\r\n{}Content-Length: 1099511627776\r\n\r\n",
        waiting.host()
    );
    let mut open = Vec::new();
    let end = Instant::now() + LONG;
    while !waiting.waiting.is_finished() && Instant::now() < end {
        if let Ok(mut stream) = TcpStream::connect(waiting.address) {
            let _ = stream.write_all(head.as_bytes());
            open.push(stream);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let ended = waiting.waiting.join().unwrap();
    assert!(
        matches!(ended, Err(Error::Loopback(LoopbackError::Flooded))),
        "{ended:?}"
    );
}

#[test]
fn lines_that_are_no_http_are_survived() {
    let waiting = Waiting::start();
    let host = waiting.host();
    for bytes in [
        b"\r\n\r\n".to_vec(),
        b"\0\0\0\0\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        format!("GET / HTTP/2.0\r\n{host}\r\n").into_bytes(),
        format!("GET / HTTP/9.9\r\n{host}\r\n").into_bytes(),
        format!("GET\t/\tHTTP/1.1\r\n{host}\r\n").into_bytes(),
        format!("GET /{} HTTP/1.1\r\n{host}\r\n", "a".repeat(100_000)).into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "a".repeat(100_000)).into_bytes(),
        [
            b"GET /callback?code=\xff\xfe HTTP/1.1\r\n".as_slice(),
            host.as_bytes(),
            b"\r\n",
        ]
        .concat(),
    ] {
        exchange(waiting.address, &bytes, SOON);
    }
    waiting.assert_serves();
}

/// A browser opens connections before it knows what for.
#[test]
fn idle_connections_of_a_browser_do_not_keep_the_callback_out() {
    let waiting = Waiting::start();
    let idle: Vec<_> = (0..3)
        .map(|_| TcpStream::connect(waiting.address).unwrap())
        .collect();
    waiting.assert_serves();
    drop(idle);
}
