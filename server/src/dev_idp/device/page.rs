//! The page where a person enters or confirms the code that a device shows.
//!
//! `GET /device` shows it, with the code if the address has one; `POST /device`
//! takes the code and goes on to login and consent. Which codes exist, only the
//! form can find out, and not often. Spec: RFC 8628 §3.3, §5.1.

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};

use super::codes::Entered;
use crate::dev_idp::{
    Idp, authorize,
    browser::Browser,
    flows::{Errand, Waiting},
    http::{Params, set_header},
    pages::{self, CodeForm},
    store::now,
};

/// `GET /device`
pub(in crate::dev_idp) async fn page(idp: Arc<Idp>, request: Request) -> Response {
    let browser = Browser::of(&idp, &request);
    let params = Params::of_query(&request);
    let form = CodeForm {
        csrf: &browser.csrf(),
        code: params.text("user_code"),
        failure: None,
    };
    browser.remember(&idp, pages::device_code(StatusCode::OK, &form))
}

/// `POST /device`
pub(in crate::dev_idp) async fn enter(idp: Arc<Idp>, mut request: Request) -> Response {
    let browser = Browser::of(&idp, &request);
    let form = Params::of_form(&mut request).await.unwrap_or_default();
    if let Some(refused) = browser.refusal(&form) {
        return refused;
    }
    let typed = form.text("user_code");
    let again = |status, text| {
        let form = CodeForm {
            csrf: &browser.csrf(),
            code: typed,
            failure: Some(text),
        };
        pages::device_code(status, &form)
    };
    match idp.devices.enter(typed, now()) {
        Entered::Open(device) => {
            let id = idp
                .flows
                .wait(Waiting::new(Errand::Device(*device), browser.id()));
            authorize::go_on(&idp, &browser, &id)
        }
        Entered::Wrong => again(
            StatusCode::BAD_REQUEST,
            "No device waits with this code. Compare it with the device; \
             if they are the same, it is too old, and the device can show a new one.",
        ),
        Entered::TooMany => {
            tracing::warn!("too many wrong user codes");
            let text = "There were too many wrong codes. Wait a minute and try again.";
            let mut response = again(StatusCode::TOO_MANY_REQUESTS, text);
            set_header(&mut response, "Retry-After", "60");
            response
        }
    }
}
