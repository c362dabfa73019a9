//! The token endpoint: a code, a refresh token or a device code in, tokens out.
//!
//! Specs: RFC 6749 §3.2, §4.1.3, §5, §6, RFC 7636 §4.6, RFC 8707 §2.2,
//! RFC 9700 §2.1.1, §4.8.2, §4.14.2.

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};
use serde_json::Value;

use super::{
    Fault, Idp, SLOW,
    client::authenticate,
    device,
    families::{self, Presented},
    flows::{Code, Redeemed},
    http::{OAuthError, Params, json_response, lost_response},
    keys::hash,
    request::{Asked, audience},
    store::{Family, Session},
    tokens::{Grant, token_response},
};

/// `POST /token`
pub(super) async fn endpoint(idp: Arc<Idp>, mut request: Request) -> Response {
    if let Some(fault) = refused_by_fault(&idp) {
        return fault;
    }
    let response = match answer(&idp, &mut request).await {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err(error) => {
            tracing::info!(error = error.error, reason = error.description, "no tokens");
            error.into_response()
        }
    };
    if idp.acts(Fault::SlowToken) {
        tokio::time::sleep(SLOW).await;
    }
    if idp.acts(Fault::LostToken) {
        return lost_response();
    }
    response
}

fn refused_by_fault(idp: &Idp) -> Option<Response> {
    if idp.acts(Fault::Token500) {
        let page = "<!doctype html><title>Error</title><h1>Internal Server Error</h1>";
        let response = Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR);
        return Some(response.content_type("text/html").body(page));
    }
    if idp.acts(Fault::Token429) {
        let response = Response::builder().status(StatusCode::TOO_MANY_REQUESTS);
        return Some(response.header("Retry-After", "2").finish());
    }
    idp.acts(Fault::TokenEmpty400)
        .then(|| StatusCode::BAD_REQUEST.into())
}

async fn answer(idp: &Idp, request: &mut Request) -> Result<Value, OAuthError> {
    let form = Params::of_client(request).await?;
    let client_id = authenticate(idp, request, &form)?;
    match form.get("grant_type") {
        Some("authorization_code") => redeem(idp, client_id, &form),
        Some("refresh_token") => refresh(idp, client_id, &form),
        Some(device::GRANT_TYPE) => device::poll(idp, client_id, &form),
        Some(_) => {
            let text = "grant_type must be one that discovery names";
            Err(OAuthError::new("unsupported_grant_type", text))
        }
        None => Err(missing("grant_type")),
    }
}

pub(super) fn missing(name: &str) -> OAuthError {
    OAuthError::new("invalid_request", format!("{name} is missing"))
}

pub(super) fn invalid_grant(reason: &str) -> OAuthError {
    OAuthError::new("invalid_grant", reason)
}

fn redeem(idp: &Idp, client_id: &str, form: &Params) -> Result<Value, OAuthError> {
    let code = form.get("code").ok_or_else(|| missing("code"))?;
    idp.flows.redeem(code, |redeemed| match redeemed {
        Redeemed::Unknown => Err(invalid_grant("the code is unknown or too old")),
        Redeemed::Again(family) => {
            // RFC 6749 §4.1.2: what the first use was given ends.
            tracing::warn!("a used code came back");
            idp.store.change(|stored| stored.families.remove(&family));
            Err(invalid_grant("the code has been used"))
        }
        Redeemed::First(code) => {
            check(&code, client_id, form)?;
            let asked = &code.request.asked;
            narrower_audience(idp, form, asked.audience.as_deref())?;
            let nonce = code.request.nonce.as_deref();
            Ok(start(idp, &code.family, asked, &code.session, nonce))
        }
    })
}

fn check(code: &Code, client_id: &str, form: &Params) -> Result<(), OAuthError> {
    let request = &code.request;
    if request.asked.client_id != client_id {
        return Err(invalid_grant("the code belongs to another client"));
    }
    // RFC 6749 §4.1.3: identical to the one of the authorization request.
    if form.get("redirect_uri") != Some(&request.return_to.redirect_uri) {
        return Err(invalid_grant("redirect_uri is another one"));
    }
    // RFC 7636 §4.6. A code without a challenge does not exist here, so no
    // verifier can come without one (RFC 9700 §4.8.2).
    match form.get("code_verifier") {
        // RFC 7636 §4.1: 43 to 128 unreserved letters, lest it be guessed.
        Some(verifier) if !is_verifier(verifier) => {
            Err(invalid_grant("code_verifier has another form"))
        }
        Some(verifier) if hash(verifier) == request.code_challenge => Ok(()),
        Some(_) => Err(invalid_grant("code_verifier does not fit")),
        None => Err(invalid_grant("code_verifier is missing")),
    }
}

fn is_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// Starts a family under this identifier and gives it its first tokens.
pub(super) fn start(
    idp: &Idp,
    id: &str,
    asked: &Asked,
    session: &Session,
    nonce: Option<&str>,
) -> Value {
    let mut family = Family::new(asked, session, idp.options.access_ttl.as_secs());
    // OpenID Connect Core §11: a refresh token for offline_access alone.
    let offline = asked.scope.iter().any(|scope| scope == "offline_access");
    let given = offline && !idp.acts(Fault::NoRefreshToken);
    let refresh_token = given.then(|| family.rotate(idp.options.refresh_ttl.as_secs()));
    let (key, stored) = (id.to_owned(), family.clone());
    idp.store.change(|state| state.families.insert(key, stored));
    let grant = Grant {
        family_id: id,
        family: &family,
        scope: &family.scope,
        nonce,
        refresh_token,
        refreshed: false,
    };
    token_response(idp, grant)
}

fn refresh(idp: &Idp, client_id: &str, form: &Params) -> Result<Value, OAuthError> {
    let token = form
        .get("refresh_token")
        .ok_or_else(|| missing("refresh_token"))?;
    let keep = idp.acts(Fault::NoRotation) || idp.acts(Fault::NoRefreshToken);
    let lifetime = idp.options.refresh_ttl.as_secs();
    // One change for look-up and rotation: of two that come at once, one wins.
    let (id, family, scope, refresh_token) = idp.store.change(|stored| {
        let (id, mut family) = match families::present(stored, token) {
            Presented::Current(id, family) => (id, family),
            Presented::Reused => {
                return Err(invalid_grant("the refresh token has been used"));
            }
            Presented::Unknown => return Err(invalid_grant("the refresh token is unknown")),
        };
        if family.client_id != client_id {
            return Err(invalid_grant("the refresh token is another client's"));
        }
        still_known(idp, &family)?;
        narrower_audience(idp, form, family.audience.as_deref())?;
        let scope = narrower_scope(idp, form, &family.scope)?;
        let refresh_token = (!keep).then(|| family.rotate(lifetime));
        stored.families.insert(id.clone(), *family.clone());
        Ok((id, family, scope, refresh_token))
    })?;
    let grant = Grant {
        family_id: &id,
        family: &family,
        scope: &scope,
        nonce: None,
        refresh_token,
        refreshed: true,
    };
    Ok(token_response(idp, grant))
}

/// RFC 8707 §2.2: nothing that the person has not been asked about.
pub(super) fn narrower_audience(
    idp: &Idp,
    form: &Params,
    granted: Option<&str>,
) -> Result<(), OAuthError> {
    let asked = audience(&idp.registry, form)?;
    if asked.is_some() && asked.as_deref() != granted {
        let text = "the API was not asked for at authorization";
        return Err(OAuthError::new("invalid_target", text));
    }
    Ok(())
}

/// A provider that is started anew may know other people and APIs than those that the
/// refresh token was given for.
fn still_known(idp: &Idp, family: &Family) -> Result<(), OAuthError> {
    if idp.registry.user(&family.sub).is_none() {
        return Err(invalid_grant("the person is not known here any more"));
    }
    let mut audience = family.audience.iter();
    match audience.all(|api| idp.registry.is_api(api)) {
        true => Ok(()),
        false => Err(invalid_grant("the API is not known here any more")),
    }
}

/// RFC 6749 §6: the same scopes or fewer. Those that are not known any more are left out.
fn narrower_scope(idp: &Idp, form: &Params, granted: &[String]) -> Result<Vec<String>, OAuthError> {
    let is_known = |scope: &&String| idp.registry.scopes().any(|known| known == *scope);
    let granted: Vec<String> = granted.iter().filter(is_known).cloned().collect();
    let Some(asked) = form.get("scope") else {
        return Ok(granted);
    };
    let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
    if asked.iter().any(|scope| !granted.contains(scope)) {
        let text = "a refresh cannot ask for more than was granted";
        return Err(OAuthError::new("invalid_scope", text));
    }
    Ok(asked)
}
