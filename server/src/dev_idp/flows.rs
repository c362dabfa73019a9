//! What is under way, in memory: requests that wait for a person, requests
//! that were pushed, codes. A restart ends them; the person starts again.
//!
//! Specs: RFC 6749 §4.1.2 (codes), RFC 9126 §2.2 (pushed requests).

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
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

/// An authorization request that waits for a person.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) request: AuthorizationRequest,
    /// The browser that it came from.
    pub(super) browser: String,
    /// Whether the person has typed a password for this very request.
    pub(super) authenticated: bool,
    /// What stands in the name field.
    pub(super) name: String,
    pub(super) wrong_password: bool,
}

/// A code and what it stands for.
#[derive(Clone)]
pub(super) struct Code {
    pub(super) request: AuthorizationRequest,
    pub(super) sub: String,
    pub(super) sid: String,
    pub(super) auth_time: u64,
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

    /// A pushed request, once.
    pub(super) fn pushed(&self, id: &str) -> Option<Params> {
        let entry = lock(&self.pushed).remove(id)?;
        (now().saturating_sub(entry.since) < PUSHED_LIFETIME).then_some(entry.value)
    }

    pub(super) fn issue(&self, request: AuthorizationRequest, session: &Session) -> String {
        let code = Code {
            request,
            sub: session.sub.clone(),
            sid: session.sid.clone(),
            auth_time: session.auth_time,
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
