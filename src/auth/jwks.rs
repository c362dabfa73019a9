//! The issuer's signing keys (RFC 7517) and which algorithms each may verify.
//!
//! The key decides, not the token: a token's `alg` only chooses among what the
//! key is for (RFC 8725 §3.1). A key that cannot be used is passed over, and said so
//! in the log; it does not spoil the set.

mod algorithm;
mod key;
mod weak;

use serde_json::Value;

pub use algorithm::Algorithm;
pub use key::Key;

/// How many keys that were passed over are told of, each time a set is read.
const TOLD: usize = 16;

/// The usable keys of a set.
#[derive(Clone, Default)]
pub struct Jwks {
    keys: Vec<Key>,
}

impl Jwks {
    /// Reads a key set; `None` if it is not one.
    pub fn parse(document: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(document).ok()?;
        let mut keys = Vec::new();
        let mut passed_over = 0;
        for value in document.get("keys")?.as_array()? {
            match Key::read(value) {
                Ok(key) => keys.push(key),
                Err(why) => {
                    passed_over += 1;
                    if passed_over <= TOLD {
                        let kid = key::shown(value.get("kid"));
                        log::info!("passed over the provider's key {kid}: {why}");
                    }
                }
            }
        }
        if passed_over > TOLD {
            log::info!("passed over {passed_over} of the provider's keys");
        }
        Some(Self { keys })
    }

    /// The keys that may verify a token with this header: those with its
    /// `kid`, or without a `kid` in the header all that fit the algorithm.
    pub fn candidates<'a>(
        &'a self,
        kid: Option<&'a str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &'a Key> {
        self.keys.iter().filter(move |key| {
            key.verifies(algorithm) && (kid.is_none() || key.id.as_deref() == kid)
        })
    }
}

#[cfg(test)]
mod tests;
