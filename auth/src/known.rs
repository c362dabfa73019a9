//! What is known of the provider (OpenID Connect Discovery §4, its keys), and how
//! long that serves.
//!
//! An hour, then it is asked for anew. Where no new one that can be used is to be had,
//! because the network or the provider fails or takes long, the known one goes on serving for a
//! day: a session must not hang on documents that hardly ever change. A withdrawn
//! key ends all the same: OpenID Connect Core §10.1.1 leaves open how long a key
//! serves after that, and here it does until the provider answers after an hour, a
//! day at most (as long as the API's guard uses it). A sign-in takes only what the
//! provider has said within the hour.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, SystemTime},
};

use super::{
    authorization::Nonce,
    client::Client,
    error::{Error, IdTokenError, TransportError, TransportErrorKind},
    id_token::{self, Expected, IdTokenClaims},
    jwks::Jwks,
    ports::unix_seconds,
    provider::ProviderMetadata,
    session::Session,
    shared::unpoisoned,
    token::TokenSet,
};

/// After this it is asked for anew.
const YOUNG: Duration = Duration::from_secs(3600);
/// After this it serves no more, whatever the network does.
const OLDEST: Duration = Duration::from_secs(24 * 3600);
/// How long something newer is waited for where the known one could serve.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long nothing newer is asked for after it could not be had.
const PAUSE: Duration = Duration::from_secs(60);

/// Something that the provider said.
#[derive(Clone)]
pub(super) struct Known<T> {
    value: T,
    since: SystemTime,
    /// Until then nothing newer is asked for.
    rests_until: SystemTime,
}

impl<T> Known<T> {
    fn new(value: T, now: SystemTime) -> Self {
        Self {
            value,
            since: now,
            rests_until: now,
        }
    }

    /// Whether it is younger than `limit`; never if the clock was set back before it.
    fn is_younger(&self, limit: Duration, now: SystemTime) -> bool {
        now.duration_since(self.since).is_ok_and(|age| age < limit)
    }

    fn rests(&self, now: SystemTime) -> bool {
        let left = self.rests_until.duration_since(now);
        left.is_ok_and(|left| !left.is_zero() && left <= PAUSE)
    }
}

/// The provider, as it described itself.
pub(super) struct Provider {
    pub metadata: ProviderMetadata,
    keys: Mutex<Option<Known<Jwks>>>,
}

impl Client {
    /// The provider, discovered when first needed.
    pub(super) fn provider(&self) -> Result<Arc<Provider>, Error> {
        let now = self.ports.clock.now();
        let known = unpoisoned(&self.shared.provider).clone();
        let known = known.filter(|known| known.is_younger(OLDEST, now));
        let Some(known) = known else {
            return self.discover();
        };
        if known.is_younger(YOUNG, now) || known.rests(now) {
            return Ok(known.value);
        }
        let client = self.clone();
        match self.soon(move || client.discover()) {
            Err(error) if brought_nothing(&error) => {
                log::warn!("{error}: going on with what is known of the provider");
                rest(&self.shared.provider, now);
                Ok(known.value)
            }
            newer => newer,
        }
    }

    /// The provider as it answers now; known keys stay known.
    pub(super) fn discover(&self) -> Result<Arc<Provider>, Error> {
        let metadata = self.metadata()?;
        let known = self.known_provider();
        let known = known.filter(|known| known.metadata.jwks_uri == metadata.jwks_uri);
        let keys = known.and_then(|known| unpoisoned(&known.keys).clone());
        let provider = Arc::new(Provider {
            metadata,
            keys: Mutex::new(keys),
        });
        let now = self.ports.clock.now();
        *unpoisoned(&self.shared.provider) = Some(Known::new(provider.clone(), now));
        Ok(provider)
    }

    /// The provider if it was discovered before; no I/O.
    pub(super) fn known_provider(&self) -> Option<Arc<Provider>> {
        let known = unpoisoned(&self.shared.provider);
        known.as_ref().map(|known| known.value.clone())
    }

    /// Verifies the ID token of a sign-in, which has the `nonce` of its request if there
    /// was one; keys that do not fit are fetched anew
    /// once, since a provider may have changed them since (OpenID Connect Core
    /// §10.1.1).
    pub(super) fn verify(
        &self,
        provider: &Provider,
        token: &str,
        set: &TokenSet,
        nonce: Option<&Nonce>,
    ) -> Result<IdTokenClaims, Error> {
        let expected = Expected {
            nonce: nonce.map(Nonce::secret),
            ..self.expected(set)
        };
        let known = unpoisoned(&provider.keys).clone();
        let young = known.filter(|keys| keys.is_younger(YOUNG, self.ports.clock.now()));
        if let Some(verdict) = fitting(token, young, &expected) {
            return Ok(verdict?);
        }
        let keys = self.fetch_keys(provider)?;
        Ok(id_token::verify(token, &keys, &expected)?)
    }

    /// Verifies the ID token of a refresh; `None` if the keys for it cannot be had.
    /// It counts as not brought then, which it need not be (OpenID Connect Core
    /// §12.2): the refresh token is used up, and the access token came by TLS from
    /// the provider itself. A check that fails refuses it in any case.
    pub(super) fn verify_refreshed(
        &self,
        provider: &Arc<Provider>,
        token: &str,
        set: &TokenSet,
        session: &Session,
    ) -> Result<Option<IdTokenClaims>, Error> {
        let nonce = session.nonce();
        let expected = Expected {
            earlier_nonce: nonce.as_ref().map(Nonce::secret),
            subject: Some(session.sub()),
            ..self.expected(set)
        };
        let now = self.ports.clock.now();
        let known = unpoisoned(&provider.keys).clone();
        let known = known.filter(|keys| keys.is_younger(OLDEST, now));
        let served = known.clone();
        let served = served.filter(|keys| keys.is_younger(YOUNG, now) || keys.rests(now));
        if let Some(verdict) = fitting(token, served, &expected) {
            return Ok(Some(verdict?));
        }
        let error = match self.newer_keys(provider, known.is_some()) {
            Ok(keys) => return Ok(Some(id_token::verify(token, &keys, &expected)?)),
            Err(error) if brought_nothing(&error) => error,
            Err(error) => return Err(error),
        };
        rest(&provider.keys, now);
        let known = known.map_or_else(Jwks::default, |known| known.value);
        match id_token::verify(token, &known, &expected) {
            Err(IdTokenError::UnknownKey) => {
                log::warn!("{error}: going on without the ID token of this refresh");
                Ok(None)
            }
            // A key may have been replaced under its name: nothing is proven.
            Err(IdTokenError::Signature) => Err(error),
            verdict => Ok(Some(verdict?)),
        }
    }

    fn expected<'a>(&'a self, set: &'a TokenSet) -> Expected<'a> {
        Expected {
            access_token: set.access_token.secret(),
            answered_at: set.answered_at.map(unix_seconds),
            client_id: &self.settings.identity.id,
            earlier_nonce: None,
            issuer: self.settings.issuer.as_str(),
            nonce: None,
            now: self.ports.clock.unix_seconds(),
            subject: None,
        }
    }

    /// Waited for with less patience where known ones could serve.
    fn newer_keys(&self, provider: &Arc<Provider>, some_serve: bool) -> Result<Jwks, Error> {
        if !some_serve {
            return self.fetch_keys(provider);
        }
        let (client, provider) = (self.clone(), provider.clone());
        self.soon(move || client.fetch_keys(&provider))
    }

    fn fetch_keys(&self, provider: &Provider) -> Result<Jwks, Error> {
        let keys = self.keys(provider)?;
        let now = self.ports.clock.now();
        *unpoisoned(&provider.keys) = Some(Known::new(keys.clone(), now));
        Ok(keys)
    }

    /// What `work` gives within [`PATIENCE`]; it goes on, and what it finds is known
    /// then.
    fn soon<T: Send + 'static>(
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

/// The verdict of `keys`, or what is wrong whatever the keys are; `None` if none fits.
/// An algorithm without public keys is told as such, not as the lack of them: who signs
/// with one may publish none.
fn fitting(
    token: &str,
    keys: Option<Known<Jwks>>,
    expected: &Expected<'_>,
) -> Option<Result<IdTokenClaims, IdTokenError>> {
    let keys = keys.map_or_else(Jwks::default, |known| known.value);
    match id_token::verify(token, &keys, expected) {
        Err(IdTokenError::UnknownKey | IdTokenError::Signature) => None,
        verdict => Some(verdict),
    }
}

/// Whether no document came that could be used. A set without keys is one that could.
fn brought_nothing(error: &Error) -> bool {
    matches!(error, Error::Transport(_) | Error::Discovery(_))
}

/// Nothing newer is asked for, for a while.
fn rest<T>(known: &Mutex<Option<Known<T>>>, now: SystemTime) {
    if let Some(known) = &mut *unpoisoned(known) {
        known.rests_until = now + PAUSE;
    }
}
