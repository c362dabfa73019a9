//! The provider is out of order for a while. Whoever has a good token notices nothing.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{Report, STEADY, STEADY_CONNECTIONS, minutes, steady};
use crate::{
    load::{
        Stream, drive,
        requests::{Pool, UnknownKid, with_token},
    },
    options::Options,
    provider::{Fault, SigningKey},
    servers::{Running, World},
};

const MINUTES: f64 = 10.0;
/// A token with an unknown key every 20 s makes the server ask while nobody answers.
const UNKNOWN: f64 = 1.0 / 20.0;
/// How long after the outage a new key may go unnoticed: the longest pause is 30 s.
const RECOVERY_LIMIT: Duration = Duration::from_secs(60);

pub fn run(
    options: &Options,
    world: &World,
    running: &Running,
    key: &SigningKey,
    pool: &Pool,
    report: &mut Report,
) -> Result<()> {
    let provider = world.provider;
    provider.set_outage(true);
    let before = provider.hits();
    let mut good = steady(pool);
    let mut unknown = UnknownKid {
        pool,
        number: 0,
        left: u64::MAX,
    };
    let mut streams = [
        Stream::paced(&mut good, STEADY_CONNECTIONS, STEADY),
        Stream::paced(&mut unknown, 1, UNKNOWN),
    ];
    let duration = minutes(options.minutes.unwrap_or(MINUTES));
    let (outcomes, _) = drive(running.address, &mut streams, duration)?;
    report.check_answers("good", outcomes.first().context("no outcome")?);
    report.check_answers("unknown keys", outcomes.last().context("no outcome")?);
    let turned_away = provider.turned_away();
    let asked = format!("the provider turned {turned_away} connections away");
    // Without that there was no outage for the server.
    report.check(turned_away > 0 && provider.hits() == before, asked);

    let next = SigningKey::generate()?;
    provider.publish(&[key, &next]);
    provider.set_outage(false);
    let noticed = until_accepted(running, &next, &provider.issuer)?;
    let text = format!("a new key after the outage is accepted after {noticed:.1?}");
    report.check(noticed.is_some(), text);
    Ok(())
}

fn until_accepted(running: &Running, key: &SigningKey, issuer: &str) -> Result<Option<Duration>> {
    let request = with_token(&key.sign(issuer, 0, Fault::None)?);
    let start = Instant::now();
    while start.elapsed() < RECOVERY_LIMIT {
        if running.ask(&request)? == 200 {
            return Ok(Some(start.elapsed()));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(None)
}
