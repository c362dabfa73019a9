//! `vestibule setup`: what to enter at a provider, and the settings that fit.
//!
//! What is known of a provider is data, a file each in `providers/` (`profile`). What a
//! person has given already is put into it ([`Filled`]), an issuer that was misspelt is
//! mended by the profile's rule, and the whole is told (`text`) and, if asked for,
//! written.

mod command;
mod file;
mod filled;
mod issuer;
mod profile;
mod template;
mod text;

use crate::{
    config::{ConfigError, SetUp},
    exit,
};

pub use filled::Filled;
pub use profile::{Api, Placeholder, Profile, Redirect, Step, profiles};

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The file cannot be made on this machine.
    #[error("{0}")]
    Unwritten(ConfigError),
    /// Something else has to be asked for.
    #[error(transparent)]
    WrongUse(#[from] ConfigError),
}

impl Fault {
    /// The exit code.
    pub fn exit(&self) -> u8 {
        match self {
            Self::Unwritten(_) => exit::FAILED_HERE,
            Self::WrongUse(_) => exit::WRONG_USE,
        }
    }
}

/// Writes the file, if it is asked for; gives what is to be told.
///
/// # Errors
/// An unknown provider, an issuer that is none, a file that is there already or lacks
/// something.
pub fn run(asked: &SetUp) -> Result<String, Fault> {
    let profiles = profiles()?;
    let profile = profile::find(&profiles, asked.provider.as_deref())?;
    let given: Vec<_> = asked.given().collect();
    let filled = Filled::new(profile, &given)?;
    if asked.text("issuer").is_some() {
        asked.check_issuer(filled.issuer())?;
    }
    if let Some(path) = &asked.writes {
        file::write(&filled, asked, path)?;
    }
    let (config, written) = (asked.config.as_deref(), asked.writes.as_deref());
    Ok(text::told(&filled, config, written))
}

#[cfg(test)]
mod tests;
