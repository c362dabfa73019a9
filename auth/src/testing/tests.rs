//! The doubles, as an app's test would use them.

use super::*;
use crate::{Cancel, Error, SignIn, Step, error::SendError, ports::Request};

fn get(path: &str) -> Request {
    let request = ::http::Request::get(format!("https://api.test{path}"));
    request.body(Vec::new()).unwrap()
}

#[test]
fn a_session_is_shown_without_a_client() {
    let session = session("ada").name("Ada Lovelace").build();
    assert_eq!(
        (session.sub(), session.display_name().as_str()),
        ("ada", "Ada Lovelace")
    );
    assert!(session.can_refresh());
}

#[test]
fn an_access_token_is_never_sent_in_plain_text() {
    let http = CannedHttp::new();
    http.answer("/notes", 200, "[]");
    let client = client(&http);
    let session = session("ada").expired().stored_by(&client);
    let send = |address: &str| {
        let request = ::http::Request::get(address).body(Vec::new()).unwrap();
        client.send(&session, request, &Cancel::default())
    };
    for address in [
        "http://api.test/notes",
        "http://127.0.0.1.api.test/notes",
        "ftp://api.test/notes",
        "/notes",
    ] {
        let error = send(address).unwrap_err();
        assert!(matches!(error, SendError::NotHttps), "{address}: {error}");
    }
    assert!(http.sent().is_empty());
    assert!(send("https://api.test/notes").is_ok());
    assert!(send("http://127.0.0.1:8080/notes").is_ok());
}

#[test]
fn an_expired_session_and_one_whose_token_is_refused_are_renewed() {
    let http = CannedHttp::new();
    let client = client(&http);
    http.answer("/notes", 200, "[]");
    let expired = session("ada").expired().stored_by(&client);
    client
        .send(&expired, get("/notes"), &Cancel::default())
        .unwrap();
    http.answer("/notes", 401, "");
    let refused = session("ada").stored_by(&client);
    let answer = client.send(&refused, get("/notes"), &Cancel::default());
    assert_eq!(answer.unwrap().status(), 401);
    let sent = http.sent();
    let tokens = sent.iter().filter(|sent| sent.uri().path() == "/notes");
    let tokens = tokens.map(|sent| sent.headers()["authorization"].to_str().unwrap());
    assert_eq!(
        tokens.collect::<Vec<_>>(),
        [
            "Bearer renewed-access-token",
            "Bearer access-token-of-ada",
            "Bearer renewed-access-token"
        ]
    );
}

#[test]
fn a_session_ends_where_the_provider_says_so() {
    let http = CannedHttp::new();
    let client = client(&http);
    let session = session("ada").expired().stored_by(&client);
    http.answer("/token", 400, r#"{"error": "invalid_grant"}"#);
    let error = client.send(&session, get("/notes"), &Cancel::default());
    assert!(matches!(error, Err(SendError::Session(Error::Ended(_)))));
    assert!(client.stored_session().unwrap().is_none());
}

#[test]
fn what_is_shown_of_a_sign_out_and_of_a_sign_in_has_nothing_secret() {
    let http = CannedHttp::new();
    let discovery = format!(
        r#"{{"issuer": "{ISSUER}", "jwks_uri": "{ISSUER}/keys",
        "authorization_endpoint": "{ISSUER}/authorize",
        "end_session_endpoint": "{ISSUER}/end", "token_endpoint": "{ISSUER}/token"}}"#
    );
    http.answer("/.well-known/openid-configuration", 200, discovery);
    let client = client(&http);
    let session = session("ada").stored_by(&client);
    session.state().id_token = Some("secret-id-token".to_owned());
    assert!(client.end_session_url(&session).is_some());
    let forgotten = client.forget(&session);
    let page = forgotten.end_session.as_ref().unwrap().as_str();
    assert!(page.contains("secret-id-token"), "{page}");
    let shown = format!("{forgotten:?}");
    assert!(shown.contains("issuer.test/end"), "{shown}");
    assert!(
        !shown.contains("secret") && !shown.contains("-of-ada"),
        "{shown}"
    );

    let url = format!("{ISSUER}/authorize?state=secret-state&nonce=secret-nonce");
    let shown = format!(
        "{:?}",
        Step::Browser {
            url,
            deadline: std::time::Instant::now(),
            device_offered: false,
            opens: true,
        }
    );
    assert!(shown.contains("issuer.test/authorize"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn what_is_not_canned_is_not_there() {
    let http = CannedHttp::new();
    let client = client(&http);
    let session = session("ada").stored_by(&client);
    let error = client.send(&session, get("/other"), &Cancel::default());
    assert!(error.unwrap_err().to_string().contains("/other"));
}

#[test]
fn a_stored_session_is_found_and_signed_out() {
    let http = CannedHttp::new();
    let client = client(&http);
    session("ada").name("Ada").stored_by(&client);
    let found = client.stored_session().unwrap().unwrap();
    assert_eq!(found.display_name(), "Ada");
    client.forget(&found);
    assert!(client.stored_session().unwrap().is_none());
}

#[test]
fn a_browser_that_is_missing_is_told_and_the_address_is_noted() {
    let http = CannedHttp::new();
    let browser = Arc::new(FakeBrowser::missing());
    let soon = Duration::from_millis(50);
    let client = builder(&http).browser(browser.clone()).sign_in_limit(soon);
    let steps = Arc::new(Mutex::new(Vec::new()));
    let noted = steps.clone();
    let ended = client.build().unwrap().sign_in(
        &SignIn::default(),
        &(Arc::new(move |step| unpoisoned(&noted).push(format!("{step:?}"))) as crate::Progress),
        &Cancel::default(),
    );
    assert!(matches!(ended, Err(Error::TimedOut)));
    assert!(browser.opened()[0].starts_with("https://issuer.test/authorize?"));
    assert!(unpoisoned(&steps).contains(&"BrowserFailed".to_owned()));
}

/// [`Cancel::cancel`] tells a window whether its button came too late.
#[test]
fn a_cancel_that_served_one_sign_in_serves_the_next() {
    let http = CannedHttp::new();
    let client = client(&http);
    let cancel = Cancel::default();
    assert!(cancel.close(), "a sign-in was finished");
    let in_time = Arc::new(Mutex::new(None));
    let (noted, asked) = (in_time.clone(), cancel.clone());
    let ended = client.sign_in(
        &SignIn::default(),
        &(Arc::new(move |step| {
            if let Step::Browser { .. } = step {
                *unpoisoned(&noted) = Some(asked.cancel());
            }
        }) as crate::Progress),
        &cancel,
    );
    assert!(matches!(ended, Err(Error::Cancelled)));
    assert_eq!(*unpoisoned(&in_time), Some(true));
    assert!(!cancel.close(), "the session would be stored all the same");
}

#[test]
fn a_store_and_a_clock_do_as_they_are_told() {
    let store = FakeStore::default();
    store.write("a", "1").unwrap();
    store.fail_reads(Some(StoreError::Locked));
    assert_eq!(store.read("a"), Err(StoreError::Locked));
    store.fail_reads(None);
    store.fail_writes(Some(StoreError::NoAnswer));
    assert_eq!(store.delete("a"), Err(StoreError::NoAnswer));
    assert_eq!(store.read("a"), Ok(Some("1".to_owned())));
    let clock = FakeClock::default();
    clock.advance(-3600);
    assert!(clock.now() < SystemTime::now() - Duration::from_secs(3500));
}
