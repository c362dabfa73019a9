//! The consent page: what the app asks for, **Allow** and **Cancel**.
//!
//! What an app is allowed is stored per person, client and scopes, so that the
//! same question is not asked twice. For a device it is asked each time: the
//! question names the device and its code. Specs: OpenID Connect Core §3.1.2.4, RFC 8628 §5.4.

use std::sync::Arc;

use poem::{Request, Response};

use super::{
    Idp,
    authorize::{self, Step},
    browser::Browser,
    device,
    flows::{Errand, Waiting},
    http::{OAuthError, Params},
    pages,
    registry::{User, words_of},
    request::{Asked, AuthorizationRequest},
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
    let Some(user) = idp.registry.user(&session.sub) else {
        return authorize::gone();
    };
    let (asked, device) = match &waiting.errand {
        Errand::Authorize(request) => (&request.asked, None),
        Errand::Device(device) => (&device.asked, Some(device)),
    };
    pages::consent(&pages::ConsentForm {
        request: id,
        csrf: &browser.csrf(),
        app: idp.registry.name_of(&asked.client_id),
        user,
        asks: &asks(asked, user),
        device,
    })
}

/// What the app would like to do, in words.
fn asks(asked: &Asked, user: &User) -> Vec<String> {
    let of_scopes = asked.scope.iter().map(|scope| words_of(scope, user));
    let of_api = asked
        .audience
        .iter()
        .map(|api| format!("call {api} for you"));
    of_scopes.chain(of_api).collect()
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
    let allowed = form.get("answer") == Some("allow");
    match waiting.errand {
        Errand::Authorize(request) if allowed => allow(&idp, *request, &session),
        Errand::Authorize(request) => {
            // Nothing to add: that somebody chose Cancel is what the code says.
            let error = OAuthError::new("access_denied", "");
            authorize::refuse(&idp, &request.return_to, &error)
        }
        Errand::Device(device) => device::decide(&idp, &device, allowed.then_some(session)),
    }
}

fn allow(idp: &Idp, request: AuthorizationRequest, session: &Session) -> Response {
    let key = authorize::grant_key(&session.sub, &request.asked.client_id);
    let scope = request.asked.scope.clone();
    idp.store
        .change(|stored| stored.grants.entry(key).or_default().extend(scope));
    authorize::give_code(idp, request, session)
}

/// The errand and the person, if consent is what comes next.
fn asked(idp: &Idp, browser: &Browser, id: &str) -> Option<(Waiting, Session)> {
    let waiting = authorize::waiting(idp, browser, id)?;
    let session = browser.session(idp)?;
    let step = authorize::next_step(idp, Some(&session), &waiting);
    (step == Step::Consent).then_some((waiting, session))
}
