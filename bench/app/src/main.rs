//! `bench-app`: the window beside others that paint the same screen, measured side by
//! side. README.md says what each figure means.

mod chart;
mod compile;
mod desktop;
mod document;
mod goals;
mod launch;
mod look;
mod machine;
mod options;
mod process;
mod programs;
mod results;
mod screen;
mod sign_in;
mod tables;

use std::process::ExitCode;

use anyhow::{Result, ensure};

use look::Look;
use options::{HELP, Options};
use programs::{Kind, Peer};
use results::Results;
use sign_in::Provider;

fn main() -> ExitCode {
    let outcome = match Options::from_process() {
        Ok(Some(options)) => run(&options),
        Ok(None) => {
            print!("{HELP}");
            Ok(())
        }
        Err(error) => {
            eprintln!("bench-app: {error:#}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-app: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let (peers, missing) = build(options)?;
    let signs_in = peers.iter().any(|peer| peer.look == Look::SignedIn);
    let provider = signs_in.then(|| match &options.dev_idp {
        Some(program) => Provider::start(program),
        None => Provider::start(&compile::provider()?),
    });
    let results = measure(options, peers, missing, provider.transpose()?.as_ref())?;
    let text = document::text(&results)?;
    println!("\n{text}");
    if options.write {
        ensure!(
            results.missing.is_empty(),
            "nothing is written, since not all were measured: {}",
            results.missing.join("; ")
        );
        document::write(&text)?;
        chart::write(&results)?;
    }
    document::verdict(&results)
}

/// What can be built. A toolkit that is not installed is passed over and told.
fn build(options: &Options) -> Result<(Vec<Peer>, Vec<String>)> {
    let (mut peers, mut missing) = (Vec::new(), Vec::new());
    for entry in &options.entries {
        match compile::peer(entry, options.window.as_deref()) {
            Ok(peer) => peers.push(peer),
            // Ours and the Rust peers need nothing but Cargo: that is an error.
            Err(error) if matches!(entry.kind, Kind::Ours | Kind::Rust(_)) => return Err(error),
            Err(error) => {
                eprintln!(
                    "without {}: {error:#}; sh bench/app/setup installs it",
                    entry.name
                );
                missing.push(format!("{}: {error:#}", entry.name));
            }
        }
    }
    Ok((peers, missing))
}

/// Each once a round, every second round in reverse order. Before the first comes one
/// that does not count, so that all find their files in memory.
fn measure(
    options: &Options,
    peers: Vec<Peer>,
    missing: Vec<String>,
    provider: Option<&Provider>,
) -> Result<Results> {
    let mut starts: Vec<_> = peers.iter().map(|_| Vec::new()).collect();
    for round in 0..=options.rounds {
        let mut order: Vec<usize> = (0..peers.len()).collect();
        if round % 2 == 0 {
            order.reverse();
        }
        for index in order {
            let peer = &peers[index];
            let start = launch::measure(peer, provider, round > 0)?;
            if round > 0 {
                println!("{round}/{} {}: {}", options.rounds, peer.name, start.line());
                starts[index].push(start);
            }
        }
    }
    Ok(Results {
        peers,
        starts,
        missing,
    })
}
