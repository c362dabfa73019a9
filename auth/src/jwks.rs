//! The issuer's key set (RFC 7517), reduced to the keys that can verify a token.
//!
//! The key decides, not the token: a token's `alg` only chooses among what the
//! key is for (RFC 8725 §3.1). A key that cannot be used ([`VerificationKey::read`]) is
//! passed over, and said so in the log; it does not spoil the set.

use std::sync::Arc;

use serde_json::Value;
use vestibule_keys::VerificationKey;

use super::error::bounded;

pub use vestibule_keys::Algorithm;

/// How many keys that were passed over are told of, each time a set is read.
const TOLD: usize = 16;

/// The usable keys of a set.
#[derive(Clone, Default)]
pub struct Jwks {
    keys: Vec<VerificationKey>,
    /// What it was read of.
    document: Arc<[u8]>,
}

impl Jwks {
    /// The usable ones of the `keys` of `document`. What is passed over is told in the log.
    pub fn read(keys: &[Value], document: &[u8]) -> Self {
        let (keys, passed_over) = sorted(keys);
        for line in passed_over {
            log::info!("{line}");
        }
        let document = document.into();
        Self { keys, document }
    }

    /// What it was read of; empty for a set that was never published.
    pub fn document(&self) -> &[u8] {
        &self.document
    }

    /// Whether no key of it can be used.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys that may verify a token with this header: those with its
    /// `kid`, or without a `kid` in the header all that fit the algorithm.
    pub fn candidates<'a>(
        &'a self,
        kid: Option<&'a str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &'a VerificationKey> {
        self.keys
            .iter()
            .filter(move |key| key.is_for(algorithm) && (kid.is_none() || key.id() == kid))
    }
}

/// The usable keys, and a line about each that was passed over.
fn sorted(values: &[Value]) -> (Vec<VerificationKey>, Vec<String>) {
    let (mut keys, mut passed_over, mut untold) = (Vec::new(), Vec::new(), 0);
    for value in values {
        match VerificationKey::read(value) {
            Ok(key) => keys.push(key),
            Err(_) if passed_over.len() == TOLD => untold += 1,
            Err(why) => {
                let kid = shown(value.get("kid"));
                passed_over.push(format!("passed over the provider's key {kid}: {why}"));
            }
        }
    }
    if untold > 0 {
        passed_over.push(format!("passed over {untold} more of the provider's keys"));
    }
    (keys, passed_over)
}

/// A member as it can stand in the log.
fn shown(member: Option<&Value>) -> String {
    match member {
        None => "(none)".to_owned(),
        Some(Value::String(text)) => bounded(text, 120),
        Some(other) => bounded(&other.to_string(), 120),
    }
}

#[cfg(test)]
#[path = "jwks_tests.rs"]
mod tests;
