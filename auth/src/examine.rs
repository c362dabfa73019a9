//! What keeps a sign-in from working, looked for without signing anybody in and without a
//! window.
//!
//! ```no_run
//! use vestibule_auth::{Cancel, Client, examine::Finding};
//!
//! fn examine(client: &Client) {
//!     client.examine(None, &Cancel::default(), &mut |finding| match finding {
//!         Finding::Discovery(Err(error)) => println!("the provider: {error}"),
//!         Finding::Browser(false) => println!("no browser can be opened here"),
//!         _ => {}
//!     });
//! }
//! ```
//!
//! What it is told is nothing secret, and nothing of who is signed in. The store is given an
//! item of its own for a moment; the provider gets an authorization request that it must answer
//! without a page (`prompt=none`, OpenID Connect Core §3.1.2.1) and a code that it never gave;
//! the session that is stored is used as for any call of an API, and so perhaps renewed.

mod api;
mod client;
mod provider;
mod request;
mod token_form;

use std::time::SystemTime;

use url::Url;

use super::{
    cancel::Cancel,
    client::Client,
    error::{Error, SendError, StoreError, TransportError},
    loopback::{self, redirect_uri},
    platform::prove,
};

pub use self::{
    api::{ApiAnswer, ProtectedResource},
    client::Admission,
    provider::{KeysFault, Offline},
    request::Registration,
    token_form::TokenForm,
};
pub use super::loopback::PortFault;

/// What was found of one thing.
#[derive(Debug)]
#[non_exhaustive]
pub enum Finding {
    /// How the API answers without an access token.
    Api(Result<ApiAnswer, TransportError>),
    /// How the API answers with the access token of the session that is stored.
    ApiWithToken(Result<ApiAnswer, SendError>),
    /// Whether a browser can be opened here, as far as that can be told without opening it.
    Browser(bool),
    /// What the token endpoint makes of this client (RFC 6749 §5.2).
    Client(Result<Admission, Error>),
    /// The time here and at the provider when its discovery document came, by the `Date` and
    /// `Age` of that answer (RFC 9110 §6.6.1, RFC 9111 §5.1).
    Clock {
        /// Of [`crate::ports::Clock`].
        here: SystemTime,
        /// Of the provider, in whole seconds, if it tells.
        there: Option<SystemTime>,
    },
    /// Whether the provider offers sign-in on another device (RFC 8628 §4).
    Device(bool),
    /// Whether there is a discovery document, this issuer's and fit for use.
    Discovery(Result<(), Error>),
    /// Whether the provider has a key that ID tokens can be verified with.
    Keys(Result<(), KeysFault>),
    /// Whether a refresh token can be hoped for, by what is asked for and what the provider
    /// says of itself.
    Offline(Offline),
    /// Each redirect port of the settings, in their order. The port that was free, where the
    /// setting is 0.
    Ports(Vec<(u16, Result<u16, PortFault>)>),
    /// What the API says of itself (RFC 9728). Not told where it says nothing.
    Resource(ProtectedResource),
    /// What the provider makes of an authorization request, for each redirect URI of the
    /// settings.
    Registration {
        /// The redirect URI in it.
        redirect_uri: String,
        /// What came of it.
        answer: Result<Registration, Error>,
    },
    /// The access token of the session that is stored; `None` where nobody is signed in. Not
    /// told where the store does not serve.
    Session(Result<Option<TokenForm>, Error>),
    /// Whether the store took an item, gave it back and deleted it.
    Store(Result<(), StoreError>),
}

impl Client {
    /// Looks at everything that a sign-in and the call of an API need, and tells each finding
    /// as it is made: what is here, then the provider, then the API at `api`, if there is one,
    /// and the session that is stored. Where discovery fails, nothing more is told of the
    /// provider and the session.
    ///
    /// Each request ends within 15 s; the store has its own limit. `cancel` ends it before the
    /// next request.
    pub fn examine(&self, api: Option<&Url>, cancel: &Cancel, told: &mut dyn FnMut(Finding)) {
        let stored = prove(&*self.ports.store);
        let has_store = stored.is_ok();
        told(Finding::Store(stored));
        told(Finding::Browser(self.ports.browser.is_there()));
        let ports = self.examined_ports();
        let redirect_uris = self.redirect_uris(&ports);
        told(Finding::Ports(ports));
        let provider = self.examined_provider(cancel, told);
        if let Some(provider) = &provider {
            self.examine_request(provider, &redirect_uris, cancel, told);
        }
        if let Some(api) = api {
            self.examine_api(api, cancel, told);
        }
        if provider.is_some() && has_store && !cancel.is_cancelled() {
            self.examine_session(api, cancel, told);
        }
    }

    fn examined_ports(&self) -> Vec<(u16, Result<u16, PortFault>)> {
        let settings = &self.settings;
        let ports = settings.redirect_ports.iter();
        let probe = |port: &u16| (*port, loopback::probe(settings.redirect_host, *port));
        ports.map(probe).collect()
    }

    /// A port that another program has now is asked for as well: later it may be free.
    fn redirect_uris(&self, ports: &[(u16, Result<u16, PortFault>)]) -> Vec<String> {
        let known = ports
            .iter()
            .filter_map(|(port, found)| match (port, found) {
                (_, Ok(free)) => Some(*free),
                (0, Err(_)) => None,
                (port, Err(_)) => Some(*port),
            });
        let host = self.settings.redirect_host;
        known.map(|port| redirect_uri(host, port)).collect()
    }

    fn examine_session(&self, api: Option<&Url>, cancel: &Cancel, told: &mut dyn FnMut(Finding)) {
        let session = match self.stored_session() {
            Ok(Some(session)) => session,
            Ok(None) => return told(Finding::Session(Ok(None))),
            Err(error) => return told(Finding::Session(Err(error.into()))),
        };
        match self.access_token(&session, cancel) {
            Err(error) => told(Finding::Session(Err(error))),
            Ok(token) => {
                told(Finding::Session(Ok(Some(TokenForm::of(&token)))));
                if let Some(api) = api {
                    let answer = self.asked_with_token(api, &session, cancel);
                    told(Finding::ApiWithToken(answer));
                }
            }
        }
    }
}
