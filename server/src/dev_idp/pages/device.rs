//! The pages for the person who carries a device's code to the browser.

use poem::{Response, http::StatusCode};

use super::{Door, escape, failure, page};

/// What the page for a device's code shows.
pub(in crate::dev_idp) struct CodeForm<'a> {
    pub(in crate::dev_idp) csrf: &'a str,
    /// What stands in the field: given by the address, or typed before.
    pub(in crate::dev_idp) code: &'a str,
    pub(in crate::dev_idp) failure: Option<&'a str>,
}

pub(in crate::dev_idp) fn device_code(status: StatusCode, form: &CodeForm<'_>) -> Response {
    let failed = form.failure.is_some();
    // RFC 8628 §3.3.1, §5.4: a code that came with a link is compared.
    let lead = match form.code.is_empty() || failed {
        true => "Enter the code that your device shows.",
        false => {
            "Does your device show this code? If it does not, close this page: \
             the link may be somebody else’s."
        }
    };
    let (at_code, at_button) = match form.code.is_empty() || failed {
        true => (" autofocus", ""),
        false => ("", " autofocus"),
    };
    let described = match failed {
        true => r#" aria-describedby="failure" aria-invalid="true""#,
        false => "",
    };
    let content = format!(
        r#"<h1>Connect a device</h1>
<p class="quiet">{lead}</p>
{failure}
<form method="post" action="/device">
<input type="hidden" name="csrf" value="{csrf}">
<label for="user_code">Code</label>
<input id="user_code" class="code" name="user_code" type="text" value="{code}" required maxlength="32" autocomplete="off" autocapitalize="characters" spellcheck="false"{described}{at_code}>
<div class="buttons"><button class="primary" type="submit"{at_button}>Continue</button></div>
</form>"#,
        failure = form.failure.map(failure).unwrap_or_default(),
        csrf = form.csrf,
        code = escape(form.code),
    );
    page(status, "Connect a device", Door::Closed, &content)
}

/// Whose request it is that the consent page asks about.
pub(super) fn shows(code: &str) -> String {
    format!(r#", on the device that shows <b class="code">{code}</b>,"#)
}

pub(in crate::dev_idp) fn device_allowed() -> Response {
    let content = r#"<h1>Your device is let in</h1>
<p class="quiet">It signs in by itself within a few seconds. You can close this page.</p>"#;
    page(StatusCode::OK, "Your device is let in", Door::Open, content)
}

pub(in crate::dev_idp) fn device_refused() -> Response {
    let content = r#"<h1>Your device stays out</h1>
<p class="quiet">Nothing was allowed. You can close this page.</p>"#;
    page(
        StatusCode::OK,
        "Your device stays out",
        Door::Closed,
        content,
    )
}
