//! From errors to notices: the only place that decides what a person is told.

use std::time::SystemTime;

use chrono::{DateTime, Utc};

use super::{Failure, IdTokenFault, NotKept, Notice};
use crate::{
    api,
    auth::{
        error::{
            AuthorizationError, DiscoveryError, Document, Ended, Error, IdTokenError,
            LoopbackError, StoreError, TokenError, TransportError, TransportErrorKind,
        },
        retry::is_transient_status,
        session::Stored,
    },
};

/// Longest text under "Details", in characters.
const DETAILS_LIMIT: usize = 300;

impl Failure {
    /// Of a sign-in, a restored session or a sign-out. `now` is this device's
    /// time, for the notices that show it.
    pub fn of_sign_in(error: &Error, now: SystemTime) -> Self {
        Self {
            notice: notice_of(error, now),
            details: details(error),
            said: error.said().map(|said| said.as_str().to_owned()),
        }
    }

    /// Of fetching the message.
    pub fn of_message(error: &api::Error, now: SystemTime) -> Self {
        let notice = match error {
            api::Error::Auth(error) => return Self::of_sign_in(error, now),
            api::Error::Forbidden { required } => Notice::NoAccess {
                required: required.clone(),
            },
            api::Error::Page => Notice::ApiPage,
            api::Error::Redirect { to } => Notice::ApiRedirect { to: to.clone() },
            api::Error::Refused => Notice::ApiRefused,
            api::Error::Status(status) if is_transient_status(*status) => Notice::ApiTrouble,
            api::Error::Status(status) => Notice::ApiUnexpected { status: *status },
            api::Error::Transport(error) => match error.kind {
                TransportErrorKind::TooLarge | TransportErrorKind::Coding(_) => Notice::ApiPage,
                _ => connection(error, now).unwrap_or(Notice::ApiUnreachable),
            },
        };
        Self {
            notice,
            details: details(error),
            said: None,
        }
    }
}

/// The one mapping from what went wrong to what a person is told.
fn notice_of(error: &Error, now: SystemTime) -> Notice {
    match error {
        Error::Authorization(error) => of_authorization(error),
        Error::Discovery(error) => of_discovery(error),
        Error::Token(error) => of_token(error),
        Error::Ended(Ended::Elsewhere) => Notice::SessionGone,
        Error::Ended(Ended::Expired { .. }) => Notice::SessionExpired,
        Error::Ended(Ended::Refused { .. }) => Notice::SessionRefused,
        Error::IdToken(error) => of_id_token(error, now),
        Error::Loopback(LoopbackError::NoPort(ports)) => Notice::NoRedirectPort {
            ports: ports.clone(),
        },
        Error::Loopback(_) => Notice::NoRedirectPort {
            ports: String::new(),
        },
        Error::NoRefreshToken => Notice::NotKept(NotKept::NoRefreshToken),
        Error::Store(error) => Notice::NotReadable(error.into()),
        // Whoever cancelled is not told so; should it ever be shown, this fits.
        Error::TimedOut | Error::Cancelled => Notice::TookTooLong,
        Error::Transport(error) => match error.kind {
            // No answer of a provider is so large; a page may be.
            TransportErrorKind::TooLarge => Notice::Page,
            TransportErrorKind::Coding(_) => unusable_answer("Content-Encoding"),
            _ => connection(error, now).unwrap_or(Notice::ProviderUnreachable),
        },
        // A kind that the auth crate has and nobody gave a notice here.
        _ => Notice::Defect,
    }
}

fn of_authorization(error: &AuthorizationError) -> Notice {
    match error {
        AuthorizationError::Refused { code, said } => match code.as_str() {
            "access_denied" | "consent_required" if said.is_none() => Notice::AccessDenied,
            "access_denied" | "consent_required" => Notice::ProviderDenied,
            "temporarily_unavailable" | "server_error" => Notice::ProviderTrouble,
            _ => Notice::ProviderRefused,
        },
        AuthorizationError::Incomplete => unusable_answer("code"),
        AuthorizationError::IssuerMismatch | AuthorizationError::StateMismatch => {
            Notice::UntrustedAnswer
        }
    }
}

fn of_discovery(error: &DiscoveryError) -> Notice {
    match error {
        DiscoveryError::IssuerMismatch { given } => Notice::IssuerMismatch {
            given: given.clone(),
        },
        DiscoveryError::IssuerMoved { to } => Notice::IssuerMoved { to: to.clone() },
        DiscoveryError::Redirect { to, .. } => Notice::Redirected { to: to.clone() },
        DiscoveryError::NotJson { .. } => Notice::Page,
        DiscoveryError::Status { status, .. } if is_transient_status(*status) => {
            Notice::ProviderTrouble
        }
        DiscoveryError::Status { what, .. } => match what {
            Document::Discovery => Notice::NotAnIssuer,
            Document::KeySet => unusable_document("jwks_uri"),
        },
        DiscoveryError::Member { member, .. } if member.name == "issuer" => Notice::NotAnIssuer,
        DiscoveryError::Endpoint(member) => unusable_document(member),
        DiscoveryError::Member { member, .. } => unusable_document(member.name),
        DiscoveryError::NoS256 => unusable_document("code_challenge_methods_supported"),
    }
}

fn of_token(error: &TokenError) -> Notice {
    match error {
        TokenError::Busy => Notice::SessionBusy,
        TokenError::Member(member) => unusable_answer(member.name),
        TokenError::NoAccessToken => Notice::ProviderTrouble,
        TokenError::NotJson => Notice::Page,
        TokenError::Redirect { to } => Notice::Redirected { to: to.clone() },
        TokenError::Status { status, .. } | TokenError::Refused { status, .. }
            if is_transient_status(*status) =>
        {
            Notice::ProviderTrouble
        }
        TokenError::Refused { code, .. }
            if matches!(code.as_str(), "temporarily_unavailable" | "server_error") =>
        {
            Notice::ProviderTrouble
        }
        TokenError::Status { .. } | TokenError::Refused { .. } | TokenError::Unsendable => {
            Notice::ProviderRefused
        }
        TokenError::NoRevocation | TokenError::UnusableRevocation => Notice::RevocationFailed,
    }
}

fn of_id_token(error: &IdTokenError, now: SystemTime) -> Notice {
    let fault = match error {
        IdTokenError::Issuer | IdTokenError::Signature => return Notice::UntrustedAnswer,
        IdTokenError::Expired { issued_at } | IdTokenError::IssuedAt { issued_at } => {
            return Notice::WrongClock {
                device_time: minutes(now),
                server_time: from_unix(*issued_at),
            };
        }
        IdTokenError::Algorithm(algorithm) => IdTokenFault::Algorithm(algorithm.clone()),
        IdTokenError::AtHash => IdTokenFault::AtHash,
        IdTokenError::Audience => IdTokenFault::Audience,
        IdTokenError::AuthorizedParty => IdTokenFault::AuthorizedParty,
        IdTokenError::Claim(claim) if claim.name == "id_token" => {
            return unusable_answer("id_token");
        }
        IdTokenError::Claim(claim) => IdTokenFault::Malformed(Some(claim.name.to_owned())),
        IdTokenError::Encrypted => IdTokenFault::Encrypted,
        IdTokenError::Malformed(_) => IdTokenFault::Malformed(None),
        IdTokenError::Nonce => IdTokenFault::Nonce,
        IdTokenError::Old => IdTokenFault::Old,
        IdTokenError::Subject => IdTokenFault::Subject,
        IdTokenError::UnknownKey => IdTokenFault::UnknownKey,
    };
    Notice::IdToken(fault)
}

fn unusable_answer(member: &str) -> Notice {
    Notice::UnusableAnswer {
        member: member.to_owned(),
    }
}

fn unusable_document(member: &str) -> Notice {
    Notice::UnusableDocument {
        member: member.to_owned(),
    }
}

/// What a person can mend about a connection that did not come about.
fn connection(error: &TransportError, now: SystemTime) -> Option<Notice> {
    let host = error.host.clone();
    match error.kind {
        TransportErrorKind::Certificate(_) => Some(Notice::Certificate {
            host,
            device_time: minutes(now),
        }),
        TransportErrorKind::Proxy(_) => Some(Notice::Proxy { host }),
        _ => None,
    }
}

impl NotKept {
    /// Why a session is not kept; `None` if it is, or may be in a moment.
    pub fn of(stored: &Stored) -> Option<Self> {
        match stored {
            Stored::Yes | Stored::NotYet => None,
            Stored::NoRefreshToken => Some(Self::NoRefreshToken),
            Stored::Failed(error) => Some(error.into()),
        }
    }
}

impl From<&StoreError> for NotKept {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Absent => Self::NoKeychain,
            StoreError::Failed(_) => Self::Failed,
            StoreError::Locked => Self::Locked,
            StoreError::NoAnswer => Self::NoAnswer,
        }
    }
}

/// The chain of causes on one line.
fn details(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let next_text = next.to_string();
        // `transparent` and `{0}` repeat their source.
        if !text.contains(&next_text) {
            text = format!("{text}: {next_text}");
        }
        cause = next.source();
    }
    text.chars().take(DETAILS_LIMIT).collect()
}

fn minutes(time: SystemTime) -> String {
    DateTime::<Utc>::from(time)
        .format("%Y-%m-%d %H:%M")
        .to_string()
}

fn from_unix(seconds: i64) -> String {
    let time = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default();
    time.format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests;
