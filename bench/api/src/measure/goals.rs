//! What `vestibule-server` promises, as ratios of one run: absolute figures hold for
//! one machine on one day.

use anyhow::{Result, ensure};

use super::results::{Results, Spread, Window};
use crate::{
    servers::{BARE, FLOOR, OURS, TUTORIAL},
    workload::Workload::{self, Few, Many, None as NoToken, One, Tampered},
};

pub struct Goal {
    pub what: String,
    pub measured: Spread,
    pub limit: Limit,
    pub unit: &'static str,
}

#[derive(Clone, Copy)]
pub enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Goal {
    /// The median counts.
    pub fn reached(&self) -> bool {
        match self.limit {
            Limit::AtMost(limit) => self.measured.median <= limit,
            Limit::AtLeast(limit) => self.measured.median >= limit,
        }
    }

    /// All goals whose servers and workloads are part of the run.
    pub fn all(results: &Results) -> Vec<Self> {
        let cpu = |workload: Workload, base, limit| {
            let what = format!("CPU for each request under {} / {base}", workload.name());
            goal(
                what,
                ratio(results, workload, base, |window| window.cpu),
                Limit::AtMost(limit),
                "×",
            )
        };
        let rate = |workload: Workload, limit| {
            let what = format!("requests/s under {} / {TUTORIAL}", workload.name());
            goal(
                what,
                ratio(results, workload, TUTORIAL, |window| window.rate),
                Limit::AtLeast(limit),
                "×",
            )
        };
        let speed = [
            cpu(One, BARE, 1.25),
            cpu(Few, BARE, 1.25),
            rate(One, 25.0),
            rate(Few, 25.0),
            cpu(Many, FLOOR, 1.12),
            rate(Many, 8.5),
            cpu(Tampered, FLOOR, 1.05),
            cpu(NoToken, BARE, 1.05),
        ];
        let weight = weight(results);
        speed.into_iter().chain(weight).flatten().collect()
    }
}

/// An error if a goal was missed.
pub fn verdict(results: &Results) -> Result<()> {
    let missed: Vec<_> = Goal::all(results)
        .into_iter()
        .filter(|goal| !goal.reached())
        .map(|goal| goal.what)
        .collect();
    ensure!(missed.is_empty(), "missed: {}", missed.join("; "));
    Ok(())
}

fn goal(
    what: impl Into<String>,
    measured: Option<Spread>,
    limit: Limit,
    unit: &'static str,
) -> Option<Goal> {
    Some(Goal {
        what: what.into(),
        measured: measured?,
        limit,
        unit,
    })
}

/// Ours to another, round by round: what slows a whole round down cancels out.
fn ratio(
    results: &Results,
    workload: Workload,
    base: &str,
    figure: impl Fn(&Window) -> f64,
) -> Option<Spread> {
    let ours = results.windows(results.server(OURS)?, workload);
    let base = results.windows(results.server(base)?, workload);
    Spread::of(ours.iter().zip(base).map(|(a, b)| figure(a) / figure(b)))
}

fn weight(results: &Results) -> [Option<Goal>; 4] {
    let single = |figure: f64| Spread::of([figure].into_iter());
    let ours = results.server(OURS);
    let peak = |name| Some(results.peak[results.server(name)?]);
    let more = || {
        let starts = results.starts[ours?].iter();
        let bare = results.starts[results.server(BARE)?].iter();
        Spread::of(starts.zip(bare).map(|(a, b)| a.memory - b.memory))
    };
    let first = || Spread::of(results.starts[ours?].iter().map(|start| start.milliseconds));
    [
        goal(
            format!("memory at rest − {BARE}"),
            more(),
            Limit::AtMost(3.5),
            " MB",
        ),
        goal(
            "most memory",
            peak(OURS).and_then(single),
            Limit::AtMost(12.0),
            " MB",
        ),
        goal(
            format!("most memory / {TUTORIAL}"),
            peak(OURS)
                .zip(peak(TUTORIAL))
                .and_then(|(a, b)| single(a / b)),
            Limit::AtMost(0.1),
            "×",
        ),
        goal(
            "first 200 after the start",
            first(),
            Limit::AtMost(10.0),
            " ms",
        ),
    ]
}
