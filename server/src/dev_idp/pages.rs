//! The pages: plain forms in the house's look, no script, nothing from outside.
//!
//! Whatever comes from a request goes through `escape`. Headers: RFC 9700
//! §4.16 (no framing), §4.2.4 (no referrer). No `form-action`: Chromium applies
//! it to the redirect that follows the form, which leads to the app.

use poem::{Response, http::StatusCode};

mod device;

use super::{
    arch::{Door, arch},
    keys::random,
    registry::{AUDIENCE, User},
    request::Asked,
};

pub(super) use self::device::{CodeForm, device_allowed, device_code, device_refused};

const STYLE: &str = include_str!("assets/style.css");

/// What the login page shows.
pub(super) struct LoginForm<'a> {
    pub(super) request: &'a str,
    pub(super) csrf: &'a str,
    pub(super) name: &'a str,
    pub(super) wrong_password: bool,
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
<p class="quiet">A development provider: two people live here. Sign in as
<b>ada</b> with the password <b>ada</b>, or as <b>grace</b> with <b>grace</b>.</p>
{failure}
<form method="post" action="/login">
{hidden}
<label for="username">Name</label>
<input id="username" name="username" type="text" value="{name}" required autocomplete="username" autocapitalize="none" spellcheck="false"{at_name}>
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password"{described}{at_password}>
<div class="buttons"><button class="primary" type="submit">Sign in</button></div>
</form>"#,
        hidden = hidden(form.request, form.csrf),
        name = escape(form.name),
    );
    page(StatusCode::OK, "Sign in", Door::Closed, &content)
}

/// Asks whether an app may have this; `user_code` is what its device shows, if
/// it runs on another one.
pub(super) fn consent(
    id: &str,
    csrf: &str,
    user: &User,
    asked: &Asked,
    user_code: Option<&str>,
) -> Response {
    let mut asks: Vec<String> = asked
        .scope
        .iter()
        .map(|scope| match scope.as_str() {
            "profile" => "see your name and picture".to_owned(),
            "email" => format!("see your e-mail address, {}", user.email()),
            "offline_access" => "keep you signed in until you sign out".to_owned(),
            _ => "know that it is you".to_owned(),
        })
        .collect();
    if asked.audience.is_some() {
        asks.push(format!("call {AUDIENCE} for you"));
    }
    let item = |ask: &String| format!("<li>{}</li>", escape(ask));
    let (title, device) = match user_code {
        None => ("Let Vestibule in?", String::new()),
        Some(code) => ("Let your device in?", device::shows(code)),
    };
    let content = format!(
        r#"<h1>{title}</h1>
<p class="person"><img src="/picture/{sub}.png" width="40" height="40" alt="">
<span>Signed in as <b>{name}</b></span></p>
<p>The app <b>Vestibule</b>{device} would like to:</p>
<ul>{items}</ul>
<form method="post" action="/consent">
{hidden}
<div class="buttons">
<button class="primary" name="answer" value="allow" autofocus>Allow</button>
<button name="answer" value="cancel">Cancel</button>
</div>
</form>"#,
        sub = user.sub,
        name = escape(&user.name()),
        items = asks.iter().map(item).collect::<String>(),
        hidden = hidden(id, csrf),
    );
    page(StatusCode::OK, title, Door::Ajar, &content)
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
