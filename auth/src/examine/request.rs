//! An authorization request that the provider must answer at once (`prompt=none`, OpenID
//! Connect Core §3.1.2.1 and §3.1.2.6), sent by the client itself: no page comes up, and no
//! redirect is followed. Where it redirects to shows whether it knows client and redirect URI:
//! to an unknown one it must not redirect (RFC 6749 §3.1.2.4, §4.1.2.1).

use oauth2::RedirectUrl;
use url::Url;

use super::Finding;
use crate::{
    authorization::{AuthorizationRequest, Callback},
    cancel::Cancel,
    client::{Client, Provider},
    error::{
        AuthorizationError, DiscoveryError, Error, LoopbackError, ProviderWords, TransportErrorKind,
    },
    ports::Limits,
    response::redirect_target,
};

/// Most bytes of an answer, which may be a page.
const PAGE_LIMIT: u64 = 1 << 20;

/// What they say who know the client and may not ask the person (OpenID Connect Core
/// §3.1.2.6), and what others say in place of it.
const MAY_NOT_ASK: [&str; 5] = [
    "access_denied",
    "account_selection_required",
    "consent_required",
    "interaction_required",
    "login_required",
];

/// What a provider makes of an authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registration {
    /// It came back to the redirect URI: it knows that and the client, and refuses nothing of
    /// the request.
    Known,
    /// It did not come back, with this status: the client or the redirect URI is not known
    /// there.
    NotTaken {
        /// The HTTP status.
        status: u16,
    },
    /// It came back, and refuses the request (RFC 6749 §4.1.2.1, RFC 8707 §2).
    Refused {
        /// The error code, or `unrecognised error`.
        code: String,
        /// What the provider says of it.
        said: Option<ProviderWords>,
    },
    /// A page of its own came, or another redirect: it does not heed `prompt=none`, or shows
    /// its refusals there.
    Unknown {
        /// The HTTP status.
        status: u16,
    },
}

impl Client {
    /// Tells what the provider makes of each redirect URI, and of this client.
    pub(super) fn examine_request(
        &self,
        provider: &Provider,
        redirect_uris: &[String],
        cancel: &Cancel,
        told: &mut dyn FnMut(Finding),
    ) {
        for redirect_uri in redirect_uris {
            if cancel.is_cancelled() {
                return;
            }
            told(Finding::Registration {
                redirect_uri: redirect_uri.clone(),
                answer: self.registration(provider, redirect_uri),
            });
        }
        if let Some(redirect_uri) = redirect_uris.first()
            && !cancel.is_cancelled()
        {
            told(Finding::Client(self.admission(provider, redirect_uri)));
        }
    }

    fn registration(&self, provider: &Provider, uri: &str) -> Result<Registration, Error> {
        let redirect_uri = parsed(uri)?;
        let request = self.authorization_request(provider, &redirect_uri, Some("none"), None);
        let asked = Url::parse(request.url()).map_err(|_| unsendable())?;
        let get = http::Request::get(asked.as_str()).header("accept", "text/html");
        let get = get.body(Vec::new()).map_err(|_| unsendable())?;
        let answer = match self.ports.http.send(get, Limits::body(PAGE_LIMIT)) {
            Err(error) if error.kind == TransportErrorKind::TooLarge => {
                return Ok(Registration::Unknown { status: 200 });
            }
            answer => answer?,
        };
        let status = answer.status().as_u16();
        match redirect_target(&answer, &asked) {
            Some(to) if is_back(&to, uri) => came_back(request, &to),
            None if matches!(status, 400..=499) && !matches!(status, 408 | 429) => {
                Ok(Registration::NotTaken { status })
            }
            _ => Ok(Registration::Unknown { status }),
        }
    }
}

pub(super) fn parsed(redirect_uri: &str) -> Result<RedirectUrl, LoopbackError> {
    let parsed = RedirectUrl::new(redirect_uri.to_owned());
    parsed.map_err(|error| LoopbackError::Io(std::io::Error::other(error)))
}

fn unsendable() -> DiscoveryError {
    DiscoveryError::Endpoint("authorization_endpoint")
}

fn is_back(to: &Url, redirect_uri: &str) -> bool {
    let mut to = to.clone();
    to.set_query(None);
    to.set_fragment(None);
    Url::parse(redirect_uri).is_ok_and(|redirect_uri| to == redirect_uri)
}

fn came_back(request: AuthorizationRequest, to: &Url) -> Result<Registration, Error> {
    let callback = Callback::parse(to.query().unwrap_or_default());
    let callback = callback.ok_or(AuthorizationError::Incomplete)?;
    match request.accept(callback) {
        Err(AuthorizationError::Refused { code, said }) => {
            Ok(match MAY_NOT_ASK.contains(&&*code) {
                true => Registration::Known,
                false => Registration::Refused { code, said },
            })
        }
        // A code, without anybody asked: nobody uses it.
        Ok(_) => Ok(Registration::Known),
        Err(error) => Err(error.into()),
    }
}
