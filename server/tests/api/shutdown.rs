//! Told to stop: who is served still, and when it is over.

use std::{net::TcpStream, thread::sleep, time::Duration};

use crate::{
    connections_world::{Client, Served},
    process::until,
};
use vestibule_server::serve::Limits;

fn lingering(linger: Duration) -> Limits {
    Limits {
        linger,
        ..Limits::default()
    }
}

/// Until nobody listens there any more.
fn stopped_listening(served: &Served) {
    until("the listener closes", || {
        TcpStream::connect(served.address).is_err()
    });
}

#[test]
fn a_request_under_way_is_finished_and_its_connection_closed() {
    let mut served = Served::with(Limits::default());
    let mut client = served.connect();
    client.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    until("it is served", || served.monitor.connections().serving == 1);
    served.stop();
    stopped_listening(&served);
    // Beyond the time in which connections without a request stay.
    sleep(Duration::from_millis(1500));
    served.release();
    let reply = client.reply();
    assert_eq!((reply.status, reply.body.as_str()), (200, "waited"));
    assert!(reply.head.contains("connection: close"), "{}", reply.head);
    client.sees_the_end();
    served.ended();
}

#[test]
fn a_kept_connection_may_be_used_once_more() {
    let mut served = Served::with(lingering(Duration::from_secs(20)));
    let mut clients: Vec<Client> = (0..3).map(|_| served.connect()).collect();
    for client in &mut clients {
        assert_eq!(client.get("/hello").status, 200);
    }
    // Accepted, or still waiting in the kernel to be: both are served.
    let silent = served.connect();
    served.stop();
    stopped_listening(&served);
    clients.push(silent);
    sleep(Duration::from_secs(1));
    for client in &mut clients {
        let reply = client.get("/hello");
        assert_eq!(reply.status, 200);
        assert!(reply.head.contains("connection: close"), "{}", reply.head);
        client.sees_the_end();
    }
    // The last one gone, there is nothing more to wait for.
    served.ended();
}

#[test]
fn connections_without_a_request_are_closed_after_a_while() {
    let mut served = Served::with(lingering(Duration::from_millis(300)));
    let mut idle = served.connect();
    assert_eq!(idle.get("/hello").status, 200);
    let mut silent = served.connect();
    let mut half = served.connect();
    half.say("GET /hello HTTP/1.1\r\n");
    until("all are there", || served.monitor.connections().head == 2);
    served.stop();
    idle.sees_the_end();
    silent.sees_the_end();
    // A head under way has its own time.
    assert!(half.is_open());
    half.say("Host: api\r\n\r\n");
    assert_eq!(half.reply().status, 200);
    served.ended();
}

#[test]
fn what_never_ends_is_cut_off() {
    let mut served = Served::with(Limits {
        answer: Duration::from_secs(2),
        head: Duration::from_secs(600),
        ..Limits::default()
    });
    let mut waiting = served.connect();
    waiting.say("GET /wait HTTP/1.1\r\nHost: api\r\n\r\n");
    let mut half = served.connect();
    half.say("GET /hello HTTP/1.1\r\n");
    until("both are known", || {
        let open = served.monitor.connections();
        (open.serving, open.head) == (1, 1)
    });
    served.stop();
    waiting.sees_the_end();
    half.sees_the_end();
    served.ended();
}

#[test]
fn without_connections_it_ends_at_once() {
    let mut served = Served::with(Limits {
        linger: Duration::from_secs(600),
        answer: Duration::from_secs(600),
        ..Limits::default()
    });
    drop(served.connect());
    served.stop();
    served.ended();
}
