//! What `setup` is asked for. It reads no file, since it makes one.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use vestibule_settings::Values;

use super::{
    ConfigError, Lookup, PROGRAM,
    settings::{self, CA_FILE, CLIENT_ID, CLIENT_SECRET_FILE, ISSUER},
    values,
};

/// Of which provider `setup` is to tell, and what is known already.
pub struct SetUp {
    /// As it was given, if it was.
    pub provider: Option<String>,
    /// What `--config` names.
    pub config: Option<PathBuf>,
    /// The file to write, if one is to be written.
    pub writes: Option<PathBuf>,
    given: Values,
}

impl SetUp {
    /// What options and environment say, as it stands in an option, in the order of the
    /// settings. All but the issuer are right.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let texts = self.given.texts();
        texts.map(|(setting, text)| (setting.name(), text))
    }

    /// What they say of the setting `name`.
    pub fn text(&self, name: &str) -> Option<&str> {
        let mut given = self.given();
        given
            .find(|(given, _)| *given == name)
            .map(|(_, text)| text)
    }

    /// Holds `issuer` to the rules of any command.
    ///
    /// # Errors
    /// The sentence that a command would say.
    pub fn check_issuer(&self, issuer: &str) -> Result<(), ConfigError> {
        let mut given = self.given.clone();
        given.replace(&ISSUER, issuer);
        given.get(&ISSUER, values::issuer).map(drop)
    }
}

/// A value may be an issuer with a password in it.
impl fmt::Debug for SetUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = f.debug_struct("SetUp");
        parts.field("provider", &self.provider);
        parts.field("config", &self.config);
        parts.field("writes", &self.writes).finish_non_exhaustive()
    }
}

/// The option of the setting `name`, if it has one.
pub fn setting_option(name: &str) -> Option<String> {
    PROGRAM.setting(name)?.option()
}

/// The line of `vestibule.toml` that gives the setting `name` the value `text`, which is
/// written as in an option; none if there is no such setting.
pub fn setting_line(name: &str, text: &str) -> Option<String> {
    PROGRAM.setting(name).map(|setting| setting.line(text))
}

pub(super) fn read(
    provider: Option<String>,
    config: Option<PathBuf>,
    writes: bool,
    mut given: Values,
    env: Lookup<'_>,
    cwd: &Path,
) -> Result<SetUp, ConfigError> {
    let mut checked = given.clone();
    // The provider's profile may mend it first.
    checked.replace(&ISSUER, "https://issuer.example");
    if given.optional(&CLIENT_ID, values::text)?.is_none() {
        checked.replace(&CLIENT_ID, "app");
    }
    settings::read(&checked, env, cwd)?;
    let file = config.as_deref().unwrap_or(Path::new(PROGRAM.file));
    let writes = writes.then(|| cwd.join(file));
    // A path in a file starts at the folder of that file, here it started at `cwd`.
    let is_elsewhere = |file: &PathBuf| file.parent() != Some(cwd);
    if writes.as_ref().is_some_and(is_elsewhere) {
        for setting in [&CA_FILE, &CLIENT_SECRET_FILE] {
            if let Some(path) = given.path(setting, cwd)? {
                given.replace(setting, &path.to_string_lossy());
            }
        }
    }
    Ok(SetUp {
        provider,
        config,
        writes,
        given,
    })
}
