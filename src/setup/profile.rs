//! What is known of a provider: a file of `providers/`, which is part of the program.

use std::collections::BTreeMap;

use serde::Deserialize;
use vestibule_settings::perhaps;

use super::template::Values;
use crate::config::ConfigError;

/// How each is called at a terminal, and its file.
const FILES: [(&str, &str); 11] = [
    ("auth0", include_str!("../../providers/auth0.toml")),
    ("entra", include_str!("../../providers/entra.toml")),
    ("google", include_str!("../../providers/google.toml")),
    ("okta", include_str!("../../providers/okta.toml")),
    ("keycloak", include_str!("../../providers/keycloak.toml")),
    ("authentik", include_str!("../../providers/authentik.toml")),
    ("authelia", include_str!("../../providers/authelia.toml")),
    ("zitadel", include_str!("../../providers/zitadel.toml")),
    ("kanidm", include_str!("../../providers/kanidm.toml")),
    ("dex", include_str!("../../providers/dex.toml")),
    ("generic", include_str!("../../providers/generic.toml")),
];

/// A provider. Words in capitals that are [`Placeholder`]s stand in its texts for what
/// differs from one customer to another; `REDIRECT_URIS` for what is to be registered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// How it is called at a terminal.
    #[serde(skip)]
    pub word: &'static str,
    /// How it calls itself.
    pub name: String,
    /// Other names that people look for it by.
    #[serde(default)]
    pub also_called: Vec<String>,
    /// The address of its own documentation.
    pub documentation: String,
    /// The form of its issuer, to the last slash.
    pub issuer: String,
    /// Whether its issuer is whatever its configuration says, so that nothing tells a slip.
    #[serde(default)]
    pub issuer_is_free: bool,
    /// How it compares redirect URIs.
    pub redirect: Redirect,
    /// In the order in which they are explained.
    pub placeholders: Vec<Placeholder>,
    /// What stands in `vestibule.toml` besides issuer and client, as it would in options.
    pub settings: BTreeMap<String, String>,
    /// What the API needs.
    pub api: Api,
    /// What is to be done there, in order.
    pub steps: Vec<Step>,
    /// What brings a refresh token, without which nobody stays signed in.
    pub refresh: String,
    /// What switches the way by phone on (RFC 8628).
    pub phone: String,
    /// What a sign-out ends there.
    pub sign_out: String,
    /// What goes wrong easily.
    pub traps: Vec<String>,
    /// What all this was checked against, and what not.
    pub checked: String,
}

impl Profile {
    /// Whether `word` is one of its placeholders.
    pub fn has(&self, word: &str) -> bool {
        self.placeholders.iter().any(|known| known.name == word)
    }

    /// What placeholders stand for unless something else is given.
    pub(super) fn defaults(&self) -> Values {
        let default = |known: &Placeholder| Some((known.name.clone(), known.default.clone()?));
        self.placeholders.iter().filter_map(default).collect()
    }
}

/// How redirect URIs are compared (RFC 8252 §7.3).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Redirect {
    /// Whatever the port is.
    AnyPort,
    /// To the last character, so the ports are listed.
    Listed,
}

/// A word in capitals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placeholder {
    /// The word.
    pub name: String,
    /// What it stands for, and where it is found.
    pub what: String,
    /// A value of the right form.
    pub example: String,
    /// What it stands for unless something else is given.
    pub default: Option<String>,
}

/// What the API has to know of the provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The audience of access tokens; none if no API can verify them.
    pub audience: Option<String>,
    /// Other forms in which people give it.
    #[serde(default)]
    pub also_written: Vec<String>,
    /// The option `--typ`, where it is not the default.
    pub typ: Option<String>,
    /// What else there is to know.
    pub note: Option<String>,
}

/// A page there, or a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Which one, as the way to it.
    pub at: String,
    /// `FIELD: VALUE` each.
    #[serde(default)]
    pub enter: Vec<String>,
    /// Commands, or lines of a file.
    pub block: Option<String>,
}

/// All of them.
///
/// # Errors
/// Only a slip in a file of `providers/` leads here; a test reads every one.
pub fn profiles() -> Result<Vec<Profile>, ConfigError> {
    let read = |(word, text): &(&'static str, &str)| {
        let profile: Result<Profile, _> = toml::from_str(text);
        match profile {
            Ok(profile) => Ok(Profile { word, ..profile }),
            Err(error) => Err(ConfigError::new(&format!("providers/{word}.toml: {error}"))),
        }
    };
    FILES.iter().map(read).collect()
}

/// The one that is called `word`, in whatever case.
pub(super) fn find<'a>(
    profiles: &'a [Profile],
    word: Option<&str>,
) -> Result<&'a Profile, ConfigError> {
    let wrong = |what: &str, example: &str| {
        let words: Vec<_> = profiles.iter().map(|profile| profile.word).collect();
        ConfigError::new(&format!(
            "{what}; known are {} (any other provider); example: vestibule setup {example}",
            words.join(", ")
        ))
    };
    let Some(word) = word else {
        return Err(wrong("setup needs the name of a provider", "auth0"));
    };
    let is_it = |profile: &&Profile| profile.word.eq_ignore_ascii_case(word);
    profiles.iter().find(is_it).ok_or_else(|| {
        let names = profiles.iter().flat_map(|profile| {
            let others = profile.also_called.iter().map(String::as_str);
            let names = others.chain([profile.word]);
            names.map(|name| (name, profile.word))
        });
        let cut: String = word.chars().take(80).collect();
        let meant = perhaps(&cut, names);
        let example = meant.split(' ').nth(2).unwrap_or("generic");
        wrong(&format!("unknown provider \"{cut}\"{meant}"), example)
    })
}
