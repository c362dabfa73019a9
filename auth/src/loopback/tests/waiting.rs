//! A redirect listener that waits, and what must hold of it after each attack.

use std::{
    net::SocketAddr,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{LONG, exchange, location};
use crate::{
    authorization::Callback,
    cancel::Cancel,
    error::Error,
    loopback::{Answering, Loopback, Outcome, RedirectHost, Stop, Stopped, stop},
};
use oauth2::CsrfToken;

pub const STATE: &str = "the-state-of-this-request";
/// For answers that have to come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A listener that waits for the callback with [`STATE`].
pub struct Waiting {
    pub address: SocketAddr,
    pub stop: Stop,
    pub waiting: JoinHandle<Result<(), Error>>,
}

impl Waiting {
    pub fn start() -> Self {
        Self::with_limit(LONG)
    }

    pub fn with_limit(limit: Duration) -> Self {
        let loopback = Loopback::bind(RedirectHost::Ipv4, &[0], "My Notes").unwrap();
        let address = address_of(&loopback);
        let (stop, stopped) = stop().unwrap();
        let waiting = thread::spawn(move || {
            let (_, answering) = wait_until(loopback, limit, &stopped)?;
            answering.finish(Outcome::SignedIn);
            Ok(())
        });
        Self {
            address,
            stop,
            waiting,
        }
    }

    pub fn host(&self) -> String {
        format!("Host: {}\r\n", self.address)
    }

    pub fn request(&self, method: &str, target: &str, headers: &str) -> String {
        let head = format!("{method} {target} HTTP/1.1\r\n{}{headers}\r\n", self.host());
        exchange(self.address, head.as_bytes(), PATIENCE)
    }

    pub fn get(&self, target: &str) -> String {
        self.request("GET", target, "")
    }

    /// Refused with this status, and the wait goes on.
    pub fn assert_refused(&self, answer: &str, status: u16) {
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(
            !answer.to_ascii_lowercase().contains("access-control-"),
            "{answer}"
        );
        assert!(!self.waiting.is_finished(), "the wait is over: {answer}");
    }

    /// The genuine callback still gets through, and at once.
    pub fn assert_serves(self) {
        let start = Instant::now();
        let answer = self.get(&format!("/callback?code=c&state={STATE}"));
        assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
        let page = self.get(&location(&answer));
        assert!(page.contains("You are signed in"), "{page}");
        self.waiting.join().unwrap().unwrap();
    }
}

/// Waits for the callback with [`STATE`].
pub fn wait(loopback: Loopback) -> Result<(Callback, Answering), Error> {
    wait_for(LONG, loopback)
}

/// The same, for no longer than `limit`.
pub fn wait_for(limit: Duration, loopback: Loopback) -> Result<(Callback, Answering), Error> {
    let (_stop, stopped) = stop().unwrap();
    wait_until(loopback, limit, &stopped)
}

fn wait_until(
    loopback: Loopback,
    limit: Duration,
    stopped: &Stopped,
) -> Result<(Callback, Answering), Error> {
    let state = CsrfToken::new(STATE.to_owned());
    loopback.wait(&state, limit, stopped, &Cancel::default())
}

pub fn address_of(loopback: &Loopback) -> SocketAddr {
    let uri = loopback.redirect_uri();
    let authority = uri
        .strip_prefix("http://")
        .unwrap()
        .strip_suffix("/callback")
        .unwrap();
    authority.parse().unwrap()
}
