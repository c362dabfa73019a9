//! The login page.
//!
//! `GET /login?request=…` shows it, `POST /login` takes name and password and
//! goes on with the request. A wrong password leads back to the page, with the
//! name kept.

use std::sync::Arc;

use poem::{Request, Response};

use super::{
    Idp, authorize,
    browser::Browser,
    http::{Params, see_other, with_query},
    pages,
};

/// `GET /login`
pub(super) async fn page(idp: Arc<Idp>, request: Request) -> Response {
    let browser = Browser::of(&idp, &request);
    let params = Params::of_query(&request);
    let id = params.text("request");
    match authorize::waiting(&idp, &browser, id) {
        Some(waiting) => {
            let form = pages::LoginForm {
                request: id,
                csrf: &browser.csrf(),
                name: &waiting.name,
                wrong_password: waiting.wrong_password,
                users: idp.registry.users(),
            };
            pages::login(&form)
        }
        None => authorize::gone(),
    }
}

/// `POST /login`
pub(super) async fn submit(idp: Arc<Idp>, mut request: Request) -> Response {
    let mut browser = Browser::of(&idp, &request);
    let form = Params::of_form(&mut request).await.unwrap_or_default();
    if let Some(refused) = browser.refusal(&form) {
        return refused;
    }
    let id = form.text("request");
    let Some(mut waiting) = authorize::waiting(&idp, &browser, id) else {
        return authorize::gone();
    };
    let login = form.text("username").trim();
    waiting.name = login.to_owned();
    let user = idp.registry.with_password(login, form.text("password"));
    let Some(user) = user else {
        waiting.wrong_password = true;
        idp.flows.replace(id, waiting);
        return see_other(&with_query("/login", &[("request", id)]));
    };
    browser.sign_in(&idp, user);
    tracing::info!(sub = user.login, "signed in");
    waiting.browser = browser.id();
    waiting.authenticated = true;
    waiting.wrong_password = false;
    idp.flows.replace(id, waiting);
    browser.remember(&idp, authorize::go_on(&idp, &browser, id))
}
