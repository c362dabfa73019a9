//! The issuer's key set (RFC 7517), reduced to the keys that can verify a token.
//!
//! The key decides the algorithm (RFC 8725 §3.1): its type, curve and `alg` leave
//! one or two names, and a token with another one does not find the key at all.
//! A key that is malformed, weak or meant for something else is passed over and
//! takes no other key with it.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use super::Algorithm::{self, EdDsa, Es256, Ps256, Rs256};

/// A public key and what it may verify.
pub(super) struct VerificationKey {
    kid: Option<String>,
    algorithms: &'static [Algorithm],
    key: DecodingKey,
}

impl VerificationKey {
    /// The one place where a signature is looked at; `algorithm` is one that
    /// [`Jwks::fitting`] found the key by. Everything around it, the
    /// claims above all, is checked by our own code: jsonwebtoken's checks pass
    /// over claims that are absent or of another type.
    pub(super) fn verify(&self, algorithm: Algorithm, input: &[u8], signature: &str) -> bool {
        jsonwebtoken::crypto::verify(signature, input, &self.key, algorithm.jose()).unwrap_or(false)
    }
}

/// The usable keys of a set.
pub(super) struct Jwks(Vec<Arc<VerificationKey>>);

impl Jwks {
    /// Reads a JWK Set; `None` if it is none. It may come out empty.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(json).ok()?;
        let usable = |(index, key): (usize, Value)| {
            let key = serde_json::from_value::<Jwk>(key)
                .ok()
                .and_then(Jwk::usable);
            if key.is_none() {
                tracing::debug!(index, "passed over a key that cannot verify tokens");
            }
            key.map(Arc::new)
        };
        let keys = set.keys.into_iter().enumerate().filter_map(usable);
        Some(Self(keys.collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that a token with this header may be signed by. More than one only
    /// where the issuer gave one id to several keys: then any of them will do, in
    /// whatever order they stand. Without an id exactly one key must fit
    /// (OpenID Core §10.1 asks for the id as soon as there are several).
    pub(super) fn fitting(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Vec<Arc<VerificationKey>> {
        let fits = |key: &&Arc<VerificationKey>| {
            key.algorithms.contains(&algorithm) && (kid.is_none() || key.kid.as_deref() == kid)
        };
        let keys: Vec<_> = self.0.iter().filter(fits).cloned().collect();
        match kid {
            None if keys.len() > 1 => Vec::new(),
            _ => keys,
        }
    }
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<IgnoredAny>,
}

impl Jwk {
    fn usable(self) -> Option<VerificationKey> {
        // RFC 7517 §4.2 and §4.3: published for verifying signatures, or for anything.
        let verifies = |ops: &Vec<String>| ops.iter().any(|op| op == "verify");
        if self.r#use.as_deref().is_some_and(|usage| usage != "sig")
            || !self.key_ops.as_ref().is_none_or(verifies)
        {
            return None;
        }
        // A private key in public can sign for anybody.
        if self.d.is_some() {
            return None;
        }
        let (algorithms, key) = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", None) => (self.narrowed(&[Rs256, Ps256])?, self.rsa()?),
            ("EC", Some("P-256")) => (self.narrowed(&[Es256])?, self.p256()?),
            ("OKP", Some("Ed25519")) => (self.narrowed(&[EdDsa])?, self.ed25519()?),
            // RFC 8725 §3.1: a symmetric key (`oct`) is no public key.
            _ => return None,
        };
        Some(VerificationKey {
            kid: self.kid,
            algorithms,
            key,
        })
    }

    /// What the key's type allows, narrowed to its `alg` if it names one.
    fn narrowed(&self, family: &'static [Algorithm]) -> Option<&'static [Algorithm]> {
        let Some(alg) = &self.alg else {
            return Some(family);
        };
        let at = family
            .iter()
            .position(|algorithm| algorithm.name() == alg)?;
        Some(&family[at..=at])
    }

    /// RFC 7518 §6.3.1. §3.3: 2048 bits or more; above 8192 it only costs time.
    fn rsa(&self) -> Option<DecodingKey> {
        let n = integer(self.n.as_ref()?)?;
        let e = integer(self.e.as_ref()?)?;
        let bits = n.len() * 8 - n[0].leading_zeros() as usize;
        let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
        let fits = (2048..=8192).contains(&bits) && odd(&n) && odd(&e) && e != [1] && e.len() <= 4;
        fits.then(|| DecodingKey::from_rsa_raw_components(&n, &e))
    }

    /// RFC 7518 §6.2.1: both coordinates in full length, as an uncompressed point.
    fn p256(&self) -> Option<DecodingKey> {
        let (x, y) = (coordinate(self.x.as_ref()?)?, coordinate(self.y.as_ref()?)?);
        Some(DecodingKey::from_ec_der(&[&[4], &x[..], &y[..]].concat()))
    }

    /// RFC 8037 §2
    fn ed25519(&self) -> Option<DecodingKey> {
        Some(DecodingKey::from_ed_der(&coordinate(self.x.as_ref()?)?))
    }
}

fn coordinate(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// A positive integer without the leading zeros that some issuers send.
fn integer(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let first = bytes.iter().position(|byte| *byte != 0)?;
    Some(bytes[first..].to_vec())
}

#[cfg(test)]
#[path = "jwk_tests.rs"]
mod tests;
