//! Login and consent pages: what people see.

use crate::world::{Browser, Provider};

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
