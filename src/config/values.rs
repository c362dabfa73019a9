//! From text to what it means. Each says what is wrong; where, and an example,
//! are added by the caller.

use std::{
    io::{self, Read},
    path::Path,
};

use log::LevelFilter;
use url::Url;
use vestibule_settings::open;

use super::settings::Theme;
use crate::auth::{
    ClientSecret, Issuer, RedirectHost,
    address::is_https_or_loopback,
    error::{IssuerError, SettingFault},
    is_opened_by_browsers,
    ports::StoreKind,
};

/// No secret comes near it.
const LARGEST_SECRET: u64 = 1 << 16;

pub(super) fn text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// An address has no white space in it, which `Url` would take out or encode,
/// nor what stood behind it in a text or a list.
fn address(text: &str) -> Result<(), String> {
    if text.contains(|c: char| c.is_whitespace() || c == '\\') {
        return Err("it must not have white space or a backslash in it".to_owned());
    }
    if text.ends_with([',', ';']) {
        return Err("it must not end with a comma or semicolon".to_owned());
    }
    Ok(())
}

pub(super) fn issuer(text: &str) -> Result<Issuer, String> {
    address(text)?;
    if has_user(text) {
        return Err(IssuerError::Credentials.to_string());
    }
    for document in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    ] {
        // With ASCII alone made lower, no letter moves.
        let Some(at) = text.to_ascii_lowercase().find(document) else {
            continue;
        };
        // RFC 8414 §3.1 puts the path of the issuer behind it.
        let path = text[at + document.len()..].split(['?', '#']).next();
        let issuer = format!("{}{}", &text[..at], path.unwrap_or_default());
        let issuer = issuer.trim_end_matches('/');
        if issuer.contains('@') {
            // Perhaps a password in an address that is none.
            return Err(format!("take {document} off the issuer"));
        }
        return Err(format!(
            "take {document} off the issuer: {issuer} (or {issuer}/, if the provider names itself so)"
        ));
    }
    Issuer::parse(text).map_err(|error| error.to_string())
}

fn has_user(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| !url.username().is_empty() || url.password().is_some())
}

/// RFC 6750 §5.3: a token is sent over TLS, or not beyond this machine.
pub(super) fn url(text: &str) -> Result<Url, String> {
    address(text)?;
    let url = Url::parse(text).map_err(|_| "it is not a URL".to_owned())?;
    if has_user(text) {
        return Err(IssuerError::Credentials.to_string());
    }
    if !is_https_or_loopback(&url) {
        let words = "it must start with https:// (http:// is accepted on loopback alone)";
        return Err(words.to_owned());
    }
    Ok(url)
}

/// RFC 8707 §2: an absolute URI without a fragment. Sent as it was given.
pub(super) fn resource(text: &str) -> Result<String, String> {
    address(text)?;
    match Url::parse(text) {
        Ok(url) if url.fragment().is_none() => Ok(text.to_owned()),
        Ok(_) => Err("it must not have a fragment".to_owned()),
        Err(_) => Err("it must be an absolute URI".to_owned()),
    }
}

pub(super) fn scopes(text: &str) -> Result<Vec<String>, String> {
    let scopes: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    // RFC 6749 §3.3.
    let shaped = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
    if !scopes.iter().all(|scope| scope.bytes().all(shaped)) {
        return Err("a scope has no quotes, backslashes or letters beyond ASCII".to_owned());
    }
    // OpenID Connect Core §3.1.2.1: without it no ID token comes.
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err("openid must be among them".to_owned());
    }
    Ok(scopes)
}

/// OpenID Connect Core §3.1.2.1; `none` would forbid to sign in.
pub(super) fn prompt(text: &str) -> Result<String, String> {
    let words: Vec<_> = text.split_whitespace().collect();
    let known = |word: &&str| matches!(*word, "consent" | "login" | "select_account");
    if !words.iter().all(known) {
        return Err("it must be consent, login or select_account".to_owned());
    }
    Ok(words.join(" "))
}

pub(super) fn ports(text: &str) -> Result<Vec<u16>, String> {
    let ports = text.split(',').map(|port| port.trim().parse());
    let ports: Result<Vec<u16>, _> = ports.collect();
    let words = "ports are numbers from 0 to 65535, separated by commas";
    let ports = ports.map_err(|_| words.to_owned())?;
    match ports.iter().find(|port| !is_opened_by_browsers(**port)) {
        Some(port) => Err(SettingFault::Port(*port).to_string()),
        None => Ok(ports),
    }
}

pub(super) fn redirect_host(text: &str) -> Result<RedirectHost, String> {
    let hosts = [
        RedirectHost::Ipv4,
        RedirectHost::Ipv6,
        RedirectHost::Localhost,
    ];
    let host = hosts.into_iter().find(|host| host.as_str() == text);
    host.ok_or_else(|| "it must be 127.0.0.1, localhost or [::1]".to_owned())
}

pub(super) fn store(text: &str) -> Result<StoreKind, String> {
    let kinds = [StoreKind::File, StoreKind::Keychain, StoreKind::Memory];
    let kind = kinds.into_iter().find(|kind| kind.name() == text);
    kind.ok_or_else(|| "it must be keychain, file or memory".to_owned())
}

pub(super) fn theme(text: &str) -> Result<Theme, String> {
    match text {
        "dark" => Ok(Theme::Dark),
        "light" => Ok(Theme::Light),
        "system" => Ok(Theme::System),
        _ => Err("it must be system, light or dark".to_owned()),
    }
}

/// The turns that the screen's driver knows.
pub(super) fn rotation(text: &str) -> Result<u16, String> {
    let mut turns = [0, 90, 180, 270_u16].into_iter();
    let turn = turns.find(|turn| text == turn.to_string());
    turn.ok_or_else(|| "it must be 0, 90, 180 or 270".to_owned())
}

pub(super) fn log(text: &str) -> Result<LevelFilter, String> {
    let level = text.parse();
    level.map_err(|_| "it must be off, error, warn, info, debug or trace".to_owned())
}

/// The secret in a file, without the newline that editors put at its end and
/// the byte-order mark that some put at its beginning.
pub(super) fn secret(path: &Path) -> Result<ClientSecret, String> {
    let mut text = String::new();
    let file = open(path);
    let read = file.and_then(|file| file.take(LARGEST_SECRET).read_to_string(&mut text));
    read.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => "the file is not UTF-8 text: save it as UTF-8".to_owned(),
        _ => format!("cannot be read: {error}"),
    })?;
    let secret = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let secret = secret.trim_end_matches(['\r', '\n']);
    let is_quoted = |mark| secret.len() > 1 && secret.starts_with(mark) && secret.ends_with(mark);
    if secret.is_empty() {
        return Err("the file is empty".to_owned());
    }
    // RFC 6749 §A.2.
    if !secret.bytes().all(|b| (b' '..=b'~').contains(&b)) || secret.trim() != secret {
        let words = "the file must hold the secret alone, on one line, without blanks around it";
        return Err(format!("{words} or characters beyond ASCII"));
    }
    if is_quoted('"') || is_quoted('\'') || secret.starts_with('{') && secret.ends_with('}') {
        return Err("the file must hold the secret alone, without quotes or JSON".to_owned());
    }
    Ok(ClientSecret::new(secret))
}

/// A warning, if everybody on this machine can read or change the secret. The
/// file is the person's, so it is used all the same; a group may be meant to.
#[cfg(unix)]
pub(super) fn readable_by_all(path: &Path) -> Option<String> {
    let found = std::fs::metadata(path).ok()?;
    let mode = std::os::unix::fs::MetadataExt::mode(&found);
    let path = path.display();
    (found.is_file() && mode & 0o006 != 0).then(|| {
        format!(
            "client_secret_file: every user of this machine can read {path}; run chmod 600 {path}"
        )
    })
}

/// Elsewhere files inherit the rights of the user's profile.
#[cfg(not(unix))]
pub(super) fn readable_by_all(_path: &Path) -> Option<String> {
    None
}
