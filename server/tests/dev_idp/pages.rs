//! Login and consent pages: P7, P16, and what people see.

use crate::world::{Browser, Provider};

#[test]
fn p7_forms_are_answered_with_303_and_pages_cannot_be_framed() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    let begun = browser.authorize(&[]);
    let login = browser.follow(&begun);
    let wrong = browser.log_in(&login, "ada", "wrong");
    assert_eq!(wrong.status, 303);
    let logged_in = browser.log_in(&login, "ada", "ada");
    assert_eq!(logged_in.status, 303);
    let consent = browser.follow(&logged_in);
    let problem = provider.get("/authorize");
    let logout = provider.get("/logout");
    for page in [&login, &consent, &problem, &logout] {
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'nonce-"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"));
        // Chromium applies it to the redirect to the app.
        assert!(!policy.contains("form-action"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cache-control"), "no-store");
        for outside in ["http://", "https://fonts", "<script", "//cdn", "@import"] {
            assert!(!page.body.contains(outside), "{outside}");
        }
    }
    assert_eq!(browser.consent(&consent, "allow").status, 303);
}

#[test]
fn p16_a_form_without_its_csrf_token_or_with_another_browsers_is_forbidden() {
    let provider = Provider::start();
    let mut ada = Browser::new(&provider);
    let begun = ada.authorize(&[]);
    let login = ada.follow(&begun);
    let logged_in = ada.log_in(&login, "ada", "ada");
    let consent = ada.follow(&logged_in);
    let mut eve = Browser::new(&provider);
    let begun = eve.authorize(&[]);
    let of_eve = eve.follow(&begun);

    let request = consent.field("request");
    let without = [("request", request.as_str()), ("answer", "allow")];
    assert_eq!(ada.post("/consent", &without).status, 403);
    let csrf = of_eve.field("csrf");
    let foreign = [
        ("request", request.as_str()),
        ("csrf", &csrf),
        ("answer", "allow"),
    ];
    assert_eq!(ada.post("/consent", &foreign).status, 403);
    // Her own token does not open somebody else's request either.
    let answer = eve.post("/consent", &foreign);
    assert_eq!((answer.status, answer.location()), (400, ""));

    let request = login.field("request");
    let form = [
        ("request", request.as_str()),
        ("username", "ada"),
        ("password", "ada"),
    ];
    assert_eq!(ada.post("/login", &form).status, 403);
    assert_eq!(
        ada.post("/logout/confirm", &[("answer", "sign-out")])
            .status,
        403
    );
    assert_eq!(ada.consent(&consent, "allow").status, 303);
}

#[test]
fn the_cookie_is_for_this_provider_alone_and_changes_at_login() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    let begun = browser.authorize(&[]);
    let cookie = begun.header("set-cookie");
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let before = browser.cookie.clone();
    assert!(before.contains(&provider.address.port().to_string()));
    let page = browser.follow(&begun);
    browser.log_in(&page, "ada", "ada");
    assert_ne!(browser.cookie, before);
}

#[test]
fn a_wrong_password_says_so_and_keeps_the_name() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    let begun = browser.authorize(&[("login_hint", "grace")]);
    let page = browser.follow(&begun);
    assert!(page.body.contains(r#"value="grace""#));
    assert!(!page.body.contains("Wrong name or password"));
    let again = browser.log_in(&page, "a\"<b>", "wrong");
    let page = browser.follow(&again);
    assert!(page.body.contains("Wrong name or password"));
    assert!(page.body.contains(r#"value="a&quot;&lt;b&gt;""#));
    let (_, content) = page.body.split_once("</style>").unwrap();
    for one in [r#"type="text""#, r#"type="password""#, "<button"] {
        assert_eq!(content.matches(one).count(), 1, "{one}");
    }
}

#[test]
fn consent_is_asked_once_per_person_and_scopes_and_can_be_refused() {
    let provider = Provider::start();
    let mut browser = Browser::new(&provider);
    let begun = browser.authorize(&[("scope", "openid profile")]);
    let login = browser.follow(&begun);
    let logged_in = browser.log_in(&login, "ada", "ada");
    let page = browser.follow(&logged_in);
    assert!(page.body.contains(">Allow</button>") && page.body.contains(">Cancel</button>"));
    let refused = browser.consent(&page, "cancel").callback();
    assert_eq!(refused["error"], "access_denied");
    // A refusal is not kept, and neither does it keep a grant.
    let again = browser.authorize(&[("scope", "openid profile")]);
    assert!(again.location().starts_with("/consent"));
    let page = browser.follow(&again);
    assert!(
        browser
            .consent(&page, "allow")
            .callback()
            .contains_key("code")
    );
    let narrower = browser.authorize(&[("scope", "openid")]);
    assert!(narrower.callback().contains_key("code"));
    let wider = browser.authorize(&[("scope", "openid email")]);
    assert!(wider.location().starts_with("/consent"));
    let mut grace = Browser::new(&provider);
    let begun = grace.authorize(&[("scope", "openid")]);
    let login = grace.follow(&begun);
    let answer = grace.log_in(&login, "grace", "grace");
    assert!(answer.location().starts_with("/consent"));
}

#[test]
fn a_host_that_is_not_loopback_is_turned_away() {
    let provider = Provider::start();
    let path = "/.well-known/openid-configuration";
    for (host, status) in [("evil.example", 421), ("localhost", 200), ("[::1]:80", 200)] {
        let header = [("Host", host.to_owned())];
        let answer = Browser::new(&provider).send("GET", path, "", &header);
        assert_eq!(answer.status, status, "{host}");
    }
}
