//! What is printed: a line for each check, or one JSON value to share. No secret is in it, nor
//! the person's name: their home folder is `~`.

use std::{
    env::consts::{ARCH, OS},
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{AUDIENCE, Check, IDS, Outcome};
use crate::{
    auth::{address::told, ports::StoreKind},
    config::Settings,
    exit,
    terminal::show,
};

/// Where what was found begins, in columns; remedies begin there too.
const COLUMN: usize = 23;

/// What was told so far.
pub(super) struct Report {
    json: bool,
    home: Option<String>,
    checks: Vec<Check>,
    /// Of the first print that failed.
    unprinted: Option<u8>,
}

impl Report {
    pub fn new(json: bool, home: Option<PathBuf>) -> Self {
        Self {
            json,
            home: home.map(|home| {
                let home = home.display().to_string();
                home.trim_end_matches(['/', '\\']).to_owned()
            }),
            checks: Vec::new(),
            unprinted: None,
        }
    }

    pub fn tell(&mut self, check: Check) {
        let check = Check {
            what: self.without_home(&check.what),
            remedy: self.without_home(&check.remedy),
            ..check
        };
        if !self.json {
            self.print(&lines(&check));
        }
        self.checks.push(check);
    }

    /// Prints what belongs at the end; gives the exit code.
    pub fn end(mut self, settings: Option<&Settings>) -> u8 {
        let text = match self.json {
            true => format!("{:#}", self.value(settings)),
            false => self.sum(),
        };
        self.print(&text);
        self.code()
    }

    /// That of the first failure; but what could not be printed was not told.
    fn code(&self) -> u8 {
        let mut codes = self.checks.iter().filter_map(|check| match check.outcome {
            Outcome::Failed(code) => Some(code),
            Outcome::Ok | Outcome::Warning => None,
        });
        let first = codes.next();
        self.unprinted.or(first).unwrap_or(exit::DONE)
    }

    fn print(&mut self, text: &str) {
        let code = show(text);
        if code != exit::DONE {
            self.unprinted.get_or_insert(code);
        }
    }

    /// An address may have the same path, and another folder the same beginning: they stay.
    fn without_home(&self, text: &str) -> String {
        let Some(home) = &self.home else {
            return text.to_owned();
        };
        let mut parts = text.split(home.as_str()).peekable();
        let mut told = String::new();
        while let Some(part) = parts.next() {
            told += part;
            let Some(rest) = parts.peek() else { break };
            let is_within = told.ends_with(|c: char| c.is_alphanumeric() || "._-:/".contains(c));
            let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || "._-".contains(c));
            told += if is_within || goes_on { home } else { "~" };
        }
        told
    }

    fn not_examined(&self) -> Vec<&'static str> {
        let is_told = |id: &&str| self.checks.iter().any(|check| check.id == *id);
        IDS.into_iter().filter(|id| !is_told(id)).collect()
    }

    fn sum(&self) -> String {
        let count =
            |is: fn(Outcome) -> bool| self.checks.iter().filter(|check| is(check.outcome)).count();
        let text = format!(
            "{} failed, {} to look at, {} ok.",
            count(|outcome| matches!(outcome, Outcome::Failed(_))),
            count(|outcome| outcome == Outcome::Warning),
            count(|outcome| outcome == Outcome::Ok),
        );
        match &self.not_examined()[..] {
            [] => text,
            open => format!(
                "{text} Not examined until that is mended: {}.",
                open.join(", ")
            ),
        }
    }

    fn value(&self, settings: Option<&Settings>) -> Value {
        let checks = self.checks.iter().map(|check| {
            json!({
                "id": check.id,
                "outcome": word(check.outcome),
                "what": check.what,
                "remedy": Some(&check.remedy).filter(|remedy| !remedy.is_empty()),
            })
        });
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "system": format!("{OS} {ARCH}"),
            "settings": settings.map(|settings| self.redacted(settings)),
            "checks": checks.collect::<Vec<_>>(),
            "not_examined": self.not_examined(),
        })
    }

    fn redacted(&self, settings: &Settings) -> Value {
        let path = |path: &Path| self.without_home(&path.display().to_string());
        json!({
            "issuer": settings.issuer.as_str(),
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.is_some(),
            "audience": settings.audience,
            "resource": settings.resource,
            "scopes": settings.scopes.join(" "),
            "prompt": settings.prompt,
            "api_url": told(&settings.api_url),
            "redirect_host": settings.redirect_host.as_str(),
            "redirect_ports": settings.redirect_ports,
            "store": settings.store.name(),
            "encrypted": settings.store == StoreKind::File && settings.credential.is_some(),
            "state_folder": path(&settings.state_dir),
            "ca_file": settings.ca_file.as_deref().map(path),
            "kiosk": settings.kiosk,
        })
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Warning => "warning",
        Outcome::Failed(_) => "failed",
    }
}

/// As `failed   discovery     what`, and what to do below what was found.
fn lines(check: &Check) -> String {
    debug_assert!(check.id == AUDIENCE || IDS.contains(&check.id));
    let indented = |text: &str| text.replace('\n', &format!("\n{:COLUMN$}", ""));
    let (id, what) = (check.id, indented(&check.what));
    let line = format!("{:<9}{id:<14}{what}", word(check.outcome));
    match &*check.remedy {
        "" => line,
        remedy => format!("{line}\n{:COLUMN$}{}", "", indented(remedy)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_a_line_with_what_to_do_below() {
        let check = Check::failed("store", 1, "there is none", "start one");
        assert_eq!(
            lines(&check),
            "failed   store         there is none\n                       start one"
        );
        let fine = Check::ok("registration", "known");
        assert_eq!(lines(&fine), "ok       registration  known");
    }

    #[test]
    fn the_home_folder_is_not_told() {
        let mut report = Report::new(true, Some("/home/ada".into()));
        report.tell(Check::warning(
            "store",
            "/home/ada/x: full",
            "empty /home/ada",
        ));
        assert_eq!(report.checks[0].what, "~/x: full");
        assert_eq!(report.checks[0].remedy, "empty ~");
    }

    #[test]
    fn what_only_looks_like_the_home_folder_is_told_whole() {
        for (home, text, told) in [
            ("/auth", "https://sso.example.org/auth is right", None),
            ("/home/ada", "/home/adam/x and /mnt/home/ada/x", None),
            ("/home/ada/", "/home/ada/x, /home/ada", Some("~/x, ~")),
            ("/auth", "(/auth/x)", Some("(~/x)")),
        ] {
            let report = Report::new(true, Some(home.into()));
            assert_eq!(report.without_home(text), told.unwrap_or(text), "{home}");
        }
    }

    #[test]
    fn the_first_failure_gives_the_exit_code_and_a_warning_none() {
        let code = |checks: &[Check]| {
            let mut report = Report::new(true, None);
            checks.iter().cloned().for_each(|check| report.tell(check));
            report.code()
        };
        let fine = Check::ok("store", "");
        let warning = Check::warning("clock", "", "");
        assert_eq!(code(&[fine.clone(), warning.clone()]), 0);
        let (first, second) = (
            Check::failed("keys", 5, "", ""),
            Check::failed("api", 6, "", ""),
        );
        assert_eq!(code(&[fine, warning, first, second]), 5);
    }
}
