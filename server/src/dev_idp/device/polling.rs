//! The token endpoint's answer to a device that polls.
//!
//! Spec: RFC 8628 §3.4, §3.5.

use serde_json::Value;

use super::codes::Polled;
use crate::dev_idp::{
    Fault, Idp,
    http::{OAuthError, Params},
    keys::random,
    store::now,
    token::{invalid_grant, missing, narrower_audience, start},
};

/// The `grant_type` of a poll.
pub(in crate::dev_idp) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(in crate::dev_idp) fn poll(
    idp: &Idp,
    client_id: &str,
    form: &Params,
) -> Result<Value, OAuthError> {
    let device_code = form
        .get("device_code")
        .ok_or_else(|| missing("device_code"))?;
    if idp.acts(Fault::SlowDown) {
        return Err(OAuthError::new("slow_down", "poll five seconds later"));
    }
    let text = match idp.devices.poll(device_code, client_id, now()) {
        Polled::Allowed(allowed) => {
            let (asked, session) = *allowed;
            narrower_audience(idp, form, asked.audience.as_deref())?;
            return Ok(start(idp, &random(), &asked, &session, None));
        }
        Polled::Unknown => return Err(invalid_grant("the device code is unknown or used")),
        Polled::Expired => (
            "expired_token",
            "the device code is too old: ask for another",
        ),
        Polled::TooFast => ("slow_down", "poll five seconds later, from now on"),
        Polled::Pending => ("authorization_pending", "the person has not answered yet"),
        Polled::Refused => ("access_denied", "the person chose Cancel"),
    };
    Err(OAuthError::new(text.0, text.1))
}
