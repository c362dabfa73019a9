//! The section of `docs/performance.md` that a run writes.

use std::{fs, process::Command};

use anyhow::{Context, Result};
use serde_json::Value;
use time::OffsetDateTime;

use super::{results::Results, tables};
use crate::{
    compile::root,
    machine,
    options::Options,
    servers::{Kind, folder},
};

const DOCUMENT: &str = "docs/performance.md";
const BEGIN: &str = "<!-- written by bench/api: begin -->";
const END: &str = "<!-- written by bench/api: end -->";
/// This workspace's, for the versions of the peers
const LOCK: &str = include_str!("../../Cargo.lock");

pub fn text(options: &Options, results: &Results) -> Result<String> {
    let foreign = results.foreign().context("nothing was measured")?;
    Ok(format!(
        "{date}: {machine}. {versions}. {rounds} windows of {seconds} s each, {starts} starts; other programs had {busy:.1} % of the two cores in the median window, {worst:.1} % in the worst. Median (least–most).\n\n\
         {servers}.\n\n\
         Goals, ours to others of the same round:\n\n{goals}\n\n\
         CPU of the server for each request, µs:\n\n{cpu}\n\n\
         Thousands of requests a second (\\* a lower bound: the server was not busy all the time; † also answers that are wrong, 500 instead of 401):\n\n{rates}\n\n\
         Latency with 64 connections, median · 99th percentile, ms:\n\n{latency}\n\n\
         Start and memory (MB of 2^20 octets):\n\n{weights}\n",
        date = OffsetDateTime::now_utc().date(),
        machine = machine::description(),
        versions = versions(results)?,
        servers = servers(results),
        rounds = options.rounds,
        seconds = options.seconds,
        starts = options.starts,
        busy = foreign.median,
        worst = foreign.most,
        goals = tables::goals(results),
        cpu = tables::cpu(options, results),
        rates = tables::rates(options, results),
        latency = tables::latency(options, results),
        weights = tables::weights(results),
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

/// What each is.
fn servers(results: &Results) -> String {
    let each = results.servers.iter();
    let each: Vec<_> = each.map(|s| format!("{}: {}", s.name, s.what)).collect();
    each.join("; ")
}

/// Of the compiler, of Node, and of what the peers are made of.
fn versions(results: &Results) -> Result<String> {
    let mut parts = vec![said("rustc", &["--version"])?];
    let crates = [
        "poem",
        "hyper",
        "axum",
        "tower-oauth2-resource-server",
        "actix-web",
        "actix-web-httpauth",
        "jsonwebtoken",
        "aws-lc-rs",
    ];
    for name in crates {
        parts.push(format!("{name} {}", locked(name)?));
    }
    for server in results.servers.iter().filter(|s| s.kind == Kind::Node) {
        parts.push(format!("Node {}", said("node", &["--version"])?));
        let package = fs::read_to_string(folder(server.name).join("package.json"))?;
        let package: Value = serde_json::from_str(&package)?;
        for (name, version) in package["dependencies"].as_object().into_iter().flatten() {
            parts.push(format!("{name} {}", version.as_str().unwrap_or_default()));
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
