//! What the provider said, for the next start: with its metadata and keys at hand, a session is
//! renewed in one round trip.
//!
//! Nothing of it is secret, and it is held to the rules of a fresh answer: the issuer is the
//! configured one, each endpoint https (or loopback). How long it serves, [`super::known`]
//! says. A file that is damaged, foreign or too large counts as none.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::{
    client::{Client, Provider},
    documents::key_set,
    known::Known,
    locks::unpoisoned,
    platform::{read_own, write_own},
    provider::ProviderMetadata,
};

/// Two documents come nowhere near it.
const LARGEST: usize = 1 << 20;

/// The file.
#[derive(Serialize, Deserialize)]
struct Remembered {
    discovery: Said,
    keys: Option<Said>,
}

/// A document, as the provider wrote it.
#[derive(Serialize, Deserialize)]
struct Said {
    /// In seconds since 1970.
    at: u64,
    document: String,
}

impl Said {
    /// `None` for what is no text, or of a time that is none.
    fn new(at: SystemTime, document: &[u8]) -> Option<Self> {
        Some(Self {
            at: at.duration_since(UNIX_EPOCH).ok()?.as_secs(),
            document: str::from_utf8(document).ok()?.to_owned(),
        })
    }

    fn known<T>(&self, value: T, now: SystemTime) -> Option<Known<T>> {
        let since = UNIX_EPOCH.checked_add(Duration::from_secs(self.at))?;
        Known::remembered(value, since, now)
    }
}

impl Client {
    /// Keeps what is known of the provider for the next start. Where it cannot be kept, that
    /// start asks the provider.
    pub(super) fn remember(&self) {
        let Some(file) = &self.settings.provider_file else {
            return;
        };
        let Some(text) = self.text_to_remember() else {
            return;
        };
        if text.len() > LARGEST {
            log::info!("the provider's documents are too large to be remembered");
        } else if let Err(error) = write_own(file, &text) {
            log::info!("{error}: the provider is not remembered");
        }
    }

    fn text_to_remember(&self) -> Option<String> {
        let known = unpoisoned(&self.shared.provider).clone()?;
        let keys = unpoisoned(&known.value.keys).clone();
        let remembered = Remembered {
            discovery: Said::new(known.since(), &known.value.document)?,
            keys: keys.and_then(|keys| Said::new(keys.since(), keys.value.document())),
        };
        serde_json::to_string(&remembered).ok()
    }

    /// The provider as an earlier process was told of it, if that still serves; it is known
    /// from then on.
    pub(super) fn remembered(&self) -> Option<Arc<Provider>> {
        let file = self.settings.provider_file.as_ref()?;
        let text = match read_own(file, LARGEST) {
            Ok(text) => text?,
            Err(error) => {
                log::warn!("{error}: the provider is asked instead");
                return None;
            }
        };
        let now = self.ports.clock.now();
        let read = self.read_remembered(&text, now);
        let known = read.unwrap_or_else(|why| {
            log::warn!("{}: {why}: the provider is asked instead", file.display());
            None
        })?;
        let mut provider = unpoisoned(&self.shared.provider);
        match &*provider {
            // A sign-in has asked meanwhile.
            Some(newer) if newer.serves(now) => Some(newer.value.clone()),
            _ => {
                *provider = Some(known.clone());
                Some(known.value)
            }
        }
    }

    /// `None` if it serves no more.
    fn read_remembered(
        &self,
        text: &str,
        now: SystemTime,
    ) -> Result<Option<Known<Arc<Provider>>>, String> {
        let remembered: Remembered =
            serde_json::from_str(text).map_err(|_| "damaged".to_owned())?;
        let Remembered { discovery, keys } = remembered;
        let document = discovery.document.as_bytes();
        let metadata = ProviderMetadata::parse(&self.settings.issuer, document);
        let metadata = metadata.map_err(|error| error.to_string())?;
        let keys = keys.and_then(|keys| {
            let read = key_set(keys.document.as_bytes());
            read.ok().and_then(|read| keys.known(read, now))
        });
        let provider = Provider {
            is_remembered: true,
            ..Provider::new(metadata, document.to_owned(), keys)
        };
        Ok(discovery.known(Arc::new(provider), now))
    }
}
