//! The token endpoint: a code or a refresh token becomes a [`TokenAnswer`];
//! and revocation.
//!
//! RFC 6749 §4.1.3, §5, §6; RFC 7009; RFC 8707. oauth2 builds the requests.
//! The answers are read here: oauth2 gives all of an answer or nothing of it,
//! and keeps raw bodies in its errors.

pub(super) mod answer;

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use oauth2::{
    AccessToken, AuthType, ClientId, ClientSecret, RefreshToken, RequestTokenError, TokenUrl,
    basic::{BasicClient, BasicErrorResponse},
};
use url::form_urlencoded;

use super::{
    authorization::{AuthorizationGrant, Nonce},
    error::{Error, ProviderWords, TokenError, error_code},
    headers::{answered_at, is_gateways, is_page, redirect_target, retry_after, told},
    members::Members,
    ports::{Clock, Http, Limits, Request, Response},
    provider::{Endpoint, ProviderMetadata},
    retry::is_transient_status,
};
pub use answer::{TokenAnswer, TokenSet};

/// Most bytes of a token answer.
const TOKEN_LIMIT: u64 = 256 * 1024;

/// Who this client is at the token endpoint.
pub struct ClientIdentity {
    /// The registered client.
    pub id: ClientId,
    /// Only for providers that demand one of native apps; not confidential.
    pub secret: Option<ClientSecret>,
}

/// The token endpoint of one provider, for one client.
pub struct TokenEndpoint<'a> {
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
pub enum Revocable<'a> {
    /// An access token.
    Access(&'a AccessToken),
    /// A refresh token, and with it what was made of it.
    Refresh(&'a RefreshToken),
}

impl TokenEndpoint<'_> {
    /// Exchanges the code of a grant (RFC 6749 §4.1.3, RFC 7636 §4.5); the
    /// nonce comes back for the ID token.
    ///
    /// # Errors
    /// Transport, a refusal, or an answer without a refresh token that cannot
    /// be used.
    pub fn exchange(&self, grant: AuthorizationGrant) -> Result<(TokenAnswer, Nonce), Error> {
        let secrets = [grant.code.secret().clone(), grant.verifier.secret().clone()];
        let client = self.oauth();
        let mut request = client
            .exchange_code(grant.code)
            .set_pkce_verifier(grant.verifier)
            .set_redirect_uri(std::borrow::Cow::Owned(grant.redirect_uri));
        if let Some(resource) = self.resource {
            request = request.add_extra_param("resource", resource);
        }
        let secrets = [secrets[0].as_str(), secrets[1].as_str()];
        let answer = heard(request.request(&|r| Err(Heard(Box::new(self.send(r, &secrets))))))?;
        Ok((answer, grant.nonce))
    }

    /// Exchanges a refresh token (RFC 6749 §6). An answer that brings a
    /// refresh token is given whatever else is wrong with it.
    ///
    /// # Errors
    /// As [`Self::exchange`]; `invalid_grant` means that the session is over.
    pub fn refresh(&self, token: &RefreshToken) -> Result<TokenAnswer, Error> {
        let client = self.oauth();
        let mut request = client.exchange_refresh_token(token);
        if let Some(resource) = self.resource {
            request = request.add_extra_param("resource", resource);
        }
        let secrets = [token.secret().as_str()];
        heard(request.request(&|r| Err(Heard(Box::new(self.send(r, &secrets))))))
    }

    /// Revokes a token (RFC 7009 §2.1). Written here because oauth2 refuses
    /// every http address, also on loopback.
    ///
    /// # Errors
    /// Not offered, transport, or any status but a success.
    pub fn revoke(&self, token: &Revocable<'_>) -> Result<(), Error> {
        let endpoint = match &self.provider.revocation_endpoint {
            Endpoint::Absent => return Err(TokenError::NoRevocation.into()),
            Endpoint::Unusable => return Err(TokenError::UnusableRevocation.into()),
            Endpoint::At(url) => url,
        };
        let (token, hint) = match token {
            Revocable::Access(token) => (token.secret().as_str(), "access_token"),
            Revocable::Refresh(token) => (token.secret().as_str(), "refresh_token"),
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", token);
        form.append_pair("token_type_hint", hint);
        form.append_pair("client_id", &self.client.id);
        let mut request = http::Request::post(endpoint.as_str())
            .header("content-type", "application/x-www-form-urlencoded");
        match &self.client.secret {
            Some(secret) if self.provider.secret_in_body => {
                form.append_pair("client_secret", secret.secret());
            }
            Some(secret) => request = request.header("authorization", self.basic(secret)),
            None => {}
        }
        let request = request
            .body(form.finish().into_bytes())
            .map_err(|_| TokenError::UnusableRevocation)?;
        let response = self.http.send(request, Limits::body(TOKEN_LIMIT))?;
        let members = Members::parse("the revocation answer", response.body());
        let refusal = members.and_then(|members| self.refusal(&members, &response, &[token]));
        match refusal {
            // Some refuse with a success.
            Some(refusal) => Err(refusal.into()),
            // RFC 7009 §2.2: 200 also for a token that is not known; 204 comes too.
            None if response.status().is_success() => Ok(()),
            None => Err(self.failure(&response).into()),
        }
    }

    /// RFC 6749 §2.3.1: both parts form-encoded, then Basic.
    fn basic(&self, secret: &ClientSecret) -> String {
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(&self.client.id), encode(secret.secret()));
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn oauth(&self) -> OAuthClient {
        let mut client = BasicClient::new(self.client.id.clone());
        if let Some(secret) = &self.client.secret {
            client = client.set_client_secret(secret.clone());
        }
        client
            .set_auth_type(if self.provider.secret_in_body {
                AuthType::RequestBody
            } else {
                AuthType::BasicAuth
            })
            .set_token_uri(TokenUrl::from_url(self.provider.token_endpoint.clone()))
    }

    /// Sends one request and reads the answer. `secrets` are what it carries.
    fn send(&self, request: Request, secrets: &[&str]) -> Result<TokenAnswer, Error> {
        let response = self.http.send(request, Limits::body(TOKEN_LIMIT))?;
        let members = Members::parse("the token answer", response.body());
        let refusal = |members| self.refusal(members, &response, secrets);
        if !response.status().is_success() {
            let refusal = members.as_ref().and_then(refusal);
            return Err(refusal.unwrap_or_else(|| self.failure(&response)).into());
        }
        let (members, refusal) = match members {
            Some(members) => {
                let refusal = refusal(&members);
                (members, refusal)
            }
            None => {
                let salvaged = Members::salvage("the token answer", response.body());
                (salvaged, Some(TokenError::NotJson))
            }
        };
        let answered = answered_at(&response);
        let answer = TokenAnswer::read(&members, refusal, self.clock.now(), answered)?;
        Ok(answer)
    }

    /// The OAuth error in an answer (RFC 6749 §5.2), of whatever status.
    fn refusal(
        &self,
        members: &Members,
        response: &Response,
        secrets: &[&str],
    ) -> Option<TokenError> {
        let code = error_code(members.optional_text("error")?);
        // Those of the request and of the client, and what came beside the refusal.
        let own = self.client.secret.as_ref();
        let basic = own.map(|secret| self.basic(secret));
        let basic = basic
            .as_deref()
            .and_then(|basic| basic.strip_prefix("Basic "));
        let own = own.map(|secret| secret.secret().as_str());
        let brought = ["access_token", "id_token", "refresh_token"];
        let brought = brought.map(|name| members.optional_text(name));
        let secrets = secrets.iter().copied().map(Some);
        let secrets = secrets.chain([own, basic]).chain(brought);
        let secrets: Vec<_> = secrets.flatten().collect();
        let said = members.optional_text("error_description");
        let said = said.and_then(|said| ProviderWords::new(said, &secrets));
        ProviderWords::log(said.as_ref());
        Some(TokenError::Refused {
            status: response.status().as_u16(),
            code,
            said,
            retry_after: retry_after(response, self.clock.now()),
        })
    }

    /// An answer that says nothing but its status.
    fn failure(&self, response: &Response) -> TokenError {
        if let Some(to) = redirect_target(response, &self.provider.token_endpoint) {
            return TokenError::Redirect { to: told(&to) };
        }
        // Not even 404 in a page is what a token endpoint says.
        let is_nowhere = matches!(response.status().as_u16(), 404 | 410);
        if is_gateways(response) || is_nowhere && is_page(response) {
            return TokenError::NotJson;
        }
        TokenError::Status {
            status: response.status().as_u16(),
            retry_after: retry_after(response, self.clock.now()),
        }
    }
}

type OAuthClient = BasicClient<
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
>;

/// What came of a request. It leaves oauth2 the way of a transport error, past
/// oauth2's own reading.
struct Heard(Box<Result<TokenAnswer, Error>>);

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Heard")
    }
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("heard")
    }
}

impl std::error::Error for Heard {}

fn heard<T>(
    result: Result<T, RequestTokenError<Heard, BasicErrorResponse>>,
) -> Result<TokenAnswer, Error> {
    match result {
        Err(RequestTokenError::Request(Heard(answer))) => *answer,
        // oauth2 could not build the request; its error may hold parts of it.
        _ => Err(TokenError::Unsendable.into()),
    }
}

/// Whether a refusal says for certain that the refresh token is dead
/// (RFC 6749 §5.2). Nothing else ends a session for good.
pub fn is_invalid_grant(error: &Error) -> bool {
    matches!(error, Error::Token(TokenError::Refused { status, code, .. })
        if code == "invalid_grant" && !is_transient_status(*status))
}
