//! The command line.

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use lexopt::{Arg, Parser, ValueExt as _};

use crate::programs::{ENTRIES, Entry};

pub const HELP: &str = "\
bench-app: measures the window beside the same screen painted by others

Usage: bench-app [OPTION]...

Options
  --only LIST          programs, between commas; writes nothing to docs
  --rounds N           starts of each (default 7)
  --vestibule PATH     the window's program, built already
  --dev-idp PATH       the development provider, built already
  --no-write           prints the section and leaves docs as they are
";

pub struct Options {
    pub entries: Vec<&'static Entry>,
    pub rounds: usize,
    pub window: Option<PathBuf>,
    pub dev_idp: Option<PathBuf>,
    /// Whether the section goes into the document
    pub write: bool,
}

impl Options {
    /// None if only the help was asked for.
    pub fn from_process() -> Result<Option<Self>> {
        let mut options = Self {
            entries: ENTRIES.iter().collect(),
            rounds: 7,
            window: None,
            dev_idp: None,
            write: true,
        };
        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                Arg::Long("only") => {
                    options.entries = named(&parser.value()?.string()?)?;
                    options.write = false;
                }
                Arg::Long("rounds") => options.rounds = parser.value()?.parse()?,
                Arg::Long("vestibule") => options.window = Some(parser.value()?.into()),
                Arg::Long("dev-idp") => options.dev_idp = Some(parser.value()?.into()),
                Arg::Long("no-write") => options.write = false,
                _ => return Err(argument.unexpected().into()),
            }
        }
        ensure!(options.rounds > 0, "nothing to measure");
        Ok(Some(options))
    }
}

/// Those that are named, in the order of the list.
fn named(names: &str) -> Result<Vec<&'static Entry>> {
    let names: Vec<_> = names.split(',').map(str::trim).collect();
    for wanted in &names {
        if !ENTRIES.iter().any(|entry| entry.name == *wanted) {
            let known: Vec<_> = ENTRIES.iter().map(|entry| entry.name).collect();
            bail!("{wanted} is not one of {}", known.join(", "));
        }
    }
    let entries = ENTRIES.iter();
    Ok(entries.filter(|e| names.contains(&e.name)).collect())
}
