//! The tables, in Markdown.

use std::fmt::Write;

use super::{
    goals::{Goal, Limit},
    results::{Results, Spread, Window},
};
use crate::{options::Options, servers::OURS, workload::Workload};

/// Requests a second, with a star where the load was the limit.
pub fn rates(options: &Options, results: &Results) -> String {
    by_workload(options, results, |server, workload| {
        let rate = |window: &Window| window.rate / 1e3;
        let spread = results.spread(server, workload, rate)?;
        let windows = results.windows(server, workload);
        let saturated = windows.iter().all(|window| window.busy > 0.95);
        let faults: u64 = windows.iter().map(|window| window.known_faults).sum();
        Some(format!(
            "{}{}{}",
            with_range(spread),
            if saturated { "" } else { " \\*" },
            if faults > 0 { " †" } else { "" },
        ))
    })
}

/// Microseconds of the server's process for each request.
pub fn cpu(options: &Options, results: &Results) -> String {
    by_workload(options, results, |server, workload| {
        let spread = results.spread(server, workload, |window| window.cpu)?;
        Some(with_range(spread))
    })
}

/// Median and 99th percentile of the latency.
pub fn latency(options: &Options, results: &Results) -> String {
    by_workload(options, results, |server, workload| {
        let p50 = results.spread(server, workload, |window| window.p50)?;
        let p99 = results.spread(server, workload, |window| window.p99)?;
        Some(format!("{} · {}", figure(p50.median), figure(p99.median)))
    })
}

fn by_workload(
    options: &Options,
    results: &Results,
    cell: impl Fn(usize, Workload) -> Option<String>,
) -> String {
    let mut table = String::from("| |");
    for workload in &options.workloads {
        let _ = write!(table, " {} |", workload.name());
    }
    table += "\n|---|";
    table += &"---|".repeat(options.workloads.len());
    for (index, server) in results.servers.iter().enumerate() {
        let _ = write!(table, "\n| {} |", emphasised(server.name));
        for workload in &options.workloads {
            let _ = write!(table, " {} |", cell(index, *workload).unwrap_or_default());
        }
    }
    table
}

/// Start, memory and fetches.
pub fn weights(results: &Results) -> String {
    let mut table = String::from(
        "| | first 200, ms | at rest, MB | at most, MB | key set fetched under unknown |\n\
         |---|---|---|---|---|",
    );
    for (index, server) in results.servers.iter().enumerate() {
        let starts = &results.starts[index];
        let ready = Spread::of(starts.iter().map(|start| start.milliseconds));
        let memory = Spread::of(starts.iter().map(|start| start.memory));
        let hits: usize = results
            .windows(index, Workload::Unknown)
            .iter()
            .map(|window| window.hits)
            .sum();
        let _ = write!(
            table,
            "\n| {} | {} | {} | {} | {} |",
            emphasised(server.name),
            ready.map(with_range).unwrap_or_default(),
            memory
                .map(|memory| figure(memory.median))
                .unwrap_or_default(),
            figure(results.peak[index]),
            if server.guarded {
                hits.to_string()
            } else {
                "–".to_owned()
            },
        );
    }
    table
}

pub fn goals(results: &Results) -> String {
    let mut table = String::from("| | measured | limit | |\n|---|---|---|---|");
    for goal in Goal::all(results) {
        let (sign, limit) = match goal.limit {
            Limit::AtMost(limit) => ('≤', limit),
            Limit::AtLeast(limit) => ('≥', limit),
        };
        let unit = goal.unit;
        let _ = write!(
            table,
            "\n| {} | {}{unit} | {sign} {limit}{unit} | {} |",
            goal.what,
            with_range(goal.measured),
            if goal.reached() {
                "reached"
            } else {
                "**missed**"
            },
        );
    }
    table
}

fn emphasised(name: &str) -> String {
    match name {
        OURS => format!("**{name}**"),
        _ => name.to_owned(),
    }
}

fn with_range(spread: Spread) -> String {
    let median = figure(spread.median);
    if spread.least == spread.most {
        return median;
    }
    format!(
        "{median} ({}–{})",
        figure(spread.least),
        figure(spread.most)
    )
}

/// Three digits that count.
fn figure(number: f64) -> String {
    match number.abs() {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}
