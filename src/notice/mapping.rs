//! From errors to notices: the only place that decides what a person is told.

use std::time::SystemTime;

use chrono::{DateTime, Utc};

use super::{Failure, Notice, NoticeKind, StoreTrouble};
use crate::{
    api,
    auth::{
        Stored,
        error::{
            AuthorizationError, DeviceError, DiscoveryError, Document, Ended, Error, IdTokenError,
            LoopbackError, StoreError, TokenError, TransportError, TransportErrorKind,
        },
        response::is_transient_status,
    },
};

/// Longest text under "Details", in characters.
const DETAILS_LIMIT: usize = 300;

impl Failure {
    /// Of a session: its sign-in, restoring, refresh or sign-out. `now` is this device's
    /// time, for the notices that show it.
    pub fn of_session(error: &Error, now: SystemTime) -> Self {
        Self {
            notice: notice_of(error, now),
            details: details(error),
            said: error.said().map(|said| said.as_str().to_owned()),
        }
    }

    /// Of a call of the API.
    pub fn of_call(error: &api::Error, now: SystemTime) -> Self {
        let notice = match error {
            api::Error::Auth(error) => return Self::of_session(error, now),
            api::Error::Forbidden { required: None } => NoticeKind::NoAccess.into(),
            api::Error::Forbidden {
                required: Some(role),
            } => Notice::naming(NoticeKind::RoleRequired, role),
            api::Error::Page => NoticeKind::ApiPage.into(),
            api::Error::Redirect { to } => Notice::naming(NoticeKind::ApiRedirect, to),
            api::Error::Refused => NoticeKind::ApiRefused.into(),
            api::Error::Status(status) if is_transient_status(*status) => {
                NoticeKind::ApiTrouble.into()
            }
            api::Error::Status(status) => {
                Notice::naming(NoticeKind::ApiUnexpected, status.to_string())
            }
            api::Error::Transport(error) => match error.kind {
                TransportErrorKind::TooLarge | TransportErrorKind::Coding(_) => {
                    NoticeKind::ApiPage.into()
                }
                _ => connection(error, now).unwrap_or(NoticeKind::ApiUnreachable.into()),
            },
            api::Error::Unsendable => NoticeKind::Defect.into(),
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
        Error::Device(error) => of_device(error),
        Error::Discovery(error) => of_discovery(error),
        Error::Token(error) => of_token(error),
        Error::Ended(Ended::Elsewhere) => NoticeKind::SessionGone.into(),
        Error::Ended(Ended::Expired { .. }) => NoticeKind::SessionExpired.into(),
        Error::Ended(Ended::Refused { .. }) => NoticeKind::SessionRefused.into(),
        Error::IdToken(error) => of_id_token(error, now),
        Error::Loopback(LoopbackError::NoPort(ports)) => {
            Notice::naming(NoticeKind::NoRedirectPort, ports)
        }
        Error::Loopback(_) => NoticeKind::RedirectPortDisturbed.into(),
        Error::NoRefreshToken => NoticeKind::NoRefreshToken.into(),
        Error::Store(error) => Notice::of_store(NoticeKind::NotReadable, error.into()),
        // Whoever cancelled is not told so; should it ever be shown, this fits.
        Error::TimedOut | Error::Cancelled => NoticeKind::TookTooLong.into(),
        Error::Transport(error) => match error.kind {
            // No answer of a provider is so large; a page may be.
            TransportErrorKind::TooLarge => NoticeKind::Page.into(),
            TransportErrorKind::Coding(_) => unusable_answer("Content-Encoding"),
            _ => connection(error, now).unwrap_or(NoticeKind::ProviderUnreachable.into()),
        },
        // A kind that the auth crate has and nobody gave a notice here; as below.
        _ => NoticeKind::Defect.into(),
    }
}

fn of_authorization(error: &AuthorizationError) -> Notice {
    let kind = match error {
        AuthorizationError::Refused { code, said } => match code.as_str() {
            "access_denied" | "consent_required" if said.is_none() => NoticeKind::AccessDenied,
            "access_denied" | "consent_required" => NoticeKind::ProviderDenied,
            "temporarily_unavailable" | "server_error" => NoticeKind::ProviderTrouble,
            _ => NoticeKind::ProviderRefused,
        },
        AuthorizationError::Incomplete => return unusable_answer("code"),
        AuthorizationError::IssuerMismatch | AuthorizationError::StateMismatch => {
            NoticeKind::UntrustedAnswer
        }
        _ => NoticeKind::Defect,
    };
    kind.into()
}

fn of_device(error: &DeviceError) -> Notice {
    let kind = match error {
        DeviceError::Denied { .. } => NoticeKind::DeviceDenied,
        DeviceError::Expired => NoticeKind::UserCodesExpired,
        DeviceError::NotOffered => NoticeKind::DeviceNotOffered,
        // RFC 6749 §5.2, which RFC 8628 §3.1 and §3.5 refer to.
        DeviceError::NoCode(TokenError::Refused { code, .. })
        | DeviceError::NoTokens(TokenError::Refused { code, .. })
            if code == "unauthorized_client" =>
        {
            NoticeKind::DeviceNotAllowed
        }
        DeviceError::NoCode(error) | DeviceError::NoTokens(error) => return of_token(error),
        _ => NoticeKind::Defect,
    };
    kind.into()
}

fn of_discovery(error: &DiscoveryError) -> Notice {
    match error {
        DiscoveryError::IssuerMismatch { given } => {
            Notice::naming(NoticeKind::IssuerMismatch, given)
        }
        DiscoveryError::IssuerMoved { to } => Notice::naming(NoticeKind::IssuerMoved, to),
        DiscoveryError::Redirect { to, .. } => Notice::naming(NoticeKind::Redirected, to),
        DiscoveryError::NotJson { .. } => NoticeKind::Page.into(),
        DiscoveryError::Status { status, .. } if is_transient_status(*status) => {
            NoticeKind::ProviderTrouble.into()
        }
        DiscoveryError::Status { what, .. } => match what {
            Document::Discovery => NoticeKind::NotAnIssuer.into(),
            Document::KeySet => unusable_document("jwks_uri"),
        },
        DiscoveryError::Member { member, .. } if member.name == "issuer" => {
            NoticeKind::NotAnIssuer.into()
        }
        DiscoveryError::Endpoint(member) => unusable_document(member),
        DiscoveryError::Member { member, .. } => unusable_document(member.name),
        DiscoveryError::NoS256 => unusable_document("code_challenge_methods_supported"),
        _ => NoticeKind::Defect.into(),
    }
}

fn of_token(error: &TokenError) -> Notice {
    let kind = match error {
        TokenError::Busy => NoticeKind::SessionBusy,
        TokenError::Member(member) => return unusable_answer(member.name),
        TokenError::NoAccessToken => NoticeKind::ProviderTrouble,
        TokenError::NotJson | TokenError::NotThere => NoticeKind::Page,
        TokenError::Redirect { to } => return Notice::naming(NoticeKind::Redirected, to),
        TokenError::Status { status, .. } | TokenError::Refused { status, .. }
            if is_transient_status(*status) =>
        {
            NoticeKind::ProviderTrouble
        }
        TokenError::Refused { code, .. }
            if matches!(code.as_str(), "temporarily_unavailable" | "server_error") =>
        {
            NoticeKind::ProviderTrouble
        }
        TokenError::Status { .. } | TokenError::Refused { .. } | TokenError::Unsendable => {
            NoticeKind::ProviderRefused
        }
        TokenError::NoRevocation | TokenError::UnusableRevocation => NoticeKind::RevocationFailed,
        _ => NoticeKind::Defect,
    };
    kind.into()
}

fn of_id_token(error: &IdTokenError, now: SystemTime) -> Notice {
    let kind = match error {
        IdTokenError::Issuer | IdTokenError::Signature => NoticeKind::UntrustedAnswer,
        IdTokenError::Expired { issued_at } | IdTokenError::IssuedAt { issued_at } => {
            return Notice {
                device_time: minutes(now),
                server_time: from_unix(*issued_at),
                ..NoticeKind::WrongClock.into()
            };
        }
        IdTokenError::Algorithm(algorithm) => {
            return Notice::naming(NoticeKind::IdTokenAlgorithm, algorithm);
        }
        IdTokenError::AtHash => NoticeKind::IdTokenAtHash,
        IdTokenError::Audience => NoticeKind::IdTokenAudience,
        IdTokenError::AuthorizedParty => NoticeKind::IdTokenAuthorizedParty,
        IdTokenError::Missing => return unusable_answer("id_token"),
        IdTokenError::Claim(claim) => return Notice::naming(NoticeKind::IdTokenClaim, claim.name),
        IdTokenError::Encrypted => NoticeKind::IdTokenEncrypted,
        IdTokenError::Malformed(_) => NoticeKind::IdTokenMalformed,
        IdTokenError::Nonce => NoticeKind::IdTokenNonce,
        IdTokenError::Old => NoticeKind::IdTokenOld,
        IdTokenError::Subject => NoticeKind::IdTokenSubject,
        IdTokenError::UnknownKey => NoticeKind::IdTokenUnknownKey,
        _ => NoticeKind::Defect,
    };
    kind.into()
}

fn unusable_answer(member: &str) -> Notice {
    Notice::naming(NoticeKind::UnusableAnswer, member)
}

fn unusable_document(member: &str) -> Notice {
    Notice::naming(NoticeKind::UnusableDocument, member)
}

/// What a person can mend about a connection that did not come about.
fn connection(error: &TransportError, now: SystemTime) -> Option<Notice> {
    match error.kind {
        TransportErrorKind::Certificate(_) => Some(Notice {
            device_time: minutes(now),
            ..Notice::naming(NoticeKind::Certificate, &error.host)
        }),
        TransportErrorKind::Proxy(_) => Some(Notice::naming(NoticeKind::Proxy, &error.host)),
        _ => None,
    }
}

impl Notice {
    /// Why a session is not stored; `None` if it is, or may be in a moment.
    pub fn of_stored(stored: &Stored) -> Option<Self> {
        match stored {
            Stored::Yes | Stored::NotYet => None,
            Stored::NoRefreshToken => Some(NoticeKind::NoRefreshToken.into()),
            Stored::Failed(error) => Some(Self::of_store(NoticeKind::NotStored, error.into())),
        }
    }
}

impl From<&StoreError> for StoreTrouble {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Absent => Self::NoKeychain,
            StoreError::Locked => Self::Locked,
            StoreError::NoAnswer => Self::NoAnswer,
            _ => Self::Failed,
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
