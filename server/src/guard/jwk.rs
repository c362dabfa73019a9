//! The issuer's key set (RFC 7517), reduced to the keys that can verify a token.
//!
//! The key decides the algorithm (RFC 8725 §3.1): its type, curve and `alg` leave
//! one or two names, and a token with another one does not find the key at all.
//! A key that is malformed, weak or meant for something else is passed over and
//! takes no other key with it.
//!
//! jsonwebtoken reads the keys and aws-lc-rs verifies with them: jsonwebtoken's own
//! verification builds the RSA key anew for each token (ARCHITECTURE.md).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, Jwk, KeyOperations,
    PublicKeyUse, RSAKeyParameters,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Algorithm::{self, EdDsa, Es256, Ps256, Rs256},
    weak::{has_small_order, is_weak_rsa},
};

/// RFC 7518 §6.2.2 and §6.3.2
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// A public key, ready for each algorithm that it may verify.
#[derive(PartialEq)]
struct VerificationKey {
    kid: Option<String>,
    verifiers: Vec<Verifier>,
}

struct Verifier {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl PartialEq for Verifier {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.key.as_ref() == other.key.as_ref()
    }
}

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

/// The usable keys of a set.
pub(super) struct Jwks(Vec<VerificationKey>);

impl Jwks {
    /// Reads a JWK Set; `None` if it is none. It may come out empty.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(json).ok()?;
        let usable = |(index, key): (usize, Value)| {
            let key = usable(key);
            if key.is_none() {
                tracing::debug!(index, "passed over a key that cannot verify tokens");
            }
            key
        };
        let keys = set.keys.into_iter().enumerate().filter_map(usable);
        Some(Self(keys.collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each key is also in `newer`, so that what was verified still is.
    pub(super) fn all_in(&self, newer: &Self) -> bool {
        self.0.iter().all(|key| newer.0.contains(key))
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
        let good = |key: &ParsedPublicKey| key.verify_sig(input, signature).is_ok();
        if wanted.kid.is_none() && self.fitting(wanted).nth(1).is_some() {
            return Signature::NoKey;
        }
        match good(first) || fitting.any(good) {
            true => Signature::Good,
            false => Signature::Bad,
        }
    }

    fn fitting<'a>(&'a self, wanted: Lookup<'a>) -> impl Iterator<Item = &'a ParsedPublicKey> {
        let named =
            move |key: &&VerificationKey| wanted.kid.is_none() || key.kid.as_deref() == wanted.kid;
        let verifiers = self.0.iter().filter(named).flat_map(|key| &key.verifiers);
        let fits = verifiers.filter(move |verifier| verifier.algorithm == wanted.algorithm);
        fits.map(|verifier| &verifier.key)
    }
}

fn usable(mut key: Value) -> Option<VerificationKey> {
    let members = key.as_object_mut()?;
    // A private key in public can sign for anybody; a part of it is enough.
    if PRIVATE.iter().any(|member| members.contains_key(*member)) {
        return None;
    }
    // Nothing is trusted for its certificate, so a bad one does no harm.
    members.retain(|name, _| !name.starts_with("x5"));
    let Jwk { common, algorithm } = serde_json::from_value(key).ok()?;
    // RFC 7517 §4.2 and §4.3: published for verifying signatures, or for anything.
    let verifies = |ops: &Vec<KeyOperations>| ops.contains(&KeyOperations::Verify);
    let signs = |usage: &PublicKeyUse| *usage == PublicKeyUse::Signature;
    if !common.public_key_use.as_ref().is_none_or(signs)
        || !common.key_operations.as_ref().is_none_or(verifies)
    {
        return None;
    }
    let named = common.key_algorithm.map(|alg| alg.to_string());
    // What the key's type allows, narrowed to its `alg` if it names one.
    let allowed = |algorithm: Algorithm| named.as_deref().is_none_or(|alg| alg == algorithm.name());
    let verifiers: Vec<Verifier> = parsed(&algorithm)?
        .into_iter()
        .filter(|verifier| allowed(verifier.algorithm))
        .collect();
    (!verifiers.is_empty()).then_some(VerificationKey {
        kid: common.key_id,
        verifiers,
    })
}

fn parsed(parameters: &AlgorithmParameters) -> Option<Vec<Verifier>> {
    let one = |algorithm, key| vec![Verifier { algorithm, key }];
    match parameters {
        AlgorithmParameters::RSA(rsa) => Some(vec![
            Verifier {
                algorithm: Rs256,
                key: rsa_key(rsa, &RSA_PKCS1_2048_8192_SHA256)?,
            },
            Verifier {
                algorithm: Ps256,
                key: rsa_key(rsa, &RSA_PSS_2048_8192_SHA256)?,
            },
        ]),
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
            Some(one(Es256, p256_key(ec)?))
        }
        // RFC 8037 §2
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            let point = coordinate(&okp.x).filter(|point| !has_small_order(*point))?;
            Some(one(EdDsa, ParsedPublicKey::new(&ED25519, point).ok()?))
        }
        // RFC 8725 §3.1: a symmetric key (`oct`) is no public key.
        _ => None,
    }
}

/// RFC 7518 §6.3.1
fn rsa_key(rsa: &RSAKeyParameters, parameters: &'static RsaParameters) -> Option<ParsedPublicKey> {
    let (n, e) = (integer(&rsa.n)?, integer(&rsa.e)?);
    if is_weak_rsa(&n, &e) {
        return None;
    }
    let components = RsaPublicKeyComponents { n, e };
    components.to_parsed_public_key(parameters).ok()
}

/// RFC 7518 §6.2.1: both coordinates in full length, as an uncompressed point.
fn p256_key(ec: &EllipticCurveKeyParameters) -> Option<ParsedPublicKey> {
    let (x, y) = (coordinate(&ec.x)?, coordinate(&ec.y)?);
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4], &x[..], &y[..]].concat()).ok()
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
