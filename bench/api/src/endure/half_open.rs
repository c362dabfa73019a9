//! Connections that never finish their request: silent ones, ones that stop amid the
//! head, ones that drip it letter by letter. The server must get rid of them, and
//! everybody else must notice nothing.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use super::{Report, STEADY_CONNECTIONS, steady};
use crate::{
    load::{Outcome, Stream, drive, requests::Pool},
    machine::allow_files,
    options::Options,
    servers::Running,
};

const LIMIT: Duration = Duration::from_secs(10);
/// Between two looks at all connections; what a connection may seem to last longer.
const LOOK: Duration = Duration::from_millis(100);
const DRIP: Duration = Duration::from_secs(1);
/// Good requests a second beside them
const GOOD: f64 = 200.0;
/// Files of this program besides the connections
const OTHER_FILES: u64 = 200;

const KINDS: [&str; 3] = ["silent", "stopped", "dripping"];
const HEAD: &[u8] = b"GET /private HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ";

struct HalfOpen {
    stream: TcpStream,
    kind: usize,
    opened: Instant,
    closed: Option<Duration>,
}

pub fn run(options: &Options, running: &Running, pool: &Pool, report: &mut Report) -> Result<()> {
    // Only now: the server has been started, and must have raised its own limit.
    allow_files(options.connections as u64 + OTHER_FILES)?;
    let address = running.address;
    let beside = || -> Result<Outcome> {
        let mut good = steady(pool);
        let mut streams = [Stream::paced(&mut good, STEADY_CONNECTIONS, GOOD)];
        let (outcomes, _) = drive(address, &mut streams, LIMIT + DRIP)?;
        outcomes.into_iter().next().context("no outcome")
    };
    let (good, held) = std::thread::scope(|scope| {
        let good = scope.spawn(beside);
        let held = hold(options.connections, running, pool);
        (good.join(), held)
    });
    let good = good.ok().context("the good requests panicked")??;
    let (connections, newcomers) = held?;

    for (kind, name) in KINDS.iter().enumerate() {
        let mine = || connections.iter().filter(|c| c.kind == kind);
        let open = mine().filter(|c| c.closed.is_none()).count();
        let last = mine().filter_map(|c| c.closed).max();
        report.check(
            open == 0 && last.is_some_and(|last| last <= LIMIT + 3 * LOOK),
            format!(
                "{} {name}: {open} not closed, last after {last:.1?}",
                mine().count()
            ),
        );
    }
    report.check_answers("good on open connections", &good);
    println!("        their p99: {:.3} ms", good.percentile(99.0));
    let refused = newcomers
        .iter()
        .filter(|status| **status != Some(200))
        .count();
    report.check(
        refused == 0 && !newcomers.is_empty(),
        format!(
            "good on new connections: {}, {refused} without 200",
            newcomers.len()
        ),
    );
    Ok(())
}

/// Opens them all and waits until the last is closed or should have been; meanwhile
/// somebody new comes at each look.
fn hold(count: usize, running: &Running, pool: &Pool) -> Result<(Vec<HalfOpen>, Vec<Option<u16>>)> {
    let mut connections = Vec::with_capacity(count);
    for index in 0..count {
        let mut stream = TcpStream::connect(running.address)?;
        stream.set_nonblocking(true)?;
        let kind = index % KINDS.len();
        if kind > 0 {
            // One that is closed already is found by the first look.
            let _ = stream.write(HEAD);
        }
        connections.push(HalfOpen {
            stream,
            kind,
            opened: Instant::now(),
            closed: None,
        });
    }
    let start = Instant::now();
    let mut dripped = start;
    let mut newcomers = Vec::new();
    while connections.iter().any(|c| c.closed.is_none()) && start.elapsed() < LIMIT + DRIP {
        let drip = dripped.elapsed() > DRIP;
        if drip {
            dripped = Instant::now();
        }
        connections.iter_mut().for_each(|c| c.look(drip));
        newcomers.push(running.ask(pool.get(0)).ok());
        std::thread::sleep(LOOK);
    }
    Ok((connections, newcomers))
}

impl HalfOpen {
    fn look(&mut self, drip: bool) {
        if self.closed.is_some() {
            return;
        }
        // Whatever the server says, 408 for example: what counts is that it ends.
        let mut answer = [0; 1024];
        let ended = loop {
            match self.stream.read(&mut answer) {
                Ok(0) => break true,
                Ok(_) => {}
                Err(error) => break error.kind() != ErrorKind::WouldBlock,
            }
        };
        if ended {
            self.closed = Some(self.opened.elapsed());
        } else if drip && KINDS[self.kind] == "dripping" {
            // A connection that is closed is found by the next look.
            let _ = self.stream.write(b"x");
        }
    }
}
