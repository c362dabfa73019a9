//! The authorization request and the callback that answers it.
//!
//! [`AuthorizationRequest::new`] → its URL goes to the browser → the redirect
//! brings a query → [`Callback::parse`] → [`AuthorizationRequest::accept`]
//! consumes the request: one request, one answer.
//!
//! RFC 6749 §4.1, RFC 7636 (PKCE), RFC 9207 (`iss`), OpenID Connect Core
//! §3.1.2. No I/O.

use std::collections::HashMap;

use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, basic::BasicClient,
};
use url::form_urlencoded;

use super::{
    error::{AuthorizationError, ProviderWords, error_code},
    provider::{Issuer, ProviderMetadata},
};

/// What one sign-in asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask<'a> {
    /// Sent as `audience` (Auth0 and others).
    pub audience: Option<&'a str>,
    /// Fills the provider's form; no proof of anything.
    pub login_hint: Option<&'a str>,
    /// `login`, `consent`, `select_account`.
    pub prompt: Option<&'a str>,
    /// Sent as `resource` (RFC 8707).
    pub resource: Option<&'a str>,
    /// The scopes.
    pub scopes: &'a [String],
}

/// A value that ties an ID token to this sign-in (OpenID Connect Core §3.1.2.1).
#[derive(Clone)]
pub(crate) struct Nonce(CsrfToken);

impl Nonce {
    /// A new one, of 256 bits.
    pub fn new() -> Self {
        Self(CsrfToken::new_random_len(32))
    }

    /// The value, for comparison with the claim.
    pub fn secret(&self) -> &str {
        self.0.secret()
    }
}

/// An authorization request on its way; holds what its answer must fit.
pub(crate) struct AuthorizationRequest {
    issuer: String,
    iss_in_response: bool,
    nonce: Nonce,
    redirect_uri: RedirectUrl,
    state: CsrfToken,
    url: String,
    verifier: PkceCodeVerifier,
}

impl AuthorizationRequest {
    /// Makes the request: fresh state, nonce and PKCE verifier of 256 bits.
    pub fn new(
        issuer: &Issuer,
        provider: &ProviderMetadata,
        client_id: &str,
        redirect_uri: &RedirectUrl,
        ask: &Ask<'_>,
    ) -> Self {
        let client = BasicClient::new(ClientId::new(client_id.to_owned()))
            .set_auth_uri(AuthUrl::from_url(provider.authorization_endpoint.clone()))
            .set_redirect_uri(redirect_uri.clone());
        // RFC 7636 §4.1–4.3: S256, never plain.
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = Nonce::new();
        let mut request = client
            .authorize_url(|| CsrfToken::new_random_len(32))
            .add_scopes(ask.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce.secret().to_owned());
        let extra = [
            ("audience", ask.audience),
            ("login_hint", ask.login_hint),
            ("prompt", ask.prompt),
            ("resource", ask.resource),
        ];
        for (name, value) in extra {
            if let Some(value) = value {
                request = request.add_extra_param(name, value.to_owned());
            }
        }
        let (url, state) = request.url();
        Self {
            issuer: issuer.as_str().to_owned(),
            iss_in_response: provider.iss_in_response,
            nonce,
            redirect_uri: redirect_uri.clone(),
            state,
            url: url.into(),
            verifier,
        }
    }

    /// The address for the browser. It holds state and challenge; neither
    /// code nor verifier.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The state that a callback of this request carries (RFC 6749 §10.12).
    pub fn state(&self) -> CsrfToken {
        self.state.clone()
    }

    /// Turns the answer into a grant.
    ///
    /// # Errors
    /// A refusal by the provider, or an answer that does not fit.
    pub fn accept(self, callback: Callback) -> Result<AuthorizationGrant, AuthorizationError> {
        // RFC 6749 §10.12; `CsrfToken` compares in constant time.
        if callback.state.as_ref() != Some(&self.state) {
            return Err(AuthorizationError::StateMismatch);
        }
        // RFC 9207 §2.4: on errors too; required where promised, checked
        // wherever it comes.
        match &callback.iss {
            Some(iss) if *iss != self.issuer => return Err(AuthorizationError::IssuerMismatch),
            None if self.iss_in_response => return Err(AuthorizationError::IssuerMismatch),
            _ => {}
        }
        if let Some(error) = &callback.error {
            let secrets = [self.state.secret().as_str(), self.nonce.secret()];
            let said = callback.error_description.as_deref();
            let said = said.and_then(|said| ProviderWords::new(said, &secrets));
            ProviderWords::log(said.as_ref());
            let code = error_code(error);
            return Err(AuthorizationError::Refused { code, said });
        }
        Ok(AuthorizationGrant {
            code: callback.code.ok_or(AuthorizationError::Incomplete)?,
            nonce: self.nonce,
            redirect_uri: self.redirect_uri,
            verifier: self.verifier,
        })
    }
}

/// A code with the verifier, redirect URI and nonce it belongs to.
pub(crate) struct AuthorizationGrant {
    pub(super) code: AuthorizationCode,
    pub(super) nonce: Nonce,
    pub(super) redirect_uri: RedirectUrl,
    pub(super) verifier: PkceCodeVerifier,
}

/// The query of a redirect, parsed once.
pub struct Callback {
    code: Option<AuthorizationCode>,
    error: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
    state: Option<CsrfToken>,
}

impl Callback {
    /// Reads a query; `None` if a parameter comes twice (RFC 6749 §3.1).
    /// Unknown parameters such as `session_state` are ignored.
    pub fn parse(query: &str) -> Option<Self> {
        let mut parameters = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if parameters
                .insert(name.into_owned(), value.into_owned())
                .is_some()
            {
                return None;
            }
        }
        let mut take = |name| parameters.remove(name).filter(|value| !value.is_empty());
        Some(Self {
            code: take("code").map(AuthorizationCode::new),
            error: take("error"),
            error_description: take("error_description"),
            iss: take("iss"),
            state: take("state").map(CsrfToken::new),
        })
    }

    /// Whether this answers the request that has `state`. What does not is
    /// somebody's guess, and the wait goes on.
    pub(crate) fn answers(&self, state: &CsrfToken) -> bool {
        self.state.as_ref() == Some(state)
    }
}

#[cfg(test)]
mod tests;
