//! How the program `dev-idp` ends while it has something to do.
#![cfg(unix)]

use std::{
    io::{BufRead, BufReader},
    process::Command,
};

use crate::program::Running;

/// The slowest answer takes 10 s.
#[test]
fn it_finishes_what_runs_as_it_says_also_an_answer_that_a_fault_delays() {
    let mut running = Running::start(&["--fault", "slow-token"]);
    let issuer = running.issuer.clone();
    let client = std::thread::spawn(move || {
        let request = ureq::post(format!("{issuer}/token"))
            .config()
            .http_status_as_error(false);
        request
            .build()
            .send("grant_type=refresh_token")
            .unwrap()
            .status()
    });
    let mut log = BufReader::new(running.child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("fault acts") {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0);
    }
    let pid = running.child.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(sent.unwrap().success());
    assert!(client.join().unwrap().is_client_error());
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}
