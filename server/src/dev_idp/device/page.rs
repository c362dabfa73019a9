//! The pages where a person brings the code that a device shows, and compares it.
//!
//! `GET /device` has a field for the code. With a code in its address, typed there or
//! given by a link, it says who asks for it and has the person compare (RFC 8628
//! §3.3.1, §5.4). `POST /device` is their answer: on to login and consent, or no.
//! Both look the code up, so both count as a guess (§5.1).

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};

use super::{DeviceRequest, codes::Entered, decision};
use crate::dev_idp::{
    Idp, authorize,
    browser::Browser,
    flows::{Errand, Waiting},
    http::{Params, see_other, set_header},
    pages,
    store::now,
};

/// `GET /device`
pub(in crate::dev_idp) async fn page(idp: Arc<Idp>, request: Request) -> Response {
    let browser = Browser::of(&idp, &request);
    let params = Params::of_query(&request);
    let Some(typed) = params.get("user_code") else {
        return pages::device_code(StatusCode::OK, "", None);
    };
    match opened(&idp, typed) {
        Ok(device) => browser.remember(&idp, compare(&idp, &browser, &device)),
        Err(again) => *again,
    }
}

/// `POST /device`
pub(in crate::dev_idp) async fn answer(idp: Arc<Idp>, mut request: Request) -> Response {
    let browser = Browser::of(&idp, &request);
    let form = Params::of_form(&mut request).await.unwrap_or_default();
    if let Some(refused) = browser.refusal(&form) {
        return refused;
    }
    let device = match opened(&idp, form.text("user_code")) {
        Ok(device) => device,
        Err(again) => return *again,
    };
    if form.get("answer") == Some("cancel") {
        return refuse(&idp, &browser, &device);
    }
    let errand = Errand::Device(device);
    let id = idp.flows.wait(Waiting::new(errand, browser.id()));
    authorize::go_on(&idp, &browser, &id)
}

/// Nobody refuses a device without a name: who only guesses codes could else turn other
/// people's devices away. What is not refused ends by itself, with its time.
fn refuse(idp: &Idp, browser: &Browser, device: &DeviceRequest) -> Response {
    match browser.session(idp) {
        Some(_) => decision::decide(idp, device, None),
        None => see_other("/device/refused"),
    }
}

fn compare(idp: &Idp, browser: &Browser, device: &DeviceRequest) -> Response {
    pages::device_compare(&pages::CompareForm {
        csrf: &browser.csrf(),
        app: idp.registry.name_of(&device.asked.client_id),
        device,
    })
}

/// The device that waits with this code, or the page to try again: the same for every
/// code that leads nowhere.
fn opened(idp: &Idp, typed: &str) -> Result<DeviceRequest, Box<Response>> {
    match idp.devices.enter(typed, now()) {
        Entered::Open(device) => Ok(*device),
        Entered::Wrong => {
            let text = "No device waits with this code. Compare it with the device; \
                        if they are the same, it is too old, and the device can show a new one.";
            let status = StatusCode::BAD_REQUEST;
            Err(Box::new(pages::device_code(status, typed, Some(text))))
        }
        Entered::TooMany => {
            tracing::warn!("too many wrong user codes");
            let text = "There were too many wrong codes. Wait a minute and try again.";
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = pages::device_code(status, typed, Some(text));
            set_header(&mut response, "Retry-After", "60");
            Err(Box::new(response))
        }
    }
}
