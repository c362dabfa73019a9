//! Tokens with keys that nobody knows, a million of them, beside good ones.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{Report, STEADY, STEADY_CONNECTIONS, steady};
use crate::{
    load::{
        Outcome, Stream, drive,
        requests::{Pool, UnknownKid},
    },
    options::Options,
    servers::{Running, World},
};

/// How long the good ones are alone, to have something to compare with.
const QUIET: Duration = Duration::from_secs(10);
const RATE: f64 = 10_000.0;
const CONNECTIONS: usize = 64;
/// The least time between two fetches, and what clocks and threads may take of it.
const BETWEEN_FETCHES: Duration = Duration::from_millis(30_000 - 200);

pub fn run(
    options: &Options,
    world: &World,
    running: &Running,
    pool: &Pool,
    report: &mut Report,
) -> Result<()> {
    let mut good = steady(pool);
    let mut alone = [Stream::paced(&mut good, STEADY_CONNECTIONS, STEADY)];
    let (quiet, _) = drive(running.address, &mut alone, QUIET)?;
    let quiet = quiet.first().context("no outcome")?;
    report.check_answers("good, quiet", quiet);

    let rate = options.rate.unwrap_or(RATE);
    let before = world.provider.hits();
    let mut unknown = UnknownKid {
        pool,
        number: 0,
        left: options.requests,
    };
    let mut streams = [
        Stream::paced(&mut good, STEADY_CONNECTIONS, STEADY),
        Stream::paced(&mut unknown, CONNECTIONS, rate),
    ];
    // One second more, for what came late.
    let duration = Duration::from_secs_f64(options.requests as f64 / rate + 1.0);
    let (outcomes, elapsed) = drive(running.address, &mut streams, duration)?;
    let [good, unknown] = outcomes.as_slice() else {
        anyhow::bail!("two streams have two outcomes");
    };
    report.check_answers("good, flooded", good);
    report.check_answers("unknown keys", unknown);
    report.check(
        unknown.answers == options.requests,
        format!("{} of {} at {rate:.0}/s", unknown.answers, options.requests),
    );
    fetches(&world.provider.hits_since(before), elapsed, report);
    latency(quiet, good, report);
    Ok(())
}

fn fetches(hits: &[Instant], elapsed: Duration, report: &mut Report) {
    let gaps = hits.windows(2).map(|pair| pair[1] - pair[0]);
    let least = gaps.min();
    report.check(
        least.is_none_or(|gap| gap >= BETWEEN_FETCHES) && !hits.is_empty(),
        format!(
            "{} fetches of the key set in {:.0} s, least time between two: {least:.1?}",
            hits.len(),
            elapsed.as_secs_f64()
        ),
    );
}

fn latency(quiet: &Outcome, flooded: &Outcome, report: &mut Report) {
    let (quiet, flooded) = (quiet.percentile(99.0), flooded.percentile(99.0));
    report.check(
        flooded <= 2.0 * quiet,
        format!("p99 of the good: {quiet:.3} ms quiet, {flooded:.3} ms flooded"),
    );
}
