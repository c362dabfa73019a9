//! A long time with a new key every minute, good and bad tokens mixed.
//!
//! Each turn has two parts. In the first, the next key has been published and the one
//! before last withdrawn, and tokens of the present key alone are sent: the server
//! has to notice both, which it may put off for 30 s. In the second, tokens of the
//! next key are good and those of the withdrawn one are not.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Report, STEADY_CONNECTIONS, minutes, steady, trend::Trend};
use crate::{
    load::{
        Source, Stream, drive,
        requests::{Good, NoToken, Pool, Tampered, UnknownKid, with_token},
    },
    options::Options,
    provider::{Fault, SigningKey},
    servers::{Running, World},
};

const MINUTES: f64 = 30.0;
const RATE: f64 = 2_000.0;
/// Until the server has noticed which keys there are.
const NOTICE: Duration = Duration::from_secs(35);
/// So many tokens of each key.
const TOKENS: usize = 500;
/// What the server needs to close its side of our connections.
const SETTLE: Duration = Duration::from_millis(500);
/// Less growth of memory is none, in MB.
const LEAST_GROWTH: f64 = 0.1;

const STREAMS: [&str; 4] = ["present key", "bad", "next key", "withdrawn key"];

/// A key and tokens that it has signed.
struct Signed {
    key: SigningKey,
    tokens: Pool,
}

/// Requests that are refused, each for another reason.
struct Bad<'a> {
    turn: usize,
    others: Vec<Vec<u8>>,
    tampered: Tampered<'a>,
    unknown: UnknownKid<'a>,
}

impl Source for Bad<'_> {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16> {
        self.turn += 1;
        match self.turn % (self.others.len() + 3) {
            0 => NoToken.next(request),
            1 => self.tampered.next(request),
            2 => self.unknown.next(request),
            other => {
                request.clear();
                request.extend_from_slice(&self.others[other - 3]);
                Some(401)
            }
        }
    }
}

/// Tokens that were good once.
struct Withdrawn<'a>(Good<'a>);

impl Source for Withdrawn<'_> {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16> {
        self.0.next(request).map(|_| 401)
    }
}

pub fn run(
    options: &Options,
    world: &World,
    running: &Running,
    key: SigningKey,
    report: &mut Report,
) -> Result<()> {
    let length = minutes(options.minutes.unwrap_or(MINUTES));
    let rotation = Duration::from_secs_f64(options.rotation);
    ensure!(
        rotation > NOTICE,
        "--rotation must be longer than {NOTICE:?}"
    );
    let mut soak = Soak {
        options,
        world,
        running,
        number: 0,
        totals: STREAMS.map(|_| Total::default()),
    };
    let mut withdrawn = None;
    let mut present = soak.signed(key)?;
    let (start, mut samples) = (Instant::now(), Vec::new());
    while start.elapsed() < length {
        let next = soak.signed(SigningKey::generate()?)?;
        world.provider.publish(&[&present.key, &next.key]);
        soak.part(&present, None, None, NOTICE)?;
        samples.push(soak.sample(start)?);
        soak.part(&present, Some(&next), withdrawn.as_ref(), rotation - NOTICE)?;
        samples.push(soak.sample(start)?);
        withdrawn = Some(std::mem::replace(&mut present, next));
    }
    for (name, total) in STREAMS.iter().zip(&soak.totals) {
        let Total { answers, wrong } = total;
        report.check(
            *wrong == 0,
            format!("{name}: {answers} answers, {wrong} wrong or missing"),
        );
    }
    judge(&samples, report);
    Ok(())
}

#[derive(Default)]
struct Total {
    answers: u64,
    wrong: u64,
}

struct Soak<'a> {
    options: &'a Options,
    world: &'a World<'a>,
    running: &'a Running,
    /// The last changed token
    number: u64,
    totals: [Total; STREAMS.len()],
}

/// Seconds, resident MB, open files.
type Sample = (f64, f64, usize);

impl Soak<'_> {
    fn signed(&self, key: SigningKey) -> Result<Signed> {
        let issuer = &self.world.provider.issuer;
        let tokens = self
            .options
            .cores
            .on_both(|| Pool::sign(&key, issuer, TOKENS))??;
        Ok(Signed { key, tokens })
    }

    fn bad<'b>(&self, present: &'b Signed) -> Result<Bad<'b>> {
        let issuer = &self.world.provider.issuer;
        let faults = [Fault::Expired, Fault::Audience, Fault::Issuer];
        let faulty = faults
            .iter()
            .map(|fault| present.key.sign(issuer, 0, *fault));
        let mut others = vec![with_token("not.a.token")];
        for token in faulty {
            others.push(with_token(&token?));
        }
        let (pool, number) = (&present.tokens, self.number);
        Ok(Bad {
            turn: 0,
            others,
            tampered: Tampered { pool, number },
            unknown: UnknownKid {
                pool,
                number,
                left: u64::MAX,
            },
        })
    }

    /// Sends for so long; tokens of the next and the withdrawn key if they are given.
    fn part(
        &mut self,
        present: &Signed,
        next: Option<&Signed>,
        withdrawn: Option<&Signed>,
        duration: Duration,
    ) -> Result<()> {
        let mut good = steady(&present.tokens);
        let mut bad = self.bad(present)?;
        let mut next = next.map(|signed| steady(&signed.tokens));
        let mut withdrawn = withdrawn.map(|signed| Withdrawn(steady(&signed.tokens)));
        let mut sources: Vec<&mut dyn Source> = vec![&mut good, &mut bad];
        let later = [
            next.as_mut().map(|source| source as &mut dyn Source),
            withdrawn.as_mut().map(|source| source as &mut dyn Source),
        ];
        let mut kinds = vec![0, 1];
        for (kind, source) in later.into_iter().enumerate() {
            if let Some(source) = source {
                kinds.push(kind + 2);
                sources.push(source);
            }
        }
        let rate = self.options.rate.unwrap_or(RATE) / sources.len() as f64;
        let paced = |source| Stream::paced(source, STEADY_CONNECTIONS, rate);
        let mut streams: Vec<_> = sources.into_iter().map(paced).collect();
        let (outcomes, _) = drive(self.running.address, &mut streams, duration)?;
        self.number = bad.tampered.number.max(bad.unknown.number);
        for (kind, outcome) in kinds.into_iter().zip(outcomes) {
            if outcome.failures() > 0 {
                println!("{}: wrong by status {:?}", STREAMS[kind], outcome.wrong);
            }
            self.totals[kind].answers += outcome.answers;
            self.totals[kind].wrong += outcome.failures();
        }
        Ok(())
    }

    /// Once the server has closed its side of our connections.
    fn sample(&self, start: Instant) -> Result<Sample> {
        std::thread::sleep(SETTLE);
        let process = self.running.process();
        let seconds = start.elapsed().as_secs_f64();
        let (memory, files) = (process.memory()?, process.files()?);
        println!("{:5.1} min  {memory:6.2} MB  {files} files", seconds / 60.0);
        Ok((seconds, memory, files))
    }
}

/// The first third is for caches to fill.
fn judge(samples: &[Sample], report: &mut Report) {
    let settled = &samples[samples.len() / 3..];
    let memory: Vec<_> = settled.iter().map(|sample| (sample.0, sample.1)).collect();
    match Trend::of(&memory) {
        Some(trend) => report.check(!trend.grows(LEAST_GROWTH), format!("memory, MB: {trend}")),
        None => println!("        memory: too short to judge"),
    }
    let (before, after) = samples.split_at(samples.len() / 2);
    let most = |samples: &[Sample]| samples.iter().map(|sample| sample.2).max().unwrap_or(0);
    let (before, after) = (most(before), most(after));
    // A connection to the provider may be kept at the moment of a sample.
    report.check(
        after <= before + 1,
        format!("open files: {before} at most in the first half, {after} in the second"),
    );
}
