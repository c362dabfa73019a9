//! What an answer without tokens or codes says (RFC 8628 §3.5).

use std::time::Duration;

use crate::{
    error::{DeviceError, Error, ProviderWords, TokenError},
    response::is_transient_status,
};

pub(super) enum Heard {
    /// The person has not answered yet.
    Pending,
    /// As that, and it was asked too often.
    SlowDown,
    Denied(Option<ProviderWords>),
    Expired,
    /// The code is unknown, or its tokens were given already.
    Spent,
    /// Nothing about the code: a network, a provider or somebody in between has trouble,
    /// and perhaps wants to be left alone for so long.
    Trouble(Option<Duration>),
    /// Asking again would bring the same.
    Over,
}

/// The code in the answer decides, not its status: Google pends with 428 and denies with
/// 403.
pub(super) fn heard(error: &Error) -> Heard {
    match error {
        Error::Token(TokenError::Refused {
            status, code, said, ..
        }) => match code.as_str() {
            "authorization_pending" => Heard::Pending,
            "slow_down" => Heard::SlowDown,
            // The second of each is Entra's.
            "access_denied" | "authorization_declined" => Heard::Denied(said.clone()),
            "expired_token" | "code_expired" => Heard::Expired,
            "invalid_grant" if !is_transient_status(*status) => Heard::Spent,
            _ => trouble(error),
        },
        // RFC 8628 §3.5: a poll ends with an error code alone. A status without one, whichever
        // it is, is not about the code.
        Error::Token(TokenError::Status { .. }) => Heard::Trouble(error.retry_after()),
        _ => trouble(error),
    }
}

/// Unlike [`Error::is_transient`], `invalid_request` is none: what cannot be read once
/// cannot be read the next time.
fn trouble(error: &Error) -> Heard {
    match error {
        Error::Transport(_) => Heard::Trouble(None),
        Error::Token(token) | Error::Device(DeviceError::NoCode(token)) if token.is_trouble() => {
            Heard::Trouble(error.retry_after())
        }
        _ => Heard::Over,
    }
}
