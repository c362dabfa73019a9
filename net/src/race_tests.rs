//! RFC 8305 against real sockets of this machine.

#![allow(clippy::unwrap_used)]

use std::{
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use super::*;

#[cfg(target_os = "linux")]
#[path = "../tests/doubles/dead.rs"]
mod doubles;
#[cfg(target_os = "linux")]
use doubles::dead;

/// Long enough that a race which waits for it is noticed on a slow machine too.
const LIMIT: Duration = Duration::from_secs(60);

fn race_of(addresses: &[SocketAddr], limit: Duration) -> Option<Result<TcpStream, io::Error>> {
    race(addresses, limit, |address, left| {
        TcpStream::connect_timeout(&address, left)
    })
}

fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

#[cfg(target_os = "linux")] // Elsewhere a full queue refuses.
#[test]
fn dead_addresses_before_the_good_one_cost_a_moment() {
    let (first, _kept) = dead();
    let (second, _kept) = dead();
    let good = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = good.local_addr().unwrap();
    let start = Instant::now();
    let stream = race_of(&[first, second, address], LIMIT).unwrap().unwrap();
    assert_eq!(stream.peer_addr().unwrap(), address);
    let took = start.elapsed();
    assert!(took >= 2 * HEAD_START && took < LIMIT / 2, "{took:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn none_that_answers_ends_at_the_limit() {
    let (first, _kept) = dead();
    let (second, _kept) = dead();
    let limit = Duration::from_millis(600);
    let start = Instant::now();
    let refused = |error: io::Error| error.kind() == io::ErrorKind::TimedOut;
    assert!(race_of(&[first, second], limit).is_none_or(|end| end.is_err_and(refused)));
    assert!(start.elapsed() >= limit && start.elapsed() < LIMIT / 2);
}

#[test]
fn one_that_refuses_gives_the_turn_to_the_next_at_once() {
    let good = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = good.local_addr().unwrap();
    let start = Instant::now();
    let stream = race_of(&[closed(), closed(), closed(), address], LIMIT)
        .unwrap()
        .unwrap();
    assert_eq!(stream.peer_addr().unwrap(), address);
    assert!(start.elapsed() < LIMIT / 2);
}

#[test]
fn where_all_refuse_the_reason_is_the_last_ones() {
    for addresses in [vec![closed()], vec![closed(), closed()]] {
        let error = race_of(&addresses, LIMIT).unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }
    assert!(race_of(&[], LIMIT).unwrap().is_err());
}

#[test]
fn a_good_first_address_is_asked_alone() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let addresses = [closed(), closed()];
    let attempt = move |_, _| {
        count.fetch_add(1, SeqCst);
        Ok::<_, io::Error>(())
    };
    race(&addresses, LIMIT, attempt).unwrap().unwrap();
    assert_eq!(asked.load(SeqCst), 1);
}

#[test]
fn the_families_take_turns_beginning_with_the_first_ones() {
    let addresses: Vec<SocketAddr> = ["[fd00::1]:1", "[fd00::2]:1", "[fd00::3]:1", "192.0.2.1:1"]
        .map(|text| text.parse().unwrap())
        .to_vec();
    let order: Vec<String> = alternating(&addresses)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        order,
        ["[fd00::1]:1", "192.0.2.1:1", "[fd00::2]:1", "[fd00::3]:1"]
    );
}
