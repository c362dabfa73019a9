//! The answers to a request that is not let through (RFC 6750 §3).

use std::time::Duration;

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};

use super::Scope;

/// Which answer; none of them says more about the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// RFC 6750 §3.1: no error code for a request without credentials
    NoCredentials,
    /// Two tokens, or half a header
    InvalidRequest,
    /// Every bad token, whatever is bad about it
    InvalidToken,
    /// A good token that does not grant enough
    InsufficientScope,
    /// RFC 9470 §3: a good token, but the person signed in too weakly or too long ago
    InsufficientAuthentication,
}

/// What an endpoint demands beyond a good token.
#[derive(Clone, Debug, Default)]
pub(super) struct Requirements {
    pub scopes: Vec<Scope>,
    /// RFC 9470 §4: any of these authentication contexts
    pub acr_values: Vec<String>,
    /// RFC 9470 §4: the longest time since the person signed in
    pub max_age: Option<Duration>,
}

/// The `WWW-Authenticate` header of each challenge, written once.
pub(super) struct Challenges([HeaderValue; 5]);

impl Challenges {
    /// `metadata` is the address of RFC 9728 §5.1.
    pub(super) fn new(requirements: &Requirements, metadata: Option<&str>) -> Self {
        let value = |challenge: Challenge| {
            let text = challenge.header(requirements, metadata);
            // A line break in an `acr` value or in the address of the metadata cannot be
            // sent; the challenge then has no details.
            HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("Bearer"))
        };
        Self([
            value(Challenge::NoCredentials),
            value(Challenge::InvalidRequest),
            value(Challenge::InvalidToken),
            value(Challenge::InsufficientScope),
            value(Challenge::InsufficientAuthentication),
        ])
    }

    pub(super) fn response(&self, challenge: Challenge) -> Response {
        let (status, _, text) = challenge.parts();
        Response::builder()
            .status(status)
            .header(header::CACHE_CONTROL, NO_STORE)
            .header(header::CONTENT_TYPE, TEXT)
            .header(header::WWW_AUTHENTICATE, self.0[challenge as usize].clone())
            .body(text)
    }
}

pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// Nothing can be said about any token: no keys, and fetching them failed.
pub(super) fn unavailable(retry_after: Duration) -> Response {
    let seconds = retry_after.as_secs_f64().ceil().max(1.0);
    Response::builder()
        .status(StatusCode::SERVICE_UNAVAILABLE)
        .header(header::CACHE_CONTROL, NO_STORE)
        .header(header::CONTENT_TYPE, TEXT)
        .header(header::RETRY_AFTER, format!("{seconds:.0}"))
        .body("the signing keys of the issuer cannot be fetched at the moment")
}

impl Challenge {
    fn header(self, requirements: &Requirements, metadata: Option<&str>) -> String {
        let (_, error, text) = self.parts();
        let mut header = String::from(r#"Bearer realm="api""#);
        if let Some(error) = error {
            header += &format!(r#", error="{error}", error_description="{text}""#);
        }
        match self {
            Self::InsufficientScope => {
                let scopes: Vec<_> = requirements.scopes.iter().map(Scope::as_str).collect();
                header += &format!(r#", scope="{}""#, scopes.join(" "));
            }
            Self::InsufficientAuthentication => {
                if !requirements.acr_values.is_empty() {
                    let values = requirements.acr_values.join(" ");
                    header += &format!(r#", acr_values="{values}""#);
                }
                if let Some(age) = requirements.max_age {
                    header += &format!(r#", max_age="{}""#, age.as_secs());
                }
            }
            Self::NoCredentials | Self::InvalidRequest | Self::InvalidToken => {}
        }
        if let Some(metadata) = metadata {
            header += &format!(r#", resource_metadata="{metadata}""#);
        }
        header
    }

    /// In words, for the log as for the client.
    pub(super) fn cause(self) -> &'static str {
        self.parts().2
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
            Self::InsufficientScope => (
                StatusCode::FORBIDDEN,
                Some("insufficient_scope"),
                "the access token does not grant the scope that is required",
            ),
            Self::InsufficientAuthentication => (
                StatusCode::UNAUTHORIZED,
                Some("insufficient_user_authentication"),
                "a stronger or a more recent sign-in is required",
            ),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
            let response = unavailable(Duration::from_millis(milliseconds));
            assert_eq!(response.header(header::RETRY_AFTER), Some(expected));
        }
    }

    #[test]
    fn each_challenge_has_its_own_header() {
        let challenges = Challenges::new(&Requirements::default(), None);
        for challenge in [
            Challenge::NoCredentials,
            Challenge::InvalidRequest,
            Challenge::InvalidToken,
            Challenge::InsufficientScope,
            Challenge::InsufficientAuthentication,
        ] {
            let response = challenges.response(challenge);
            let header = response.header(header::WWW_AUTHENTICATE).unwrap();
            let error = challenge.parts().1.unwrap_or(r#"realm="api""#);
            assert!(header.contains(error), "{challenge:?}: {header}");
        }
    }
}
