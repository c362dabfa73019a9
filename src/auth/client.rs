//! One client at one provider: its settings, and what is known of the
//! provider (OpenID Connect Discovery §4, JWKS, userinfo).
//!
//! [`Client::sign_in`] or [`Client::kept_session`] give a
//! [`Session`](super::session::Session); [`Client::access_token`] serves it;
//! [`Client::forget`] and [`Client::revoke`] end it.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use super::{
    error::{Error, IdTokenError},
    id_token::{self, Expected, IdTokenClaims},
    jwks::Jwks,
    loopback::RedirectHost,
    ports::{Ports, unix_seconds},
    provider::{Issuer, ProviderMetadata},
    store::item_key,
    token::{ClientIdentity, TokenEndpoint, TokenSet},
};

/// How long a discovery document is used before it is fetched again.
const DISCOVERY_LIFE: Duration = Duration::from_secs(3600);

/// What this client is configured with.
pub struct ClientSettings {
    /// Sent as `audience` with the authorization request.
    pub audience: Option<String>,
    /// Who this client is.
    pub identity: ClientIdentity,
    /// Whose provider.
    pub issuer: Issuer,
    /// Shared by all processes that share the store; `None` where the store
    /// is this process's own.
    pub lock_file: Option<PathBuf>,
    /// Sent as `prompt`, unless a sign-in asks for another.
    pub prompt: Option<String>,
    /// The host of the redirect URI.
    pub redirect_host: RedirectHost,
    /// The ports of the redirect URI, tried in order; 0 is any free one.
    pub redirect_ports: Vec<u16>,
    /// Sent as `resource` (RFC 8707), at refresh too.
    pub resource: Option<String>,
    /// The scopes.
    pub scopes: Vec<String>,
    /// How long a sign-in waits for the browser.
    pub sign_in_limit: Duration,
}

/// A client of one provider. Share it between threads as it is.
pub struct Client {
    pub(super) settings: ClientSettings,
    pub(super) ports: Ports,
    provider: Mutex<Option<(SystemTime, Arc<Provider>)>>,
    pub(super) in_hand: AtomicUsize,
    /// One that signs in or out at a time writes to the store.
    pub(super) writing: Mutex<()>,
}

/// What is known of the provider.
pub(super) struct Provider {
    pub metadata: ProviderMetadata,
    /// And when they were fetched
    keys: Mutex<Option<(SystemTime, Jwks)>>,
}

impl Client {
    /// No I/O yet.
    pub fn new(settings: ClientSettings, ports: Ports) -> Self {
        Self {
            settings,
            ports,
            provider: Mutex::new(None),
            in_hand: AtomicUsize::new(0),
            writing: Mutex::new(()),
        }
    }

    /// Whether something is under way that a process must not end in: a
    /// refresh whose rotated token is not kept yet, the keeping of a session or the
    /// forgetting of one.
    pub fn has_work_in_hand(&self) -> bool {
        self.in_hand.load(Ordering::SeqCst) > 0
    }

    /// Whose provider this is a client of.
    pub fn issuer(&self) -> &Issuer {
        &self.settings.issuer
    }

    /// How long a sign-in waits for the browser.
    pub fn sign_in_limit(&self) -> Duration {
        self.settings.sign_in_limit
    }

    /// The world as this client sees it.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The key of the kept item.
    pub(super) fn item_key(&self) -> String {
        item_key(self.settings.issuer.as_str(), &self.settings.identity.id)
    }

    /// The provider, discovered when first needed.
    pub(super) fn provider(&self) -> Result<Arc<Provider>, Error> {
        let now = self.ports.clock.now();
        let cached = self
            .provider
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((since, provider)) = cached
            && is_young(since, now)
        {
            return Ok(provider);
        }
        self.discover()
    }

    /// The provider as it answers now; known keys stay known.
    pub(super) fn discover(&self) -> Result<Arc<Provider>, Error> {
        let metadata = self.metadata()?;
        let known = self.known_provider();
        let known = known.filter(|known| known.metadata.jwks_uri == metadata.jwks_uri);
        let keys = known.and_then(|known| {
            let keys = known.keys.lock().unwrap_or_else(PoisonError::into_inner);
            keys.clone()
        });
        let provider = Arc::new(Provider {
            metadata,
            keys: Mutex::new(keys),
        });
        let mut cached = self.provider.lock().unwrap_or_else(PoisonError::into_inner);
        *cached = Some((self.ports.clock.now(), provider.clone()));
        Ok(provider)
    }

    /// The provider if it was discovered before; no I/O.
    pub(super) fn known_provider(&self) -> Option<Arc<Provider>> {
        let cached = self.provider.lock().unwrap_or_else(PoisonError::into_inner);
        cached.as_ref().map(|(_, provider)| provider.clone())
    }

    /// The provider's token endpoint for this client.
    pub(super) fn token_endpoint<'a>(&'a self, provider: &'a Provider) -> TokenEndpoint<'a> {
        TokenEndpoint {
            client: &self.settings.identity,
            clock: &*self.ports.clock,
            http: &*self.ports.http,
            provider: &provider.metadata,
            resource: self.settings.resource.as_deref(),
        }
    }

    /// Verifies an ID token; keys that do not fit are fetched anew once, since
    /// a provider may have changed them since (OpenID Connect Core §10.1.1).
    pub(super) fn verify(
        &self,
        provider: &Provider,
        token: &str,
        set: &TokenSet,
        nonce: Option<&str>,
        subject: Option<&str>,
        earlier_nonce: Option<&str>,
    ) -> Result<IdTokenClaims, Error> {
        let expected = Expected {
            access_token: set.access_token.secret(),
            answered_at: set.answered_at.map(unix_seconds),
            client_id: &self.settings.identity.id,
            earlier_nonce,
            issuer: self.settings.issuer.as_str(),
            nonce,
            now: self.ports.clock.unix_seconds(),
            subject,
        };
        let now = self.ports.clock.now();
        let known = provider
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        // A key that the provider has withdrawn must end, however often its other
        // metadata are asked for.
        if let Some((since, keys)) = known
            && is_young(since, now)
        {
            match id_token::verify(token, &keys, &expected) {
                Err(IdTokenError::UnknownKey | IdTokenError::Signature) => {}
                verdict => return Ok(verdict?),
            }
        }
        let keys = self.keys(provider)?;
        let verdict = id_token::verify(token, &keys, &expected);
        *provider.keys.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, keys));
        Ok(verdict?)
    }
}

/// Counts as work in hand while it lives.
pub(super) struct InHand<'a>(&'a AtomicUsize);

impl<'a> InHand<'a> {
    pub fn new(client: &'a Client) -> Self {
        client.in_hand.fetch_add(1, Ordering::SeqCst);
        Self(&client.in_hand)
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether what was fetched `since` may still be used.
fn is_young(since: SystemTime, now: SystemTime) -> bool {
    now.duration_since(since)
        .is_ok_and(|age| age < DISCOVERY_LIFE)
}
