//! The issuer's key set (RFC 7517), reduced to the keys that can verify a token.
//!
//! A key that is malformed, weak or meant for something else is passed over
//! ([`VerificationKey::read`]) and takes no other key with it; a token with another
//! algorithm than a key's does not find the key at all (RFC 8725 §3.1).

use std::fmt;

use serde_json::{Map, Value};
use vestibule_keys::{Unusable, VerificationKey};

use super::{Algorithm, inert::Inert};

/// How many keys that were passed over are told of, each time a set is read.
const TOLD: usize = 16;

/// What came of looking for the key and trying it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    Good,
    Bad,
    /// No key has this id and algorithm
    NoKey,
}

/// What a token's header says about its key.
#[derive(Clone, Copy)]
pub(super) struct Lookup<'a> {
    pub kid: Option<&'a str>,
    pub algorithm: Algorithm,
}

/// The usable keys of a set, and which were passed over.
pub(super) struct Jwks {
    keys: Vec<VerificationKey>,
    passed_over: Vec<PassedOver>,
}

struct PassedOver {
    /// As it can stand in the log
    kid: String,
    why: Unusable,
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kid {}: {}", self.kid, self.why)
    }
}

impl Jwks {
    /// Reads a JWK Set, or says why it is none. It may come out empty.
    pub(super) fn parse(json: &[u8]) -> Result<Self, &'static str> {
        let set = serde_json::from_slice(json);
        let mut set: Map<String, Value> = set.map_err(|_| "it is no JSON object")?;
        let Some(Value::Array(keys)) = set.remove("keys") else {
            return Err("it has no list called keys");
        };
        let mut jwks = Self {
            keys: Vec::new(),
            passed_over: Vec::new(),
        };
        let mut untold = 0;
        for key in keys {
            let kid = shown(key.get("kid"));
            match VerificationKey::read(&key) {
                Ok(key) => jwks.keys.push(key),
                Err(_) if jwks.passed_over.len() == TOLD => untold += 1,
                Err(why) => jwks.passed_over.push(PassedOver { kid, why }),
            }
        }
        for PassedOver { kid, why } in &jwks.passed_over {
            tracing::info!(kid, %why, "passed over a key of the issuer");
        }
        if untold > 0 {
            tracing::info!(untold, "passed over more keys of the issuer");
        }
        Ok(jwks)
    }

    /// The first keys that were passed over, and why, for a sentence about a set that has
    /// no usable key.
    pub(super) fn passed_over(&self) -> String {
        let told = self.passed_over.iter().take(3).map(PassedOver::to_string);
        match told.collect::<Vec<_>>().join("; ") {
            none if none.is_empty() => "it is empty".to_owned(),
            told => told,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether each key is also in `newer`, so that what was verified still is.
    pub(super) fn all_in(&self, newer: &Self) -> bool {
        self.keys.iter().all(|key| newer.keys.contains(key))
    }

    /// The one place where a signature is looked at.
    ///
    /// Several keys fit only where the issuer gave one id to several: then any of them
    /// will do, in whatever order they stand. Without an id exactly one key must fit
    /// (OpenID Core §10.1 asks for the id as soon as there are several).
    pub(super) fn verify(&self, wanted: Lookup<'_>, input: &[u8], signature: &[u8]) -> Signature {
        let mut fitting = self.fitting(wanted);
        let Some(first) = fitting.next() else {
            return Signature::NoKey;
        };
        let good = |key: &VerificationKey| key.verify(wanted.algorithm, input, signature);
        if wanted.kid.is_none() && self.fitting(wanted).nth(1).is_some() {
            return Signature::NoKey;
        }
        match good(first) || fitting.any(good) {
            true => Signature::Good,
            false => Signature::Bad,
        }
    }

    fn fitting<'a>(&'a self, wanted: Lookup<'a>) -> impl Iterator<Item = &'a VerificationKey> {
        self.keys.iter().filter(move |key| {
            (wanted.kid.is_none() || key.id() == wanted.kid) && key.is_for(wanted.algorithm)
        })
    }
}

/// A member as it can stand in the log.
fn shown(member: Option<&Value>) -> String {
    match member {
        None => "missing".to_owned(),
        Some(Value::String(text)) => Inert(text).to_string(),
        Some(other) => Inert(&other.to_string()).to_string(),
    }
}

#[cfg(test)]
#[path = "jwks_tests.rs"]
mod tests;
