//! tiny_http within its limits.
//!
//! It has no time limits: the listening sockets carry a receive time-out
//! that accepted sockets inherit. That also makes `accept` fail when nothing
//! comes, and a failed accept ends a tiny_http server for good; so rebuilding
//! it from a clone of the bound socket is the normal case in a quiet wait.
//! Dropping a request allocates the body length that it declares
//! (`Content-Length: 1099511627776` aborts the process): such requests are
//! leaked, a bounded number of them.

use std::{
    mem,
    net::TcpListener,
    time::{Duration, Instant},
};

use socket2::SockRef;
use tiny_http::{Request, Server};

use crate::auth::error::LoopbackError;

/// Longest silence on an accepted connection.
const RECEIVE_LIMIT: Duration = Duration::from_secs(5);
/// Requests with a body that are leaked before the attempt ends.
const MOST_LEAKED: usize = 16;
/// tiny_http has read a body of this size before it hands the request out.
const HARMLESS_BODY: usize = 1024;

/// One tiny_http server per listening socket, renewed as they end.
pub struct Servers {
    leaked: usize,
    /// Ended servers whose connections may still send a request.
    retired: Vec<(Server, Instant)>,
    running: Vec<(TcpListener, Option<Server>)>,
}

impl Servers {
    pub fn new(listeners: Vec<TcpListener>) -> Result<Self, LoopbackError> {
        let mut running = Vec::new();
        for listener in listeners {
            SockRef::from(&listener).set_read_timeout(Some(RECEIVE_LIMIT))?;
            let server = serve(&listener);
            running.push((listener, server));
        }
        Ok(Self {
            leaked: 0,
            retired: Vec::new(),
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
        self.retired
            .retain(|(_, since)| since.elapsed() < 2 * RECEIVE_LIMIT);
        for (server, _) in &self.retired {
            if let Ok(Some(request)) = server.try_recv() {
                return Some(request);
            }
        }
        let each = limit / u32::try_from(self.running.len()).unwrap_or(1).max(1);
        for (listener, slot) in &mut self.running {
            match slot.as_ref().map(|server| server.recv_timeout(each)) {
                Some(Ok(Some(request))) => return Some(request),
                Some(Ok(None)) => {}
                Some(Err(_)) => {
                    self.retired
                        .extend(slot.take().map(|s| (s, Instant::now())));
                    *slot = serve(listener);
                }
                None => {
                    // Out of file descriptors or threads: they may come back.
                    std::thread::sleep(each);
                    *slot = serve(listener);
                }
            }
        }
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
