//! One key of an issuer's set (RFC 7517 §4): ready to verify, or not used for a reason.
//!
//! jsonwebtoken reads the keys and aws-lc-rs verifies with them: jsonwebtoken 11 builds RSA
//! keys anew for each token and has no ES512 (ARCHITECTURE.md).

use aws_lc_rs::signature::ParsedPublicKey;
use jsonwebtoken::jwk::{CommonParameters, Jwk, KeyOperations, PublicKeyUse};
use serde_json::Value;

use crate::{Algorithm, Unusable, material::verifiers, members::checked, unusable::quoted};

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
        let mut members = checked(jwk)?;
        // Not for jsonwebtoken, which gives one name to all that it does not know.
        let alg = members.remove("alg");
        let kty = members.get("kty").and_then(Value::as_str);
        let kty = kty.map_or_else(|| "missing".to_owned(), quoted);
        let Ok(Jwk { common, algorithm }) = serde_json::from_value(members.into()) else {
            return Err(Unusable::Kind(kty));
        };
        check_purpose(&common)?;
        let mut verifiers = verifiers(&algorithm, kty)?;
        // RFC 7517 §4.4: of what the key's kind allows, the one that it names.
        if let Some(Value::String(alg)) = alg {
            verifiers.retain(|verifier| verifier.algorithm.name() == alg);
            if verifiers.is_empty() {
                return Err(Unusable::Algorithm(quoted(&alg)));
            }
        }
        let id = common.key_id;
        Ok(Self { id, verifiers })
    }

    /// The key's id (`kid`, RFC 7517 §4.5).
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether the key may verify signatures of this algorithm.
    pub fn is_for(&self, algorithm: Algorithm) -> bool {
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
fn check_purpose(common: &CommonParameters) -> Result<(), Unusable> {
    match &common.public_key_use {
        None | Some(PublicKeyUse::Signature) => {}
        Some(PublicKeyUse::Encryption) => return Err(Unusable::Use("enc".to_owned())),
        Some(PublicKeyUse::Other(other)) => return Err(Unusable::Use(quoted(other))),
    }
    match &common.key_operations {
        Some(list) if !list.contains(&KeyOperations::Verify) => Err(Unusable::Operations),
        _ => Ok(()),
    }
}
