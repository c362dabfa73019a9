//! The device authorization endpoint: two codes for a device.
//!
//! Spec: RFC 8628 §3.1, §3.2.

use std::sync::Arc;

use poem::{Request, Response, http::StatusCode};
use serde_json::{Value, json};

use super::Asker;
use crate::dev_idp::{
    Fault, Idp,
    client::authenticate,
    http::{OAuthError, Params, json_response, with_query},
    request::Asked,
    store::now,
};

/// `POST /device_authorization`
pub(in crate::dev_idp) async fn authorize(idp: Arc<Idp>, mut request: Request) -> Response {
    if idp.acts(Fault::NoDevice) {
        return StatusCode::NOT_FOUND.into();
    }
    match codes(&idp, &mut request).await {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err(error) => error.into_response(),
    }
}

async fn codes(idp: &Idp, request: &mut Request) -> Result<Value, OAuthError> {
    let form = Params::of_client(request).await?;
    let client_id = authenticate(idp, request, &form)?;
    if idp.acts(Fault::DeviceNotAllowed) {
        let text = "the client may not use the device grant";
        return Err(OAuthError::new("unauthorized_client", text));
    }
    let lifetime = idp.options.device_ttl.as_secs();
    let interval = idp.options.device_interval.as_secs();
    let asked = Asked::parse(&idp.registry, client_id, &form)?;
    let asker = Asker::of(request, now());
    let device = idp.devices.issue(asked, asker, lifetime, interval, now());
    let page = format!("{}/device", idp.issuer);
    let mut body = json!({
        "device_code": device.device_code,
        "user_code": device.user_code,
        "verification_uri": page,
        "expires_in": lifetime,
        "interval": interval,
    });
    if !idp.acts(Fault::NoCompleteUri) {
        // §3.3.1: for a QR code; the page still asks to compare.
        let complete = with_query(&page, &[("user_code", &device.user_code)]);
        body["verification_uri_complete"] = json!(complete);
    }
    Ok(body)
}
