//! No form works for a browser that it was not made for.

use serde_json::Value;

use crate::{
    device::{ask, impatient, poll, text},
    world::{Answer, Browser, Provider},
};

const FORBIDDEN: (u16, &str) = (403, "");

/// Sends a form with every CSRF token that is not this browser's own, and with
/// the right one from another browser: each is forbidden and changes nothing.
#[track_caller]
fn assert_guarded(browser: &Browser, path: &str, csrf: &str, form: &[(&str, &str)]) {
    let provider_of_eve = || Browser {
        issuer: browser.issuer.clone(),
        cookie: String::new(),
    };
    let mut eve = provider_of_eve();
    let of_eve = eve.get("/logout").field("csrf");
    let cut = &csrf[..csrf.len() - 1];
    for token in [None, Some(""), Some("x"), Some(cut), Some(of_eve.as_str())] {
        let mut form = form.to_vec();
        form.extend(token.map(|token| ("csrf", token)));
        let answer = browser.clone().post(path, &form);
        assert_eq!(
            (answer.status, answer.location()),
            FORBIDDEN,
            "{path} {token:?}"
        );
    }
    let mut form = form.to_vec();
    form.push(("csrf", csrf));
    for mut other in [provider_of_eve(), eve] {
        let answer = other.post(path, &form);
        assert_eq!((answer.status, answer.location()), FORBIDDEN, "{path}");
    }
}

fn question(browser: &mut Browser, begun: &Answer) -> Answer {
    let login = browser.follow(begun);
    let logged_in = browser.log_in(&login, "ada", "ada");
    browser.follow(&logged_in)
}

#[test]
fn the_login_form() {
    let provider = Provider::start();
    let mut ada = Browser::new(&provider);
    let begun = ada.authorize(&[]);
    let login = ada.follow(&begun);
    let (id, csrf) = (login.field("request"), login.field("csrf"));
    let form = [
        ("request", id.as_str()),
        ("username", "grace"),
        ("password", "grace"),
    ];
    assert_guarded(&ada, "/login", &csrf, &form);
    // Login CSRF: nobody was signed in behind her back.
    let silent = ada.authorize(&[("prompt", "none")]).callback();
    assert_eq!(silent["error"], "login_required");
    assert_eq!(ada.log_in(&login, "ada", "ada").status, 303);
}

#[test]
fn the_consent_form() {
    let provider = Provider::start();
    let mut ada = Browser::new(&provider);
    let begun = ada.authorize(&[]);
    let page = question(&mut ada, &begun);
    let (id, csrf) = (page.field("request"), page.field("csrf"));
    let form = [("request", id.as_str()), ("answer", "allow")];
    assert_guarded(&ada, "/consent", &csrf, &form);
    // Another browser's own token does not open her request either.
    let mut eve = Browser::new(&provider);
    let of_eve = eve.get("/logout").field("csrf");
    let answer = eve.post("/consent", &[form[0], form[1], ("csrf", &of_eve)]);
    assert_eq!((answer.status, answer.location()), (400, ""));
    assert!(ada.consent(&page, "allow").callback().contains_key("code"));
}

#[test]
fn the_forms_for_a_device() {
    let provider = impatient();
    let device: Value = ask(&provider);
    let code = text(&device, "user_code");
    let mut ada = Browser::new(&provider);
    let page = ada.bring(code);
    assert_guarded(&ada, "/device", &page.field("csrf"), &[("user_code", code)]);
    let begun = ada.compare(&page, "continue");
    let page = question(&mut ada, &begun);
    let (id, csrf) = (page.field("request"), page.field("csrf"));
    let form = [("request", id.as_str()), ("answer", "allow")];
    assert_guarded(&ada, "/consent", &csrf, &form);
    assert_eq!(poll(&provider, &device).error(), "authorization_pending");
    assert_eq!(ada.consent(&page, "allow").location(), "/device/allowed");
}

#[test]
fn the_sign_out_form() {
    let provider = Provider::start();
    let mut ada = Browser::new(&provider);
    ada.code("ada", &[]);
    let csrf = ada.get("/logout").field("csrf");
    assert_guarded(&ada, "/logout/confirm", &csrf, &[("answer", "sign-out")]);
    let silent = ada.authorize(&[("prompt", "none")]).callback();
    assert!(silent.contains_key("code"));
}

#[test]
fn a_form_from_before_the_login_is_worth_nothing_after() {
    let provider = Provider::start();
    let mut ada = Browser::new(&provider);
    let begun = ada.authorize(&[]);
    let login = ada.follow(&begun);
    assert_eq!(ada.log_in(&login, "ada", "ada").status, 303);
    let again = ada.log_in(&login, "grace", "grace");
    assert_eq!((again.status, again.location()), FORBIDDEN);
}
