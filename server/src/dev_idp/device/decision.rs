//! The person's answer to a device, and the pages that close the matter.

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};

use super::DeviceRequest;
use crate::dev_idp::{
    Idp,
    http::see_other,
    pages,
    store::{Session, now},
};

/// Ends the errand: the device gets this session's person, or nobody.
pub(in crate::dev_idp) fn decide(
    idp: &Idp,
    device: &DeviceRequest,
    by: Option<Session>,
) -> Response {
    let allowed = by.is_some();
    if !idp.devices.decide(&device.device_code, by, now()) {
        let text = "The device's code has ended. Let the device show a new one.";
        return pages::problem(StatusCode::BAD_REQUEST, text);
    }
    tracing::info!(allowed, "a device was answered");
    see_other(match allowed {
        true => "/device/allowed",
        false => "/device/refused",
    })
}

/// `GET /device/allowed`
pub(in crate::dev_idp) async fn allowed(_: Arc<Idp>, _: Request) -> Response {
    pages::device_allowed()
}

/// `GET /device/refused`
pub(in crate::dev_idp) async fn refused(_: Arc<Idp>, _: Request) -> Response {
    pages::device_refused()
}
