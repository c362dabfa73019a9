//! Whether, and from when on, trying the same again can help.

use std::time::Duration;

use super::error::{DeviceError, DiscoveryError, Error, SendError, TokenError};
use super::response::is_transient_status;

impl Error {
    /// Whether trying the same again later can help: the network, a page of a
    /// gateway, 408, 429, 5xx, a lock held by another, any failure of the store
    /// ([`StoreError::Absent`](super::error::StoreError::Absent) too: it may be started).
    /// What is stored stays in all these cases. Not [`Error::Ended`], though one
    /// without a code may be a gateway's
    /// ([`Ended::Refused`](super::error::Ended::Refused)).
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport(_) => true,
            Self::Discovery(DiscoveryError::Status { status, .. }) => is_transient_status(*status),
            Self::Token(TokenError::Refused { code, .. }) if code == "invalid_request" => true,
            Self::Token(error) | Self::Device(DeviceError::NoCode(error)) => error.is_trouble(),
            Self::Discovery(DiscoveryError::NotJson { .. } | DiscoveryError::Redirect { .. })
            | Self::Store(_) => true,
            _ => false,
        }
    }

    /// How long the provider asked to be left alone (RFC 9110 §10.2.3), an
    /// hour at most; `None` if it did not say.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Discovery(DiscoveryError::Status { retry_after, .. })
            | Self::Token(
                TokenError::Status { retry_after, .. } | TokenError::Refused { retry_after, .. },
            )
            | Self::Device(DeviceError::NoCode(
                TokenError::Status { retry_after, .. } | TokenError::Refused { retry_after, .. },
            )) => *retry_after,
            _ => None,
        }
    }
}

impl TokenError {
    /// Whether it is that of somebody in between, or of a provider that has trouble of its
    /// own: nothing of it is about what was asked.
    pub(super) fn is_trouble(&self) -> bool {
        match self {
            Self::Status { status, .. } => is_transient_status(*status),
            Self::Refused { status, code, .. } => {
                is_transient_status(*status)
                    || matches!(code.as_str(), "temporarily_unavailable" | "server_error")
            }
            Self::Busy
            | Self::NoAccessToken
            | Self::NotJson
            | Self::NotThere
            | Self::Redirect { .. } => true,
            _ => false,
        }
    }
}

impl SendError {
    /// Whether sending the same again later can help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Session(error) => error.is_transient(),
            Self::Transport(_) => true,
            Self::NotHttps | Self::Unsendable => false,
        }
    }
}
