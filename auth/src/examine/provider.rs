//! What the provider says of itself (OpenID Connect Discovery §3).

use std::time::Duration;

use super::Finding;
use crate::{
    cancel::Cancel,
    client::{Client, Provider},
    documents::key_set,
    error::{Document, Error, bounded},
    jwks::Algorithm,
    members::Members,
    ports::Response,
    provider::{Endpoint, ProviderMetadata},
    response::answered_at,
};

/// Why no ID token of the provider could be verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysFault {
    /// It signs ID tokens with these algorithms alone, of which none has public keys.
    #[error("ID tokens are signed with {0}, which is not accepted")]
    Algorithms(String),
    /// The key set did not come.
    #[error(transparent)]
    Document(#[from] Error),
    /// None of the keys in the set can be used.
    #[error("no key of the key set can be used")]
    NoKey,
}

/// Whether a refresh token can be hoped for. Discovery is incomplete at many providers: what
/// it leaves out may work all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Offline {
    /// `offline_access` is asked for, or the provider has no such scope.
    Asked,
    /// Refreshing is not among its grants (RFC 8414 §2, `grant_types_supported`).
    NoGrant,
    /// `offline_access` is asked for and not among the provider's scopes.
    NoScope,
    /// `offline_access` is not asked for (OpenID Connect Core §11).
    NotAsked,
}

impl Client {
    /// Tells of the provider's documents; gives the provider, if it can be used.
    pub(super) fn examined_provider(
        &self,
        cancel: &Cancel,
        told: &mut dyn FnMut(Finding),
    ) -> Option<Provider> {
        if cancel.is_cancelled() {
            return None;
        }
        let (clock, found) = self.discovered();
        let found = found.map_err(|error| told(Finding::Discovery(Err(error))));
        if found.is_ok() {
            told(Finding::Discovery(Ok(())));
        }
        clock.into_iter().for_each(&mut *told);
        let provider = found.ok()?;
        told(Finding::Keys(self.examined_keys(&provider)));
        let offline = offline(&self.settings.scopes, &self_description(&provider));
        told(Finding::Offline(offline));
        let device = &provider.metadata.device_authorization_endpoint;
        told(Finding::Device(matches!(device, Endpoint::At(_))));
        Some(provider)
    }

    fn discovered(&self) -> (Option<Finding>, Result<Provider, Error>) {
        let answer = match self.discovery_answer() {
            Ok(answer) => answer,
            Err(error) => return (None, Err(error)),
        };
        let here = self.ports.clock.now();
        // What lay in somebody's cache was made so much earlier.
        let there = answered_at(&answer).map(|date| date + age(&answer));
        let clock = Some(Finding::Clock { here, there });
        let document = answer.into_body();
        let metadata = ProviderMetadata::parse(&self.settings.issuer, &document);
        let provider = metadata.map(|metadata| Provider::new(metadata, document, None));
        (clock, provider.map_err(Error::from))
    }

    fn examined_keys(&self, provider: &Provider) -> Result<(), KeysFault> {
        let document = self_description(provider);
        let algorithms = document.optional_texts("id_token_signing_alg_values_supported");
        let is_accepted = |name: &&str| name.parse::<Algorithm>().is_ok();
        if let Some(algorithms) = algorithms
            && !algorithms.is_empty()
            && !algorithms.iter().any(is_accepted)
        {
            return Err(KeysFault::Algorithms(bounded(&algorithms.join(", "), 100)));
        }
        let uri = provider.metadata.jwks_uri.as_str();
        let keys = key_set(&self.document(Document::KeySet, uri)?).map_err(Error::from)?;
        if keys.is_empty() {
            return Err(KeysFault::NoKey);
        }
        Ok(())
    }
}

/// The discovery document, which was JSON already.
fn self_description(provider: &Provider) -> Members {
    let what = Document::Discovery.name();
    Members::parse(what, &provider.document).unwrap_or_else(|| Members::salvage(what, b""))
}

/// `Age` (RFC 9111 §5.1); nothing where it is absent or nonsense.
fn age(answer: &Response) -> Duration {
    let age = answer
        .headers()
        .get("age")
        .and_then(|age| age.to_str().ok());
    let seconds = age.and_then(|age| age.trim().parse::<u32>().ok());
    Duration::from_secs(seconds.unwrap_or(0).into())
}

fn offline(asked: &[String], document: &Members) -> Offline {
    let lists = |list: &'static str, word: &str| {
        let list = document.optional_texts(list);
        list.map(|list| list.contains(&word))
    };
    if lists("grant_types_supported", "refresh_token") == Some(false) {
        return Offline::NoGrant;
    }
    let is_asked = asked.iter().any(|scope| scope == "offline_access");
    match (is_asked, lists("scopes_supported", "offline_access")) {
        (true, Some(false)) => Offline::NoScope,
        (true, _) | (false, Some(false)) => Offline::Asked,
        (false, _) => Offline::NotAsked,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_can_be_hoped_for_by_what_is_asked_for_and_what_is_offered() {
        for (scopes, document, expected) in [
            ("openid offline_access", "{}", Offline::Asked),
            ("openid", "{}", Offline::NotAsked),
            (
                "openid",
                r#"{"scopes_supported": ["openid", "offline_access"]}"#,
                Offline::NotAsked,
            ),
            // Google's.
            (
                "openid",
                r#"{"scopes_supported": ["openid"]}"#,
                Offline::Asked,
            ),
            (
                "openid offline_access",
                r#"{"scopes_supported": ["openid"]}"#,
                Offline::NoScope,
            ),
            (
                "openid offline_access",
                r#"{"grant_types_supported": ["authorization_code"]}"#,
                Offline::NoGrant,
            ),
            (
                "openid offline_access",
                r#"{"grant_types_supported": ["authorization_code", "refresh_token"]}"#,
                Offline::Asked,
            ),
        ] {
            let asked: Vec<_> = scopes.split(' ').map(str::to_owned).collect();
            let members = Members::parse("discovery", document.as_bytes()).unwrap();
            assert_eq!(offline(&asked, &members), expected, "{scopes} {document}");
        }
    }

    #[test]
    fn the_age_of_an_answer_counts_only_where_it_is_a_number() {
        for (text, seconds) in [("60", 60), (" 7 ", 7), ("-1", 0), ("soon", 0), ("", 0)] {
            let answer = http::Response::builder().header("age", text);
            let answer = answer.body(Vec::new()).unwrap();
            assert_eq!(age(&answer).as_secs(), seconds, "{text}");
        }
    }
}
