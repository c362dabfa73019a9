use std::{io::Write, net::TcpStream};

use super::*;

const LONG: Duration = Duration::from_secs(60);

fn connected() -> (Servers, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (Servers::new(vec![listener]).unwrap(), stream)
}

/// Looks until `happened`.
#[track_caller]
fn looks(servers: &mut Servers, happened: impl Fn(&Servers) -> bool) {
    let end = Instant::now() + LONG;
    while !happened(servers) {
        assert!(Instant::now() < end, "it never happened");
        servers.next(SHORTAGE / 40).unwrap();
    }
}

/// A shortage would be waited out, and nobody served for so long.
#[test]
fn who_connects_after_a_quiet_end_soon_after_a_late_request_is_served_at_once() {
    let (mut servers, mut stream) = connected();
    looks(&mut servers, |servers| servers.running[0].server.is_some());
    thread::sleep(RECEIVE_LIMIT * 3 / 5);
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    looks(&mut servers, |servers| !servers.replaced.is_empty());
    assert!(servers.running[0].server.is_none(), "nobody connects");
    let address = servers.running[0].listener.local_addr().unwrap();
    let _stream = TcpStream::connect(address).unwrap();
    servers.next(SHORTAGE / 40).unwrap();
    assert!(servers.running[0].server.is_some());
}

/// Whoever answers them may take his time, while the exchange needs it.
#[test]
fn the_reserve_is_released_before_the_pending_are_answered() {
    let (mut servers, mut stream) = connected();
    looks(&mut servers, |servers| servers.running[0].server.is_some());
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let end = Instant::now() + LONG;
    while servers.pending.is_empty() && Instant::now() < end {
        servers.pause();
    }
    assert!(!servers.reserve.is_empty());
    let Servers {
        running, replaced, ..
    } = &mut servers;
    running[0].replace(None, replaced);
    assert!(servers.next(Duration::ZERO).unwrap().is_some());
    assert!(servers.reserve.is_empty());
}

#[test]
fn a_quiet_wait_ends_with_whoever_connects_and_with_a_stop() {
    for connects in [true, false] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let servers = Servers::new(vec![listener]).unwrap();
        let (stop, stopped) = quiet::stop().unwrap();
        let start = Instant::now();
        assert!(!stopped.is());
        let reason = thread::spawn(move || {
            if connects {
                (Some(stop), TcpStream::connect(address).ok())
            } else {
                drop(stop);
                (None, None)
            }
        });
        servers.rest(start + LONG, &stopped);
        assert!(start.elapsed() < LONG);
        let _still_open = reason.join().unwrap();
        assert_eq!(stopped.is(), !connects);
    }
}
