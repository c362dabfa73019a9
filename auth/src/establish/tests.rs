//! Sessions whose sign-ins, refreshes and sign-outs come in between one another, and what
//! the store then has.

mod ended;
mod late;
mod replaced;
mod sign_out;
mod unstored;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use super::*;
use crate::{
    error::TransportError,
    ports::{Http, Limits, Request, Response, TokenStore},
    secret::RefreshToken,
    testing::{CannedHttp, FakeStore, builder},
};

/// A provider that rotates refresh tokens to those it is given, in this order; then none.
struct Provider {
    canned: Arc<CannedHttp>,
    tokens: Mutex<Vec<&'static str>>,
    meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Http for Provider {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        if request.uri().path() == "/token" {
            let meanwhile = self.meanwhile.lock().unwrap().take();
            meanwhile.into_iter().for_each(|happens| happens());
            let next = self.tokens.lock().unwrap().pop();
            let rotated = next.map(|token| format!(r#", "refresh_token": "{token}""#));
            let rotated = rotated.unwrap_or_default();
            let answer = format!(r#"{{"access_token": "at", "token_type": "Bearer"{rotated}}}"#);
            self.canned.answer("/token", 200, answer);
        }
        self.canned.send(request, limits)
    }
}

impl Provider {
    fn new(tokens: &[&'static str]) -> Arc<Self> {
        Arc::new(Self {
            canned: CannedHttp::new(),
            tokens: Mutex::new(tokens.iter().rev().copied().collect()),
            meanwhile: Mutex::default(),
        })
    }

    /// What happens while it answers the next refresh.
    fn meanwhile(&self, happens: impl FnOnce() + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::new(happens));
    }

    /// The forms that were posted to `path`.
    fn posted(&self, path: &str) -> Vec<String> {
        let sent = self.canned.sent();
        let posted = sent.iter().filter(|request| request.uri().path() == path);
        let text = |request: &Request| String::from_utf8_lossy(request.body()).into_owned();
        posted.map(text).collect()
    }
}

/// Programs that share a provider, a store and a lock file.
struct Programs<S> {
    provider: Arc<Provider>,
    store: Arc<S>,
    lock_file: PathBuf,
}

impl<S: TokenStore + Default + 'static> Programs<S> {
    fn new(name: &str, tokens: &[&'static str]) -> Self {
        let lock_file = format!("vestibule-establish-{name}-{}", std::process::id());
        Self {
            provider: Provider::new(tokens),
            store: Arc::default(),
            lock_file: std::env::temp_dir().join(lock_file),
        }
    }

    /// One of them.
    fn client(&self) -> Client {
        let client = builder(&self.provider.canned)
            .http(self.provider.clone())
            .store(self.store.clone())
            .lock_file(&self.lock_file);
        client.build().unwrap()
    }
}

impl<S> Drop for Programs<S> {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.lock_file);
        let _ = std::fs::remove_file(self.lock_file.with_extension("provider.json"));
    }
}

impl Programs<FakeStore> {
    /// What is stored.
    fn item(&self, client: &Client) -> String {
        self.store.item(&client.item_key()).unwrap_or_default()
    }
}

/// What a sign-in of `sub` brought, with the refresh token `token`.
fn brought(sub: &str, token: &str) -> Session {
    let family = Family {
        token: RefreshToken::new(token),
        nonce: None,
    };
    let state = State {
        access: None,
        id_token: None,
        profile: Profile::default(),
        scopes: None,
        standing: Standing::New(family),
    };
    Session::new(sub.to_owned(), state)
}

fn sign_in(client: &Client, session: &Session) {
    let quiet: Progress = Arc::new(|_| {});
    let stored = client.store_new(session, false, &quiet, &Cancel::default());
    stored.unwrap();
}

fn use_session(client: &Client, session: &Session) -> Result<(), Error> {
    client.access_token(session, &Cancel::default()).map(drop)
}

/// Its access token has expired.
fn expire(session: &Session) {
    session.state().access = None;
}

/// A window uses a session as soon as it is told of it.
#[test]
fn a_sign_in_does_not_end_the_session_that_was_used_before_it_was_stored() {
    for is_unlocked_by_then in [false, true] {
        let programs = Programs::<FakeStore>::new("itself", &["A1"]);
        let client = programs.client();
        programs.store.fail_writes(Some(StoreError::Locked));
        let (user, store) = (client.clone(), programs.store.clone());
        let progress: Progress = Arc::new(move |step| {
            if let Step::SignedIn(session) = step {
                use_session(&user, &session).unwrap();
                if is_unlocked_by_then {
                    store.fail_writes(None);
                }
            }
        });
        let session = brought("ada", "A0");
        let stored = client.store_new(&session, false, &progress, &Cancel::default());
        stored.unwrap();
        assert!(session.why_not_written().is_none(), "{is_unlocked_by_then}");
        programs.store.fail_writes(None);
        client.catch_up();
        assert_eq!(session.stored(), Stored::Yes, "{is_unlocked_by_then}");
        assert!(programs.item(&client).contains("A1"));
        expire(&session);
        use_session(&client, &session).unwrap();
    }
}
