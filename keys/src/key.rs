//! One key of an issuer's set (RFC 7517 §4): ready to verify, or not used for a reason.
//!
//! aws-lc-rs verifies, with keys that it parsed once: jsonwebtoken 11 builds the key anew
//! for each token and knows no ES512 (ARCHITECTURE.md).

use aws_lc_rs::signature::ParsedPublicKey;
use serde_json::Value;

use crate::{Algorithm, Unusable, material::verifiers, members::Members, unusable::quoted};

/// RFC 7518 §6.2.2 and §6.3.2
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// A public key, ready for each algorithm that it may verify.
///
/// Two are equal if they have the same id, material and algorithms.
#[derive(Clone, Debug, PartialEq)]
pub struct VerificationKey {
    id: Option<String>,
    verifiers: Vec<Verifier>,
}

#[derive(Clone, Debug)]
pub struct Verifier {
    pub algorithm: Algorithm,
    pub key: ParsedPublicKey,
}

impl PartialEq for Verifier {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.key.as_ref() == other.key.as_ref()
    }
}

impl VerificationKey {
    /// Reads a public key from a JWK (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).
    ///
    /// # Errors
    /// Why it is not used: it is malformed, weak, private or meant for something else.
    pub fn read(jwk: &Value) -> Result<Self, Unusable> {
        let members = Members::of(jwk)?;
        // A private key in public can sign for anybody; a part of it is enough.
        if PRIVATE.iter().any(|name| members.get(name).is_some()) {
            return Err(Unusable::Private);
        }
        let id = members.text("kid")?.map(str::to_owned);
        let alg = members.text("alg")?;
        check_purpose(members)?;
        let mut verifiers = verifiers(members)?;
        // RFC 7517 §4.4: of what the key's kind allows, the one that it names.
        if let Some(alg) = alg {
            verifiers.retain(|verifier| verifier.algorithm.name() == alg);
            if verifiers.is_empty() {
                return Err(Unusable::Algorithm(quoted(alg)));
            }
        }
        Ok(Self { id, verifiers })
    }

    /// The key's id (`kid`, RFC 7517 §4.5).
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether the key may verify signatures of this algorithm.
    pub fn verifies(&self, algorithm: Algorithm) -> bool {
        self.verifier(algorithm).is_some()
    }

    /// Whether `signature` is that of `input`, the signing input of a token (RFC 7515
    /// §5.2), by this key and this algorithm; never for one that the key does not verify.
    pub fn verify(&self, algorithm: Algorithm, input: &[u8], signature: &[u8]) -> bool {
        let verifier = self.verifier(algorithm);
        verifier.is_some_and(|verifier| verifier.key.verify_sig(input, signature).is_ok())
    }

    fn verifier(&self, algorithm: Algorithm) -> Option<&Verifier> {
        let mut verifiers = self.verifiers.iter();
        verifiers.find(|verifier| verifier.algorithm == algorithm)
    }
}

/// RFC 7517 §4.2 and §4.3: published for verifying signatures, or for anything.
fn check_purpose(members: Members<'_>) -> Result<(), Unusable> {
    match members.text("use")? {
        None | Some("sig") => {}
        Some(other) => return Err(Unusable::Use(quoted(other))),
    }
    match members.texts("key_ops")? {
        Some(operations) if !operations.contains(&"verify") => Err(Unusable::Operations),
        _ => Ok(()),
    }
}
