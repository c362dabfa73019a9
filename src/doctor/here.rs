//! What is here: settings, store, browser, the port for the way back.

use super::{Check, Doctor};
use crate::{
    auth::{
        Error,
        error::{LoopbackError, StoreError},
        examine::PortFault,
        ports::StoreKind,
    },
    config::Settings,
    exit,
    notice::{Notice, NoticeKind},
};

const CONFIGURATION: &str = "configuration";
const STORE: &str = "store";
const REDIRECT: &str = "redirect";

/// One port of the settings, and what was found of it.
type Port = (u16, Result<u16, PortFault>);

pub(super) fn configuration(settings: &Settings, warnings: &[String]) -> Vec<Check> {
    let warnings = settings.warnings.iter().chain(warnings);
    let mut checks: Vec<_> = warnings.map(|warning| warned(warning)).collect();
    checks.push(Check::ok(
        CONFIGURATION,
        format!(
            "issuer {}, client_id {}",
            settings.issuer.as_str(),
            settings.client_id
        ),
    ));
    checks
}

/// A warning that says itself what to do.
pub(super) fn warned(warning: &str) -> Check {
    let (what, remedy) = match warning.split_once("; ") {
        Some(parts) => parts,
        None => (
            warning,
            "take it out, or see vestibule --help for the right name",
        ),
    };
    Check::warning(CONFIGURATION, what, remedy)
}

pub(super) fn unconfigured(sentence: &str) -> Check {
    let (what, remedy) = match sentence.find("; example: ") {
        Some(at) => (&sentence[..at], &sentence[at + 2..]),
        None => (sentence, "vestibule --help lists all settings"),
    };
    Check::failed(CONFIGURATION, exit::WRONG_USE, what, remedy)
}

impl Doctor<'_> {
    pub(super) fn store(&self, found: Result<(), StoreError>) -> Check {
        let settings = self.settings;
        let Err(error) = found else {
            return match settings.store {
                StoreKind::Memory => {
                    let words = self.words(&NoticeKind::MemoryOnly.into());
                    Check::warning(STORE, "the session is kept in memory alone", words)
                }
                StoreKind::File => {
                    let file = settings.state_dir.join("session.json");
                    let how = match settings.credential {
                        Some(_) => "encrypted",
                        None => "not encrypted, readable for its owner alone",
                    };
                    Check::ok(STORE, format!("{} can be written; {how}", file.display()))
                }
                _ => Check::ok(STORE, "the keychain takes an item and gives it back"),
            };
        };
        let notice = Notice::of_store(NoticeKind::NotStored, (&error).into());
        let words = self.words(&notice);
        Check::failed(STORE, notice.kind.row().exit, error.to_string(), words)
    }

    pub(super) fn browser(is_there: bool) -> Check {
        match is_there {
            true => Check::ok("browser", "a browser can be opened"),
            false => Check::warning(
                "browser",
                "no browser can be opened here",
                "sign in with a phone: vestibule login --device; or open the address of vestibule \
                 login --no-browser yourself; or name a browser in the variable BROWSER",
            ),
        }
    }

    pub(super) fn ports(&self, ports: &[Port]) -> Check {
        let host = self.settings.redirect_host;
        let free = ports.iter().find_map(|(_, found)| found.as_ref().ok());
        let first_fault = ports.iter().find_map(|(_, found)| found.as_ref().err());
        match (free, first_fault) {
            (Some(port), None) => Check::ok(
                REDIRECT,
                format!("the browser can come back to {host}:{port}"),
            ),
            (Some(port), Some(fault)) => Check::warning(
                REDIRECT,
                format!(
                    "only {host}:{port} is left to come back to: {}",
                    told(ports)
                ),
                remedy(fault)
                    .unwrap_or("end what uses the others, or leave them out of redirect_ports"),
            ),
            (None, fault) => self.unreachable(ports, fault),
        }
    }

    fn unreachable(&self, ports: &[Port], fault: Option<&PortFault>) -> Check {
        let what = format!("{}: {}", self.settings.redirect_host, told(ports));
        match fault.and_then(remedy) {
            Some(remedy) => Check::failed(REDIRECT, exit::FAILED_HERE, what, remedy),
            None => {
                let numbers: Vec<_> = ports.iter().map(|(port, _)| port.to_string()).collect();
                let error = Error::from(LoopbackError::NoPort(numbers.join(", ")));
                Check {
                    what,
                    ..self.failure(REDIRECT, &error)
                }
            }
        }
    }
}

/// Where it is not the port.
fn remedy(fault: &PortFault) -> Option<&'static str> {
    match fault {
        PortFault::NoAddress(_) => Some(
            "set redirect_host to an address that this machine has, \"[::1]\" or \"localhost\", and \
             register the redirect URI with it at the provider",
        ),
        PortFault::Elsewhere(_) => Some(
            "let localhost lead to 127.0.0.1 and ::1, a line for each in /etc/hosts; or set \
             redirect_host to \"127.0.0.1\" or \"[::1]\", if the provider takes that",
        ),
        _ => None,
    }
}

fn told(ports: &[Port]) -> String {
    let fault = |(port, found): &Port| {
        let fault = found.as_ref().err()?;
        Some(match port {
            0 => fault.to_string(),
            port => format!("port {port}: {fault}"),
        })
    };
    ports
        .iter()
        .filter_map(fault)
        .collect::<Vec<_>>()
        .join("; ")
}
