//! Key pairs, made once for the whole run, and their public halves as JWK.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
        ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
        KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
        RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub static RSA: LazyLock<Key> = LazyLock::new(|| Key::rsa("rsa", "RS256"));
/// Another key of the same kind: for rotations, and as the attacker's.
pub static OTHER: LazyLock<Key> = LazyLock::new(|| Key::rsa("other", "RS256"));
pub static PSS: LazyLock<Key> = LazyLock::new(|| Key::rsa("pss", "PS256"));
pub static P256: LazyLock<Key> =
    LazyLock::new(|| Key::ec("p256", "ES256", "P-256", &ECDSA_P256_SHA256_FIXED_SIGNING));
pub static P384: LazyLock<Key> =
    LazyLock::new(|| Key::ec("p384", "ES384", "P-384", &ECDSA_P384_SHA384_FIXED_SIGNING));
pub static P521: LazyLock<Key> =
    LazyLock::new(|| Key::ec("p521", "ES512", "P-521", &ECDSA_P521_SHA512_FIXED_SIGNING));
pub static ED: LazyLock<Key> = LazyLock::new(|| Key {
    kid: "ed",
    alg: "EdDSA",
    secret: Secret::Ed(Ed25519KeyPair::generate().unwrap()),
});

pub struct Key {
    pub kid: &'static str,
    pub alg: &'static str,
    secret: Secret,
}

enum Secret {
    Rsa(RsaKeyPair),
    /// With the name of its curve
    Ec(EcdsaKeyPair, &'static str),
    Ed(Ed25519KeyPair),
}

impl Key {
    fn rsa(kid: &'static str, alg: &'static str) -> Self {
        let secret = Secret::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
        Self { kid, alg, secret }
    }

    fn ec(
        kid: &'static str,
        alg: &'static str,
        curve: &'static str,
        signing: &'static EcdsaSigningAlgorithm,
    ) -> Self {
        let secret = Secret::Ec(EcdsaKeyPair::generate(signing).unwrap(), curve);
        Self { kid, alg, secret }
    }

    /// With the padding and hash of `alg` where the key has a choice.
    pub fn sign(&self, alg: &str, input: &[u8]) -> Vec<u8> {
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

    /// Type, curve and numbers, nothing else.
    pub fn public(&self) -> Value {
        match &self.secret {
            Secret::Rsa(key) => {
                let (n, e) = rsa_numbers(key.public_key().as_ref());
                json!({"kty": "RSA", "n": b64(n), "e": b64(e)})
            }
            Secret::Ec(key, curve) => {
                let (x, y) = halves(key.public_key().as_ref());
                json!({"kty": "EC", "crv": curve, "x": b64(x), "y": b64(y)})
            }
            Secret::Ed(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().as_ref())})
            }
        }
    }

    /// As a careful issuer publishes it.
    pub fn jwk(&self) -> Value {
        self.jwk_with(&json!({"kid": self.kid, "alg": self.alg, "use": "sig"}))
    }

    pub fn jwk_with(&self, members: &Value) -> Value {
        let mut jwk = self.public();
        let all = jwk.as_object_mut().unwrap();
        all.extend(members.as_object().unwrap().clone());
        jwk
    }

    /// The public key as DER: what a careless verifier would take for an HMAC secret.
    pub fn der(&self) -> Vec<u8> {
        match &self.secret {
            Secret::Rsa(key) => key.public_key().as_ref().to_vec(),
            Secret::Ec(key, _) => key.public_key().as_ref().to_vec(),
            Secret::Ed(key) => key.public_key().as_ref().to_vec(),
        }
    }
}

pub fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// All kinds, as [`Key::jwk`] writes them.
pub fn full_set() -> Value {
    let keys = [&RSA, &PSS, &P256, &P384, &P521, &ED];
    json!({"keys": keys.map(|key| key.jwk())})
}

/// The coordinates of an uncompressed point (SEC 1 §2.3.3).
fn halves(point: &[u8]) -> (&[u8], &[u8]) {
    point[1..].split_at(point.len() / 2)
}

/// `SEQUENCE { INTEGER n, INTEGER e }` (RFC 8017 §A.1.1), without leading zeros.
fn rsa_numbers(der: &[u8]) -> (&[u8], &[u8]) {
    let (sequence, _) = element(der);
    let (n, rest) = element(sequence);
    let (e, _) = element(rest);
    let stripped =
        |number: &'static str, bytes: &'_ [u8]| bytes.iter().position(|b| *b != 0).expect(number);
    (&n[stripped("n", n)..], &e[stripped("e", e)..])
}

/// Content of the first DER element, and what follows it.
fn element(der: &[u8]) -> (&[u8], &[u8]) {
    let first = usize::from(der[1]);
    let (start, length) = if first < 0x80 {
        (2, first)
    } else {
        let count = first & 0x7f;
        let length = der[2..2 + count]
            .iter()
            .fold(0, |sum, b| sum << 8 | usize::from(*b));
        (2 + count, length)
    };
    (&der[start..start + length], &der[start + length..])
}
