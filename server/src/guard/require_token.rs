//! [`RequireAccessToken`], the middleware, and [`AccessToken`], its extractor.
//!
//! Around whatever endpoint it stands: only requests with a good token get in, and
//! the endpoint's handlers take the verified claims as an argument.

use std::{ops::Deref, sync::Arc};

use poem::{
    Endpoint, Error, FromRequest, Middleware, Request, RequestBody, Response, Result,
    http::{HeaderValue, StatusCode, header},
};

use super::{
    AccessTokenClaims, AccessTokenVerifier, Refusal, VerifyError,
    bearer::{Credentials, credentials},
    challenge::Challenge,
};

/// Lets requests with a good access token through, and answers all others.
#[derive(Clone)]
pub struct RequireAccessToken {
    verifier: Arc<AccessTokenVerifier>,
    metadata: Option<String>,
}

impl RequireAccessToken {
    /// Tokens are held to the rules of `verifier`.
    pub fn new(verifier: Arc<AccessTokenVerifier>) -> Self {
        Self {
            verifier,
            metadata: None,
        }
    }

    /// Names the metadata of this resource in each challenge (RFC 9728 §5.1).
    #[must_use]
    pub fn resource_metadata(mut self, address: Option<String>) -> Self {
        self.metadata = address;
        self
    }

    async fn claims(&self, request: &mut Request) -> Result<AccessTokenClaims, Challenge<'_>> {
        let verified = match credentials(request).await {
            Credentials::Absent => return Err(Challenge::NoCredentials),
            Credentials::Malformed => return Err(Challenge::InvalidRequest),
            Credentials::TooLong => Err(Refusal::TooLong.into()),
            Credentials::Token(token) => self.verifier.verify(&token).await,
        };
        let claims = verified.map_err(|error| match error {
            VerifyError::Refused(cause) => {
                tracing::info!(%cause, "refused an access token");
                Challenge::InvalidToken
            }
            VerifyError::KeysUnavailable { retry_after } => Challenge::Unavailable(retry_after),
        })?;
        let required = &self.verifier.rules().required_scopes;
        if !claims.grants(required) {
            return Err(Challenge::InsufficientScope(required));
        }
        Ok(claims)
    }
}

impl<E: Endpoint> Middleware<E> for RequireAccessToken {
    type Output = Guarded<E>;

    fn transform(&self, endpoint: E) -> Guarded<E> {
        Guarded {
            guard: self.clone(),
            endpoint,
        }
    }
}

/// An endpoint behind [`RequireAccessToken`].
pub struct Guarded<E> {
    guard: RequireAccessToken,
    endpoint: E,
}

impl<E: Endpoint> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let mut response = match self.guard.claims(&mut request).await {
            Ok(claims) => {
                request
                    .extensions_mut()
                    .insert(AccessToken(Arc::new(claims)));
                self.endpoint.get_response(request).await
            }
            Err(challenge) => challenge.response(self.guard.metadata.as_deref()),
        };
        // RFC 6750 §5.3: what a token protects is nobody else's to keep.
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }
}

/// The claims of the request's access token. As a handler's argument it is the
/// proof that the guard stands before the handler: without it the answer is 500.
#[derive(Clone, Debug)]
pub struct AccessToken(Arc<AccessTokenClaims>);

impl Deref for AccessToken {
    type Target = AccessTokenClaims;

    fn deref(&self) -> &AccessTokenClaims {
        &self.0
    }
}

impl<'a> FromRequest<'a> for AccessToken {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        request.data::<Self>().cloned().ok_or_else(|| {
            tracing::error!("an endpoint takes an AccessToken but has no RequireAccessToken");
            Error::from_status(StatusCode::INTERNAL_SERVER_ERROR)
        })
    }
}
