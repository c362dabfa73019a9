//! One parser for each kind of value. Each refuses what could never serve.

use std::net::SocketAddr;

use poem::http::Uri;
use tracing_subscriber::filter::LevelFilter;
use vestibule_server::{
    PublicUrl,
    guard::{Algorithm, Scope, TrustAnchors, TypProfile, https_or_loopback},
};

/// Where an issuer tells about itself (OpenID Discovery 1.0 §4, RFC 8414 §3).
const METADATA: [&str; 2] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
];

const WELL_KNOWN: &str = "/.well-known/";

/// Turns an error into its text.
fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn address(value: &str) -> Result<Uri, String> {
    let uri = https_or_loopback(value).map_err(text)?;
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    // The parser leaves a port that is none to whoever asks for it.
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') && !host.is_empty() => {
            match port.parse::<u16>() {
                Ok(1..) => Ok(uri),
                _ => Err("its port is not a number from 1 to 65535".to_owned()),
            }
        }
        _ => Ok(uri),
    }
}

/// In whatever letter case: a host may not care.
fn names_metadata(uri: &Uri) -> bool {
    let path = uri.path().to_ascii_lowercase();
    METADATA.into_iter().any(|place| path.contains(place))
}

/// What of the path is below `/.well-known` (RFC 8615 §3), where documents are.
fn well_known(uri: &Uri) -> Option<&str> {
    let at = uri.path().to_ascii_lowercase().find(WELL_KNOWN)?;
    uri.path().get(at..)
}

/// OpenID Discovery 1.0 §3: an address without query and fragment.
pub fn issuer(value: &str) -> Result<String, String> {
    if value.matches("://").count() > 1 {
        return Err("it is more than one address; a server has one issuer".to_owned());
    }
    let uri = address(value)?;
    if uri.query().is_some() {
        return Err("an issuer has no query".to_owned());
    }
    if let Some(path) = well_known(&uri) {
        return Err(format!(
            "that is where a document of it is, not the issuer; take {path} off"
        ));
    }
    Ok(value.to_owned())
}

pub fn jwks_uri(value: &str) -> Result<String, String> {
    let uri = address(value)?;
    if names_metadata(&uri) {
        return Err(
            "that is where the issuer's metadata is, not its keys; leave this out".to_owned(),
        );
    }
    Ok(value.to_owned())
}

pub fn public_url(value: &str) -> Result<PublicUrl, String> {
    address(value)?;
    value.parse().map_err(text)
}

/// Any text: what it must not have is refused for all values.
pub fn audience(value: &str) -> Result<String, String> {
    if value.starts_with('[') && value.ends_with(']') {
        return Err("it is a list; an API has one name".to_owned());
    }
    Ok(value.to_owned())
}

pub fn algorithms(value: &str) -> Result<Vec<Algorithm>, String> {
    let names = value.split([',', ' ']).filter(|name| !name.is_empty());
    let list: Result<Vec<Algorithm>, String> = names
        .map(|name| name.parse().map_err(|error| format!("{name:?} is {error}")))
        .collect();
    match list {
        Ok(list) if list.is_empty() => Err("it names no algorithm".to_owned()),
        list => list,
    }
}

pub fn typ(value: &str) -> Result<TypProfile, String> {
    match value {
        "any" => Ok(TypProfile::Any),
        "at+jwt" => Ok(TypProfile::AtJwt),
        "id-token" => Ok(TypProfile::IdToken),
        _ => Err("it is none of any, at+jwt and id-token".to_owned()),
    }
}

/// RFC 6749 §3.3: separated by spaces.
pub fn scopes(value: &str) -> Result<Vec<Scope>, String> {
    let scopes = value.split(' ').filter(|scope| !scope.is_empty());
    let scopes: Result<Vec<Scope>, _> = scopes.map(str::parse).collect();
    match scopes {
        Err(_) => Err("a scope has other characters than RFC 6749 §3.3 allows".to_owned()),
        // It would be taken for a demand, and demand nothing.
        Ok(scopes) if scopes.is_empty() => Err("it names no scope".to_owned()),
        Ok(scopes) => Ok(scopes),
    }
}

pub fn listen(value: &str) -> Result<SocketAddr, String> {
    value
        .parse()
        .map_err(|_| "it is not an IP address with a port".to_owned())
}

pub fn anchors(path: &str) -> Result<TrustAnchors, String> {
    let pem = std::fs::read(path).map_err(|error| format!("it cannot be read: {error}"))?;
    TrustAnchors::from_pem(&pem).ok_or_else(|| "it has no certificate in PEM".to_owned())
}

pub fn log(value: &str) -> Result<LevelFilter, String> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    if !levels.contains(&value) {
        return Err(format!("it is not one of {}", levels.join(", ")));
    }
    value.parse().map_err(text)
}
