//! The load: keep-alive connections on one thread, one request under way on each.
//!
//! A [`Stream`] is either closed (each answer brings the next request, as wrk does
//! it) or paced (so many requests a second, whatever the server does; latency counts
//! from when the request was due).

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

/// The longest wait for answers.
const LOOK: Duration = Duration::from_millis(100);

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
        })
    }

    fn run(&mut self, streams: &mut [Stream], start: Instant, end: Instant) -> Result<()> {
        let mut events = Events::with_capacity(1024);
        loop {
            let now = Instant::now();
            let running = now < end && !self.ended.iter().all(|ended| *ended);
            if running {
                for (index, stream) in streams.iter_mut().enumerate() {
                    self.start_due(index, stream, start, now)?;
                }
            } else if self.under_way == 0 {
                return Ok(());
            } else if now > end + DRAIN_LIMIT {
                bail!(
                    "{} answers are missing after {DRAIN_LIMIT:?}",
                    self.under_way
                );
            }
            let wait = self.wait(streams, start, if running { end } else { now });
            self.poll.poll(&mut events, Some(wait))?;
            for event in &events {
                self.receive(event.token().0, streams, end)?;
            }
        }
    }

    /// How long there is nothing to do but to wait for answers. The timer has steps of
    /// a millisecond and comes late: the last of it is spent looking.
    fn wait(&self, streams: &[Stream], start: Instant, end: Instant) -> Duration {
        let paced = streams.iter().zip(&self.due).zip(&self.ended);
        let next = paced.filter_map(|((stream, due), ended)| {
            let per_second = stream.pace.filter(|_| !ended)?;
            Some(start + Duration::from_secs_f64(*due as f64 / per_second))
        });
        let now = Instant::now();
        let until = |instant: Instant| instant.saturating_duration_since(now).as_millis();
        match next.map(until).min() {
            Some(least) if end > now => {
                LOOK.min(Duration::from_millis((least as u64).saturating_sub(1)))
            }
            _ => LOOK,
        }
    }

    /// Sends what is due on connections that are idle.
    fn start_due(
        &mut self,
        index: usize,
        stream: &mut Stream,
        start: Instant,
        now: Instant,
    ) -> Result<()> {
        while !self.ended[index] && !self.idle[index].is_empty() {
            let mut since = now;
            if let Some(per_second) = stream.pace {
                since = start + Duration::from_secs_f64(self.due[index] as f64 / per_second);
                if since > now {
                    break;
                }
            }
            if let Some(at) = self.idle[index].pop_front() {
                self.due[index] += 1;
                self.send(at, stream, since)?;
            }
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

    fn receive(&mut self, at: usize, streams: &mut [Stream], end: Instant) -> Result<()> {
        let connection = &mut self.connections[at];
        let index = connection.owner;
        let outcome = &mut self.outcomes[index];
        let reusable = match connection.receive()? {
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
        let now = Instant::now();
        let latency = now.duration_since(connection.done()).as_nanos();
        outcome
            .latency
            .saturating_record(u64::try_from(latency).unwrap_or(u64::MAX));
        self.under_way -= 1;
        if !reusable {
            self.reconnect(at)?;
        }
        let stream = &mut streams[index];
        if stream.pace.is_none() && now < end && !self.ended[index] {
            return self.send(at, stream, now);
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
