//! The extractors: [`AccessToken`] hands a handler the verified token, [`Claims`] its
//! claims as a type of the handler's own.

use std::{
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

/// The request's access token. As a handler's argument it is the proof that the guard
/// stands before the handler: without it the answer is 500.
#[derive(Clone)]
pub struct AccessToken(Arc<LetThrough>);

/// One request that the guard let through.
struct LetThrough {
    claims: Arc<AccessTokenClaims>,
    challenges: Arc<Challenges>,
    /// By [`Claims`], after all
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
