//! The extractors: [`AccessToken`] hands a handler the verified token, [`Claims`] its
//! claims as a type of the handler's own.

use std::{
    any::type_name,
    fmt,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use poem::{Error, FromRequest, Request, RequestBody, Result, http::StatusCode};
use serde::de::DeserializeOwned;
use tracing::Level;

use super::{
    AccessTokenClaims, Refusal,
    challenge::{Challenge, Challenges},
};

/// The request's access token, with the methods of [`AccessTokenClaims`]. As a handler's
/// argument it is the proof that [`RequireAccessToken`](super::RequireAccessToken) stands
/// before the handler: where it does not, every request is answered 500.
#[derive(Clone)]
pub struct AccessToken(Arc<LetThrough>);

/// A request that the guard let through.
struct LetThrough {
    claims: Arc<AccessTokenClaims>,
    challenges: Arc<Challenges>,
    /// Whether [`Claims`] refused it afterwards
    refused: AtomicBool,
}

impl AccessToken {
    pub(super) fn new(claims: Arc<AccessTokenClaims>, challenges: Arc<Challenges>) -> Self {
        Self(Arc::new(LetThrough {
            claims,
            challenges,
            refused: AtomicBool::new(false),
        }))
    }

    /// Whether the endpoint's [`Claims`] refused it.
    pub(super) fn was_refused(&self) -> bool {
        self.0.refused.load(Relaxed)
    }
}

impl Deref for AccessToken {
    type Target = AccessTokenClaims;

    fn deref(&self) -> &AccessTokenClaims {
        &self.0.claims
    }
}

/// Says nothing about the person.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AccessToken").field(&self.0.claims).finish()
    }
}

impl<'a> FromRequest<'a> for AccessToken {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        request.data::<Self>().cloned().ok_or_else(|| {
            tracing::error!("an endpoint takes an access token but has no RequireAccessToken");
            Error::from_status(StatusCode::INTERNAL_SERVER_ERROR)
        })
    }
}

/// The claims of the request's access token, as a type that names those which the
/// handler needs. A token without them is answered like any other that is not valid
/// here: 401 `invalid_token` (RFC 6750 §3.1); the log says at info which of them is
/// missing or malformed.
pub struct Claims<T>(pub T);

/// Names the type and none of the values, which are personal data.
impl<T> fmt::Debug for Claims<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claims<{}>(..)", type_name::<T>())
    }
}

impl<'a, T: DeserializeOwned> FromRequest<'a> for Claims<T> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let token = AccessToken::from_request(request, body).await?;
        token.typed().map(Self).map_err(|_| {
            if tracing::enabled!(Level::INFO) {
                let found = token.fault::<T>();
                tracing::info!(cause = %Refusal::Claims, found, "refused an access token");
            }
            token.0.refused.store(true, Relaxed);
            Error::from_response(token.0.challenges.response(Challenge::InvalidToken))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::challenge::Requirements, *};

    #[test]
    fn nothing_about_the_person_is_in_the_debug_texts() {
        let claims = AccessTokenClaims::verified(r#"{"sub":"ada"}"#, Some("ada"), "a", 1.0);
        let challenges = Challenges::new(&Requirements::default(), None);
        let token = AccessToken::new(Arc::new(claims.unwrap()), Arc::new(challenges));
        let text = format!("{token:?} {:?}", Claims("ada".to_owned()));
        assert!(!text.contains("ada"), "{text}");
        assert!(
            text.contains("exp: 1.0") && text.contains("String"),
            "{text}"
        );
    }
}
