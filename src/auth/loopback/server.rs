//! tiny_http within its limits.
//!
//! It has no time limits: the listening sockets carry a receive time-out
//! that accepted sockets inherit. That also makes `accept` fail when nothing
//! comes, and a failed accept ends a tiny_http server for good; so rebuilding
//! it from a clone of the bound socket is the normal case in a quiet wait.
//! Without file descriptors or threads for a connection its accepting thread
//! panics, and nothing tells: a server that says nothing for longer than a
//! quiet one would is joined by another.
//! Dropping a request allocates the body length that it declares
//! (`Content-Length: 1099511627776` aborts the process): such requests are
//! leaked, a bounded number of them.

use std::{
    mem,
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use socket2::SockRef;
use tiny_http::{Request, Server};

use crate::auth::error::LoopbackError;

/// Longest silence on an accepted connection.
const RECEIVE_LIMIT: Duration = Duration::from_secs(5);
/// Silence of a server that a quiet wait does not explain: then it would have
/// ended by [`RECEIVE_LIMIT`].
const DOUBT: Duration = Duration::from_secs(6);
/// Requests with a body that are leaked before the attempt ends.
const MOST_LEAKED: usize = 16;
/// tiny_http has read a body of this size before it hands the request out.
const HARMLESS_BODY: usize = 1024;

/// The listening sockets, each with a tiny_http server that is renewed.
pub struct Servers {
    leaked: usize,
    /// Replaced servers whose connections may still send a request, with the
    /// time of their end if they are known to have ended.
    replaced: Vec<(Server, Option<Instant>)>,
    running: Vec<Running>,
}

struct Running {
    listener: TcpListener,
    server: Option<Server>,
    /// When the server started or last gave a request.
    heard: Instant,
}

impl Servers {
    pub fn new(listeners: Vec<TcpListener>) -> Result<Self, LoopbackError> {
        let mut running = Vec::new();
        for listener in listeners {
            SockRef::from(&listener).set_read_timeout(Some(RECEIVE_LIMIT))?;
            running.push(Running::new(listener));
        }
        Ok(Self {
            leaked: 0,
            replaced: Vec::new(),
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

    fn receive(&mut self, limit: Duration) -> Option<Request> {
        self.replaced
            .retain(|(_, end)| end.is_none_or(|end| end.elapsed() < 2 * RECEIVE_LIMIT));
        for (server, end) in &mut self.replaced {
            match server.try_recv() {
                Ok(Some(request)) => return Some(request),
                Ok(None) => {}
                Err(_) => *end = Some(Instant::now()),
            }
        }
        let each = limit / u32::try_from(self.running.len()).unwrap_or(1).max(1);
        for running in &mut self.running {
            let received = running.receive(each, &mut self.replaced);
            if received.is_some() {
                return received;
            }
        }
        None
    }
}

impl Running {
    fn new(listener: TcpListener) -> Self {
        Self {
            server: serve(&listener),
            heard: Instant::now(),
            listener,
        }
    }

    fn receive(
        &mut self,
        limit: Duration,
        replaced: &mut Vec<(Server, Option<Instant>)>,
    ) -> Option<Request> {
        let silence = self.heard.elapsed();
        match self.server.as_ref().map(|s| s.recv_timeout(limit)) {
            Some(Ok(Some(request))) => {
                self.heard = Instant::now();
                return Some(request);
            }
            Some(Ok(None)) if silence < DOUBT => return None,
            // It may live, kept busy by connections that say nothing.
            Some(Ok(None)) => replaced.extend(self.server.take().map(|s| (s, None))),
            Some(Err(_)) => {
                let ended = self.server.take().map(|s| (s, Some(Instant::now())));
                replaced.extend(ended);
                if silence < RECEIVE_LIMIT / 2 {
                    // No quiet wait that ended: out of file descriptors. Each
                    // server costs threads, so not one after the other.
                    thread::sleep(limit);
                }
            }
            // Out of file descriptors or threads: they may come back.
            None => thread::sleep(limit),
        }
        self.server = serve(&self.listener);
        self.heard = Instant::now();
        None
    }
}

fn serve(listener: &TcpListener) -> Option<Server> {
    Server::from_listener(listener.try_clone().ok()?, None).ok()
}

/// Whether dropping the request neither blocks nor allocates at will.
fn is_harmless(request: &Request) -> bool {
    let expects = request.headers().iter().any(|h| h.field.equiv("Expect"));
    !expects && request.body_length().unwrap_or(0) <= HARMLESS_BODY
}
