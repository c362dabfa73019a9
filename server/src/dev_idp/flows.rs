//! What is under way, in memory: errands that wait for a person, requests that
//! were pushed, codes. A restart ends them; the person starts again.
//!
//! Specs: RFC 6749 §4.1.2 (codes), RFC 9126 §2.2 (pushed requests).

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    device::DeviceRequest,
    http::Params,
    keys::random,
    request::AuthorizationRequest,
    store::{Session, now},
};

/// RFC 6749 §4.1.2 recommends ten minutes at most; nobody needs more than one.
const CODE_LIFETIME: u64 = 60;
/// A code is remembered longer than it is good, so that its reuse is noticed.
const CODE_MEMORY: u64 = 3600;
/// How long a login or consent page may stand open.
const WAIT: u64 = 1800;
/// RFC 9126 §2.2: short; the browser comes at once.
pub(super) const PUSHED_LIFETIME: u64 = 60;
/// More than any person has open; the oldest goes first.
const MOST: usize = 10_000;

/// What a person is at the pages for.
#[derive(Clone)]
pub(super) enum Errand {
    /// The app beside this browser waits for a code.
    Authorize(Box<AuthorizationRequest>),
    /// A device elsewhere waits for a yes.
    Device(DeviceRequest),
}

/// An errand that waits for its person.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) errand: Errand,
    /// The browser that it came from.
    pub(super) browser: String,
    /// Whether the person has typed a password for this very errand.
    pub(super) authenticated: bool,
    /// What stands in the name field.
    pub(super) name: String,
    pub(super) wrong_password: bool,
}

impl Waiting {
    pub(super) fn new(errand: Errand, browser: String) -> Self {
        Self {
            errand,
            browser,
            authenticated: false,
            name: String::new(),
            wrong_password: false,
        }
    }
}

/// A code and what it stands for.
#[derive(Clone)]
pub(super) struct Code {
    pub(super) request: AuthorizationRequest,
    pub(super) session: Session,
    /// The family that it will start, or has started.
    pub(super) family: String,
    used: bool,
}

/// How a code was found.
pub(super) enum Redeemed {
    First(Box<Code>),
    /// Presented before: this family has to end.
    Again(String),
    Unknown,
}

/// How a pushed request was found.
pub(super) enum Pushed {
    Request(Params),
    OfAnother,
    Unknown,
}

struct Timed<T> {
    value: T,
    since: u64,
}

/// The three tables.
#[derive(Default)]
pub(super) struct Flows {
    waiting: Mutex<HashMap<String, Timed<Waiting>>>,
    pushed: Mutex<HashMap<String, Timed<Params>>>,
    codes: Mutex<HashMap<String, Timed<Code>>>,
}

impl Flows {
    pub(super) fn wait(&self, waiting: Waiting) -> String {
        insert(&self.waiting, waiting, WAIT)
    }

    pub(super) fn waiting(&self, id: &str) -> Option<Waiting> {
        let table = lock(&self.waiting);
        let fresh = table
            .get(id)
            .filter(|entry| now().saturating_sub(entry.since) < WAIT)?;
        Some(fresh.value.clone())
    }

    pub(super) fn replace(&self, id: &str, waiting: Waiting) {
        if let Some(entry) = lock(&self.waiting).get_mut(id) {
            entry.value = waiting;
        }
    }

    pub(super) fn done(&self, id: &str) {
        lock(&self.waiting).remove(id);
    }

    pub(super) fn push(&self, params: Params) -> String {
        insert(&self.pushed, params, PUSHED_LIFETIME)
    }

    /// The request that this client has pushed, once.
    pub(super) fn pushed(&self, id: &str, client_id: Option<&str>) -> Pushed {
        let mut table = lock(&self.pushed);
        // RFC 9126 §4: the client comes with it. Nobody else uses it up.
        let entry = table.get(id);
        if entry.is_some_and(|entry| entry.value.get("client_id") != client_id) {
            return Pushed::OfAnother;
        }
        let is_fresh = |entry: &Timed<_>| now().saturating_sub(entry.since) < PUSHED_LIFETIME;
        let entry = table.remove(id).filter(is_fresh);
        entry.map_or(Pushed::Unknown, |entry| Pushed::Request(entry.value))
    }

    pub(super) fn issue(&self, request: AuthorizationRequest, session: &Session) -> String {
        let code = Code {
            request,
            session: session.clone(),
            family: random(),
            used: false,
        };
        insert(&self.codes, code, CODE_MEMORY)
    }

    /// Presents a code. RFC 6749 §4.1.2: once, whatever comes of it. `then`
    /// runs before the same code can be presented again.
    pub(super) fn redeem<T>(&self, code: &str, then: impl FnOnce(Redeemed) -> T) -> T {
        let mut table = lock(&self.codes);
        let redeemed = match table.get_mut(code) {
            None => Redeemed::Unknown,
            Some(entry) if entry.value.used => Redeemed::Again(entry.value.family.clone()),
            Some(entry) if now().saturating_sub(entry.since) >= CODE_LIFETIME => Redeemed::Unknown,
            Some(entry) => {
                entry.value.used = true;
                Redeemed::First(Box::new(entry.value.clone()))
            }
        };
        then(redeemed)
    }
}

fn lock<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

fn insert<T>(table: &Mutex<HashMap<String, Timed<T>>>, value: T, lifetime: u64) -> String {
    let mut table = lock(table);
    let since = now();
    table.retain(|_, entry| since.saturating_sub(entry.since) < lifetime);
    if table.len() >= MOST {
        let oldest = table.iter().min_by_key(|(_, entry)| entry.since);
        let oldest = oldest.map(|(id, _)| id.clone());
        oldest.and_then(|id| table.remove(&id));
    }
    let id = random();
    table.insert(id.clone(), Timed { value, since });
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev_idp::{Options, registry::Registry};

    fn backdate<T>(table: &Mutex<HashMap<String, Timed<T>>>, seconds: u64) {
        for entry in lock(table).values_mut() {
            entry.since -= seconds;
        }
    }

    fn code(flows: &Flows) -> String {
        let query = "client_id=vestibule&redirect_uri=http://127.0.0.1/callback\
             &response_type=code&scope=openid&code_challenge_method=S256&code_challenge=";
        let params = Params::parse(format!("{query}{}", "A".repeat(43)).as_bytes());
        let registry = Registry::new(&Options::default()).unwrap();
        let request = AuthorizationRequest::parse(&registry, &params)
            .ok()
            .unwrap();
        let session = Session {
            sid: "sid".to_owned(),
            sub: "ada".to_owned(),
            auth_time: now(),
            expires_at: now() + 60,
        };
        flows.issue(request, &session)
    }

    #[test]
    fn a_code_is_good_for_less_than_a_minute_and_its_reuse_is_noticed_longer() {
        for (age, good) in [(CODE_LIFETIME - 2, true), (60, false)] {
            let flows = Flows::default();
            let code = code(&flows);
            backdate(&flows.codes, age);
            let first = |redeemed| matches!(redeemed, Redeemed::First(_));
            assert_eq!(flows.redeem(&code, first), good, "{age}");
            backdate(&flows.codes, 600);
            let again = |redeemed| matches!(redeemed, Redeemed::Again(_));
            assert_eq!(flows.redeem(&code, again), good, "{age}");
        }
    }

    #[test]
    fn a_pushed_request_is_good_for_less_than_its_lifetime() {
        for (age, good) in [(PUSHED_LIFETIME - 2, true), (PUSHED_LIFETIME, false)] {
            let flows = Flows::default();
            let id = flows.push(Params::default());
            backdate(&flows.pushed, age);
            let found = matches!(flows.pushed(&id, None), Pushed::Request(_));
            assert_eq!(found, good, "{age}");
        }
    }
}
