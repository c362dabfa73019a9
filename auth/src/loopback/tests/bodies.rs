//! Bytes that have killed or hung tiny_http: security catalogue L14, L16.

use std::{
    io::Write,
    net::{SocketAddr, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::{
    LONG, eventually, exchange, location,
    waiting::{STATE, Waiting, address_of, wait, wait_for},
};
use crate::{
    error::{Error, LoopbackError},
    loopback::{Loopback, Outcome, RedirectHost},
};

/// Long enough for an answer, if one comes at all: some are never answered.
const SOON: Duration = Duration::from_millis(500);
/// Who sends it asks for nothing more, so that tiny_http lets go of everything. No
/// system has so much memory to promise.
const LAST: &str = "POST / HTTP/1.0\r\nContent-Length: 4611686018427387904\r\n\r\n";

fn bound() -> (Loopback, SocketAddr) {
    let loopback = Loopback::bind(RedirectHost::Ipv4, &[0], "My Notes").unwrap();
    let address = address_of(&loopback);
    (loopback, address)
}

/// Not at once: tiny_http lets connections that come together wait for each other.
fn send(to: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(20));
    stream
}

/// Nobody listens any more; then what was left over has been dropped, too.
fn assert_closes(address: SocketAddr) {
    eventually("the port closes", || TcpStream::connect(address).is_err());
    thread::sleep(SOON);
}

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

/// An answer waits for the one before it on the same connection.
#[test]
fn a_request_behind_one_for_the_result_does_not_hang_the_end() {
    let (loopback, address) = bound();
    let waiting = thread::spawn(move || wait(loopback));
    let head = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let callback = format!("/callback?code=c&state={STATE}");
    let moved = exchange(address, head(&callback).as_bytes(), SOON);
    let (_, answering) = waiting.join().unwrap().unwrap();
    let both = head(&location(&moved)) + &head("/x");
    let _both = send(address, &both);
    thread::sleep(SOON);
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        answering.finish(Outcome::SignedIn);
        ended.send(()).unwrap();
    });
    end.recv_timeout(LONG).expect("it hangs");
}

/// An answer waits for the one before it on the same connection.
#[test]
fn a_request_after_an_expectation_without_a_body_hangs_nothing() {
    let waiting = Waiting::start();
    let head = format!("GET / HTTP/1.1\r\n{}", waiting.host());
    let both = format!("{head}Expect: 100-continue\r\n\r\n{head}\r\n");
    let open = send(waiting.address, &both);
    waiting.assert_serves();
    drop(open);
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
        thread::sleep(Duration::from_millis(10));
    }
    let ended = waiting.waiting.join().unwrap();
    assert!(
        matches!(ended, Err(Error::Loopback(LoopbackError::Flooded))),
        "{ended:?}"
    );
}

/// The callback is the first in the queue, so the rest is taken in when the exchange
/// begins; more than are looked at.
#[test]
fn huge_bodies_that_came_with_the_callback_kill_nothing() {
    let (loopback, address) = bound();
    let target = format!("/callback?code=c&state={STATE}");
    let callback = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let first = send(address, &callback);
    thread::sleep(SOON);
    let rest: Vec<_> = (0..40).map(|_| send(address, LAST)).collect();
    thread::sleep(SOON);
    // On a slow machine the order may be another: then they are too many at once.
    if let Ok((_, answering)) = wait(loopback) {
        answering.finish(Outcome::SignedIn);
    }
    assert_closes(address);
    drop((first, rest));
}

/// They stay in a queue that lives as long as its connections, which tiny_http
/// does not end before somebody drops the request.
#[test]
fn huge_bodies_that_nobody_looked_at_kill_nothing() {
    let (loopback, address) = bound();
    let open: Vec<_> = (0..40).map(|_| send(address, LAST)).collect();
    thread::sleep(SOON);
    // On a busy machine tiny_http has most of them wait for each other: then those that are
    // looked at are no flood.
    let ended = wait_for(4 * SOON, loopback);
    let is_flood = matches!(ended, Err(Error::Loopback(LoopbackError::Flooded)));
    assert!(is_flood || matches!(ended, Err(Error::TimedOut)));
    assert_closes(address);
    drop(open);
}

#[test]
fn a_huge_body_that_is_declared_after_the_end_kills_nothing() {
    let waiting = Waiting::start();
    let address = waiting.address;
    let (start, end) = LAST.split_at(LAST.len() - 2);
    let mut late = send(address, start);
    waiting.assert_serves();
    assert_closes(address);
    // On a slow machine it may have been dropped for its silence.
    let _ = late.write_all(end.as_bytes());
    thread::sleep(SOON);
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
