//! The token endpoint: a code or a refresh token becomes a [`TokenSet`]; and
//! revocation.
//!
//! RFC 6749 §4.1.3, §5, §6; RFC 7009; RFC 8707. oauth2 builds the requests;
//! its answers pass through `TokenEndpoint::send`, which sorts refusals
//! before oauth2 would keep a raw body in an error.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::STANDARD};
use oauth2::{
    AccessToken, AuthType, Client, ClientId, ClientSecret, ExtraTokenFields, RefreshToken,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
        BasicTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::form_urlencoded;

use super::{
    authorization::{AuthorizationGrant, Nonce},
    error::{Error, TokenError, error_code},
    ports::{Clock, Http, Limits, Request, Response},
    provider::ProviderMetadata,
    retry::{is_transient_status, retry_after},
};

/// Most bytes of a token answer.
const TOKEN_LIMIT: u64 = 64 * 1024;
/// Longest life of an access token that is believed: a nonsensical
/// `expires_in` must neither overflow nor silence refreshing for ever.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// Who this client is at the token endpoint.
pub struct ClientIdentity {
    /// The registered client.
    pub id: ClientId,
    /// Only for providers that demand one of native apps; not confidential.
    pub secret: Option<ClientSecret>,
}

/// What the token endpoint gave. No Debug, no Clone: secrets.
pub struct TokenSet {
    /// For the API.
    pub access_token: AccessToken,
    /// When the access token ends, if the provider said so.
    pub expires_at: Option<SystemTime>,
    /// Unverified.
    pub id_token: Option<String>,
    /// For the next refresh, if a (new) one came.
    pub refresh_token: Option<RefreshToken>,
    /// What was granted, if the provider said so.
    pub scopes: Option<Vec<String>>,
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

#[derive(Debug, Deserialize, Serialize)]
struct IdTokenField {
    id_token: Option<String>,
}
impl ExtraTokenFields for IdTokenField {}
type Answer = StandardTokenResponse<IdTokenField, BasicTokenType>;
type OAuthClient = Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointSet,
>;

impl TokenEndpoint<'_> {
    /// Exchanges the code of a grant (RFC 6749 §4.1.3, RFC 7636 §4.5); the
    /// nonce comes back for the ID token.
    ///
    /// # Errors
    /// Transport, a refusal, or an answer without tokens.
    pub fn exchange(&self, grant: AuthorizationGrant) -> Result<(TokenSet, Nonce), Error> {
        let client = self.oauth();
        let mut request = client
            .exchange_code(grant.code)
            .set_pkce_verifier(grant.verifier)
            .set_redirect_uri(std::borrow::Cow::Owned(grant.redirect_uri));
        if let Some(resource) = self.resource {
            request = request.add_extra_param("resource", resource);
        }
        let tokens = self.tokens(request.request(&|r| self.send(r)))?;
        Ok((tokens, grant.nonce))
    }

    /// Exchanges a refresh token (RFC 6749 §6).
    ///
    /// # Errors
    /// As [`Self::exchange`]; `invalid_grant` means that the session is over.
    pub fn refresh(&self, token: &RefreshToken) -> Result<TokenSet, Error> {
        let client = self.oauth();
        let mut request = client.exchange_refresh_token(token);
        if let Some(resource) = self.resource {
            request = request.add_extra_param("resource", resource);
        }
        self.tokens(request.request(&|r| self.send(r)))
    }

    /// Revokes a refresh token (RFC 7009 §2.1). Written here because oauth2
    /// refuses every http address, also on loopback.
    ///
    /// # Errors
    /// Transport, or any status but 200.
    pub fn revoke(&self, token: &RefreshToken) -> Result<(), Error> {
        let Some(endpoint) = &self.provider.revocation_endpoint else {
            return Err(TokenError::NoRevocation.into());
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", token.secret());
        form.append_pair("token_type_hint", "refresh_token");
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
            .map_err(|_| TokenError::NoRevocation)?;
        let response = self.http.send(request, Limits::body(TOKEN_LIMIT))?;
        match response.status().as_u16() {
            // RFC 7009 §2.2: 200 also for a token that is not known.
            200 => Ok(()),
            _ => Err(self.status(&response)),
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
        let mut client: Client<_, Answer, _, _, _> = Client::new(self.client.id.clone());
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

    /// Sends one request; gives only an answer that oauth2 can read.
    fn send(&self, request: Request) -> Result<Response, Error> {
        let response = self.http.send(request, Limits::body(TOKEN_LIMIT))?;
        let status = response.status().as_u16();
        let body: Option<Value> = serde_json::from_slice(response.body()).ok();
        // Also in a 200: some providers refuse that way.
        if let Some(code) = body.as_ref().and_then(|b| b.get("error")?.as_str()) {
            let code = error_code(code);
            let retry_after = retry_after(&response, self.clock.now());
            return Err(TokenError::Refused {
                status,
                code,
                retry_after,
            }
            .into());
        }
        match body {
            Some(Value::Object(mut members)) if status == 200 => {
                lenient(&mut members);
                let answer = http::Response::builder()
                    .header("content-type", "application/json")
                    .body(Value::Object(members).to_string().into_bytes());
                answer.map_err(|_| TokenError::Malformed("body").into())
            }
            _ if status == 200 => Err(TokenError::Malformed("no JSON object").into()),
            _ => Err(self.status(&response)),
        }
    }

    fn status(&self, response: &Response) -> Error {
        Error::Token(TokenError::Status {
            status: response.status().as_u16(),
            retry_after: retry_after(response, self.clock.now()),
        })
    }

    fn tokens(
        &self,
        answer: Result<Answer, oauth2::RequestTokenError<Error, BasicErrorResponse>>,
    ) -> Result<TokenSet, Error> {
        let answer = answer.map_err(|error| match error {
            oauth2::RequestTokenError::Request(error) => error,
            // The others carry the body or parts of it: dropped on purpose.
            _ => TokenError::Malformed("access_token or token_type is missing").into(),
        })?;
        // RFC 6749 §7.1: a token of an unknown type must not be used.
        if *answer.token_type() != BasicTokenType::Bearer {
            return Err(TokenError::Malformed("token_type is not bearer").into());
        }
        let life = answer.expires_in().map(|life| life.min(LONGEST_LIFE));
        Ok(TokenSet {
            access_token: answer.access_token().clone(),
            expires_at: life.map(|life| self.clock.now() + life),
            id_token: answer.extra_fields().id_token.clone(),
            refresh_token: answer
                .refresh_token()
                .filter(|token| !token.secret().is_empty())
                .cloned(),
            scopes: answer
                .scopes()
                .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
        })
    }
}

/// RFC 6749 §5.1: `expires_in` is a number; "3600", 3600.0 and nonsense come
/// too. What is no time span counts as not said; so does a scope that is none,
/// which would fail the whole answer for nothing.
fn lenient(members: &mut serde_json::Map<String, Value>) {
    let seconds = members.remove("expires_in").and_then(|value| match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    });
    if let Some(seconds) = seconds.filter(|s| *s >= 0.0 && s.is_finite()) {
        // Saturating cast.
        members.insert("expires_in".to_owned(), Value::from(seconds as u64));
    }
    if let Some(scope) = members.remove("scope").as_ref().and_then(normalised) {
        members.insert("scope".to_owned(), Value::from(scope));
    }
}

/// `scope` of a token answer as RFC 6749 §3.3 writes it; `None` if it says
/// nothing.
pub(super) fn normalised(scope: &Value) -> Option<String> {
    let text = match scope {
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            let words: Vec<_> = list.iter().filter_map(Value::as_str).collect();
            words.join(" ")
        }
        _ => return None,
    };
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Whether a refusal says for certain that the refresh token is dead
/// (RFC 6749 §5.2). Nothing else ends a session for good.
pub fn is_invalid_grant(error: &Error) -> bool {
    matches!(error, Error::Token(TokenError::Refused { status, code, .. })
        if code == "invalid_grant" && !is_transient_status(*status))
}
