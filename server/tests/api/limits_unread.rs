//! Answers to requests whose body nobody reads: they arrive all the same, since a
//! client may look for them only once it has sent all it had to send.

use std::{io::Write, thread::sleep, time::Duration};

use crate::{
    connections_world::{Client, Served},
    issuer::TestIssuer,
    world::TestApi,
};
use vestibule_server::serve::Limits;

/// A POST in many pieces, said to its end; then the answer's status.
fn slowly_posted(client: &mut Client, path: &str, size: usize) -> u16 {
    let head = format!("POST {path} HTTP/1.1\r\nHost: api\r\nContent-Length: {size}\r\n\r\n");
    client.say(head);
    for piece in vec![b'b'; size].chunks(size / 20) {
        sleep(Duration::from_millis(10));
        client.say(piece);
    }
    // What was lost in a reset would be missed here, if saying has not failed already.
    sleep(Duration::from_millis(100));
    let reply = client.reply();
    client.sees_the_end();
    reply.status
}

#[test]
fn a_refusal_is_read_whole_by_who_says_all_of_the_body_first() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let served = Served::with(Limits::default());
    for size in [60 * 1024, 64 * 1024] {
        let mut client = Client::connect(api.address);
        assert_eq!(slowly_posted(&mut client, "/private", size), 401);
        assert_eq!(slowly_posted(&mut served.connect(), "/nowhere", size), 404);
        assert_eq!(slowly_posted(&mut served.connect(), "/hello", size), 405);
    }
    for size in [300 * 1024, 3_000_000] {
        assert_eq!(slowly_posted(&mut served.connect(), "/hello", size), 413);
    }
}

#[test]
fn a_short_body_that_nobody_reads_does_not_cost_the_connection() {
    let served = Served::with(Limits::default());
    let mut client = served.connect();
    for _ in 0..3 {
        client.say("POST /nowhere HTTP/1.1\r\nHost: api\r\nContent-Length: 4\r\n\r\nbody");
        assert_eq!(client.reply().status, 404);
    }
    assert_eq!(client.get("/hello").status, 200);
}

#[test]
fn a_body_that_nobody_reads_is_not_taken_for_ever() {
    let body_size = 1024;
    let served = Served::with(Limits {
        body_size,
        ..Limits::default()
    });
    let endless = "POST /hello HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("400\r\n{}\r\n", "c".repeat(1024));
    let mut client = served.connect();
    client.say(endless);
    let mut said = 0_u64;
    while client.0.write_all(chunk.as_bytes()).is_ok() {
        said += body_size;
        // What the kernel takes in on both sides is far less.
        assert!(said < 100_000_000, "it goes on for ever");
    }
}
