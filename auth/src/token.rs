//! The token endpoint: a grant becomes a [`TokenAnswer`]; and revocation.
//!
//! RFC 6749 §4.1.3, §6; RFC 7009; RFC 8628; RFC 8707. Each is a form that says who this client is,
//! posted and heard by [`form`]. The answers are read here: oauth2 gives all of an answer
//! or nothing of it, and keeps raw bodies in its errors.

pub(super) mod answer;
pub(super) mod device;
mod form;

use super::{
    authorization::AuthorizationGrant,
    error::{Error, TokenError},
    members::Members,
    ports::{Clock, Http},
    provider::{Endpoint, ProviderMetadata},
    response::{answered_at, is_transient_status},
    secret::{AccessToken, ClientSecret, RefreshToken},
};
pub(crate) use answer::{TokenAnswer, TokenSet};
use form::Form;

/// Who this client is at the token endpoint.
#[derive(Clone, Debug)]
pub(crate) struct ClientIdentity {
    /// The registered client.
    pub id: String,
    /// Only for providers that demand one of native apps; not confidential.
    pub secret: Option<ClientSecret>,
}

/// The token endpoint of one provider, for one client.
pub(crate) struct TokenEndpoint<'a> {
    /// This client.
    pub client: &'a ClientIdentity,
    /// Tells when tokens end.
    pub clock: &'a dyn Clock,
    /// Sends the requests.
    pub http: &'a dyn Http,
    /// The endpoints.
    pub provider: &'a ProviderMetadata,
    /// Sent as `resource`, at refresh too: without it the new access token
    /// would have another audience (RFC 8707 §2.2).
    pub resource: Option<&'a str>,
}

/// A token that can be revoked (RFC 7009 §2.1).
pub(crate) enum Revocable<'a> {
    /// An access token.
    Access(&'a AccessToken),
    /// A refresh token, and with it what was made of it.
    Refresh(&'a RefreshToken),
}

impl TokenEndpoint<'_> {
    /// Exchanges the code of a grant (RFC 6749 §4.1.3, RFC 7636 §4.5).
    ///
    /// # Errors
    /// Transport, a refusal, or an answer without a refresh token that cannot
    /// be used.
    pub fn exchange(&self, grant: &AuthorizationGrant) -> Result<TokenAnswer, Error> {
        let (code, verifier) = (grant.code.secret(), grant.verifier.secret());
        let parameters = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", grant.redirect_uri.as_str()),
        ];
        self.tokens(&parameters, &[code, verifier])
    }

    /// Exchanges a refresh token (RFC 6749 §6). An answer that brings a
    /// refresh token is given whatever else is wrong with it.
    ///
    /// # Errors
    /// As [`Self::exchange`]; `invalid_grant` means that the session is over.
    pub fn refresh(&self, token: &RefreshToken) -> Result<TokenAnswer, Error> {
        let token = token.secret();
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.tokens(&parameters, &[token])
    }

    /// Asks for tokens by a grant. `secrets` are what its parameters hold.
    fn tokens(&self, grant: &[(&str, &str)], secrets: &[&str]) -> Result<TokenAnswer, Error> {
        let resource = self.resource.map(|resource| ("resource", resource));
        let heard = self.post(&Form {
            what: "the token answer",
            to: &self.provider.token_endpoint,
            parameters: &[grant, resource.as_slice()].concat(),
            secrets,
        })?;
        let (now, answered) = (self.clock.now(), answered_at(&heard.response));
        let answer = match heard.members {
            Some(members) => TokenAnswer::read(&members, heard.refusal, now, answered),
            None => {
                let salvaged = Members::salvage("the token answer", heard.response.body());
                TokenAnswer::read(&salvaged, Some(TokenError::NotJson), now, answered)
            }
        };
        Ok(answer?)
    }

    /// Revokes a token (RFC 7009 §2.1).
    ///
    /// # Errors
    /// Not offered, transport, or any status but a success.
    pub fn revoke(&self, token: &Revocable<'_>) -> Result<(), Error> {
        let to = match &self.provider.revocation_endpoint {
            Endpoint::Absent => return Err(TokenError::NoRevocation.into()),
            Endpoint::Unusable => return Err(TokenError::UnusableRevocation.into()),
            Endpoint::At(url) => url,
        };
        let (token, hint) = match token {
            Revocable::Access(token) => (token.secret(), "access_token"),
            Revocable::Refresh(token) => (token.secret(), "refresh_token"),
        };
        let mut parameters = vec![("token", token), ("token_type_hint", hint)];
        if self.basic().is_some() {
            // Some look for it here alone.
            parameters.push(("client_id", &self.client.id));
        }
        let heard = self.post(&Form {
            what: "the revocation answer",
            to,
            parameters: &parameters,
            secrets: &[token],
        })?;
        // RFC 7009 §2.2: 200 also for a token that is not known; 204 comes too. Some
        // refuse with a success.
        heard.refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
    }
}

/// Whether a refusal says for certain that the refresh token is dead
/// (RFC 6749 §5.2). Nothing else ends a session for good.
pub(crate) fn is_invalid_grant(error: &Error) -> bool {
    matches!(error, Error::Token(TokenError::Refused { status, code, .. })
        if code == "invalid_grant" && !is_transient_status(*status))
}
