//! Which way is offered after the other one has failed.

use crate::{
    auth::Error,
    notice::{Notice, NoticeKind},
    state::OtherWay,
};

/// The way that may help where `error`, which is told as `notice`, ended an attempt: none where
/// both ways come to the same.
pub(super) fn other_way(error: &Error, notice: &Notice) -> Option<OtherWay> {
    match error {
        // Whoever has a problem has it on either way.
        _ if notice.kind == NoticeKind::ProviderTrouble => None,
        Error::Authorization(_) | Error::Loopback(_) | Error::TimedOut => Some(OtherWay::Device),
        Error::Device(_) => Some(OtherWay::Browser),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::{
        auth::error::{
            AuthorizationError, DeviceError, DiscoveryError, IdTokenError, LoopbackError,
            StoreError, TokenError, TransportError, TransportErrorKind,
        },
        notice::Failure,
    };

    fn refused_in_the_browser(code: &str) -> Error {
        let code = code.to_owned();
        AuthorizationError::Refused { code, said: None }.into()
    }

    fn refused(status: u16, code: &str) -> TokenError {
        TokenError::Refused {
            status,
            code: code.to_owned(),
            said: None,
            retry_after: None,
        }
    }

    fn no_connection(kind: TransportErrorKind) -> Error {
        let host = "sso.example.org".to_owned();
        TransportError { host, kind }.into()
    }

    #[test]
    fn the_other_way_is_offered_where_the_failure_belongs_to_the_way_that_was_taken() {
        use OtherWay::{Browser, Device};
        let certificate = TransportErrorKind::Certificate("expired".to_owned());
        let unreachable = TransportErrorKind::Unreachable("refused".to_owned());
        let no_code = |error| Error::Device(DeviceError::NoCode(error));
        let no_tokens = |error| Error::Device(DeviceError::NoTokens(error));
        for (error, offered) in [
            (refused_in_the_browser("access_denied"), Some(Device)),
            (refused_in_the_browser("unauthorized_client"), Some(Device)),
            (refused_in_the_browser("server_error"), None),
            (AuthorizationError::Incomplete.into(), Some(Device)),
            (AuthorizationError::StateMismatch.into(), Some(Device)),
            (AuthorizationError::IssuerMismatch.into(), Some(Device)),
            (
                LoopbackError::NoPort("8765".to_owned()).into(),
                Some(Device),
            ),
            (LoopbackError::Flooded.into(), Some(Device)),
            (Error::TimedOut, Some(Device)),
            (DeviceError::Denied { said: None }.into(), Some(Browser)),
            (DeviceError::NotOffered.into(), Some(Browser)),
            (no_code(refused(400, "unauthorized_client")), Some(Browser)),
            (
                no_tokens(refused(400, "unauthorized_client")),
                Some(Browser),
            ),
            (no_code(refused(503, "temporarily_unavailable")), None),
            (refused(401, "invalid_client").into(), None),
            (IdTokenError::Signature.into(), None),
            (DiscoveryError::NoS256.into(), None),
            (StoreError::Locked.into(), None),
            (no_connection(certificate), None),
            (no_connection(unreachable), None),
            (Error::NoRefreshToken, None),
        ] {
            let notice = Failure::of_session(&error, SystemTime::UNIX_EPOCH).notice;
            assert_eq!(other_way(&error, &notice), offered, "{error:?}");
        }
    }
}
