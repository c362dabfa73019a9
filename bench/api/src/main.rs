//! `bench-api`: servers that guard `GET /private` with JWT access tokens, measured
//! side by side. README.md says what each figure means.

mod compile;
mod endure;
mod load;
mod machine;
mod measure;
mod options;
mod process;
mod provider;
mod servers;
mod workload;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};

use load::requests::Pool;
use options::{HELP, Mode, Options};
use provider::{Provider, SigningKey};
use servers::World;

fn main() -> ExitCode {
    let outcome = match Options::from_process() {
        Ok(Some(options)) => run(&options),
        Ok(None) => {
            print!("{HELP}");
            Ok(())
        }
        Err(error) => {
            eprintln!("bench-api: {error:#}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-api: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let servers = match options.mode {
        Mode::Measure => options.servers.clone(),
        _ => endure::servers(),
    };
    let ours = compile::compile(&servers, options.server_target.as_deref())?;
    let folder = Folder::new()?;
    // Everything from here on, the provider's threads too, runs on the load's core.
    options.cores.take()?;
    let provider = Provider::start(&folder.0)?;
    let world = World {
        cores: options.cores,
        provider: &provider,
        ours,
        options: options.server_options.clone(),
        folder: folder.0.clone(),
    };
    let key = SigningKey::generate()?;
    provider.publish(&[&key]);
    match options.mode {
        Mode::Measure => {
            let count = options.tokens.unwrap_or(100_000);
            let pool = sign(options, &key, &provider, count)?;
            measure::run(options, &world, &pool)
        }
        mode => {
            let count = options.tokens.unwrap_or(workload::FEW);
            let pool = sign(options, &key, &provider, count)?;
            endure::run(mode, options, &world, key, &pool)
        }
    }
}

fn sign(options: &Options, key: &SigningKey, provider: &Provider, count: usize) -> Result<Pool> {
    anyhow::ensure!(count > 0, "no token, no measurement");
    println!("signing {count} tokens");
    let sign = || Pool::sign(key, &provider.issuer, count);
    options.cores.on_both(sign)?
}

/// A folder of this run; gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let name = format!("bench-api-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
