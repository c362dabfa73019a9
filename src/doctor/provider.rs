//! The provider: its documents, its clock, and what it makes of this client.

use std::time::{Duration, SystemTime};

use url::Url;

use super::{Check, Doctor};
use crate::{
    auth::{
        Error,
        error::{AuthorizationError, IdTokenError, ProviderWords},
        examine::{Admission, KeysFault, Offline, Registration},
    },
    exit,
    notice::{Failure, Notice, NoticeKind},
};

/// By which the times of an ID token may differ.
const TOLERATED: Duration = Duration::from_secs(60);
/// From here on a token that lives five minutes, as many do, has ended when it comes.
const TOO_MUCH: Duration = Duration::from_secs(300);

const REGISTRATION: &str = "registration";
const CLIENT: &str = "client";

impl Doctor<'_> {
    pub(super) fn discovery(&self, found: Result<(), Error>) -> Check {
        match found {
            Ok(()) => {
                let issuer = self.client.issuer().as_str();
                Check::ok(
                    "discovery",
                    format!("{issuer} answers, and names itself so"),
                )
            }
            Err(error) => self.failure("discovery", &error),
        }
    }

    pub(super) fn clock(&self, here: SystemTime, there: Option<SystemTime>) -> Check {
        let Some(there) = there else {
            let what = format!("{} does not tell the time", self.provider());
            return Check::ok("clock", what);
        };
        let ahead = here.duration_since(there);
        let (span, side) = match ahead {
            Ok(ahead) => (ahead, "ahead of"),
            Err(behind) => (behind.duration(), "behind"),
        };
        if span <= TOLERATED {
            return Check::ok("clock", "the clock of this device is right");
        }
        let span_in_words = match span.as_secs() {
            seconds @ 0..120 => format!("{seconds} seconds"),
            seconds @ 120..7200 => format!("{} minutes", seconds / 60),
            seconds @ 7200..172_800 => format!("{} hours", seconds / 3600),
            seconds => format!("{} days", seconds / 86_400),
        };
        let what = format!(
            "the clock of this device is {span_in_words} {side} that of {}",
            self.provider()
        );
        let since = there
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let issued_at = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        let error = Error::from(IdTokenError::IssuedAt { issued_at });
        let notice = Failure::of_session(&error, here).notice;
        let words = self.words(&notice);
        match span > TOO_MUCH {
            true => Check::failed("clock", notice.kind.row().exit, what, words),
            false => Check::warning("clock", what, words),
        }
    }

    pub(super) fn keys(&self, found: Result<(), KeysFault>) -> Check {
        let fault = match found {
            Ok(()) => return Check::ok("keys", "its ID tokens can be verified"),
            Err(KeysFault::Document(error)) => return self.failure("keys", &error),
            Err(fault) => fault,
        };
        let notice = match &fault {
            KeysFault::Algorithms(names) => Notice::naming(NoticeKind::IdTokenAlgorithm, names),
            _ => Notice::naming(NoticeKind::UnusableDocument, "jwks_uri"),
        };
        let words = self.words(&notice);
        Check::failed("keys", notice.kind.row().exit, fault.to_string(), words)
    }

    pub(super) fn offline(&self, offline: Offline) -> Check {
        let provider = self.provider();
        let (what, remedy) = match offline {
            Offline::Asked => return Check::ok("refresh", "a refresh token is asked for"),
            Offline::NotAsked => (
                "offline_access is not among the scopes, so no refresh token may come, and a \
                 sign-in cannot be kept"
                    .to_owned(),
                "add offline_access to the setting scopes, and allow it for this client at the \
                 provider"
                    .to_owned(),
            ),
            Offline::NoScope => (
                format!("{provider} does not list the scope offline_access, which is asked for"),
                "if a sign-in is refused with invalid_scope, or cannot be kept: take \
                 offline_access out of the setting scopes, and set prompt to consent"
                    .to_owned(),
            ),
            _ => (
                format!("{provider} does not list refreshing among its grants"),
                format!(
                    "if a sign-in cannot be kept: allow the grant type refresh_token for this \
                     client at {provider}"
                ),
            ),
        };
        Check::warning("refresh", what, remedy)
    }

    pub(super) fn device(&self, is_offered: bool) -> Check {
        let provider = self.provider();
        Check::ok(
            "phone",
            match is_offered {
                true => format!("{provider} offers sign-in with a phone"),
                false => format!("{provider} offers no sign-in with a phone"),
            },
        )
    }

    pub(super) fn registration(&self, uri: &str, answer: Result<Registration, Error>) -> Check {
        let (provider, id) = (self.provider(), &self.settings.client_id);
        let register = self.register(uri);
        match answer {
            Ok(Registration::Known) => {
                Check::ok(REGISTRATION, format!("{provider} knows {id} and {uri}"))
            }
            Ok(Registration::NotTaken { status }) => Check::failed(
                REGISTRATION,
                exit::REFUSED,
                format!("{provider} does not know {id}, or not with {uri} (status {status})"),
                register,
            ),
            Ok(Registration::Refused { code, said }) => self.refused(code, said),
            Ok(Registration::Unknown { status }) => Check::warning(
                REGISTRATION,
                format!(
                    "{provider} answers with a page of its own (status {status}), so whether it \
                     knows {id} and {uri} shows in the browser alone"
                ),
                format!("if the browser shows an error there: {register}"),
            ),
            // A kind that the auth crate has and nobody worded here.
            Ok(_) => Check::ok(REGISTRATION, format!("{provider} answers")),
            Err(error) => self.failure(REGISTRATION, &error),
        }
    }

    /// A port that is free by chance is no port to register.
    fn register(&self, uri: &str) -> String {
        let ports = &self.settings.redirect_ports;
        let port = Url::parse(uri).ok().and_then(|uri| uri.port());
        match port.filter(|port| ports.contains(port)) {
            Some(_) => format!(
                "register exactly {uri} as a redirect URI of a native (public) client there, and \
                 check client_id"
            ),
            None => format!(
                "register http://{}/callback, with any port, as a redirect URI of a native \
                 (public) client there, and check client_id; where ports have to be exact, register \
                 some and set redirect_ports to them, as 8765,8766",
                self.settings.redirect_host
            ),
        }
    }

    /// The notice speaks of all causes; the code leaves one.
    fn refused(&self, code: String, said: Option<ProviderWords>) -> Check {
        let remedy = match code.as_str() {
            "invalid_scope" => Some(
                "take out of the setting scopes what the provider does not know, or allow it for \
                 this client there",
            ),
            "invalid_target" => Some(
                "set audience or resource to what the API is called at the provider, and allow it \
                 for this client there",
            ),
            "unauthorized_client" | "unsupported_response_type" => Some(
                "allow the grant type authorization_code (with PKCE) for this client at the \
                 provider",
            ),
            _ => None,
        };
        let says = self.says(said.as_ref());
        let error = Error::from(AuthorizationError::Refused { code, said });
        let mut check = self.failure(REGISTRATION, &error);
        check.what += &says;
        if let Some(remedy) = remedy {
            remedy.clone_into(&mut check.remedy);
        }
        check
    }

    pub(super) fn admission(&self, found: Result<Admission, Error>) -> Check {
        let provider = self.provider();
        let has_secret = self.settings.client_secret.is_some();
        let refused = |what: String, said: Option<ProviderWords>, remedy: &str| {
            let what = format!("{what}{}", self.says(said.as_ref()));
            Check::failed(CLIENT, exit::REFUSED, what, remedy)
        };
        match found {
            Ok(Admission::Admitted) => Check::ok(
                CLIENT,
                match has_secret {
                    true => format!("{provider} takes the client secret"),
                    false => format!("{provider} takes this client without a secret"),
                },
            ),
            Ok(Admission::NotAuthenticated { said }) if has_secret => refused(
                format!("{provider} does not take the client secret"),
                said,
                "write the secret that belongs to client_id into the file of client_secret_file; \
                 for a public client, take that setting out",
            ),
            Ok(Admission::NotAuthenticated { said }) => refused(
                format!("{provider} wants a client secret of this client"),
                said,
                "make it a native (public) client at the provider; only where that cannot be, as \
                 with Google, set client_secret_file",
            ),
            Ok(Admission::NotAllowed { said }) => refused(
                format!("{provider} does not let this client exchange a code for tokens"),
                said,
                "allow the grant types authorization_code and refresh_token for this client at the \
                 provider",
            ),
            Ok(Admission::Unknown { code, said }) => Check::warning(
                CLIENT,
                format!(
                    "{provider} answers a code that was made up with {code}, which says nothing of \
                     the client{}",
                    self.says(said.as_ref())
                ),
                "if a sign-in ends with this: make it a native (public) client at the provider",
            ),
            // A kind that the auth crate has and nobody worded here.
            Ok(_) => Check::ok(CLIENT, format!("{provider} answers")),
            Err(error) => self.failure(CLIENT, &error),
        }
    }

    fn says(&self, said: Option<&ProviderWords>) -> String {
        let provider = self.provider();
        said.map_or_else(String::new, |said| {
            format!("\n{provider} says: {}", said.as_str())
        })
    }
}
