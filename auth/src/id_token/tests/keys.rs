//! Signing keys, made once, and ID tokens signed with them.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeySize, PublicKeyComponents},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
        ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
        KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
        RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::jwks::Jwks;

pub static RSA: LazyLock<Key> = LazyLock::new(|| Key::rsa("rsa"));
/// Another key under the same name: an attacker's.
pub static FORGED: LazyLock<Key> = LazyLock::new(|| Key::rsa("rsa"));
pub static P256: LazyLock<Key> =
    LazyLock::new(|| Key::ec("p256", "P-256", &ECDSA_P256_SHA256_FIXED_SIGNING));
pub static P384: LazyLock<Key> =
    LazyLock::new(|| Key::ec("p384", "P-384", &ECDSA_P384_SHA384_FIXED_SIGNING));
pub static P521: LazyLock<Key> =
    LazyLock::new(|| Key::ec("p521", "P-521", &ECDSA_P521_SHA512_FIXED_SIGNING));
pub static ED: LazyLock<Key> = LazyLock::new(|| Key {
    kid: "ed",
    secret: Secret::Ed(Ed25519KeyPair::generate().unwrap()),
});

pub struct Key {
    pub kid: &'static str,
    secret: Secret,
}

enum Secret {
    Rsa(RsaKeyPair),
    /// With the name of its curve.
    Ec(EcdsaKeyPair, &'static str),
    Ed(Ed25519KeyPair),
}

impl Key {
    fn rsa(kid: &'static str) -> Self {
        let secret = Secret::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
        Self { kid, secret }
    }

    fn ec(kid: &'static str, curve: &'static str, signing: &'static EcdsaSigningAlgorithm) -> Self {
        let secret = Secret::Ec(EcdsaKeyPair::generate(signing).unwrap(), curve);
        Self { kid, secret }
    }

    fn sign(&self, alg: &str, input: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.secret {
            Secret::Ec(key, _) => key.sign(&random, input).unwrap().as_ref().to_vec(),
            Secret::Ed(key) => key.sign(input).as_ref().to_vec(),
            Secret::Rsa(key) => {
                let encoding: &'static dyn RsaEncoding = match alg {
                    "PS256" => &RSA_PSS_SHA256,
                    "PS384" => &RSA_PSS_SHA384,
                    "PS512" => &RSA_PSS_SHA512,
                    "RS384" => &RSA_PKCS1_SHA384,
                    "RS512" => &RSA_PKCS1_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(encoding, &random, input, &mut signature).unwrap();
                signature
            }
        }
    }

    /// Type and numbers, and the name.
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.secret {
            Secret::Rsa(key) => {
                let numbers: PublicKeyComponents<Vec<u8>> = key.public_key().into();
                json!({ "kty": "RSA", "n": b64(&numbers.n), "e": b64(&numbers.e) })
            }
            Secret::Ec(key, curve) => {
                let point = key.public_key().as_ref();
                let (x, y) = point[1..].split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": curve, "x": b64(x), "y": b64(y) })
            }
            Secret::Ed(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().as_ref()) })
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk
    }

    /// With the header's `kid`.
    pub fn token(&self, alg: &str, claims: &Value) -> String {
        self.token_with(&json!({ "alg": alg, "kid": self.kid }), &claims.to_string())
    }

    pub fn token_with(&self, header: &Value, claims: &str) -> String {
        let input = format!("{}.{}", b64(header.to_string()), b64(claims));
        let alg = header["alg"].as_str().unwrap_or_default();
        let signature = self.sign(alg, input.as_bytes());
        format!("{input}.{}", b64(signature))
    }
}

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The issuer's key set: one key of each kind.
pub fn all() -> Jwks {
    set(&json!([
        RSA.jwk(),
        P256.jwk(),
        P384.jwk(),
        P521.jwk(),
        ED.jwk()
    ]))
}

pub fn set(keys: &Value) -> Jwks {
    Jwks::read(keys.as_array().unwrap(), b"")
}
