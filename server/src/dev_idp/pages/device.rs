//! The pages for the person who carries a device's code to the browser.

use poem::{Response, http::StatusCode};

use super::{Door, escape, failure, page};
use crate::dev_idp::{
    device::{Asker, DeviceRequest},
    store::now,
};

/// What the page that has a person compare shows.
pub(in crate::dev_idp) struct CompareForm<'a> {
    pub(in crate::dev_idp) csrf: &'a str,
    /// The app's name.
    pub(in crate::dev_idp) app: &'a str,
    pub(in crate::dev_idp) device: &'a DeviceRequest,
}

/// Asks for the code. It goes into the address, as that of a link does.
pub(in crate::dev_idp) fn device_code(
    status: StatusCode,
    typed: &str,
    failed: Option<&str>,
) -> Response {
    let described = match failed {
        Some(_) => r#" aria-describedby="failure" aria-invalid="true""#,
        None => "",
    };
    let content = format!(
        r#"<h1>Connect a device</h1>
<p class="quiet">Enter the code that your device shows.</p>
{failure}
<form method="get" action="/device">
<label for="user_code">Code</label>
<input id="user_code" class="code" name="user_code" type="text" value="{code}" required maxlength="32" autocomplete="off" autocapitalize="characters" spellcheck="false"{described} autofocus>
<div class="buttons"><button class="primary" type="submit">Continue</button></div>
</form>"#,
        failure = failed.map(failure).unwrap_or_default(),
        code = escape(typed),
    );
    page(status, "Connect a device", Door::Closed, &content)
}

/// Says who asks for the code and has it compared. No button has the focus, as in the
/// question that comes later.
pub(in crate::dev_idp) fn device_compare(form: &CompareForm<'_>) -> Response {
    let content = format!(
        r#"<h1>Does your device show this code?</h1>
<p class="shown code">{code}</p>
<p>The app <b>{app}</b> asked to sign in on {device}.</p>
<p>If you did not start this yourself, on a device in front of you, choose Cancel: somebody else may be trying to get in with your name.</p>
<form method="post" action="/device">
<input type="hidden" name="csrf" value="{csrf}"><input type="hidden" name="user_code" value="{code}">
<div class="buttons">
<button class="primary" name="answer" value="continue">Continue</button>
<button name="answer" value="cancel">Cancel</button>
</div>
</form>"#,
        code = escape(&form.device.user_code),
        app = escape(form.app),
        device = described(&form.device.asker),
        csrf = form.csrf,
    );
    page(StatusCode::OK, "Compare the code", Door::Closed, &content)
}

/// Whose request it is that the consent page asks about.
pub(super) fn shows(code: &str) -> String {
    format!(
        r#" on the device that shows <b class="code">{code}</b>"#,
        code = escape(code)
    )
}

/// What the consent page says of that device.
pub(super) fn caution(asker: &Asker) -> String {
    format!(
        r#"<p>This was asked for by {device}. If that is not the one in front of you, choose Cancel.</p>"#,
        device = described(asker),
    )
}

/// The device in words. Its name is what it says, so it is quoted, with marks that
/// ASCII does not have.
fn described(asker: &Asker) -> String {
    let name = match asker.name() {
        Some(name) => format!(r#"calls itself <q>{}</q>"#, escape(name)),
        None => "does not say what it is".to_owned(),
    };
    let place_and_time = escape(&asker.place_and_time(now()));
    format!("a device that {name}, {place_and_time}")
}

pub(in crate::dev_idp) fn device_allowed() -> Response {
    let content = r#"<h1>Your device is let in</h1>
<p class="quiet">It signs in by itself within a few seconds. You can close this page.</p>"#;
    page(StatusCode::OK, "Your device is let in", Door::Open, content)
}

pub(in crate::dev_idp) fn device_refused() -> Response {
    let content = r#"<h1>The device stays out</h1>
<p class="quiet">Nothing was allowed. You can close this page.</p>"#;
    page(
        StatusCode::OK,
        "The device stays out",
        Door::Closed,
        content,
    )
}
