//! [`RequireAccessToken`], the middleware. Around whatever endpoint it stands: only
//! requests with a good token get in, and the endpoint's handlers take the verified
//! claims as an argument ([`super::AccessToken`], [`super::Claims`]).

use std::{fmt, sync::Arc, time::Duration};

use poem::{Endpoint, Error, IntoResponse, Middleware, Request, Response, Result, http::header};
use tracing::Level;

use super::{
    AccessToken, AccessTokenClaims, AccessTokenVerifier, Refusal, Scope, VerifyError,
    bearer::{Credentials, credentials},
    challenge::{Challenge, Challenges, NO_STORE, Requirements, unavailable},
    form, found,
    json::Value,
    statistics::{Denial, Verdicts},
};

/// Lets requests with a good access token through to the endpoint, and answers all others
/// itself: 401, 403, 400 or 503, with a challenge that names the cause no nearer than RFC 6750
/// §3.1 does.
///
/// What the endpoint answers is sent with `Cache-Control: no-store`, its errors too. For that
/// an error is made into an answer and becomes an error again: whoever catches it outside
/// finds the same status and words, but not the same type, and catches by type inside. An
/// error with data (`Error::set_data`) arrives outside as an answer with these data, since
/// poem lets nobody give them to another error.
///
/// A preflight request has no token (Fetch §4.8), so poem's `Cors` belongs around this
/// middleware.
#[derive(Clone, Debug)]
pub struct RequireAccessToken {
    verifier: Arc<AccessTokenVerifier>,
    requirements: Requirements,
    metadata: Option<String>,
}

impl RequireAccessToken {
    /// Lets through what `verifier` accepts and demands.
    pub fn new(verifier: Arc<AccessTokenVerifier>) -> Self {
        let requirements = Requirements {
            scopes: verifier.required_scopes().to_vec(),
            ..Requirements::default()
        };
        Self {
            verifier,
            requirements,
            metadata: None,
        }
    }

    /// Demands a scope, beyond those that the verifier demands everywhere; without it the
    /// answer is 403 (RFC 6750 §3.1). Several: a call for each.
    #[must_use]
    pub fn require_scope(mut self, scope: Scope) -> Self {
        self.requirements.scopes.push(scope);
        self
    }

    /// Demands that the person signed in by one of these authentication contexts; the
    /// token's `acr` says by which (RFC 9470 §4). Else 401 with the list, so that the
    /// client can ask for another sign-in.
    #[must_use]
    pub fn require_acr<S: Into<String>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
        self.requirements.acr_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// Demands that the person signed in not longer ago than this, in whole seconds;
    /// the token's `auth_time` says when (RFC 9470 §4). Else 401 with the number.
    #[must_use]
    pub fn require_sign_in_within(mut self, max_age: Duration) -> Self {
        self.requirements.max_age = Some(Duration::from_secs(max_age.as_secs()));
        self
    }

    /// Names the metadata of this resource in each challenge (RFC 9728 §5.1).
    #[must_use]
    pub fn resource_metadata(mut self, address: Option<String>) -> Self {
        self.metadata = address;
        self
    }
}

impl<E: Endpoint> Middleware<E> for RequireAccessToken {
    type Output = Guarded<E>;

    fn transform(&self, endpoint: E) -> Guarded<E> {
        let challenges = Challenges::new(&self.requirements, self.metadata.as_deref());
        Guarded {
            verifier: Arc::clone(&self.verifier),
            requirements: self.requirements.clone(),
            challenges: Arc::new(challenges),
            endpoint,
        }
    }
}

/// An endpoint behind [`RequireAccessToken`].
pub struct Guarded<E> {
    verifier: Arc<AccessTokenVerifier>,
    requirements: Requirements,
    challenges: Arc<Challenges>,
    endpoint: E,
}

impl<E: Endpoint> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let claims = match self.claims(&mut request).await {
            Ok(claims) => claims,
            Err(denial) => return Ok(self.refuse(denial)),
        };
        let token = AccessToken::new(claims, Arc::clone(&self.challenges));
        request.extensions_mut().insert(token.clone());
        let _verdict = Verdict {
            token,
            verdicts: self.verifier.verdicts(),
        };
        match self.endpoint.call(request).await {
            Ok(answer) => Ok(not_stored(answer.into_response())),
            Err(error) => not_stored_error(error),
        }
    }
}

/// The answer of an error is there to be changed only once it is made. poem drops the
/// extensions of an answer that becomes an error again, so an answer with extensions stays
/// one.
fn not_stored_error(error: Error) -> Result<Response> {
    let words = error.to_string();
    let answer = not_stored(error.into_response());
    if !answer.extensions().is_empty() {
        return Ok(answer);
    }
    let mut error = Error::from_response(answer);
    error.set_error_message(words);
    Err(error)
}

/// RFC 9111 §3.5: what a token protects is nobody else's to keep.
fn not_stored(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    answer
}

/// The line about a token that is refused; of the token, only what the refusal is about.
fn log(cause: Refusal, found: impl FnOnce() -> Option<String>) {
    if tracing::enabled!(Level::INFO) {
        tracing::info!(%cause, found = found(), "refused an access token");
    }
}

/// The line about a request that is refused whatever its token is, or with a good one.
fn log_request(challenge: Challenge, found: Option<String>) {
    tracing::info!(cause = challenge.cause(), found, "refused a request");
}

/// Counts a request that was let through, when its endpoint is done: only then is it known
/// whether the endpoint's `Claims` refused the token. Dropped, and so counted, also if the
/// endpoint panics or its connection ends before.
struct Verdict<'a> {
    token: AccessToken,
    verdicts: &'a Verdicts,
}

impl Drop for Verdict<'_> {
    fn drop(&mut self) {
        match self.token.was_refused() {
            true => self.verdicts.deny(Denial::Refused(Refusal::Claims)),
            false => self.verdicts.accept(),
        }
    }
}

impl<E> Guarded<E> {
    /// The claims of a request that may pass.
    async fn claims(&self, request: &mut Request) -> Result<Arc<AccessTokenClaims>, Denial> {
        let (token, verified) = match credentials(request) {
            Credentials::Absent => return Err(Denial::NoCredentials),
            Credentials::Malformed => {
                log_request(Challenge::InvalidRequest, None);
                return Err(Denial::MalformedRequest);
            }
            Credentials::TooLong(size) => {
                log(Refusal::TooLong, || Some(found::length(size)));
                return Err(Denial::Refused(Refusal::TooLong));
            }
            Credentials::Token(token) => (token, self.verifier.verify(token).await),
        };
        let claims = verified.map_err(|error| match error {
            VerifyError::Refused(cause) => {
                log(cause, || found::found(token, cause));
                Denial::Refused(cause)
            }
            VerifyError::KeysUnavailable { retry_after } => Denial::KeysUnavailable(retry_after),
        })?;
        if form::names_token(request).await {
            log_request(Challenge::InvalidRequest, None);
            return Err(Denial::MalformedRequest);
        }
        let scopes = self.requirements.scopes.iter();
        let lacking: Vec<_> = scopes
            .filter(|scope| !claims.grants(scope.as_str()))
            .collect();
        if !lacking.is_empty() {
            let found = lacking.iter().map(|scope| format!("no {scope}"));
            let found = found.collect::<Vec<_>>().join("; ");
            log_request(Challenge::InsufficientScope, Some(found));
            return Err(Denial::InsufficientScope);
        }
        if let Some(found) = self.lacks_in_sign_in(&claims) {
            log_request(Challenge::InsufficientAuthentication, Some(found));
            return Err(Denial::InsufficientAuthentication);
        }
        Ok(claims)
    }

    /// What the token says of the sign-in, where that is not enough (RFC 9470 §5). A token
    /// without the claim says nothing, which is not enough.
    fn lacks_in_sign_in(&self, claims: &AccessTokenClaims) -> Option<String> {
        let Requirements {
            acr_values,
            max_age,
            ..
        } = &self.requirements;
        if acr_values.is_empty() && max_age.is_none() {
            return None;
        }
        let claims = claims.members();
        let claim = |name| claims.as_ref().and_then(|claims| claims.get(name));
        // A claim is looked at only where it is demanded. One that nobody demands may be of
        // any type, and another sign-in would not change that.
        let mut lacks = Vec::new();
        let acr = claim("acr");
        let is_acr = |value: &String| acr.and_then(Value::text) == Some(value);
        if !acr_values.is_empty() && !acr_values.iter().any(is_acr) {
            lacks.push(format!("acr: {}", found::value(acr)));
        }
        if let Some(max_age) = *max_age {
            match claim("auth_time") {
                Some(Value::Number(at)) if self.verifier.is_within(max_age, *at) => {}
                Some(Value::Number(at)) => {
                    lacks.push(format!("auth_time: {:.0} s ago", self.verifier.age(*at)));
                }
                other => lacks.push(format!("auth_time: {}", found::value(other))),
            }
        }
        (!lacks.is_empty()).then(|| lacks.join("; "))
    }

    fn refuse(&self, denial: Denial) -> Response {
        self.verifier.verdicts().deny(denial);
        let challenge = match denial {
            Denial::NoCredentials => Challenge::NoCredentials,
            Denial::MalformedRequest => Challenge::InvalidRequest,
            Denial::InsufficientScope => Challenge::InsufficientScope,
            Denial::InsufficientAuthentication => Challenge::InsufficientAuthentication,
            Denial::KeysUnavailable(retry_after) => return unavailable(retry_after),
            Denial::Refused(_) => Challenge::InvalidToken,
        };
        self.challenges.response(challenge)
    }
}

impl<E> fmt::Debug for Guarded<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded")
            .field("verifier", &self.verifier)
            .field("requirements", &self.requirements)
            .finish_non_exhaustive()
    }
}
