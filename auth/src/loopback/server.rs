//! tiny_http, with what it lacks.
//!
//! - It has no time limits. So the listening sockets carry a receive time-out, which the
//!   accepted sockets inherit.
//! - With that time-out, `accept` fails when nobody connects for five seconds, and a failed
//!   `accept` ends a tiny_http server for good. So [`Servers`] starts one when somebody
//!   connects, and in a quiet wait there is none.
//! - Its accepting thread panics when there are no file descriptors or threads for a
//!   connection, and nothing tells of that. So a server that gives no request for longer
//!   than a quiet one could is suspected to be dead, and another one is started beside it.
//! - When a request is dropped, it allocates the body length that the request declares:
//!   `Content-Length: 1099511627776` aborts the process. So such requests are leaked, and
//!   after a bounded number of them the sign-in ends.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    mem,
    net::{Shutdown, TcpListener},
    thread,
    time::{Duration, Instant},
};

use socket2::SockRef;
use tiny_http::{Request, Server};

use super::quiet::{self, Stopped};
use crate::error::LoopbackError;

/// Longest silence on an accepted connection.
const RECEIVE_LIMIT: Duration = Duration::from_secs(5);
/// How long a server that has ended may still bring a request, by a connection that it
/// had accepted.
const LAST: Duration = Duration::from_secs(2 * RECEIVE_LIMIT.as_secs());
/// Silence of a server that a quiet wait does not explain: then it would have
/// ended by [`RECEIVE_LIMIT`].
const DOUBT: Duration = Duration::from_secs(6);
/// Before a server that ended for want of file descriptors is followed by another:
/// each costs threads.
const SHORTAGE: Duration = Duration::from_secs(1);
/// File descriptors that no connection gets: for the exchange and the store.
const RESERVE: usize = 16;
/// Fewer free ones than this are a want of them.
const SPARE: usize = 4;
/// Requests with a body that are leaked before the attempt ends.
const MOST_LEAKED: usize = 16;
/// tiny_http has read a body of this size before it hands the request out.
const HARMLESS_BODY: usize = 1024;

/// The listening sockets, each with a tiny_http server that is renewed.
pub struct Servers {
    leaked: usize,
    /// Came while nobody could look at them.
    pending: VecDeque<Request>,
    /// No server that ended is followed by another.
    paused: bool,
    /// Servers that ended, and some that say nothing: their connections may still
    /// send a request.
    replaced: Vec<Replaced>,
    reserve: Vec<TcpListener>,
    running: Vec<Running>,
}

struct Replaced {
    server: Server,
    /// When it said that it has; one that is dead says nothing.
    ended: Option<Instant>,
}

struct Running {
    listener: TcpListener,
    server: Option<Server>,
    /// When the server started or last gave a request.
    heard: Instant,
    /// When there may be another server.
    next_at: Instant,
}

impl Servers {
    pub fn new(listeners: Vec<TcpListener>) -> Result<Self, LoopbackError> {
        let spare = |_| listeners[0].try_clone().ok();
        let reserve = (0..RESERVE).map_while(spare).collect();
        let mut running = Vec::new();
        for listener in listeners {
            SockRef::from(&listener).set_read_timeout(Some(RECEIVE_LIMIT))?;
            // Whoever does not read his answer must not hold up the others.
            SockRef::from(&listener).set_write_timeout(Some(RECEIVE_LIMIT))?;
            running.push(Running::new(listener));
        }
        Ok(Self {
            leaked: 0,
            pending: VecDeque::new(),
            paused: false,
            replaced: Vec::new(),
            reserve,
            running,
        })
    }

    /// The next request that can be answered safely; `None` if none came.
    pub fn next(&mut self, limit: Duration) -> Result<Option<Request>, LoopbackError> {
        let Some(request) = self.receive(limit) else {
            return Ok(None);
        };
        if is_harmless(&request) {
            return Ok(Some(request));
        }
        mem::forget(request);
        self.leaked += 1;
        if self.leaked >= MOST_LEAKED {
            return Err(LoopbackError::Flooded);
        }
        Ok(None)
    }

    /// Leaves file descriptors to others: no server that ended is followed by another,
    /// and a flood costs the reserve nothing. Who connects waits in the system until
    /// [`Self::go_on`].
    pub fn pause(&mut self) {
        self.paused = true;
        for running in &mut self.running {
            running.take_in(&mut self.pending, &mut self.replaced);
        }
        self.release();
    }

    pub fn go_on(&mut self) {
        self.paused = false;
    }

    fn release(&mut self) {
        if self.running.iter().all(|running| running.server.is_none()) {
            self.reserve.clear();
            return;
        }
        // tiny_http does not tell whether its accepting thread has panicked for want of
        // descriptors. If it lives, it may take the ones released here; so only half go at
        // a time, and it fails before the last are gone.
        let listener = &self.running[0].listener;
        let spare: Vec<_> = (0..SPARE).map(|_| listener.try_clone()).collect();
        if spare.iter().any(Result::is_err) {
            self.reserve.truncate(self.reserve.len() / 2);
        }
    }

    /// Waits until somebody connects, `end` or a stop, if there is nothing else to look for.
    pub fn rest(&self, end: Instant, stopped: &Stopped) {
        let is_over = |replaced: &Replaced| replaced.ended.is_some_and(|at| at.elapsed() > LAST);
        let none_runs = self.running.iter().all(|running| running.server.is_none());
        if none_runs && self.pending.is_empty() && self.replaced.iter().all(is_over) {
            let listeners = self.running.iter().map(|running| &running.listener);
            quiet::wait(listeners, end, stopped);
        }
    }

    fn receive(&mut self, limit: Duration) -> Option<Request> {
        if self.paused {
            self.release();
        }
        if let Some(request) = self.pending.pop_front() {
            return Some(request);
        }
        for replaced in &mut self.replaced {
            match replaced.server.try_recv() {
                Ok(Some(request)) => return Some(request),
                Ok(None) => {}
                Err(_) => replaced.ended = Some(Instant::now()),
            }
        }
        let each = limit / u32::try_from(self.running.len()).unwrap_or(1).max(1);
        for running in &mut self.running {
            let received = running.receive(each, self.paused, &mut self.replaced);
            if received.is_some() {
                return received;
            }
        }
        None
    }
}

/// A server that is dropped connects to itself, which waits where nobody accepts: after
/// this it is refused at once. Only Linux ends a listening socket so.
///
/// What is pending is dropped with this, and must not harm. What is in the queue of a
/// server, or comes later by a connection that is open, is not: its connection's thread
/// holds the queue, and waits for the body to be dropped before it ends. A server is not
/// leaked instead: then harmless requests that come late would keep their file
/// descriptors for good.
impl Drop for Servers {
    fn drop(&mut self) {
        for running in &self.running {
            let _ = SockRef::from(&running.listener).shutdown(Shutdown::Both);
        }
        let harmful = self.pending.drain(..).filter(|r| !is_harmless(r));
        harmful.for_each(mem::forget);
    }
}

impl Running {
    fn new(listener: TcpListener) -> Self {
        Self {
            server: None,
            heard: Instant::now(),
            listener,
            next_at: Instant::now(),
        }
    }

    fn receive(
        &mut self,
        limit: Duration,
        paused: bool,
        replaced: &mut Vec<Replaced>,
    ) -> Option<Request> {
        if !paused && self.server.is_none() {
            self.start();
        }
        match self.server.as_ref().map(|s| s.recv_timeout(limit)) {
            Some(Ok(Some(request))) => {
                self.heard = Instant::now();
                return Some(request);
            }
            Some(Ok(None)) if self.heard.elapsed() < DOUBT => {}
            // It may live, kept busy by connections that say nothing.
            Some(Ok(None)) => self.replace(None, replaced),
            Some(Err(error)) => self.ended(&error, replaced),
            // Nobody connects; or out of file descriptors or threads, which may come back.
            None => thread::sleep(limit),
        }
        None
    }

    fn start(&mut self) {
        if Instant::now() >= self.next_at && quiet::connects(&self.listener) {
            self.server = serve(&self.listener);
            self.heard = Instant::now();
        }
    }

    fn replace(&mut self, ended: Option<Instant>, replaced: &mut Vec<Replaced>) {
        let server = self.server.take();
        replaced.extend(server.map(|server| Replaced { server, ended }));
    }

    /// Notices an end, and keeps the requests before it.
    fn take_in(&mut self, pending: &mut VecDeque<Request>, replaced: &mut Vec<Replaced>) {
        while let Some(server) = &self.server {
            match server.try_recv() {
                Ok(Some(request)) => pending.push_back(request),
                Ok(None) => return,
                Err(error) => self.ended(&error, replaced),
            }
        }
    }

    fn ended(&mut self, error: &io::Error, replaced: &mut Vec<Replaced>) {
        self.replace(Some(Instant::now()), replaced);
        // The receive time-out ends a quiet wait; anything else: out of file descriptors.
        if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) {
            self.next_at = Instant::now() + SHORTAGE;
        }
    }
}

fn serve(listener: &TcpListener) -> Option<Server> {
    Server::from_listener(listener.try_clone().ok()?, None).ok()
}

/// Whether dropping the request neither blocks nor allocates at will. Once a request is
/// leaked, later ones of its connection can never be answered. So only requests with a
/// body are leaked: tiny_http hands out nothing more of a connection before the body is
/// read.
fn is_harmless(request: &Request) -> bool {
    let length = request.body_length().unwrap_or(0);
    // RFC 9110 §10.1.1: without content the expectation means nothing.
    let expects = request.headers().iter().any(|h| h.field.equiv("Expect"));
    length == 0 || !expects && length <= HARMLESS_BODY
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
