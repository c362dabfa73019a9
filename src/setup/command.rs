//! The commands that come next.

use std::path::Path;

use super::{
    Filled,
    filled::CLIENT_ID,
    template::{fill, pieces},
};
use crate::config::setting_option;

impl Filled<'_> {
    /// How the API is started, if one can verify the access tokens.
    pub fn api_command(&self) -> Option<String> {
        let audience = self.fill(self.profile.api.audience.as_deref()?);
        let typ = self.profile.api.typ.as_ref();
        let typ = typ.map_or_else(String::new, |typ| format!(" --typ {typ}"));
        let (issuer, audience) = (shell(self.issuer()), shell(&audience));
        Some(format!(
            "vestibule-server --issuer {issuer} --audience {audience}{typ}"
        ))
    }

    /// What the app is asked for then, with the file that `--config` named.
    pub(super) fn next_commands(&self, config: Option<&Path>) -> [String; 2] {
        let named = |config: &Path| format!(" --config {}", shell(&config.to_string_lossy()));
        let file = config.map(named).unwrap_or_default();
        ["doctor", "login"].map(|command| format!("vestibule {command}{file}"))
    }

    /// The command that writes the file, with an example for what nothing is known of.
    pub fn command(&self, config: Option<&Path>) -> String {
        let (profile, values) = (self.profile, self.examples());
        let mut command = format!("vestibule setup {}", profile.word);
        if pieces(&profile.issuer).iter().any(|word| profile.has(word)) {
            let issuer = match self.given("issuer") {
                Some(_) => self.issuer().to_owned(),
                None => fill(&profile.issuer, &values),
            };
            command += &format!(" --issuer {}", shell(&issuer));
        }
        command += &format!(" --client-id {}", shell(&fill(CLIENT_ID, &values)));
        let is_due = |api: &&String| {
            let has_default = profile.defaults().contains_key(*api);
            *api != CLIENT_ID && (self.given("audience").is_some() || !has_default)
        };
        if let Some(api) = profile.api.audience.as_ref().filter(is_due) {
            command += &format!(" --audience {}", shell(&fill(api, &values)));
        }
        for (name, text) in &self.given {
            let is_told = ["audience", "client_id", "issuer"].contains(name);
            if let (false, Some(option)) = (is_told, setting_option(name)) {
                command += &format!(" {option}={}", shell(text));
            }
        }
        if let Some(config) = config {
            command += &format!(" --config {}", shell(&config.to_string_lossy()));
        }
        command + " --write"
    }
}

/// As one word of a POSIX shell.
fn shell(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    match text.chars().all(is_plain) && !text.is_empty() {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
