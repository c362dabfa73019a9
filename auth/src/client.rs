//! One client at one provider: its settings, and what is known of the
//! provider (OpenID Connect Discovery §4, JWKS, userinfo).
//!
//! [`Client::sign_in`] or [`Client::stored_session`] give a
//! [`Session`](super::session::Session); [`Client::access_token`] serves it;
//! [`Client::forget`] and [`Client::revoke`] end it.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use oauth2::RedirectUrl;

use super::{
    authorization::{Ask, AuthorizationRequest},
    locks::StoreAccess,
    loopback::RedirectHost,
    ports::Ports,
    provider::Issuer,
    shared::Shared,
    store::item_key,
    token::{ClientIdentity, TokenEndpoint},
};

pub(super) use super::known::Provider;

/// What this client is configured with, checked by
/// [`ClientBuilder`](super::builder::ClientBuilder).
pub(super) struct ClientSettings {
    /// What the browser's page calls the app.
    pub app_name: String,
    /// Sent as `audience` with the authorization request.
    pub audience: Option<String>,
    /// Who this client is.
    pub identity: ClientIdentity,
    /// Whose provider.
    pub issuer: Issuer,
    /// Shared by all processes that share the store; `None` where the store
    /// is this process's own.
    pub lock_file: Option<PathBuf>,
    /// Where the provider is remembered for the next start; `None` where no session is found
    /// then.
    pub provider_file: Option<PathBuf>,
    /// Sent as `prompt`, unless a sign-in asks for another.
    pub prompt: Option<String>,
    /// The host of the redirect URI.
    pub redirect_host: RedirectHost,
    /// The ports of the redirect URI, tried in order; 0 is any free one.
    pub redirect_ports: Vec<u16>,
    /// Sent as `resource` (RFC 8707), at refresh too.
    pub resource: Option<String>,
    /// Most bytes of an answer to [`Client::send`].
    pub response_limit: u64,
    /// The scopes.
    pub scopes: Vec<String>,
    /// How long a sign-in waits for the browser.
    pub sign_in_limit: Duration,
}

/// A client of one provider. Clones are handles to the same one.
#[derive(Clone)]
pub struct Client {
    pub(super) settings: Arc<ClientSettings>,
    pub(super) ports: Ports,
    pub(super) shared: Arc<Shared>,
}

/// Whose client it is; nothing secret.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("issuer", &self.settings.issuer.as_str())
            .field("client_id", &self.settings.identity.id)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// No I/O yet.
    pub(super) fn new(settings: ClientSettings, ports: Ports) -> Self {
        Self {
            settings: Arc::new(settings),
            ports,
            shared: Arc::default(),
        }
    }

    /// Whether something is under way that a process must not end in: a
    /// refresh whose rotated token is not stored yet, the storing of a session or the
    /// forgetting of one.
    pub fn has_work_in_hand(&self) -> bool {
        self.shared.has_work_in_hand()
    }

    /// Whether a sign-in, cancelled or not, has tokens that are not stored or revoked yet.
    /// A process that ends in it leaves them alive at the provider, and nobody has them.
    pub fn has_tokens_in_hand(&self) -> bool {
        self.shared.has_tokens_in_hand()
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

    /// Waits for whoever has the store.
    pub(super) fn store_access(&self) -> StoreAccess<'_> {
        StoreAccess::wait(&self.shared.store)
    }

    /// The key of the stored item.
    pub(super) fn item_key(&self) -> String {
        item_key(self.settings.issuer.as_str(), &self.settings.identity.id)
    }

    /// The authorization request of this client, for the answer at `redirect_uri`.
    pub(super) fn authorization_request(
        &self,
        provider: &Provider,
        redirect_uri: &RedirectUrl,
        prompt: Option<&str>,
        login_hint: Option<&str>,
    ) -> AuthorizationRequest {
        let settings = &self.settings;
        let ask = Ask {
            audience: settings.audience.as_deref(),
            login_hint,
            prompt,
            resource: settings.resource.as_deref(),
            scopes: &settings.scopes,
        };
        let (issuer, client) = (&settings.issuer, &settings.identity.id);
        AuthorizationRequest::new(issuer, &provider.metadata, client, redirect_uri, &ask)
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
}

/// Its examples are compiled with those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/client.md")]
struct PageOfTheClient;
