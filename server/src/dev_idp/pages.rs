//! The pages: plain forms in the house's look, no script, nothing from outside.
//!
//! Whatever comes from a request goes through `escape`. Headers: RFC 9700
//! §4.16 (no framing), §4.2.4 (no referrer). No `form-action`: Chromium applies
//! it to the redirect that follows the form, which leads to the app.

use poem::{Response, http::StatusCode};

mod device;

use super::{
    arch::{Door, arch},
    device::DeviceRequest,
    keys::random,
    registry::User,
};

pub(super) use self::device::{
    CompareForm, device_allowed, device_code, device_compare, device_refused,
};

const STYLE: &str = include_str!("assets/style.css");

/// What the login page shows.
pub(super) struct LoginForm<'a> {
    pub(super) request: &'a str,
    pub(super) csrf: &'a str,
    pub(super) name: &'a str,
    pub(super) wrong_password: bool,
    /// Who can sign in.
    pub(super) users: &'a [User],
}

/// What the consent page shows.
pub(super) struct ConsentForm<'a> {
    pub(super) request: &'a str,
    pub(super) csrf: &'a str,
    /// The app's name.
    pub(super) app: &'a str,
    pub(super) user: &'a User,
    /// What the app would like to do.
    pub(super) asks: &'a [String],
    /// The device that the app runs on, if it is another one.
    pub(super) device: Option<&'a DeviceRequest>,
}

pub(super) fn login(form: &LoginForm<'_>) -> Response {
    // The cursor stands where the next word goes.
    let (at_name, at_password) = match form.name.is_empty() {
        true => (" autofocus", ""),
        false => ("", " autofocus"),
    };
    let failure = match form.wrong_password {
        true => failure("Wrong name or password. Try again."),
        false => String::new(),
    };
    let described = match form.wrong_password {
        true => r#" aria-describedby="failure" aria-invalid="true""#,
        false => "",
    };
    let content = format!(
        r#"<h1>Sign in</h1>
<p class="quiet">A development provider: {logins}</p>
{failure}
<form method="post" action="/login">
{hidden}
<label for="username">Name</label>
<input id="username" name="username" type="text" value="{name}" required autocomplete="username" autocapitalize="none" spellcheck="false"{at_name}>
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password"{described}{at_password}>
<div class="buttons"><button class="primary" type="submit">Sign in</button></div>
</form>"#,
        logins = logins(form.users),
        hidden = hidden(form.request, form.csrf),
        name = escape(form.name),
    );
    page(StatusCode::OK, "Sign in", Door::Closed, &content)
}

/// Who lives here, with their passwords.
fn logins(users: &[User]) -> String {
    let live = match users.len() {
        1 => "one person lives here".to_owned(),
        2 => "two people live here".to_owned(),
        more => format!("{more} people live here"),
    };
    let login = |(index, user): (usize, &User)| {
        let with = if index == 0 {
            "with the password"
        } else {
            "with"
        };
        let (login, password) = (escape(&user.login), escape(&user.password));
        format!("<b>{login}</b> {with} <b>{password}</b>")
    };
    let logins: Vec<String> = users.iter().enumerate().map(login).collect();
    format!("{live}. Sign in as\n{}.", logins.join(", or as "))
}

/// Asks whether an app may have this.
pub(super) fn consent(form: &ConsentForm<'_>) -> Response {
    let item = |ask: &String| format!("<li>{}</li>", escape(ask));
    let app = escape(form.app);
    let (title, shows, caution) = match form.device {
        None => (format!("Let {app} in?"), String::new(), String::new()),
        Some(device) => (
            "Let your device in?".to_owned(),
            device::shows(&device.user_code),
            device::caution(&device.asker),
        ),
    };
    // Of a device, Enter pressed once more than meant must not be the answer.
    let focus = match form.device {
        None => " autofocus",
        Some(_) => "",
    };
    let picture = form.user.picture_path().map_or(String::new(), |path| {
        format!(r#"<img src="{path}" width="40" height="40" alt="">"#)
    });
    let content = format!(
        r#"<h1>{title}</h1>
<p class="person">{picture}
<span>Signed in as <b>{name}</b></span></p>
<p>The app <b>{app}</b>{shows} would like to:</p>
<ul>{items}</ul>
{caution}
<form method="post" action="/consent">
{hidden}
<div class="buttons">
<button class="primary" name="answer" value="allow"{focus}>Allow</button>
<button name="answer" value="cancel">Cancel</button>
</div>
</form>"#,
        name = escape(&form.user.name),
        items = form.asks.iter().map(item).collect::<String>(),
        hidden = hidden(form.request, form.csrf),
    );
    page(StatusCode::OK, &title, Door::Ajar, &content)
}

/// Asks whether to sign out.
pub(super) fn sign_out(csrf: &str, address: Option<&str>) -> Response {
    let carried = address.map_or(String::new(), |address| {
        let address = escape(address);
        format!(r#"<input type="hidden" name="return" value="{address}">"#)
    });
    let content = format!(
        r#"<h1>Sign out?</h1>
<p class="quiet">You are about to sign out of the development provider in this browser.</p>
<form method="post" action="/logout/confirm">
<input type="hidden" name="csrf" value="{csrf}">{carried}
<div class="buttons">
<button class="primary" name="answer" value="sign-out" autofocus>Sign out</button>
<button name="answer" value="stay">Stay signed in</button>
</div>
</form>"#
    );
    page(StatusCode::OK, "Sign out?", Door::Ajar, &content)
}

pub(super) fn signed_out() -> Response {
    let content = r#"<h1>You are signed out</h1>
<p class="quiet">The development provider has forgotten you in this browser. You can close this page.</p>"#;
    page(StatusCode::OK, "Signed out", Door::Closed, content)
}

pub(super) fn still_signed_in() -> Response {
    let content = r#"<h1>You are still signed in</h1>
<p class="quiet">Nothing was changed. You can close this page.</p>"#;
    page(StatusCode::OK, "Still signed in", Door::Ajar, content)
}

/// What went wrong, to the person, when the app cannot be told.
pub(super) fn problem(status: StatusCode, text: &str) -> Response {
    let content = format!("<h1>This cannot go on</h1>\n{}", failure(text));
    page(status, "This cannot go on", Door::Closed, &content)
}

/// A box that says what went wrong: by colour, by icon and in words.
fn failure(text: &str) -> String {
    let text = escape(text);
    format!(
        r#"<p class="failure" role="alert" id="failure"><svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="8.25"/><path d="M7 7l6 6M13 7l-6 6"/></svg><span>{text}</span></p>"#
    )
}

fn hidden(request: &str, csrf: &str) -> String {
    let request = escape(request);
    format!(
        r#"<input type="hidden" name="request" value="{request}"><input type="hidden" name="csrf" value="{csrf}">"#
    )
}

/// `title` and `content` are HTML.
fn page(status: StatusCode, title: &str, door: Door, content: &str) -> Response {
    let nonce = random();
    let arch = arch(door);
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Vestibule development provider</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style nonce="{nonce}">{STYLE}</style>
</head>
<body>
<div class="panel" aria-hidden="true">{arch}</div>
<main>{content}</main>
</body>
</html>
"#
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .header("Content-Security-Policy", policy)
        .header("X-Content-Type-Options", "nosniff")
        .header("X-Frame-Options", "DENY")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-store")
        .body(html)
}

/// Text, made harmless in HTML and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
