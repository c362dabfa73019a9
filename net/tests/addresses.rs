//! Which of the addresses of a name are tried: a good one behind dead ones (RFC 8305),
//! as a broken IPv6 makes them, and for a name of this machine no other machine's.
#![cfg(target_os = "linux")] // Elsewhere a full queue refuses.
#![allow(clippy::unwrap_used)]

#[path = "doubles/dead.rs"]
mod doubles;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};

use ureq::{
    Agent, Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};
use vestibule_net::agent;

use doubles::dead;

#[derive(Debug)]
struct Addresses(Vec<SocketAddr>);

impl Resolver for Addresses {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut found = self.empty();
        self.0.iter().for_each(|address| found.push(*address));
        Ok(found)
    }
}

#[test]
fn the_good_address_is_reached_long_before_the_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let good = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 204 None\r\n\r\n");
        }
    });
    let ((first, _first), (second, _second)) = (dead(), dead());
    let limit = Duration::from_secs(60);
    let config = Agent::config_builder()
        .timeout_connect(Some(limit))
        .proxy(None)
        .build();
    let agent = agent(config, Addresses(vec![first, second, good]));
    let start = Instant::now();
    assert_eq!(agent.get("http://many.test/").call().unwrap().status(), 204);
    // One after the other, the first alone takes half of the limit and more.
    assert!(start.elapsed() < limit / 4, "{:?}", start.elapsed());
}

#[test]
fn a_name_of_this_machine_is_asked_for_nowhere_else() {
    let elsewhere = SocketAddr::from(([192, 0, 2, 7], 80));
    let config = Agent::config_builder().proxy(None).build();
    let agent = agent(config, Addresses(vec![elsewhere]));
    for host in ["localhost", "LOCALHOST.", "idp.localhost"] {
        let error = agent.get(format!("http://{host}/")).call().unwrap_err();
        let words = error.to_string();
        assert!(words.ends_with("was found at another address"), "{words}");
    }
}
