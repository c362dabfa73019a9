//! This app's folders, by the rules of the auth crate.

use std::path::PathBuf;

use super::Lookup;
use crate::{auth::platform::folders, identity::PROGRAM};

pub(super) use folders::Purpose;

/// This app's folder for `purpose`.
pub(super) fn folder(system: &str, env: Lookup<'_>, purpose: Purpose) -> Option<PathBuf> {
    folders::folder(system, env, purpose, PROGRAM)
}
