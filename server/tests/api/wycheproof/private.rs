//! The RSA key whose private half Wycheproof publishes, to sign what no library would.

use num_bigint::BigUint;
use serde_json::{Value, json};

use super::JWS;
use crate::keys::b64;

/// An RSA private key, as a list of numbers.
pub struct PrivateKey {
    n: BigUint,
    e: BigUint,
    d: BigUint,
}

/// The 2048-bit key of the raw vectors as well, to be published for `alg` alone.
pub fn key(alg: &str) -> (Value, PrivateKey) {
    let groups = JWS.groups.iter().filter_map(|group| group.private.as_ref());
    let private = groups
        .clone()
        .find(|jwk| jwk["kid"] == "RS256_2048")
        .unwrap();
    let kid = format!("wycheproof-private-{alg}");
    let public =
        json!({"kty": "RSA", "kid": kid, "alg": alg, "n": private["n"], "e": private["e"]});
    (public, PrivateKey::of(private))
}

/// The base64url integer of a JWK.
pub fn number(jwk: &Value, name: &str) -> BigUint {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let text = jwk[name].as_str().unwrap();
    BigUint::from_bytes_be(&URL_SAFE_NO_PAD.decode(text).unwrap())
}

impl PrivateKey {
    pub fn of(jwk: &Value) -> Self {
        let [n, e, d] = ["n", "e", "d"].map(|name| number(jwk, name));
        Self { n, e, d }
    }

    /// RFC 8017 §5.2.1, of any encoded message whatever.
    pub fn sign(&self, encoded: &[u8]) -> Vec<u8> {
        let signature = BigUint::from_bytes_be(encoded).modpow(&self.d, &self.n);
        self.fixed(&signature)
    }

    /// RFC 8017 §5.2.2: what was signed.
    pub fn open(&self, signature: &[u8]) -> Vec<u8> {
        let encoded = BigUint::from_bytes_be(signature).modpow(&self.e, &self.n);
        self.fixed(&encoded)
    }

    pub fn length(&self) -> usize {
        self.n.bits().div_ceil(8) as usize
    }

    pub fn modulus(&self) -> &BigUint {
        &self.n
    }

    fn fixed(&self, number: &BigUint) -> Vec<u8> {
        let bytes = number.to_bytes_be();
        [vec![0; self.length() - bytes.len()], bytes].concat()
    }
}

/// A token of these parts, with `encoded` as the message that is signed.
pub fn token(input: &str, encoded: &[u8], key: &PrivateKey) -> String {
    format!("{input}.{}", b64(&key.sign(encoded)))
}
