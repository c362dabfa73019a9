//! A profile with what a person has given already.

use super::{
    Placeholder, Profile, Redirect,
    issuer::{Mended, mend},
    template::{Values, fill, matched, pieces},
};
use crate::config::{ConfigError, setting_line};

/// The placeholder that every profile has.
pub(super) const CLIENT_ID: &str = "CLIENT_ID";
/// Stands for what is to be registered.
const REDIRECT_URIS: &str = "REDIRECT_URIS";

/// What is to be entered at a provider and here; words in capitals stand in it for what is
/// not known yet.
pub struct Filled<'a> {
    /// Of which provider.
    pub profile: &'a Profile,
    /// What was mended or left out, a sentence each.
    pub notes: Vec<String>,
    pub(super) given: Vec<(&'a str, &'a str)>,
    pub(super) values: Values,
    /// Name and text of each, as in an option; the issuer comes first.
    settings: Vec<(&'a str, String)>,
    lacking: Vec<&'a Placeholder>,
}

impl<'a> Filled<'a> {
    /// `given` are settings and their texts, as in options.
    ///
    /// # Errors
    /// The issuer lacks a part, or a port cannot be registered.
    pub fn new(profile: &'a Profile, given: &[(&'a str, &'a str)]) -> Result<Self, ConfigError> {
        let mut filled = Self {
            profile,
            notes: Vec::new(),
            given: given.to_vec(),
            values: Values::new(),
            settings: Vec::new(),
            lacking: Vec::new(),
        };
        let issuer = filled.read_off()?;
        for (name, value) in profile.defaults() {
            filled.values.entry(name).or_insert(value);
        }
        let uris = filled.redirect_uris()?.join(", ");
        filled.values.insert(REDIRECT_URIS.to_owned(), uris);
        filled.add_settings(issuer);
        Ok(filled)
    }

    /// `text` with what its words stand for, as far as that is known.
    pub fn fill(&self, text: &str) -> String {
        fill(text, &self.values)
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        self.settings.first().map_or("", |(_, text)| text)
    }

    /// The placeholders of `vestibule.toml` that nothing is known for.
    pub fn lacking(&self) -> &[&'a Placeholder] {
        &self.lacking
    }

    /// The lines of `vestibule.toml`.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.settings.iter();
        lines
            .filter_map(|(name, text)| setting_line(name, text))
            .collect()
    }

    /// What is to be registered (RFC 8252 §7.3).
    ///
    /// # Errors
    /// Port 0 where ports are compared.
    pub fn redirect_uris(&self) -> Result<Vec<String>, ConfigError> {
        let set = |name| {
            let own = || self.profile.settings.get(name).map(String::as_str);
            self.given(name).or_else(own)
        };
        let host = set("redirect_host").unwrap_or("127.0.0.1");
        if self.profile.redirect == Redirect::AnyPort {
            return Ok(vec![format!("http://{host}/callback")]);
        }
        let ports = set("redirect_ports").unwrap_or("0").split(',');
        let ports: Vec<_> = ports.map(str::trim).collect();
        if ports.iter().any(|port| port.parse::<u16>() == Ok(0)) {
            return Err(ConfigError::new(&format!(
                "--redirect-ports: {} compares the port, so 0 for any port cannot be registered \
                 there: name some; example: --redirect-ports 8765,8766",
                self.profile.name
            )));
        }
        let uri = |port| format!("http://{host}:{port}/callback");
        Ok(ports.into_iter().map(uri).collect())
    }

    pub(super) fn given(&self, name: &str) -> Option<&'a str> {
        let mut given = self.given.iter();
        given
            .find(|(given, _)| *given == name)
            .map(|(_, text)| *text)
    }

    /// Reads off what is given what the placeholders stand for; gives the issuer, mended.
    fn read_off(&mut self) -> Result<Option<String>, ConfigError> {
        let profile = self.profile;
        if let Some(id) = self.given("client_id") {
            self.values.insert(CLIENT_ID.to_owned(), id.to_owned());
        }
        let issuer = match self.given("issuer") {
            Some(given) => Some(self.mended(given)?),
            None => None,
        };
        self.read_audience();
        for (name, template) in &profile.settings {
            let words = self.given(name).unwrap_or("").split(' ');
            for word in words {
                for form in template.split(' ') {
                    self.bind(form, word);
                }
            }
        }
        Ok(issuer)
    }

    /// What the API is called. Some providers are told by `resource` alone.
    fn audience(&self) -> Option<&'a str> {
        let resource = || {
            self.given("resource")
                .filter(|_| self.asks_for_an_audience())
        };
        self.given("audience").or_else(resource)
    }

    fn asks_for_an_audience(&self) -> bool {
        self.profile.settings.contains_key("audience")
    }

    fn read_audience(&mut self) {
        let (profile, Some(audience)) = (self.profile, self.audience()) else {
            return;
        };
        let api = &profile.api;
        let mut forms = api.also_written.iter().chain(&api.audience);
        let is_told = forms.any(|form| form != CLIENT_ID && self.bind(form, audience));
        if !is_told && self.given("client_id") != Some(audience) {
            self.notes.push(format!(
                "--audience is left out: {} has nothing that is asked for by it.",
                profile.name
            ));
        }
    }

    /// What the words of `template` stand for in `text`; false if that has another form.
    fn bind(&mut self, template: &str, text: &str) -> bool {
        let found = matched(template, text, |word| self.profile.has(word));
        let has_form = found.is_some();
        for (name, value) in found.unwrap_or_default() {
            self.values.entry(name).or_insert(value);
        }
        has_form
    }

    fn mended(&mut self, given: &str) -> Result<String, ConfigError> {
        let (profile, form) = (self.profile, &self.profile.issuer);
        let issuer = match mend(profile, given, &self.values) {
            Mended::Lacking(words) => return Err(self.lacking_in_issuer(&words)),
            Mended::Unlike(issuer) => {
                self.notes.push(format!(
                    "Issuers of {} have the form {form}: {issuer} has another, and is taken as \
                     it is.",
                    profile.name
                ));
                issuer
            }
            Mended::Whole(issuer) => {
                if !profile.issuer_is_free {
                    self.bind(without_scheme(form), without_scheme(&issuer));
                }
                issuer
            }
        };
        if issuer != given {
            let reason = match profile.issuer_is_free {
                true => String::new(),
                false => format!(", since {} spells it so", profile.name),
            };
            let note = format!("The issuer is written {issuer}, not {given}{reason}.");
            self.notes.push(note);
        }
        Ok(issuer)
    }

    fn lacking_in_issuer(&self, words: &[String]) -> ConfigError {
        let placeholders = self.profile.placeholders.iter();
        let what = placeholders.filter(|known| words.contains(&known.name));
        let what: Vec<_> = what.map(told).collect();
        ConfigError::new(&format!(
            "--issuer: it lacks {}; its form is {}; example: --issuer {}",
            what.join(" and "),
            self.profile.issuer,
            fill(&self.profile.issuer, &self.examples())
        ))
    }

    /// What the placeholders stand for, with an example where nothing is known.
    pub(super) fn examples(&self) -> Values {
        let mut values = self.values.clone();
        for known in &self.profile.placeholders {
            let example = || known.example.clone();
            values.entry(known.name.clone()).or_insert_with(example);
        }
        values
    }

    fn add_settings(&mut self, issuer: Option<String>) {
        let profile = self.profile;
        match issuer {
            Some(issuer) => self.settings.push(("issuer", issuer)),
            None => self.add("issuer", &profile.issuer),
        }
        self.add("client_id", CLIENT_ID);
        for (name, template) in &profile.settings {
            let is_told_as_resource = name == "audience"
                && self.given("resource").is_some()
                && self.given("audience").is_none();
            match self.given(name) {
                Some(text) => self.settings.push((name, text.to_owned())),
                None if is_told_as_resource => {}
                None => self.add(name, template),
            }
        }
        let is_there = |name: &str| {
            ["audience", "client_id", "issuer"].contains(&name)
                || profile.settings.contains_key(name)
        };
        let others = self.given.iter().filter(|(name, _)| !is_there(name));
        let others = others.map(|(name, text)| (*name, (*text).to_owned()));
        self.settings.extend(others);
    }

    fn add(&mut self, name: &'a str, template: &str) {
        for piece in pieces(template) {
            let known = self.profile.placeholders.iter();
            let lacking = known.filter(|known| {
                known.name == piece
                    && !self.values.contains_key(piece)
                    && !self.lacking.iter().any(|there| there.name == piece)
            });
            let lacking: Vec<_> = lacking.collect();
            self.lacking.extend(lacking);
        }
        self.settings.push((name, self.fill(template)));
    }
}

fn without_scheme(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest)
}

/// A placeholder and what it stands for.
pub(super) fn told(placeholder: &Placeholder) -> String {
    format!("{} ({})", placeholder.name, placeholder.what)
}
