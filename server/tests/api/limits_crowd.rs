//! Too many connections: who must go, and that the others do not notice.

use std::{io::Read, thread::sleep, time::Duration};

use crate::{
    connections_world::{BIG, Client, Served},
    process::until,
};
use vestibule_server::serve::Limits;

const WAIT: &str = "GET /wait HTTP/1.1\r\nHost: api\r\n\r\n";

/// The head's deadline divided by 16 is the time in which a head is new.
const NEW: Duration = Duration::from_secs(3);

fn room_for(max_connections: usize) -> Served {
    Served::with(Limits {
        max_connections,
        head: NEW * 16,
        ..Limits::default()
    })
}

fn open(served: &Served) -> usize {
    let open = served.monitor.connections();
    open.head + open.serving + open.idle
}

/// A connection that the server knows of, with these words said.
fn known(served: &Served, words: &str) -> Client {
    let mut client = served.connect();
    client.say(words);
    client
}

#[test]
fn the_oldest_unfinished_head_goes_first_then_the_longest_idle() {
    let served = room_for(5);
    let mut clients: Vec<Client> = (0..2)
        .map(|_| {
            let mut idle = served.connect();
            assert_eq!(idle.get("/hello").status, 200);
            // Later than the clock's next beat.
            sleep(Duration::from_millis(600));
            idle
        })
        .collect();
    let mut serving = known(&served, WAIT);
    let mut silent = served.connect();
    sleep(Duration::from_millis(20));
    let mut head = known(&served, "GET /");
    until("all are there", || open(&served) == 5);
    sleep(NEW + Duration::from_millis(500));

    // Two heads are unfinished for long, the one without a byte for longer.
    let mut first = served.connect();
    silent.sees_the_end();
    assert!(head.is_open());
    let mut second = served.connect();
    head.sees_the_end();
    // Those two are new: the idle ones go, the longer one first.
    assert_eq!(first.get("/hello").status, 200);
    assert_eq!(second.get("/hello").status, 200);
    assert!(clients.iter_mut().all(Client::is_open));
    let _third = served.connect();
    clients[0].sees_the_end();
    assert!(clients[1].is_open());
    // Time enough to look anew, too little to be old.
    sleep(NEW / 3);
    let _fourth = served.connect();
    clients[1].sees_the_end();
    assert!(first.is_open() && second.is_open());
    // And never one that has a request under way.
    served.release();
    assert_eq!(serving.reply().body, "waited");
}

#[test]
fn who_does_not_read_goes_and_then_whose_body_does_not_come() {
    let head = Duration::from_secs(8);
    let served = Served::with(Limits {
        max_connections: 3,
        head,
        ..Limits::default()
    });
    let serving = |count| {
        until("they are served", || {
            served.monitor.connections().serving == count
        });
    };
    let working = known(&served, WAIT);
    let post = "POST /echo HTTP/1.1\r\nHost: api\r\nContent-Length: 5\r\n\r\nab";
    let mut bodiless = known(&served, post);
    let mut unread = known(&served, "GET /big HTTP/1.1\r\nHost: api\r\n\r\n");
    serving(3);
    sleep(head / 4 + Duration::from_secs(1));

    let mut first = served.connect();
    assert_eq!(first.get("/hello").status, 200);
    let mut rest = Vec::new();
    // An end or a reset, and before all is said.
    let _ = unread.0.read_to_end(&mut rest);
    assert!(rest.len() < BIG);
    assert!(bodiless.is_open());
    first.say(WAIT);
    serving(3);
    let mut second = served.connect();
    assert_eq!(second.get("/hello").status, 200);
    bodiless.sees_the_end();
    second.say(WAIT);
    serving(3);
    // What is worked on stays, however old.
    served.connect().sees_the_end();
    let mut clients = [working, first, second];
    clients.iter().for_each(|_| served.release());
    for client in &mut clients {
        assert_eq!(client.reply().body, "waited");
    }
}

#[test]
fn when_all_are_served_the_new_one_is_closed() {
    let served = room_for(2);
    let mut serving = [known(&served, WAIT), known(&served, WAIT)];
    until("both are served", || {
        served.monitor.connections().serving == 2
    });
    let mut refused = served.connect();
    refused.sees_the_end();
    // All at once: which of them has waited longest is not known.
    serving.iter().for_each(|_| served.release());
    for client in &mut serving {
        assert_eq!(client.reply().body, "waited");
    }
    // There is someone to go again.
    until("a new one gets in", || {
        let mut client = served.connect();
        let words = "GET /hello HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n";
        std::io::Write::write_all(&mut client.0, words.as_bytes()).is_ok() && {
            let mut answer = String::new();
            let read = std::io::Read::read_to_string(&mut client.0, &mut answer);
            read.is_ok() && answer.contains("hello")
        }
    });
}

#[test]
fn a_flood_of_connections_pushes_out_its_own() {
    let served = room_for(200);
    let mut good = served.connect();
    assert_eq!(good.get("/hello").status, 200);
    let mut flood: Vec<Client> = (0..199).map(|_| known(&served, "GET /")).collect();
    sleep(NEW + Duration::from_millis(500));
    for _ in 0..150 {
        flood.push(known(&served, "GET /"));
    }
    assert!(open(&served) <= 200);
    assert_eq!(good.get("/hello").status, 200);
    let closed = flood.iter_mut().take(150);
    closed.for_each(Client::sees_the_end);
    assert!(flood[200..].iter_mut().all(Client::is_open));
}

#[test]
fn two_thousand_half_open_connections_do_not_disturb_a_good_client() {
    let served = Served::with(Limits::default());
    let mut half_open: Vec<Client> = Vec::new();
    for number in 0..2000 {
        let words = if number % 2 == 0 {
            ""
        } else {
            "GET /hello HTT"
        };
        half_open.push(known(&served, words));
    }
    until("all are there", || open(&served) == 2000);
    let mut kept = served.connect();
    for _ in 0..100 {
        assert_eq!(kept.get("/hello").status, 200);
        assert_eq!(served.connect().get("/hello").status, 200);
    }
    // Each of them would be served to this moment, as long as its time is not over.
    let mut last = half_open.pop().unwrap();
    last.say("P/1.1\r\nHost: api\r\n\r\n");
    assert_eq!(last.reply().status, 200);
}
