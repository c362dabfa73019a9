//! The authorization request, checked, and what an app asks a person for in it.
//!
//! `AuthorizationRequest::parse` either gives a request in which everything is
//! right, or says how to refuse: on a page of our own as long as it is not
//! certain whom to answer, else by redirect.
//! Specs: RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2, RFC 9700 §2.1,
//! OpenID Connect Core §3.1.2.

use super::{
    http::{OAuthError, Params},
    registry::{Registry, is_redirect_uri},
};

/// What an app asks a person for.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) client_id: String,
    /// The scopes that mean something here, in the order of the registry.
    pub(super) scope: Vec<String>,
    pub(super) audience: Option<String>,
}

/// A request that may be answered.
#[derive(Clone)]
pub(super) struct AuthorizationRequest {
    pub(super) asked: Asked,
    pub(super) return_to: ReturnTo,
    pub(super) nonce: Option<String>,
    /// RFC 7636 §4.2, method S256.
    pub(super) code_challenge: String,
    pub(super) prompt: Vec<String>,
    pub(super) max_age: Option<u64>,
    pub(super) login_hint: String,
    pub(super) id_token_hint: Option<String>,
}

/// Where the answer goes, and what goes back with it.
#[derive(Clone)]
pub(super) struct ReturnTo {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
}

/// How a request is refused.
pub(super) enum Refusal {
    /// RFC 6749 §4.1.2.1: never a redirect while client or address are in doubt.
    Page(String),
    Redirect(ReturnTo, OAuthError),
}

impl Asked {
    /// What this client asks for.
    pub(super) fn parse(
        registry: &Registry,
        client_id: &str,
        params: &Params,
    ) -> Result<Self, OAuthError> {
        Ok(Self {
            client_id: client_id.to_owned(),
            scope: scope(registry, params.text("scope"))?,
            audience: audience(registry, params)?,
        })
    }
}

impl AuthorizationRequest {
    pub(super) fn parse(registry: &Registry, params: &Params) -> Result<Self, Refusal> {
        let client_id = client_id(registry, params)?;
        let return_to = return_to(params)?;
        // RFC 6749 §3.1: no parameter more than once.
        if let Some(name) = params.duplicate() {
            let error = invalid(format!("the parameter {name} is there twice"));
            return Err(Refusal::Redirect(return_to, error));
        }
        let asked = response(params).and_then(|()| Asked::parse(registry, client_id, params));
        asked
            .and_then(|asked| Self::checked(params, asked, &return_to))
            .map_err(|error| Refusal::Redirect(return_to, error))
    }

    pub(super) fn prompts(&self, prompt: &str) -> bool {
        self.prompt.iter().any(|asked| asked == prompt)
    }

    fn checked(params: &Params, asked: Asked, return_to: &ReturnTo) -> Result<Self, OAuthError> {
        Ok(Self {
            asked,
            return_to: return_to.clone(),
            nonce: params.get("nonce").map(str::to_owned),
            code_challenge: code_challenge(params)?,
            prompt: prompt(params.text("prompt"))?,
            max_age: max_age(params.get("max_age"))?,
            login_hint: params.text("login_hint").to_owned(),
            id_token_hint: params.get("id_token_hint").map(str::to_owned),
        })
    }
}

fn invalid(description: impl Into<String>) -> OAuthError {
    OAuthError::new("invalid_request", description)
}

fn client_id<'a>(registry: &'a Registry, params: &Params) -> Result<&'a str, Refusal> {
    let client = params.get("client_id").and_then(|id| registry.client(id));
    match client {
        Some(client) if !params.is_repeated("client_id") => Ok(&client.id),
        _ => Err(Refusal::Page(format!(
            "The app is not known here: client_id must be {}, once.",
            registry.client_words()
        ))),
    }
}

fn return_to(params: &Params) -> Result<ReturnTo, Refusal> {
    let redirect_uri = params.text("redirect_uri");
    // RFC 9700 §2.1: exact, but for the port on loopback.
    if !is_redirect_uri(redirect_uri) || params.is_repeated("redirect_uri") {
        let text = "The address to return to is not registered: redirect_uri must be \
             http://127.0.0.1, http://[::1] or http://localhost at any port, \
             with the path /callback.";
        return Err(Refusal::Page(text.to_owned()));
    }
    let state = params.get("state").filter(|_| !params.is_repeated("state"));
    Ok(ReturnTo {
        redirect_uri: redirect_uri.to_owned(),
        state: state.map(str::to_owned),
    })
}

fn response(params: &Params) -> Result<(), OAuthError> {
    // OpenID Connect Core §6: neither is offered.
    if params.get("request").is_some() {
        let error = "request_not_supported";
        return Err(OAuthError::new(error, "request objects are not taken"));
    }
    if params.get("request_uri").is_some() {
        let error = "request_uri_not_supported";
        return Err(OAuthError::new(error, "only pushed requests are taken"));
    }
    match params.get("response_type") {
        Some("code") => {}
        Some(_) => {
            let error = "unsupported_response_type";
            return Err(OAuthError::new(error, "response_type must be code"));
        }
        None => return Err(invalid("response_type is missing")),
    }
    match params.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(invalid("response_mode must be query")),
    }
}

fn scope(registry: &Registry, text: &str) -> Result<Vec<String>, OAuthError> {
    let asked: Vec<&str> = text.split(' ').collect();
    if !asked.contains(&"openid") {
        return Err(OAuthError::new("invalid_scope", "scope must have openid"));
    }
    // OpenID Connect Core §3.1.2.1: scopes that are not understood are ignored.
    let known = registry.scopes().filter(|scope| asked.contains(scope));
    Ok(known.map(str::to_owned).collect())
}

/// The API that a token is asked for, in either parameter's words.
pub(super) fn audience(registry: &Registry, params: &Params) -> Result<Option<String>, OAuthError> {
    let refused = |text: String| Err(OAuthError::new("invalid_target", text));
    let (audience, resource) = (params.get("audience"), params.get("resource"));
    // RFC 8707 §2: the resource is unknown.
    if [audience, resource]
        .iter()
        .flatten()
        .any(|api| !registry.is_api(api))
    {
        return refused(registry.api_words());
    }
    match (audience, resource) {
        (Some(audience), Some(resource)) if audience != resource => {
            refused("audience and resource name two APIs, but a token is for one".to_owned())
        }
        _ => Ok(audience.or(resource).map(str::to_owned)),
    }
}

fn code_challenge(params: &Params) -> Result<String, OAuthError> {
    // RFC 9700 §2.1.1: public clients must use PKCE; RFC 7636 §4.3: a missing
    // method means plain.
    let Some(challenge) = params.get("code_challenge") else {
        return Err(invalid("code_challenge is missing"));
    };
    if params.get("code_challenge_method") != Some("S256") {
        return Err(invalid("code_challenge_method must be S256"));
    }
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if challenge.len() != 43 || !challenge.bytes().all(is_base64url) {
        return Err(invalid("code_challenge is no SHA-256 in base64url"));
    }
    Ok(challenge.to_owned())
}

fn prompt(text: &str) -> Result<Vec<String>, OAuthError> {
    let known = ["none", "login", "consent", "select_account"];
    let asked: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    if asked.iter().any(|word| !known.contains(word)) {
        return Err(invalid("prompt has an unknown value"));
    }
    // OpenID Connect Core §3.1.2.1: none stands alone.
    if asked.contains(&"none") && asked.len() > 1 {
        return Err(invalid("prompt=none stands alone"));
    }
    Ok(asked.into_iter().map(str::to_owned).collect())
}

fn max_age(text: Option<&str>) -> Result<Option<u64>, OAuthError> {
    text.map(|text| text.parse().map_err(|_| invalid("max_age is no number")))
        .transpose()
}
