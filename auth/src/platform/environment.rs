//! What the process's environment says where the app gave nothing. The only reader of
//! it in this crate.

use std::{
    env::{self, consts::OS},
    path::{Path, PathBuf},
};

use super::{
    Credential, Proxies,
    folders::{Purpose, folder},
};

/// The folder for the state of `app`.
///
/// # Errors
/// The variables of which none is set.
pub(crate) fn state_folder(app: &str) -> Result<PathBuf, [&'static str; 2]> {
    let found = folder(OS, &|name| env::var_os(name), Purpose::State, app);
    found.ok_or_else(|| Purpose::State.variables(OS))
}

/// What the variables of curl(1) say.
pub(crate) fn proxies() -> Proxies {
    Proxies::from_environment(|name| env::var_os(name))
}

/// The credential `name`, if the system hands it over (systemd.exec(5),
/// "Credentials").
pub(crate) fn credential(name: String) -> Credential {
    let folder = env::var_os("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty());
    match folder.map(|folder| Path::new(&folder).join(&name)) {
        // One that cannot be looked at is not passed over.
        Some(file) if file.try_exists().unwrap_or(true) => Credential::at(file),
        _ => Credential::absent(name),
    }
}
