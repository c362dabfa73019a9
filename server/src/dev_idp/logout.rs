//! Sign-out in the browser.
//!
//! With an ID token of the session as hint it ends at once; without, or with
//! somebody else's, the person is asked first. Refresh tokens are not touched: what
//! was given for offline use is ended by revocation.
//! Spec: OpenID Connect RP-Initiated Logout §2, §3.

use std::sync::Arc;

use poem::{
    Request, Response,
    http::{Method, StatusCode},
};
use serde_json::Value;

use super::{
    Idp,
    browser::Browser,
    http::{Params, see_other, with_query},
    pages,
    registry::is_post_logout_redirect_uri,
};

/// `GET` and `POST /logout`
pub(super) async fn endpoint(idp: Arc<Idp>, mut request: Request) -> Response {
    let params = match *request.method() {
        Method::POST => Params::of_form(&mut request).await.unwrap_or_default(),
        _ => Params::of_query(&request),
    };
    let browser = Browser::of(&idp, &request);
    let hint = match hint(&idp, &params) {
        Ok(hint) => hint,
        Err(refused) => return *refused,
    };
    let session = browser.session(&idp);
    // §2: the hint is about another person than the one in this browser.
    let of_another = |hint: &Value| {
        session
            .as_ref()
            .is_some_and(|s| hint["sub"] != s.sub.as_str())
    };
    let confirmed = hint.as_ref().is_some_and(|hint| !of_another(hint));
    if !confirmed {
        let page = pages::sign_out(&browser.csrf(), return_address(&params).as_deref());
        return browser.remember(&idp, page);
    }
    let sid = hint.as_ref().and_then(|hint| hint["sid"].as_str());
    end(&idp, &browser, sid);
    match return_address(&params) {
        Some(address) => see_other(&address),
        None => pages::signed_out(),
    }
}

/// `POST /logout/confirm`: the answer of the person who was asked.
pub(super) async fn confirm(idp: Arc<Idp>, mut request: Request) -> Response {
    let browser = Browser::of(&idp, &request);
    let form = Params::of_form(&mut request).await.unwrap_or_default();
    if let Some(refused) = browser.refusal(&form) {
        return refused;
    }
    if form.get("answer") != Some("sign-out") {
        return pages::still_signed_in();
    }
    end(&idp, &browser, None);
    let address = carried_address(&form);
    see_other(address.as_deref().unwrap_or("/signed-out"))
}

/// `GET /signed-out`
pub(super) async fn done(_: Arc<Idp>, _: Request) -> Response {
    pages::signed_out()
}

/// The claims of a hint that is ours, expired or not (§2).
fn hint(idp: &Idp, params: &Params) -> Result<Option<Value>, Box<Response>> {
    let refused = |text: String| Err(Box::new(pages::problem(StatusCode::BAD_REQUEST, &text)));
    let client_id = params.get("client_id");
    if client_id.is_some_and(|id| idp.registry.client(id).is_none()) {
        let clients = idp.registry.client_words();
        return refused(format!(
            "The app is not known here: client_id must be {clients}."
        ));
    }
    // An access token is no hint (its audience is no client), nor is the ID token of
    // another client than the one that says its identifier (§2).
    let is_hint = |claims: &Value| {
        let audience = claims["aud"].as_str().unwrap_or_default();
        let is_client = idp.registry.client(audience).is_some();
        is_client && client_id.is_none_or(|id| id == audience)
    };
    let claims = params
        .get("id_token_hint")
        .and_then(|hint| idp.keys.verify(hint));
    Ok(claims.map(|(_, claims)| claims).filter(is_hint))
}

fn end(idp: &Idp, browser: &Browser, sid: Option<&str>) {
    let id = browser.id();
    idp.store.change(|stored| {
        stored.sessions.remove(&id);
        stored
            .sessions
            .retain(|_, session| sid != Some(session.sid.as_str()));
    });
    tracing::info!("signed out");
}

/// Where the browser goes afterwards: a registered address of a client that
/// said who it is (§3), else nowhere.
fn return_address(params: &Params) -> Option<String> {
    params.get("client_id").or(params.get("id_token_hint"))?;
    let address = params.get("post_logout_redirect_uri")?;
    if !is_post_logout_redirect_uri(address) || params.duplicate().is_some() {
        return None;
    }
    Some(match params.get("state") {
        Some(state) => with_query(address, &[("state", state)]),
        None => address.to_owned(),
    })
}

/// The address that the question carried along, checked again.
fn carried_address(form: &Params) -> Option<String> {
    let address = form.get("return")?;
    let (plain, _) = address.split_once('?').unwrap_or((address, ""));
    is_post_logout_redirect_uri(plain).then(|| address.to_owned())
}
