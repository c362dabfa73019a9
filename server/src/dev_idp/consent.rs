//! The consent page: what the app asks for, **Allow** and **Cancel**.
//!
//! What is allowed is kept per person, client and scopes, so that the same
//! question is not asked twice. Spec: OpenID Connect Core §3.1.2.4.

use std::sync::Arc;

use poem::{Request, Response};

use super::{
    Idp,
    authorize::{self, Step},
    browser::Browser,
    flows::Waiting,
    http::{OAuthError, Params},
    pages,
    registry::User,
    store::Session,
};

/// `GET /consent`
pub(super) async fn page(idp: Arc<Idp>, request: Request) -> Response {
    let browser = Browser::of(&idp, &request);
    let params = Params::of_query(&request);
    let id = params.text("request");
    let Some((waiting, session)) = asked(&idp, &browser, id) else {
        return authorize::go_on(&idp, &browser, id);
    };
    let Some(user) = User::find(&session.sub) else {
        return authorize::gone();
    };
    pages::consent(id, &browser.csrf(), user, &waiting.request)
}

/// `POST /consent`
pub(super) async fn submit(idp: Arc<Idp>, mut request: Request) -> Response {
    let browser = Browser::of(&idp, &request);
    let form = Params::of_form(&mut request).await.unwrap_or_default();
    if let Some(refused) = browser.refusal(&form) {
        return refused;
    }
    let id = form.text("request");
    let Some((waiting, session)) = asked(&idp, &browser, id) else {
        return authorize::go_on(&idp, &browser, id);
    };
    idp.flows.done(id);
    if form.get("answer") != Some("allow") {
        let error = OAuthError::new("access_denied", "the person chose Cancel");
        return authorize::refuse(&idp, &waiting.request.return_to, &error);
    }
    let key = authorize::grant_key(&session.sub, &waiting.request.client_id);
    let scope = waiting.request.scope.clone();
    idp.store
        .change(|kept| kept.grants.entry(key).or_default().extend(scope));
    authorize::give_code(&idp, waiting.request, &session)
}

/// The request and the person, if consent is what comes next.
fn asked(idp: &Idp, browser: &Browser, id: &str) -> Option<(Waiting, Session)> {
    let waiting = authorize::waiting(idp, browser, id)?;
    let session = browser.session(idp)?;
    let step = authorize::next_step(idp, Some(&session), &waiting);
    (step == Step::Consent).then_some((waiting, session))
}
