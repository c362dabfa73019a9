//! The issuer's signing keys (RFC 7517) and which algorithms each may verify.
//!
//! The key decides, not the token: a token's `alg` only chooses among what the
//! key is for (RFC 8725 §3.1). A key that cannot be used is left out; it does
//! not spoil the set.

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde_json::{Map, Value};

/// The usable keys of a set.
#[derive(Clone, Default)]
pub struct Jwks {
    keys: Vec<Key>,
}

/// One usable key.
#[derive(Clone)]
pub struct Key {
    id: Option<String>,
    algorithms: &'static [Algorithm],
    pub(super) decoding: DecodingKey,
}

impl Jwks {
    /// Reads a key set; `None` if it is not one.
    pub fn parse(document: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(document).ok()?;
        let keys = document.get("keys")?.as_array()?;
        Some(Self {
            keys: keys.iter().filter_map(Key::parse).collect(),
        })
    }

    /// The keys that may verify a token with this header: those with its
    /// `kid`, or without a `kid` in the header all that fit the algorithm.
    pub fn candidates<'a>(
        &'a self,
        kid: Option<&'a str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &'a Key> {
        self.keys.iter().filter(move |key| {
            key.algorithms.contains(&algorithm) && (kid.is_none() || key.id.as_deref() == kid)
        })
    }
}

impl Key {
    fn parse(value: &Value) -> Option<Self> {
        // Only what is needed: a malformed certificate chain beside a good key
        // would otherwise lose the key.
        let needed = [
            "kty", "use", "key_ops", "alg", "kid", "n", "e", "crv", "x", "y",
        ];
        let members = value.as_object()?.iter();
        let members = members.filter(|(name, _)| needed.contains(&name.as_str()));
        let members: Map<_, _> = members.map(|(k, v)| (k.clone(), v.clone())).collect();
        let jwk: Jwk = serde_json::from_value(members.into()).ok()?;
        // RFC 7517 §4.2, §4.3: a key for encryption verifies nothing.
        if !matches!(
            jwk.common.public_key_use,
            None | Some(PublicKeyUse::Signature)
        ) {
            return None;
        }
        let operations = jwk.common.key_operations.as_deref();
        if operations.is_some_and(|list| !list.contains(&KeyOperations::Verify)) {
            return None;
        }
        let algorithms: &'static [Algorithm] = match (&jwk.algorithm, jwk.common.key_algorithm) {
            (AlgorithmParameters::RSA(rsa), stated) if has_sound_modulus(&rsa.n) => match stated {
                None => &[Algorithm::RS256, Algorithm::PS256],
                Some(KeyAlgorithm::RS256) => &[Algorithm::RS256],
                Some(KeyAlgorithm::PS256) => &[Algorithm::PS256],
                Some(_) => return None,
            },
            (AlgorithmParameters::EllipticCurve(ec), None | Some(KeyAlgorithm::ES256))
                if ec.curve == EllipticCurve::P256 =>
            {
                &[Algorithm::ES256]
            }
            (AlgorithmParameters::OctetKeyPair(okp), None | Some(KeyAlgorithm::EdDSA))
                if okp.curve == EllipticCurve::Ed25519 =>
            {
                &[Algorithm::EdDSA]
            }
            // Symmetric keys (RFC 8725 §3.2) and all other curves.
            _ => return None,
        };
        Some(Self {
            decoding: DecodingKey::from_jwk(&jwk).ok()?,
            id: jwk.common.key_id,
            algorithms,
        })
    }
}

/// 2048 to 8192 bits, counted from the base64url text (four characters hold
/// three bytes).
fn has_sound_modulus(n: &str) -> bool {
    (256..=1024).contains(&(n.len() * 3 / 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rsa(extra: Value) -> Value {
        let mut key = json!({ "kty": "RSA", "n": "A".repeat(342), "e": "AQAB" });
        for (name, value) in extra.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    }

    fn usable(keys: Value, kid: Option<&str>, algorithm: Algorithm) -> usize {
        let set = json!({ "keys": keys }).to_string();
        let set = Jwks::parse(set.as_bytes()).unwrap();
        set.candidates(kid, algorithm).count()
    }

    #[test]
    fn the_key_decides_which_algorithms_it_verifies() {
        let any = json!([rsa(json!({}))]);
        assert_eq!(usable(any.clone(), None, Algorithm::RS256), 1);
        assert_eq!(usable(any.clone(), None, Algorithm::PS256), 1);
        assert_eq!(usable(any.clone(), None, Algorithm::RS512), 0);
        assert_eq!(usable(any.clone(), None, Algorithm::HS256), 0);
        assert_eq!(usable(any, None, Algorithm::ES256), 0);
        let one = json!([rsa(json!({ "alg": "PS256" }))]);
        assert_eq!(usable(one.clone(), None, Algorithm::PS256), 1);
        assert_eq!(usable(one, None, Algorithm::RS256), 0);
    }

    #[test]
    fn keys_for_other_purposes_small_ones_and_secrets_are_left_out() {
        let set = json!([
            rsa(json!({ "use": "enc" })),
            rsa(json!({ "key_ops": ["encrypt"] })),
            rsa(json!({ "n": "A".repeat(171) })),
            { "kty": "oct", "k": "c2VjcmV0" },
            { "kty": "EC", "crv": "P-384", "x": "AA", "y": "AA" },
        ]);
        for algorithm in [Algorithm::RS256, Algorithm::HS256, Algorithm::ES384] {
            assert_eq!(usable(set.clone(), None, algorithm), 0);
        }
    }

    #[test]
    fn one_bad_key_does_not_spoil_the_set() {
        let set = json!([
            "nonsense",
            { "kty": "RSA", "kid": 5 },
            { "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA" },
            rsa(json!({ "kid": "good", "use": "sig", "x5c": "no list" })),
        ]);
        assert_eq!(usable(set.clone(), Some("good"), Algorithm::RS256), 1);
        assert_eq!(usable(set.clone(), None, Algorithm::RS256), 1);
        assert_eq!(usable(set, Some("other"), Algorithm::RS256), 0);
    }

    #[test]
    fn what_is_no_key_set_is_none() {
        for document in ["", "[]", "{}", "{\"keys\":1}", "<html>"] {
            assert!(Jwks::parse(document.as_bytes()).is_none(), "{document}");
        }
    }
}
