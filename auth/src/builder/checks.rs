//! What a setting must be, and what is derived from the app's name.

use std::{path::Path, time::Duration};

use url::Url;

use super::{ClientBuilder, LockFile};
use crate::{
    error::{BuildError, SettingFault as Fault},
    platform::Credential,
    provider::Issuer,
    text::one_line,
};

/// Longest name of an app, in characters.
const LONGEST_NAME: usize = 60;
/// Nobody waits longer for a person; providers end their pages before that.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// An answer is held in memory as a whole.
const LARGEST_ANSWER: u64 = 64 << 20;
/// Fetch Standard, "bad port": a browser that is sent there shows an error instead.
const BAD_PORTS: [u16; 82] = [
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
    103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
    512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
    995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
    6669, 6679, 6697, 10080,
];

/// What is known once every setting is checked.
pub(super) struct Checked {
    pub app_name: String,
    pub issuer: Issuer,
    /// The app's name as files and services have it.
    pub slug: String,
}

pub(super) fn wrong(setting: &'static str, fault: impl Into<Fault>) -> BuildError {
    let fault = fault.into();
    BuildError { setting, fault }
}

pub(super) fn check(builder: &ClientBuilder) -> Result<Checked, BuildError> {
    let issuer = Issuer::parse(&builder.issuer).map_err(|error| wrong("issuer", error))?;
    client_id(&builder.client_id)?;
    let (app_name, slug) = app_name(builder.app_name.as_deref())?;
    text("audience", builder.audience.as_deref())?;
    keychain_service(builder.keychain_service.as_deref())?;
    // Never empty, so that no Basic header without a secret is sent.
    text("client_secret", builder.client_secret.as_deref())?;
    user_agent(builder.user_agent.as_deref())?;
    prompt(builder.prompt.as_deref())?;
    resource(builder.resource.as_deref())?;
    scopes(&builder.scopes)?;
    ports(&builder.redirect_ports)?;
    duration("sign_in_limit", builder.sign_in_limit)?;
    duration("keychain_limits", builder.keychain_limits.read)?;
    duration("keychain_limits", builder.keychain_limits.write)?;
    if !(1..=LARGEST_ANSWER).contains(&builder.response_limit) {
        let largest = LARGEST_ANSWER;
        return Err(wrong("response_limit", Fault::Size { largest }));
    }
    absolute("state_folder", builder.state_folder.as_deref())?;
    let credential = builder.credential.as_ref();
    absolute("credential", credential.and_then(Credential::file))?;
    match &builder.lock_file {
        LockFile::At(file) => absolute("lock_file", Some(file))?,
        LockFile::In(folder) => absolute("lock_folder", Some(folder))?,
        LockFile::Default | LockFile::Without => {}
    }
    Ok(Checked {
        app_name,
        issuer,
        slug,
    })
}

fn client_id(id: &str) -> Result<(), BuildError> {
    text("client_id", Some(id))?;
    if id.trim() != id {
        let form = "without spaces around it";
        return Err(wrong("client_id", Fault::Spelling(form)));
    }
    Ok(())
}

fn duration(setting: &'static str, limit: Duration) -> Result<(), BuildError> {
    if limit.is_zero() || limit > LONGEST_WAIT {
        let longest = LONGEST_WAIT;
        return Err(wrong(setting, Fault::Duration { longest }));
    }
    Ok(())
}

/// The user agent of an app that gives none: its name, as far as it is a token (RFC
/// 9110 §5.6.2), and this crate's.
pub(super) fn user_agent_of(slug: &str) -> String {
    const OURS: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    if slug.is_ascii() {
        format!("{slug} {OURS}")
    } else {
        OURS.to_owned()
    }
}

/// The name, and its [`slug`].
fn app_name(name: Option<&str>) -> Result<(String, String), BuildError> {
    let example = "app_name(\"My Notes\")";
    let name = name.ok_or_else(|| wrong("app_name", Fault::Missing { example }))?;
    // As it is shown: nothing invisible in it, no line end, no space around it.
    let is_shown = name.chars().count() <= LONGEST_NAME && one_line(name, LONGEST_NAME) == name;
    let slug = slug(name);
    if !is_shown || slug.is_empty() {
        let form = "one line of 1 to 60 characters, a letter or digit among them";
        return Err(wrong("app_name", Fault::Spelling(form)));
    }
    Ok((name.to_owned(), slug))
}

/// Letters and digits, small, with one `-` for whatever is between them.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn text(setting: &'static str, text: Option<&str>) -> Result<(), BuildError> {
    match text {
        Some("") => Err(wrong(setting, Fault::Empty)),
        Some(text) if text.contains(char::is_control) => Err(wrong(
            setting,
            Fault::Spelling("without control characters"),
        )),
        _ => Ok(()),
    }
}

/// The lock's folder is named after it.
fn keychain_service(service: Option<&str>) -> Result<(), BuildError> {
    text("keychain_service", service)?;
    if service.is_some_and(|service| slug(service).is_empty()) {
        let form = "a name with a letter or digit";
        return Err(wrong("keychain_service", Fault::Spelling(form)));
    }
    Ok(())
}

/// RFC 9110 §5.5: else it fits no header.
fn user_agent(agent: Option<&str>) -> Result<(), BuildError> {
    text("user_agent", agent)?;
    match agent {
        Some(agent) if !agent.is_ascii() => {
            Err(wrong("user_agent", Fault::Spelling("printable ASCII")))
        }
        _ => Ok(()),
    }
}

/// OpenID Connect Core §3.1.2.1; `none` would forbid to sign in.
fn prompt(prompt: Option<&str>) -> Result<(), BuildError> {
    let Some(prompt) = prompt else { return Ok(()) };
    let known = |word: &str| matches!(word, "consent" | "login" | "select_account");
    if prompt.split(' ').all(known) {
        return Ok(());
    }
    let form = "consent, login or select_account, or several of them with a space between";
    Err(wrong("prompt", Fault::Spelling(form)))
}

fn resource(resource: Option<&str>) -> Result<(), BuildError> {
    let parsed = resource.map(Url::parse).transpose();
    match parsed {
        Ok(url) if url.as_ref().is_none_or(|url| url.fragment().is_none()) => Ok(()),
        _ => Err(wrong("resource", Fault::NotAUri)),
    }
}

fn scopes(scopes: &[String]) -> Result<(), BuildError> {
    // RFC 6749 §3.3.
    let shaped = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
    let is_scope = |scope: &String| !scope.is_empty() && scope.bytes().all(shaped);
    if !scopes.iter().all(is_scope) {
        let form = "a scope each: printable ASCII without spaces, quotes and backslashes";
        return Err(wrong("scope", Fault::Spelling(form)));
    }
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err(wrong("scopes", Fault::NoOpenId));
    }
    Ok(())
}

fn ports(ports: &[u16]) -> Result<(), BuildError> {
    if ports.is_empty() {
        return Err(wrong("redirect_ports", Fault::Empty));
    }
    match ports.iter().find(|port| !is_opened_by_browsers(**port)) {
        Some(port) => Err(wrong("redirect_ports", Fault::Port(*port))),
        None => Ok(()),
    }
}

/// Whether browsers go to this port (Fetch Standard, "bad port").
pub fn is_opened_by_browsers(port: u16) -> bool {
    !BAD_PORTS.contains(&port)
}

/// Processes in different folders would not mean the same one.
fn absolute(setting: &'static str, path: Option<&Path>) -> Result<(), BuildError> {
    match path {
        Some(path) if !path.is_absolute() => {
            Err(wrong(setting, Fault::Spelling("an absolute path")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
