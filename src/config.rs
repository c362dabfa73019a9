//! What the app was asked to do: command line, environment, file, defaults.
//!
//! The only reader of the process's environment. [`parse`] gives a finished
//! [`Invocation`] or a sentence with what is wrong, where, and an example; a
//! value is taken from the first of: option, environment, file, default.

use std::{
    env::consts::OS,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use url::Url;

use crate::auth::{
    loopback::RedirectHost, platform::Proxies, ports::StoreKind, provider::Issuer,
    secret::ClientSecret,
};

mod file;
mod folders;
mod help;
mod keys;
mod nearest;
mod options;
mod source;
mod values;

use folders::{Purpose, folder};
pub use help::help;
use source::{Place, Values};

/// The default of `scopes`.
const SCOPES: &str = "openid profile email offline_access";
const API_URL: &str = "http://127.0.0.1:3000/private";

/// How the environment is asked.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// Print [`help`].
    Help,
    /// Run a command.
    Run(Command, Box<Settings>),
    /// Print name and version.
    Version,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Sign in at a terminal.
    Login {
        /// Print the address, open nothing.
        no_browser: bool,
        /// As somebody else.
        switch: bool,
    },
    /// Forget the session.
    Logout {
        /// The provider's session in the browser too.
        browser: bool,
    },
    /// Print the protected message.
    Message,
    /// Say who is signed in.
    Status {
        /// As JSON.
        json: bool,
    },
    /// Open the window.
    Window,
}

/// Everything that can be set, checked.
#[derive(Debug)]
pub struct Settings {
    /// The address of the protected message.
    pub api_url: Url,
    /// Sent as `audience`.
    pub audience: Option<String>,
    /// Certificates that replace the system's.
    pub ca_file: Option<PathBuf>,
    /// What the provider calls this app.
    pub client_id: String,
    /// From `client_secret_file`.
    pub client_secret: Option<ClientSecret>,
    /// The key for the file store, if the system handed one over.
    pub credential: Option<PathBuf>,
    /// The provider.
    pub issuer: Issuer,
    /// What goes to stderr.
    pub log: log::LevelFilter,
    /// Sent as `prompt`.
    pub prompt: Option<String>,
    /// From the variables of curl(1), which have no option and no key.
    pub proxies: Proxies,
    /// The host of the redirect URI.
    pub redirect_host: RedirectHost,
    /// Ports to try in order; 0 is any free one. Never empty.
    pub redirect_ports: Vec<u16>,
    /// Sent as `resource` (RFC 8707).
    pub resource: Option<String>,
    /// Sent as `scope`.
    pub scopes: Vec<String>,
    /// Folder for the session file and locks; may not exist yet.
    pub state_dir: PathBuf,
    /// Where the session is kept.
    pub store: StoreKind,
    /// Light or dark.
    pub theme: Theme,
    /// What works and should not stay so, a sentence each.
    pub warnings: Vec<String>,
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark.
    Dark,
    /// Light.
    Light,
    /// As the system says.
    #[default]
    System,
}

/// What is wrong with options or settings, where, and how it would be right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

/// Reads the command line, environment and working folder of this process.
///
/// # Errors
/// As [`parse`].
pub fn from_process() -> Result<Invocation, ConfigError> {
    let cwd = std::env::current_dir().unwrap_or_default();
    let args = std::env::args_os().skip(1);
    parse(args, &|name| std::env::var_os(name), &cwd)
}

/// A warning for each variable of this process's environment that looks like a
/// setting and is none: whoever misspelt one waits for it to work.
pub fn unknown_variables() -> Vec<String> {
    nearest::unknown_variables(std::env::vars_os().map(|(name, _)| name))
}

/// Reads everything. `args` come without the program's name; `env` and `cwd`
/// stand for the process's environment and working folder.
///
/// # Errors
/// Wrong use or a wrong, unknown or missing setting: exit code 2.
pub fn parse(
    args: impl IntoIterator<Item = OsString>,
    env: &dyn Fn(&str) -> Option<OsString>,
    cwd: &Path,
) -> Result<Invocation, ConfigError> {
    let (command, config, mut values) = match options::read(args)? {
        options::Line::Help => return Ok(Invocation::Help),
        options::Line::Version => return Ok(Invocation::Version),
        options::Line::Run {
            command,
            config,
            values,
        } => (command, config, values),
    };
    values.fill_from(Values::from_environment(env)?);
    values.fill_from(file::read(config, env, cwd)?);
    let settings = settings(&values, env, cwd)?;
    Ok(Invocation::Run(command, Box::new(settings)))
}

fn settings(values: &Values, env: Lookup<'_>, cwd: &Path) -> Result<Settings, ConfigError> {
    let text = |name| values.optional(name, values::text);
    let secret_file = path(values, "client_secret_file", cwd)?;
    let secret = |_: &str| secret_file.as_deref().map(values::secret).transpose();
    let default_url = || Url::parse(API_URL).map_err(|e| ConfigError(e.to_string()));
    Ok(Settings {
        api_url: match values.optional("api_url", values::url)? {
            Some(url) => url,
            None => default_url()?,
        },
        audience: text("audience")?,
        ca_file: path(values, "ca_file", cwd)?,
        client_id: values.required("client_id", values::text)?,
        client_secret: values.optional("client_secret_file", secret)?.flatten(),
        credential: folder_of_credentials(env),
        issuer: values.required("issuer", values::issuer)?,
        log: values
            .optional("log", values::log)?
            .unwrap_or(log::LevelFilter::Warn),
        prompt: values.optional("prompt", values::prompt)?,
        proxies: Proxies::from_environment(env),
        redirect_host: values
            .optional("redirect_host", values::redirect_host)?
            .unwrap_or_default(),
        redirect_ports: values
            .optional("redirect_ports", values::ports)?
            .unwrap_or_else(|| vec![0]),
        resource: values.optional("resource", values::resource)?,
        scopes: values
            .optional("scopes", values::scopes)?
            .unwrap_or_else(|| SCOPES.split(' ').map(str::to_owned).collect()),
        state_dir: state_folder(env)?,
        store: values.optional("store", values::store)?.unwrap_or_default(),
        theme: values.optional("theme", values::theme)?.unwrap_or_default(),
        warnings: secret_file
            .as_deref()
            .and_then(values::readable_by_all)
            .into_iter()
            .collect(),
    })
}

/// A path in a file starts at the file's folder, any other at the working
/// folder.
fn path(values: &Values, name: &str, cwd: &Path) -> Result<Option<PathBuf>, ConfigError> {
    let Some(given) = values.given(name) else {
        return Ok(None);
    };
    let base = match &given.place {
        Place::File { path, .. } => path.parent().unwrap_or(cwd),
        Place::Environment | Place::Option => cwd,
    };
    values.optional(name, |text| Ok(base.join(text)))
}

fn state_folder(env: Lookup<'_>) -> Result<PathBuf, ConfigError> {
    folder(OS, env, Purpose::State).ok_or_else(|| {
        let [home, state] = Purpose::State.variables(OS);
        ConfigError(format!(
            "{home} and {state} are not set, so there is no folder for state; example: \
             {state}=/var/lib/app"
        ))
    })
}

/// systemd.exec(5), "Credentials".
fn folder_of_credentials(env: Lookup<'_>) -> Option<PathBuf> {
    let folder = env("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty())?;
    let file = Path::new(&folder).join("vestibule-key");
    fs::exists(&file).unwrap_or(true).then_some(file)
}

#[cfg(test)]
mod tests;
