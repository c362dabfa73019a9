//! The command line.

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use lexopt::{Arg, Parser, ValueExt};

use crate::{
    machine::Cores,
    servers::{SERVERS, Server},
    workload::{WORKLOADS, Workload},
};

pub const HELP: &str = "\
bench-api: measures servers that guard an API with JWT access tokens

Usage: bench-api [MODE] [OPTION]...

Modes
  measure      all servers and workloads, side by side (default)
  flood        a million tokens with unknown keys beside good ones
  outage       good tokens while the provider is out of order
  half-open    connections that never finish their request
  soak         rotation every minute, good and bad tokens

Options
  --only LIST               servers (measure); writes nothing to docs/performance.md
  --workloads LIST          of one,few,many,none,tampered,unknown (measure); writes nothing
  --rounds N                measured windows of each (measure, default 5)
  --seconds N               length of a window (measure, default 3)
  --tokens N                size of the pool (default 100000; 1000 but in measure)
  --starts N                starts of each server (measure, default 12)
  --quick                   a smoke test of measure; writes nothing
  --minutes N               length of outage (10) and soak (30)
  --rotation N              seconds between keys (soak, default 60)
  --requests N              tokens with unknown keys (flood, default 1000000)
  --rate N                  bad requests a second (flood 10000), all requests (soak 2000)
  --connections N           half-open ones (default 5000)
  --server-options TEXT     further options of vestibule-server, separated by spaces
  --server-target-dir DIR   where vestibule-server is built
  --server-core N           default 0
  --load-core N             default 1
";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Measure,
    Flood,
    Outage,
    HalfOpen,
    Soak,
}

pub struct Options {
    pub mode: Mode,
    pub servers: Vec<&'static Server>,
    pub workloads: Vec<Workload>,
    /// Whether the table goes into the document
    pub write: bool,
    pub rounds: usize,
    pub seconds: f64,
    pub tokens: Option<usize>,
    pub starts: usize,
    pub minutes: Option<f64>,
    pub rotation: f64,
    pub requests: u64,
    pub rate: Option<f64>,
    pub connections: usize,
    pub server_options: Vec<String>,
    pub server_target: Option<PathBuf>,
    pub cores: Cores,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: Mode::Measure,
            servers: SERVERS.iter().collect(),
            workloads: WORKLOADS.to_vec(),
            write: true,
            rounds: 5,
            seconds: 3.0,
            tokens: None,
            starts: 12,
            minutes: None,
            rotation: 60.0,
            requests: 1_000_000,
            rate: None,
            connections: 5_000,
            server_options: Vec::new(),
            server_target: None,
            cores: Cores { server: 0, load: 1 },
        }
    }
}

impl Options {
    /// None if only the help was asked for.
    pub fn from_process() -> Result<Option<Self>> {
        let mut options = Self::default();
        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                Arg::Value(mode) => options.mode = self::mode(&mode.string()?)?,
                Arg::Long(name) => {
                    let name = name.to_owned();
                    options.set(&name, &mut parser)?;
                }
                Arg::Short(_) => return Err(argument.unexpected().into()),
            }
        }
        let positive = [options.seconds, options.rotation]
            .into_iter()
            .chain(options.minutes)
            .chain(options.rate);
        for number in positive {
            ensure!(
                number > 0.0 && number.is_finite(),
                "{number} is not above 0"
            );
        }
        ensure!(
            options.rounds > 0 && options.starts > 0,
            "nothing to measure"
        );
        Ok(Some(options))
    }

    fn set(&mut self, name: &str, parser: &mut Parser) -> Result<()> {
        if name == "quick" {
            (self.rounds, self.seconds, self.starts) = (1, 0.5, 2);
            self.tokens = Some(5_000);
            self.write = false;
            return Ok(());
        }
        let value = parser.value()?;
        match name {
            "only" => {
                self.servers = list(&value.string()?, &SERVERS.each_ref(), |server| server.name)?;
                self.write = false;
            }
            "workloads" => {
                self.workloads = list(&value.string()?, &WORKLOADS, |workload| workload.name())?;
                self.write = false;
            }
            "rounds" => self.rounds = value.parse()?,
            "seconds" => self.seconds = value.parse()?,
            "tokens" => self.tokens = Some(value.parse()?),
            "starts" => self.starts = value.parse()?,
            "minutes" => self.minutes = Some(value.parse()?),
            "rotation" => self.rotation = value.parse()?,
            "requests" => self.requests = value.parse()?,
            "rate" => self.rate = Some(value.parse()?),
            "connections" => self.connections = value.parse()?,
            "server-options" => {
                let text = value.string()?;
                self.server_options = text.split_whitespace().map(str::to_owned).collect();
            }
            "server-target-dir" => self.server_target = Some(value.into()),
            "server-core" => self.cores.server = value.parse()?,
            "load-core" => self.cores.load = value.parse()?,
            _ => bail!("there is no option --{name}: see --help"),
        }
        Ok(())
    }
}

fn mode(name: &str) -> Result<Mode> {
    Ok(match name {
        "measure" => Mode::Measure,
        "flood" => Mode::Flood,
        "outage" => Mode::Outage,
        "half-open" => Mode::HalfOpen,
        "soak" => Mode::Soak,
        _ => bail!("there is no mode {name}: see --help"),
    })
}

/// Those of `all` that are named, in the order of `all`.
fn list<T: Copy>(names: &str, all: &[T], name: impl Fn(&T) -> &'static str) -> Result<Vec<T>> {
    for wanted in names.split(',') {
        if !all.iter().any(|item| name(item) == wanted) {
            let known: Vec<_> = all.iter().map(&name).collect();
            bail!("{wanted} is not one of {}", known.join(", "));
        }
    }
    let named = |item: &&T| names.split(',').any(|wanted| wanted == name(item));
    Ok(all.iter().filter(named).copied().collect())
}
