//! What `vestibule-server` must endure: floods, outages, connections that never say
//! anything, and time. Each mode prints its figures and fails if one is not right.

mod flood;
mod half_open;
mod outage;
mod soak;
mod trend;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::{
    load::{
        Outcome,
        requests::{Good, Pool},
    },
    options::{Mode, Options},
    provider::SigningKey,
    servers::{OURS, SERVERS, Server, World},
};

/// Good requests a second, and the connections that they come on.
const STEADY: f64 = 1_000.0;
const STEADY_CONNECTIONS: usize = 8;

pub fn servers() -> Vec<&'static Server> {
    SERVERS.iter().filter(|s| s.name == OURS).collect()
}

pub fn run(
    mode: Mode,
    options: &Options,
    world: &World,
    key: SigningKey,
    pool: &Pool,
) -> Result<()> {
    let server = servers().pop().context("the list of servers lacks ours")?;
    let mut running = world.start(server)?;
    let ready = running.first_answer(pool.get(0))?;
    println!("ready after {:.1} ms", ready.as_secs_f64() * 1e3);
    let mut report = Report::default();
    match mode {
        Mode::Measure => {}
        Mode::Flood => flood::run(options, world, &running, pool, &mut report)?,
        Mode::Outage => outage::run(options, world, &running, &key, pool, &mut report)?,
        Mode::HalfOpen => half_open::run(options, &running, pool, &mut report)?,
        Mode::Soak => soak::run(options, world, &running, key, &mut report)?,
    }
    println!("{:.1} MB at most", running.process().peak_memory()?);
    report.end()
}

/// Good tokens without end.
fn steady(pool: &Pool) -> Good<'_> {
    Good {
        pool,
        count: pool.len(),
        at: 0,
        left: usize::MAX,
    }
}

fn minutes(minutes: f64) -> Duration {
    Duration::from_secs_f64(minutes * 60.0)
}

/// Figures as they come, and which of them were not right.
#[derive(Default)]
struct Report {
    failed: Vec<String>,
}

impl Report {
    fn check(&mut self, right: bool, figure: impl Into<String>) {
        let figure = figure.into();
        println!("{}  {figure}", if right { "ok    " } else { "FAILED" });
        if !right {
            self.failed.push(figure);
        }
    }

    /// No answer may be wrong or missing.
    fn check_answers(&mut self, name: &str, outcome: &Outcome) {
        let Outcome {
            answers,
            wrong,
            broken,
            ..
        } = outcome;
        self.check(
            *answers > 0 && outcome.failures() == 0,
            format!("{name}: {answers} answers, {broken} missing, wrong by status: {wrong:?}"),
        );
    }

    fn end(self) -> Result<()> {
        ensure!(self.failed.is_empty(), "failed: {}", self.failed.join("; "));
        Ok(())
    }
}
