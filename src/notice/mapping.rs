//! From errors to notices: the only place that decides what a person is told.

use std::time::SystemTime;

use chrono::{DateTime, Utc};

use super::{Failure, NotKept, Notice};
use crate::{
    api,
    auth::{
        error::{
            AuthorizationError, DiscoveryError, Ended, Error, IdTokenError, LoopbackError,
            StoreError, TokenError, TransportError, TransportErrorKind,
        },
        retry::is_transient_status,
        session::Kept,
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
        }
    }

    /// Of fetching the message.
    pub fn of_message(error: &api::Error, now: SystemTime) -> Self {
        let notice = match error {
            api::Error::Auth(error) => notice_of(error, now),
            api::Error::Forbidden { required } => Notice::NoAccess {
                required: required.clone(),
            },
            api::Error::Refused => Notice::ApiRefused,
            api::Error::Status(status) if is_transient_status(*status) => Notice::ApiTrouble,
            api::Error::Status(status) => Notice::ApiUnexpected { status: *status },
            api::Error::Transport(error) => {
                certificate(error, now).unwrap_or(Notice::ApiUnreachable)
            }
        };
        Self {
            notice,
            details: details(error),
        }
    }
}

/// The one mapping from what went wrong to what a person is told.
fn notice_of(error: &Error, now: SystemTime) -> Notice {
    match error {
        Error::Authorization(AuthorizationError::Refused { code, .. }) => match code.as_str() {
            "access_denied" | "consent_required" => Notice::AccessDenied,
            "temporarily_unavailable" | "server_error" => Notice::ProviderTrouble,
            _ => Notice::ProviderRefused,
        },
        Error::Authorization(_) => Notice::UntrustedAnswer,
        Error::Discovery(DiscoveryError::IssuerMismatch { given }) => Notice::IssuerMismatch {
            given: given.clone(),
        },
        Error::Discovery(DiscoveryError::Status { status, .. })
        | Error::Token(TokenError::Status { status, .. } | TokenError::Refused { status, .. })
            if is_transient_status(*status) =>
        {
            Notice::ProviderTrouble
        }
        Error::Token(TokenError::NotTokens(_) | TokenError::Busy) => Notice::ProviderTrouble,
        Error::Discovery(_) => Notice::NotAnIssuer,
        Error::Token(_) => Notice::ProviderRefused,
        Error::Ended(Ended::Elsewhere) => Notice::SessionGone,
        Error::Ended(Ended::Expired | Ended::Refused) => Notice::SessionExpired,
        Error::IdToken(
            IdTokenError::Expired { issued_at } | IdTokenError::IssuedAt { issued_at },
        ) => Notice::WrongClock {
            device_time: minutes(now),
            server_time: from_unix(*issued_at),
        },
        Error::IdToken(_) => Notice::UntrustedAnswer,
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
        Error::Transport(error) => certificate(error, now).unwrap_or(Notice::ProviderUnreachable),
    }
}

fn certificate(error: &TransportError, now: SystemTime) -> Option<Notice> {
    let refused = matches!(error.kind, TransportErrorKind::Certificate(_));
    refused.then(|| Notice::Certificate {
        host: error.host.clone(),
        device_time: minutes(now),
    })
}

impl NotKept {
    /// Why a session is not kept; `None` if it is, or may be in a moment.
    pub fn of(kept: &Kept) -> Option<Self> {
        match kept {
            Kept::Yes | Kept::NotYet => None,
            Kept::NoRefreshToken => Some(Self::NoRefreshToken),
            Kept::Failed(error) => Some(error.into()),
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
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_told_with_both_times() {
        let error = Error::IdToken(IdTokenError::IssuedAt {
            issued_at: 1_795_548_000,
        });
        let failure = Failure::of_sign_in(&error, SystemTime::UNIX_EPOCH);
        let expected = Notice::WrongClock {
            device_time: "1970-01-01 00:00".to_owned(),
            server_time: "2026-11-24 19:20".to_owned(),
        };
        assert_eq!(failure.notice, expected);
    }

    #[test]
    fn only_a_refusal_by_the_person_is_told_as_one() {
        let notice = |code: &str| {
            let code = code.to_owned();
            let error = Error::Authorization(AuthorizationError::Refused { code, said: None });
            Failure::of_sign_in(&error, SystemTime::UNIX_EPOCH).notice
        };
        assert_eq!(notice("access_denied"), Notice::AccessDenied);
        assert_eq!(notice("consent_required"), Notice::AccessDenied);
        assert_eq!(notice("server_error"), Notice::ProviderTrouble);
        assert_eq!(notice("invalid_scope"), Notice::ProviderRefused);
    }

    #[test]
    fn details_name_each_cause_once_on_one_bounded_line() {
        let error = Error::Loopback(LoopbackError::NoPort("8765".repeat(200)));
        let details = Failure::of_sign_in(&error, SystemTime::UNIX_EPOCH).details;
        assert!(details.starts_with("redirect listener: none of the ports is free: 8765"));
        assert_eq!(details.chars().count(), DETAILS_LIMIT);
        assert_eq!(details.matches("redirect listener").count(), 1);
    }
}
