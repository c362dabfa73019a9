//! The provider and its keys, asked for anew where what is known of them has grown old.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use super::{
    client::Client,
    error::{Error, TransportError, TransportErrorKind},
    jwks::Jwks,
    known::{Known, Provider, rest},
    locks::unpoisoned,
    provider::ProviderMetadata,
};

/// How long something newer is waited for where the known one could serve.
const PATIENCE: Duration = Duration::from_secs(2);

impl Client {
    /// The provider: as an earlier process was told, or discovered when first needed.
    pub(super) fn provider(&self) -> Result<Arc<Provider>, Error> {
        let now = self.ports.clock.now();
        let known = unpoisoned(&self.shared.provider).clone();
        let known = known.filter(|known| known.serves(now));
        let Some(known) = known else {
            return self.remembered().map_or_else(|| self.discover(), Ok);
        };
        if known.is_young(now) || known.rests(now) {
            return Ok(known.value);
        }
        let client = self.clone();
        match self.within_patience(move || client.discover()) {
            Err(error) if brought_nothing(&error) => {
                log::warn!("{error}: going on with what is known of the provider");
                rest(&self.shared.provider, now);
                Ok(known.value)
            }
            newer => newer,
        }
    }

    /// The provider as this process was told: what is not done twice is not to fail by what
    /// an earlier one knew.
    pub(super) fn provider_of_now(&self) -> Result<Arc<Provider>, Error> {
        let provider = self.provider()?;
        if provider.is_remembered {
            return self.discover();
        }
        Ok(provider)
    }

    /// The provider as it answers now; known keys stay known.
    pub(super) fn discover(&self) -> Result<Arc<Provider>, Error> {
        let document = self.discovery_document()?;
        let metadata = ProviderMetadata::parse(&self.settings.issuer, &document)?;
        let known = self.known_provider();
        let known = known.filter(|known| known.metadata.jwks_uri == metadata.jwks_uri);
        let keys = known.and_then(|known| unpoisoned(&known.keys).clone());
        let provider = Arc::new(Provider::new(metadata, document, keys));
        let now = self.ports.clock.now();
        *unpoisoned(&self.shared.provider) = Some(Known::new(provider.clone(), now));
        self.remember();
        Ok(provider)
    }

    /// The provider if it was discovered before; no I/O.
    pub(super) fn known_provider(&self) -> Option<Arc<Provider>> {
        let known = unpoisoned(&self.shared.provider);
        known.as_ref().map(|known| known.value.clone())
    }

    /// Waited for with less patience where known ones could serve.
    pub(super) fn newer_keys(
        &self,
        provider: &Arc<Provider>,
        some_serve: bool,
    ) -> Result<Jwks, Error> {
        if !some_serve {
            return self.fetch_keys(provider);
        }
        let (client, provider) = (self.clone(), provider.clone());
        self.within_patience(move || client.fetch_keys(&provider))
    }

    pub(super) fn fetch_keys(&self, provider: &Provider) -> Result<Jwks, Error> {
        let keys = self.keys(provider)?;
        let now = self.ports.clock.now();
        *unpoisoned(&provider.keys) = Some(Known::new(keys.clone(), now));
        self.remember();
        Ok(keys)
    }

    /// What `work` gives within [`PATIENCE`]; it goes on, and what it finds is known
    /// then.
    pub(super) fn within_patience<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = mpsc::channel();
        let spawned = thread::Builder::new()
            .name("renewal".to_owned())
            .spawn(move || drop(sender.send(work())));
        let found = spawned
            .ok()
            .and_then(|_| receiver.recv_timeout(PATIENCE).ok());
        found.unwrap_or_else(|| {
            let host = self.settings.issuer.host().to_owned();
            let kind = TransportErrorKind::Unreachable("no answer in a moment".to_owned());
            Err(TransportError { host, kind }.into())
        })
    }
}

/// Whether no document came that could be used. A set without keys is one that could.
pub(super) fn brought_nothing(error: &Error) -> bool {
    matches!(error, Error::Transport(_) | Error::Discovery(_))
}
