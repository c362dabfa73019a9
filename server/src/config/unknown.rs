//! Variables that look like ours and are none: most likely a misspelt setting.

use std::ffi::OsString;

use super::{keys::KEYS, layers::CONFIG};

const PREFIX: &str = "VESTIBULE_SERVER_";

/// A sentence for each, with the setting that is spelt most alike.
pub fn warnings(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<String> {
    let known = KEYS.iter().map(super::keys::Key::environment);
    let known: Vec<String> = known.chain([CONFIG.to_owned()]).collect();
    let mut warnings: Vec<String> = environment
        .into_iter()
        .filter_map(|(name, value)| {
            let name = name.to_string_lossy().into_owned();
            let ours = name.to_ascii_uppercase().starts_with(PREFIX);
            // Windows has no letter case in them.
            let is = |known: &String| *known == name || cfg!(windows) && known.eq_ignore_ascii_case(&name);
            let unknown = ours && !known.iter().any(is);
            let value = value.to_string_lossy();
            let link = is_service_link(&name, &value) || is_container_link(&name, &value);
            (unknown && !link).then_some(name)
        })
        .map(|name| format!("the environment has {}, which is no setting and is ignored; did you mean {}? See --help for all", name.escape_debug(), nearest(&name, &known)))
        .collect();
    warnings.sort();
    warnings
}

fn nearest<'a>(name: &str, known: &'a [String]) -> &'a str {
    let rest = name[PREFIX.len()..].to_ascii_uppercase();
    let rest = match rest.as_str() {
        // What other servers call it.
        "ADDR" | "ADDRESS" | "BIND" | "HOST" | "PORT" => "LISTEN",
        rest => rest,
    };
    // The one measure finds a slip of the finger, the other what was left out or added.
    let alike = |known: &str| {
        let known = &known[PREFIX.len()..];
        strsim::jaro_winkler(rest, known) + strsim::sorensen_dice(rest, known)
    };
    let of = |known: &&String| (alike(known) * 1e6) as u64;
    known.iter().max_by_key(of).map_or("", String::as_str)
}

/// What the engine tells a container of a linked one: its name, and its environment.
fn is_container_link(name: &str, value: &str) -> bool {
    name.ends_with("_NAME") && value.starts_with('/') || name.contains("_ENV_")
}

/// What Kubernetes tells each pod of a service called `vestibule-server` or
/// `vestibule-server-…`, and container engines of a linked container of that name:
/// `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_HTTP`, `…_PORT=tcp://10.0.0.1:80`,
/// `…_PORT_80_TCP`, `…_PORT_80_TCP_ADDR` and so on.
fn is_service_link(name: &str, value: &str) -> bool {
    let Some((_, port)) = name.rsplit_once("_PORT_") else {
        let service = ["_SERVICE_HOST", "_SERVICE_PORT"];
        let link = name.ends_with("_PORT") && value.contains("://");
        return link || service.iter().any(|end| name.ends_with(end));
    };
    let (number, protocol) = port.split_once('_').unwrap_or((port, ""));
    let protocol = protocol.split('_').next().unwrap_or_default();
    let numbered = number.parse::<u16>().is_ok() && ["TCP", "UDP", "SCTP"].contains(&protocol);
    numbered || name.contains("_SERVICE_PORT_")
}
