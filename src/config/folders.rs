//! This app's folders, by the rules of the auth crate.

use std::{env, path::PathBuf};

use super::Lookup;
use crate::{auth::platform::folders, identity::PROGRAM};

pub(super) use folders::Purpose;

/// This app's folder for `purpose`.
pub(super) fn folder(system: &str, env: Lookup<'_>, purpose: Purpose) -> Option<PathBuf> {
    folders::folder(system, env, purpose, PROGRAM)
}

/// The person's home folder, whose name is theirs, and has no place in what is shared.
pub fn home() -> Option<PathBuf> {
    let variables = ["HOME", "USERPROFILE"].into_iter();
    let homes = variables.filter_map(env::var_os).map(PathBuf::from);
    let mut homes = homes.filter(|home| home.is_absolute() && home.parent().is_some());
    homes.next()
}
