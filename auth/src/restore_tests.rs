//! When a browser opens at the start of an app, and when not.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    Cancel, Client, Error, Progress, Session,
    error::{Ended, TransportError},
    ports::{Http, Limits, Request, Response},
    testing::{CannedHttp, FakeBrowser, FakeStore, builder, session},
};

/// Does something once, while the provider is asked for its discovery document.
struct AtDiscovery {
    http: Arc<CannedHttp>,
    act: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Http for AtDiscovery {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let act = self.act.lock().unwrap().take();
        if let Some(act) = act {
            act();
        }
        self.http.send(request, limits)
    }
}

struct Start {
    browser: Arc<FakeBrowser>,
    http: Arc<CannedHttp>,
    store: Arc<FakeStore>,
}

impl Start {
    fn new() -> Self {
        Self {
            browser: Arc::default(),
            http: CannedHttp::new(),
            store: Arc::default(),
        }
    }

    fn client(&self, http: Arc<dyn Http>) -> Client {
        let builder = builder(&self.http).http(http).store(self.store.clone());
        let builder = builder.browser(self.browser.clone()).without_lock_file();
        builder
            .sign_in_limit(Duration::from_millis(1))
            .build()
            .unwrap()
    }

    /// What the app gets, and whether it asked for a browser.
    fn restored(&self, client: &Client) -> (Result<Session, Error>, bool) {
        let asked = Arc::new(Mutex::new(false));
        let noted = asked.clone();
        let progress: Progress = Arc::new(move |_| *noted.lock().unwrap() = true);
        let session = client.restore_or_sign_in(&progress, &Cancel::default());
        let asked = *asked.lock().unwrap();
        (session, asked)
    }
}

#[test]
fn who_signed_in_elsewhere_meanwhile_is_signed_in_here_without_a_browser() {
    let start = Start::new();
    let other = start.client(start.http.clone());
    session("ada").stored_by(&other);
    let act = move || drop(session("bob").stored_by(&other));
    let client = start.client(Arc::new(AtDiscovery {
        http: start.http.clone(),
        act: Mutex::new(Some(Box::new(act))),
    }));
    let (session, asked) = start.restored(&client);
    assert_eq!((session.unwrap().sub(), asked), ("bob", false));
}

#[test]
fn whoever_was_signed_out_elsewhere_meanwhile_signs_in() {
    let start = Start::new();
    let other = start.client(start.http.clone());
    let ada = session("ada").stored_by(&other);
    let client = start.client(Arc::new(AtDiscovery {
        http: start.http.clone(),
        act: Mutex::new(Some(Box::new(move || drop(other.forget(&ada))))),
    }));
    assert!(start.restored(&client).1);
}

#[test]
fn a_refusal_without_an_oauth_error_opens_no_browser() {
    let start = Start::new();
    let client = start.client(start.http.clone());
    session("ada").stored_by(&client);
    start.http.answer("/token", 403, "blocked");
    let (refused, asked) = start.restored(&client);
    let refused = refused.unwrap_err();
    let is_refused = matches!(
        refused,
        Error::Ended(Ended::Refused {
            code: None,
            said: None
        })
    );
    assert!(is_refused && !asked, "{refused}");
    start.http.answer(
        "/token",
        200,
        r#"{"access_token": "at", "token_type": "Bearer"}"#,
    );
    assert_eq!(start.restored(&client).0.unwrap().sub(), "ada");
}

#[test]
fn what_only_the_person_can_do_opens_one() {
    for code in ["invalid_grant", "interaction_required"] {
        let start = Start::new();
        let client = start.client(start.http.clone());
        session("ada").stored_by(&client);
        let refusal = format!(r#"{{"error": "{code}"}}"#);
        start.http.answer("/token", 400, refusal);
        assert!(start.restored(&client).1, "{code}");
    }
}
