//! `vestibule doctor`: what the auth crate finds ([`auth::examine`](crate::auth::examine)), in
//! words for people, each with what to do.
//!
//! What an error means is said by [`notice`](crate::notice) alone: here is worded only what no
//! sign-in would tell.

mod api;
mod findings;
mod here;
mod provider;
mod report;

use std::sync::Arc;

use crate::{
    auth::{Cancel, Client},
    config::{Settings, home},
    exit,
    terminal::until_done,
};
use findings::Doctor;
use report::Report;

/// Everything that is looked at, in the order in which it is told. The names are for
/// programs, and stay.
const IDS: [&str; 13] = [
    "configuration",
    "store",
    "browser",
    "redirect",
    "discovery",
    "clock",
    "keys",
    "refresh",
    "phone",
    "registration",
    "client",
    "api",
    "session",
];
/// The access token at the API, which is told where somebody is signed in, or where the API
/// says what it wants.
const AUDIENCE: &str = "audience";

/// How one thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Ok,
    /// It works, or may work, and should be looked at.
    Warning,
    /// It does not work, and ends with this exit code.
    Failed(u8),
}

/// A line of the doctor.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Check {
    /// One of [`IDS`], or [`AUDIENCE`].
    id: &'static str,
    outcome: Outcome,
    /// What was found.
    what: String,
    /// What to do; empty where all is well.
    remedy: String,
}

impl Check {
    fn ok(id: &'static str, what: impl Into<String>) -> Self {
        Self {
            id,
            outcome: Outcome::Ok,
            what: what.into(),
            remedy: String::new(),
        }
    }

    fn warning(id: &'static str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Warning,
            remedy: remedy.into(),
            ..Self::ok(id, what)
        }
    }

    fn failed(
        id: &'static str,
        code: u8,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            outcome: Outcome::Failed(code),
            ..Self::warning(id, what, remedy)
        }
    }
}

/// Looks at everything and prints what it finds, as it is found or as one JSON value; gives
/// the exit code.
pub fn run(
    json: bool,
    client: &Arc<Client>,
    settings: Settings,
    warnings: Vec<String>,
    cancel: &Cancel,
) -> u8 {
    let (patient, stop) = (client.clone(), cancel.clone());
    until_done(client, cancel, move || {
        let mut report = Report::new(json, home());
        here::configuration(&settings, &warnings)
            .into_iter()
            .for_each(|check| report.tell(check));
        let mut doctor = Doctor::new(&patient, &settings);
        patient.examine(Some(&settings.api_url), &stop, &mut |finding| {
            doctor
                .hear(finding)
                .into_iter()
                .for_each(|check| report.tell(check));
        });
        doctor
            .audience()
            .into_iter()
            .for_each(|check| report.tell(check));
        // A keychain may not have taken a refresh token that was rotated.
        patient.catch_up();
        if let Some(error) = patient.behind() {
            report.tell(doctor.store(Err(error)));
        }
        if stop.is_cancelled() {
            return exit::INTERRUPTED;
        }
        report.end(Some(&settings))
    })
}

/// The same where the settings cannot be used, for the reason in `sentence`; gives the exit
/// code.
pub fn unconfigured(json: bool, sentence: &str, warnings: &[String]) -> u8 {
    let mut report = Report::new(json, home());
    let warnings = warnings.iter().map(|warning| here::warned(warning));
    warnings.for_each(|check| report.tell(check));
    report.tell(here::unconfigured(sentence));
    report.end(None)
}
