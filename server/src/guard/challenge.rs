//! The answers to a request that is not let through (RFC 6750 §3).

use std::time::Duration;

use poem::{
    Response,
    http::{StatusCode, header},
};

/// Which answer; none of them says more about the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Challenge<'a> {
    /// RFC 6750 §3.1: no error code for a request without credentials
    NoCredentials,
    /// Two tokens, or half a header
    InvalidRequest,
    /// Every bad token, whatever is bad about it
    InvalidToken,
    /// A good token that does not grant enough
    InsufficientScope(&'a [String]),
    /// Nothing can be said about any token
    Unavailable(Duration),
}

impl Challenge<'_> {
    /// The whole answer. `metadata` is the address of RFC 9728 §5.1.
    pub(super) fn response(self, metadata: Option<&str>) -> Response {
        let (status, error, text) = self.parts();
        let response = Response::builder()
            .status(status)
            .content_type("text/plain; charset=utf-8");
        if let Self::Unavailable(after) = self {
            let seconds = after.as_secs_f64().ceil().max(1.0);
            return response
                .header(header::RETRY_AFTER, format!("{seconds:.0}"))
                .body(text);
        }
        let mut challenge = String::from(r#"Bearer realm="api""#);
        if let Some(error) = error {
            challenge += &format!(r#", error="{error}", error_description="{text}""#);
        }
        if let Self::InsufficientScope(scopes) = self {
            challenge += &format!(r#", scope="{}""#, scopes.join(" "));
        }
        if let Some(metadata) = metadata {
            challenge += &format!(r#", resource_metadata="{metadata}""#);
        }
        response
            .header(header::WWW_AUTHENTICATE, challenge)
            .body(text)
    }

    fn parts(self) -> (StatusCode, Option<&'static str>, &'static str) {
        match self {
            Self::NoCredentials => (
                StatusCode::UNAUTHORIZED,
                None,
                "an access token is required",
            ),
            Self::InvalidRequest => (
                StatusCode::BAD_REQUEST,
                Some("invalid_request"),
                "exactly one access token is expected, as: Authorization: Bearer TOKEN",
            ),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                Some("invalid_token"),
                "the access token is not valid here, or not any more",
            ),
            Self::InsufficientScope(_) => (
                StatusCode::FORBIDDEN,
                Some("insufficient_scope"),
                "the access token does not grant the scope that is required",
            ),
            Self::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                None,
                "the signing keys of the issuer cannot be fetched at the moment",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_whole_seconds_and_never_at_once() {
        for (milliseconds, expected) in [
            (0, "1"),
            (200, "1"),
            (1000, "1"),
            (1200, "2"),
            (30_000, "30"),
        ] {
            let after = Duration::from_millis(milliseconds);
            let response = Challenge::Unavailable(after).response(None);
            assert_eq!(response.header(header::RETRY_AFTER), Some(expected));
        }
    }
}
