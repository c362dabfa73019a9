//! The load: keep-alive connections on one thread, one request under way on each.
//!
//! A [`Stream`] is either closed (each answer brings the next request, as wrk does
//! it) or paced (so many requests a second, whatever the server does; latency counts
//! from when the request was due).
//!
//! It never sleeps, so it needs a core of its own: a load that sleeps is woken by the
//! answer, and it is the server that pays for that, most where it is slowest.

mod connection;
pub mod requests;

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token};

use connection::{Connection, Received};

/// How long answers may be outstanding at the end.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);

/// More than an answer of any of the servers.
const MAX_READ: usize = 16 * 1024;

/// Where requests come from.
pub trait Source {
    /// Writes the next request and says which status is right; none at the end.
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16>;
}

/// One kind of load.
pub struct Stream<'a> {
    pub source: &'a mut dyn Source,
    pub connections: usize,
    /// Requests a second; none: as fast as answers come
    pub pace: Option<f64>,
}

impl<'a> Stream<'a> {
    pub fn closed(source: &'a mut dyn Source, connections: usize) -> Self {
        Self {
            source,
            connections,
            pace: None,
        }
    }

    pub fn paced(source: &'a mut dyn Source, connections: usize, per_second: f64) -> Self {
        Self {
            source,
            connections,
            pace: Some(per_second),
        }
    }
}

/// What came of a stream.
pub struct Outcome {
    pub answers: u64,
    /// Answers with another status than the right one, by status
    pub wrong: BTreeMap<u16, u64>,
    /// Connections that ended without the answer
    pub broken: u64,
    /// In nanoseconds
    pub latency: Histogram<u64>,
}

impl Outcome {
    fn new() -> Result<Self> {
        Ok(Self {
            answers: 0,
            wrong: BTreeMap::new(),
            broken: 0,
            latency: Histogram::new_with_bounds(1_000, 60_000_000_000, 3)?,
        })
    }

    /// Answers that are wrong or missing.
    pub fn failures(&self) -> u64 {
        self.wrong.values().sum::<u64>() + self.broken
    }

    /// Milliseconds
    pub fn percentile(&self, percent: f64) -> f64 {
        self.latency.value_at_percentile(percent) as f64 / 1e6
    }
}

/// Drives all streams for so long, waits for the last answers, and gives back what
/// came of each and how long it took.
pub fn drive(
    address: SocketAddr,
    streams: &mut [Stream],
    duration: Duration,
) -> Result<(Vec<Outcome>, Duration)> {
    let mut driver = Driver::connect(address, streams)?;
    let start = Instant::now();
    driver.run(streams, start, start + duration)?;
    Ok((driver.outcomes, start.elapsed()))
}

struct Driver {
    poll: Poll,
    connections: Vec<Connection>,
    /// By stream: connections without a request
    idle: Vec<VecDeque<usize>>,
    /// By stream: requests sent or given up, for the pace
    due: Vec<u64>,
    ended: Vec<bool>,
    outcomes: Vec<Outcome>,
    under_way: usize,
    buffer: Vec<u8>,
}

impl Driver {
    fn connect(address: SocketAddr, streams: &[Stream]) -> Result<Self> {
        let poll = Poll::new()?;
        let (mut connections, mut idle, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
        for (index, stream) in streams.iter().enumerate() {
            let first = connections.len();
            for at in first..first + stream.connections {
                let mut connection = Connection::open(address, index)?;
                let registry = poll.registry();
                registry.register(&mut connection.stream, Token(at), Interest::READABLE)?;
                connections.push(connection);
            }
            idle.push((first..connections.len()).collect());
            outcomes.push(Outcome::new()?);
        }
        Ok(Self {
            poll,
            connections,
            idle,
            due: vec![0; streams.len()],
            ended: vec![false; streams.len()],
            outcomes,
            under_way: 0,
            buffer: vec![0; MAX_READ],
        })
    }

    fn run(&mut self, streams: &mut [Stream], start: Instant, end: Instant) -> Result<()> {
        let mut events = Events::with_capacity(1024);
        loop {
            let now = Instant::now();
            let running = now < end && !self.ended.iter().all(|ended| *ended);
            if running {
                for (index, stream) in streams.iter_mut().enumerate() {
                    self.start_due(index, stream, start)?;
                }
            } else if self.under_way == 0 {
                return Ok(());
            } else if now > end + DRAIN_LIMIT {
                bail!(
                    "{} answers are missing after {DRAIN_LIMIT:?}",
                    self.under_way
                );
            }
            self.poll.poll(&mut events, Some(Duration::ZERO))?;
            for event in &events {
                self.receive(event.token().0)?;
            }
        }
    }

    /// Sends what is due on connections that are idle.
    fn start_due(&mut self, index: usize, stream: &mut Stream, start: Instant) -> Result<()> {
        while !self.ended[index] {
            let now = Instant::now();
            let since = stream.pace.map_or(now, |per_second| {
                start + Duration::from_secs_f64(self.due[index] as f64 / per_second)
            });
            if since > now {
                break;
            }
            let Some(at) = self.idle[index].pop_front() else {
                break;
            };
            self.due[index] += 1;
            self.send(at, stream, since)?;
        }
        Ok(())
    }

    fn send(&mut self, at: usize, stream: &mut Stream, since: Instant) -> Result<()> {
        let connection = &mut self.connections[at];
        match stream.source.next(&mut connection.request) {
            Some(status) => {
                self.under_way += 1;
                connection.send(status, since)
            }
            None => {
                self.ended[connection.owner] = true;
                Ok(())
            }
        }
    }

    /// The next request follows once all answers that have come are read.
    fn receive(&mut self, at: usize) -> Result<()> {
        let connection = &mut self.connections[at];
        let index = connection.owner;
        let outcome = &mut self.outcomes[index];
        let reusable = match connection.receive(&mut self.buffer)? {
            Received::Nothing => return Ok(()),
            Received::End if !connection.waits() => return self.reconnect(at),
            Received::End => {
                outcome.broken += 1;
                false
            }
            Received::Answer { status, close } => {
                outcome.answers += 1;
                if status != connection.expected {
                    *outcome.wrong.entry(status).or_default() += 1;
                }
                !close
            }
        };
        let latency = connection.done().elapsed().as_nanos();
        outcome
            .latency
            .saturating_record(u64::try_from(latency).unwrap_or(u64::MAX));
        self.under_way -= 1;
        if !reusable {
            self.reconnect(at)?;
        }
        self.idle[index].push_back(at);
        Ok(())
    }

    fn reconnect(&mut self, at: usize) -> Result<()> {
        let connection = &mut self.connections[at];
        self.poll.registry().deregister(&mut connection.stream)?;
        connection.reopen()?;
        let registry = self.poll.registry();
        Ok(registry.register(&mut connection.stream, Token(at), Interest::READABLE)?)
    }
}
