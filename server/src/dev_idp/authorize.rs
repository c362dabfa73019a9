//! The authorization endpoint, and what comes next for a request.
//!
//! A checked request waits under an identifier while the browser goes through
//! `/login` and `/consent`; each of them asks `next_step` and obeys. The end is
//! always `answer`, which puts the issuer beside code or error.
//! Specs: RFC 6749 §4.1, RFC 9207 §2, RFC 9126 §4, OpenID Connect Core §3.1.2.

use std::sync::Arc;

use poem::{
    Request, Response,
    http::{Method, StatusCode},
};

use super::{
    Fault, Idp,
    browser::Browser,
    flows::{Errand, Pushed, Waiting},
    http::{OAuthError, Params, see_other, with_query},
    pages,
    request::{AuthorizationRequest, Refusal, ReturnTo},
    store::{Session, now},
};

/// What RFC 9126 §2.2 has in front of a pushed request's identifier.
pub(super) const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// What has to happen before the request can be answered with a code.
#[derive(Eq, PartialEq)]
pub(super) enum Step {
    Login,
    Consent,
    Code,
}

/// `GET` and `POST /authorize`.
pub(super) async fn endpoint(idp: Arc<Idp>, mut request: Request) -> Response {
    let params = match *request.method() {
        Method::POST => Params::of_form(&mut request).await,
        _ => Ok(Params::of_query(&request)),
    };
    let checked = params
        .map_err(|problem| Refusal::Page(format!("The request cannot be read: {problem}.")))
        .and_then(|params| pushed_or_given(&idp, params))
        .and_then(|params| AuthorizationRequest::parse(&idp.registry, &params));
    match checked {
        Ok(checked) => begin(&idp, &Browser::of(&idp, &request), checked),
        Err(Refusal::Page(text)) => pages::problem(StatusCode::BAD_REQUEST, &text),
        Err(Refusal::Redirect(return_to, error)) => refuse(&idp, &return_to, &error),
    }
}

fn pushed_or_given(idp: &Idp, params: Params) -> Result<Params, Refusal> {
    let Some(id) = params.text("request_uri").strip_prefix(PUSHED) else {
        return Ok(params);
    };
    let page = |text: &str| Refusal::Page(text.to_owned());
    if params.duplicate().is_some() {
        return Err(page("The request has a parameter twice."));
    }
    match idp.flows.pushed(id, params.get("client_id")) {
        Pushed::Request(params) => Ok(params),
        Pushed::OfAnother => Err(page("The pushed request is another app's.")),
        Pushed::Unknown => {
            let text = "The pushed request is unknown, used, or too old. Start again.";
            Err(page(text))
        }
    }
}

fn begin(idp: &Idp, browser: &Browser, request: AuthorizationRequest) -> Response {
    let session = browser.session(idp);
    let step = session.as_ref().map_or(Step::Login, |session| {
        step_of_request(idp, session, &request, false)
    });
    if request.prompts("none") && step != Step::Code {
        // OpenID Connect Core §3.1.2.6
        let error = match step {
            Step::Login => OAuthError::new("login_required", "nobody is signed in here"),
            _ => OAuthError::new("consent_required", "the person has not allowed this"),
        };
        return refuse(idp, &request.return_to, &error);
    }
    let name = request.login_hint.clone();
    let errand = Errand::Authorize(Box::new(request));
    let id = idp.flows.wait(Waiting {
        name,
        ..Waiting::new(errand, browser.id())
    });
    browser.remember(idp, go_on(idp, browser, &id))
}

/// Sends the browser to whatever comes next for this errand.
pub(super) fn go_on(idp: &Idp, browser: &Browser, id: &str) -> Response {
    let Some(waiting) = waiting(idp, browser, id) else {
        return gone();
    };
    let session = browser.session(idp);
    let step = next_step(idp, session.as_ref(), &waiting);
    match (step, session, waiting.errand) {
        (Step::Code, Some(session), Errand::Authorize(request)) => {
            idp.flows.done(id);
            give_code(idp, *request, &session)
        }
        (Step::Consent, Some(_), _) => see_other(&with_query("/consent", &[("request", id)])),
        _ => see_other(&with_query("/login", &[("request", id)])),
    }
}

/// The errand that waits, if it came from this browser.
pub(super) fn waiting(idp: &Idp, browser: &Browser, id: &str) -> Option<Waiting> {
    let waiting = idp.flows.waiting(id)?;
    (waiting.browser == browser.id()).then_some(waiting)
}

/// The page for an errand that does not wait, or not for this browser.
pub(super) fn gone() -> Response {
    pages::problem(
        StatusCode::BAD_REQUEST,
        "This sign-in has ended, or it was begun in another browser. \
         Go back to the app and sign in again.",
    )
}

pub(super) fn next_step(idp: &Idp, session: Option<&Session>, waiting: &Waiting) -> Step {
    match (session, &waiting.errand) {
        (None, _) => Step::Login,
        (Some(session), Errand::Authorize(request)) => {
            step_of_request(idp, session, request, waiting.authenticated)
        }
        // RFC 8628 §5.4: always asked, or a link would be enough.
        (Some(_), Errand::Device(_)) => Step::Consent,
    }
}

/// `authenticated`: a password was typed for this very request.
fn step_of_request(
    idp: &Idp,
    session: &Session,
    request: &AuthorizationRequest,
    authenticated: bool,
) -> Step {
    // OpenID Connect Core §3.1.2.1: prompt and max_age are met by a password
    // typed for this very request.
    let again = request.prompts("login") || request.prompts("select_account");
    let age = now().saturating_sub(session.auth_time);
    let too_old = request
        .max_age
        .is_some_and(|max_age| age > max_age || max_age == 0);
    if !authenticated && (again || too_old || is_another(idp, request, session)) {
        return Step::Login;
    }
    let grant = grant_key(&session.sub, &request.asked.client_id);
    let allowed = idp.store.read(|stored| {
        let scopes = stored.grants.get(&grant);
        let asked = &request.asked.scope;
        scopes.is_some_and(|scopes| asked.iter().all(|scope| scopes.contains(scope)))
    });
    if request.prompts("consent") || !allowed {
        return Step::Consent;
    }
    Step::Code
}

/// Under which name a grant is stored.
pub(super) fn grant_key(sub: &str, client_id: &str) -> String {
    format!("{sub} {client_id}")
}

/// OpenID Connect Core §3.1.2.1: the hint names somebody else.
fn is_another(idp: &Idp, request: &AuthorizationRequest, session: &Session) -> bool {
    let Some(hint) = &request.id_token_hint else {
        return false;
    };
    let claims = idp.keys.verify(hint);
    claims.is_none_or(|(_, claims)| claims["sub"] != session.sub.as_str())
}

pub(super) fn give_code(idp: &Idp, request: AuthorizationRequest, session: &Session) -> Response {
    let return_to = request.return_to.clone();
    tracing::info!(sub = session.sub, "code given");
    let code = idp.flows.issue(request, session);
    answer(idp, &return_to, &[("code", &code)])
}

pub(super) fn refuse(idp: &Idp, return_to: &ReturnTo, error: &OAuthError) -> Response {
    tracing::info!(
        error = error.error,
        reason = error.description,
        "request refused"
    );
    let description = error.description.as_str();
    let mut pairs = vec![("error", error.error)];
    if !description.is_empty() {
        pairs.push(("error_description", description));
    }
    answer(idp, return_to, &pairs)
}

fn answer(idp: &Idp, return_to: &ReturnTo, result: &[(&str, &str)]) -> Response {
    let mut pairs = result.to_vec();
    if let Some(state) = &return_to.state {
        pairs.push(("state", state));
    }
    // RFC 9207 §2: on success and on error.
    let wrong = format!("{}/wrong", idp.issuer);
    if idp.acts(Fault::WrongIss) {
        pairs.push(("iss", &wrong));
    } else if !idp.acts(Fault::NoIss) {
        pairs.push(("iss", &idp.issuer));
    }
    see_other(&with_query(&return_to.redirect_uri, &pairs))
}
