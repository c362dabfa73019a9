//! The keys in use: one, stored; a second one once the keys have been rotated.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use super::{
    faults::{Fault, Faults},
    keys::SigningKey,
    store::Store,
};

/// The signing key and the one that takes its place under `rotated-keys`.
pub(super) struct Keyring {
    first: SigningKey,
    next: Mutex<Option<SigningKey>>,
}

impl Keyring {
    /// The stored keys; at the first start a new one.
    pub(super) fn open(store: &Store) -> io::Result<Self> {
        let stored = store.read(|stored| stored.keys.clone());
        let mut keys = stored.iter().map(|key| SigningKey::from_pkcs8(key));
        let first = match keys.next() {
            Some(key) => key?,
            None => {
                let key = SigningKey::generate()?;
                let encoded = key.to_pkcs8()?;
                store.change(|stored| stored.keys.push(encoded));
                key
            }
        };
        let next = Mutex::new(None);
        Ok(Self { first, next })
    }

    pub(super) fn sign(&self, faults: &Faults, typ: &str, claims: &Value) -> String {
        if faults.acts(Fault::RotatedKeys)
            && let Some(next) = &*self.rotated()
        {
            return next.sign(typ, claims);
        }
        self.first.sign(typ, claims)
    }

    /// Header and claims of a token that one of the keys has signed.
    pub(super) fn verify(&self, token: &str) -> Option<(Value, Value)> {
        let next = || self.lock().as_ref().and_then(|key| key.verify(token));
        self.first.verify(token).or_else(next)
    }

    /// RFC 7517 §5: the public halves.
    pub(super) fn jwks(&self, faults: &Faults) -> Value {
        let next = match faults.acts(Fault::RotatedKeys) {
            true => self.rotated(),
            // Once used it stays published, or its tokens could not be checked.
            false => self.lock(),
        };
        let keys: Vec<Value> = [Some(&self.first), next.as_ref()]
            .into_iter()
            .flatten()
            .map(SigningKey::jwk)
            .collect();
        json!({ "keys": keys })
    }

    fn rotated(&self) -> MutexGuard<'_, Option<SigningKey>> {
        let mut next = self.lock();
        if next.is_none() {
            *next = SigningKey::generate().ok();
        }
        next
    }

    fn lock(&self) -> MutexGuard<'_, Option<SigningKey>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
