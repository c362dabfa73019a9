//! All servers side by side: starts, then round after round of windows.

mod document;
mod goals;
mod results;
mod tables;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::{
    load::{
        Outcome, Source, Stream, drive,
        requests::{Pool, Unguarded},
    },
    options::Options,
    process::Process,
    servers::{Running, Server, World},
    workload::{Position, Requests, Workload},
};

use results::{Results, Start, Window};

/// As many as wrk was given in the first measurements.
const CONNECTIONS: usize = 64;
/// Before each window: caches fill, pages are touched, compilers of Node compile.
const WARM_UP: Duration = Duration::from_secs(1);

/// After a pause: actix-web looks at the clock twice a second, and would take new
/// connections for old ones until then.
const SETTLE: Duration = Duration::from_millis(700);

/// A server that is kept, out of the way while others are measured.
struct Kept<'a> {
    server: &'a Server,
    running: Running,
    position: Position,
}

pub fn run(options: &Options, world: &World, pool: &Pool) -> Result<()> {
    let mut results = Results::new(&options.servers);
    let mut kept = start_all(options, world, pool, &mut results)?;
    for round in 0..options.rounds {
        println!("round {} of {}", round + 1, options.rounds);
        for workload in &options.workloads {
            // Forth and back, so that nobody is always the first or after the same.
            let mut order: Vec<_> = (0..kept.len()).collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for index in order {
                let window = kept[index].window(options, world, pool, *workload);
                let window = window.with_context(|| {
                    format!("{} under {}", kept[index].server.name, workload.name())
                })?;
                println!(
                    "  {:9} {:18} {:8.0}/s {:7.2} µs  busy {:3.0} %  others {:2.0} %",
                    workload.name(),
                    kept[index].server.name,
                    window.rate,
                    window.cpu,
                    window.busy * 100.0,
                    window.foreign * 100.0
                );
                results.add(index, *workload, window);
            }
        }
    }
    for (index, kept) in kept.iter().enumerate() {
        results.peak[index] = kept.running.process().peak_memory()?;
    }
    let text = document::text(options, &results)?;
    println!("\n{text}");
    if options.write {
        document::write(&text)?;
    }
    goals::verdict(&results)
}

/// Starts every server so often, in turn; the last ones stay.
fn start_all<'a>(
    options: &'a Options,
    world: &World,
    pool: &Pool,
    results: &mut Results,
) -> Result<Vec<Kept<'a>>> {
    let mut kept = Vec::new();
    for round in 1..=options.starts {
        for (index, server) in options.servers.iter().enumerate() {
            let mut running = world.start(server)?;
            let elapsed = running.first_answer(pool.get(0));
            let elapsed = elapsed.with_context(|| format!("{} after its start", server.name))?;
            let process = running.process();
            results.starts[index].push(Start {
                milliseconds: elapsed.as_secs_f64() * 1e3,
                memory: process.memory()?,
            });
            if round == options.starts {
                process.pause()?;
                kept.push(Kept {
                    server,
                    running,
                    position: Position::default(),
                });
            }
        }
    }
    Ok(kept)
}

impl Kept<'_> {
    fn window(
        &mut self,
        options: &Options,
        world: &World,
        pool: &Pool,
        workload: Workload,
    ) -> Result<Window> {
        let process = self.running.process();
        process.resume()?;
        std::thread::sleep(SETTLE);
        let hits = world.provider.hits();
        // A short pool is not used up by the warm-up: it is sent round again.
        let seconds = Duration::from_secs_f64(options.seconds);
        self.drive(pool, workload, WARM_UP.min(seconds))?;

        let own = Process::current();
        let (busy, cpu, own_cpu) = (world.cores.busy()?, process.cpu()?, own.cpu()?);
        let (outcome, elapsed) = self.drive(pool, workload, seconds)?;
        let spent = process.cpu()?.since(&cpu);
        let own_spent = own.cpu()?.since(&own_cpu);
        let foreign = world.cores.busy()? - busy - spent - own_spent;
        let hits = world.provider.hits() - hits;
        process.pause()?;

        let elapsed = elapsed.as_secs_f64();
        let answers = outcome.answers as f64;
        Ok(Window {
            rate: answers / elapsed,
            cpu: spent * 1e6 / answers,
            p50: outcome.percentile(50.0),
            p99: outcome.percentile(99.0),
            busy: spent / elapsed,
            foreign: (foreign / elapsed / 2.0).max(0.0),
            hits,
            known_faults: outcome.wrong.values().sum(),
        })
    }

    /// Sends and checks; statuses that are neither right nor known are an error.
    fn drive(
        &mut self,
        pool: &Pool,
        workload: Workload,
        duration: Duration,
    ) -> Result<(Outcome, Duration)> {
        let mut requests = Requests::new(workload, pool, self.position);
        let mut unguarded;
        let source: &mut dyn Source = if self.server.guarded {
            &mut requests
        } else {
            unguarded = Unguarded(&mut requests);
            &mut unguarded
        };
        let mut streams = [Stream::closed(source, CONNECTIONS)];
        let (mut outcomes, elapsed) = drive(self.running.address, &mut streams, duration)?;
        self.position = requests.position(self.position);
        let outcome = outcomes.pop().context("no outcome")?;
        ensure!(outcome.answers > 0, "no answer");
        ensure!(
            outcome.broken == 0,
            "{} answers are missing",
            outcome.broken
        );
        for (status, count) in &outcome.wrong {
            let known = self.server.known.contains(&(workload, *status));
            ensure!(
                known,
                "{count} answers of {} have the wrong status {status}",
                outcome.answers
            );
        }
        Ok((outcome, elapsed))
    }
}
