//! The section of `docs/performance.md` that a run writes, and its verdict.

use std::{fs, process::Command};

use anyhow::{Context, Result, ensure};
use time::OffsetDateTime;

use crate::{
    compile::root,
    goals::Goal,
    machine,
    programs::Kind,
    results::{Results, Spread},
    tables,
};

const DOCUMENT: &str = "docs/performance.md";
const BEGIN: &str = "<!-- written by bench/app: begin -->";
const END: &str = "<!-- written by bench/app: end -->";
/// This workspace's, for the versions of the peers
const LOCK: &str = include_str!("../Cargo.lock");

pub fn text(results: &Results) -> Result<String> {
    let foreign = results.starts.iter().flatten().map(|start| start.foreign);
    let foreign = Spread::of(foreign).context("nothing was measured")?;
    Ok(format!(
        "{date}: {machine}. {versions}. {rounds} starts of each, in turns; the processors \
         were {busy:.1} % busy while the windows rested, {worst:.1} % at worst. Median \
         (least–most).\n\n\
         {peers}.\n\n\
         Goals, ours to others of the same round:\n\n{goals}\n\n\
         ![How much memory each takes, and when its screen stands](window.svg)\n\n\
         Start, from just before the process is made:\n\n{starts}\n\n\
         Memory at rest (MB of 2^20 octets) and files (MB of 10^6 octets):\n\n{weights}\n\n\
         While nobody does anything:\n\n{rest}\n",
        date = OffsetDateTime::now_utc().date(),
        machine = machine::description(),
        versions = versions(results)?,
        rounds = results.starts.first().map_or(0, Vec::len),
        busy = foreign.median,
        worst = foreign.most,
        peers = peers(results),
        goals = tables::goals(results),
        starts = tables::starts(results),
        weights = tables::weights(results),
        rest = tables::rest(results),
    ))
}

/// Between the two marks, and nowhere else.
pub fn write(text: &str) -> Result<()> {
    let path = root().join(DOCUMENT);
    let document = fs::read_to_string(&path)?;
    let between = || {
        let (before, rest) = document.split_once(BEGIN)?;
        let (_, after) = rest.split_once(END)?;
        Some(format!("{before}{BEGIN}\n\n{text}\n{END}{after}"))
    };
    let document = between().with_context(|| format!("{DOCUMENT} has lost its marks {BEGIN}"))?;
    Ok(fs::write(path, document)?)
}

/// An error if a goal was missed.
pub fn verdict(results: &Results) -> Result<()> {
    let goals = Goal::all(results).into_iter();
    let missed: Vec<_> = goals.filter(|goal| !goal.reached()).collect();
    let missed: Vec<_> = missed.iter().map(|goal| goal.what.as_str()).collect();
    ensure!(missed.is_empty(), "not reached: {}", missed.join("; "));
    Ok(())
}

/// What each is.
fn peers(results: &Results) -> String {
    let each = results.peers.iter();
    let each: Vec<_> = each.map(|p| format!("{}: {}", p.name, p.what)).collect();
    each.join("; ")
}

/// Of the compiler, and of what the peers are made of.
fn versions(results: &Results) -> Result<String> {
    let mut parts = vec![said("rustc", &["--version"])?];
    for name in ["slint", "winit", "egui"] {
        parts.push(format!("{name} {}", locked(name)?));
    }
    for peer in &results.peers {
        let part = match peer.kind {
            Kind::Compiled(_, _, library) => {
                let version = said("pkg-config", &["--modversion", library])?;
                format!("{library} {version}")
            }
            Kind::Chromium => said("chromium", &["--version"])?,
            Kind::Ours | Kind::Rust(_) => continue,
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Ok(parts.join(", "))
}

fn locked(name: &str) -> Result<&'static str> {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let after = LOCK.split_once(&entry).map(|(_, after)| after);
    let version = after.and_then(|after| after.split('"').next());
    version.with_context(|| format!("{name} is not in the lock file"))
}

/// The first two words of what a program says about its version.
fn said(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("{program} cannot be started"))?;
    let text = String::from_utf8(output.stdout)?;
    let words: Vec<_> = text.split_whitespace().take(2).collect();
    Ok(words.join(" "))
}
