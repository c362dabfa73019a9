//! Signing keys: RSA-2048, made at the first start and stored.
//!
//! Order of use: `SigningKey::generate` or `from_pkcs8`, then `sign`, `verify`,
//! `jwk`. Specs: RFC 7515 (JWS), RFC 7517 (JWK), RFC 7518 §3.3 (RS256),
//! RFC 7638 (the `kid` is the key's thumbprint).

use std::io;

use aws_lc_rs::{
    digest,
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Value, json};

/// 256 random bits, base64url: identifiers and secrets alike.
pub(super) fn random() -> String {
    let mut bytes = [0; 32];
    // The system's generator fails only where nothing else would work either;
    // a dead provider is better than a guessable code.
    assert!(aws_lc_rs::rand::fill(&mut bytes).is_ok(), "no random bytes");
    BASE64URL.encode(bytes)
}

/// SHA-256, base64url.
pub(super) fn hash(text: &str) -> String {
    BASE64URL.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

/// One key that signs ID tokens and access tokens.
pub(super) struct SigningKey {
    kid: String,
    n: String,
    e: String,
    pair: RsaKeyPair,
}

impl SigningKey {
    pub(super) fn generate() -> io::Result<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)
            .map_err(|_| io::Error::other("the signing key could not be made"))?;
        Self::from_pair(pair)
    }

    pub(super) fn from_pkcs8(encoded: &str) -> io::Result<Self> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "the kept key is broken");
        let der = BASE64URL.decode(encoded).map_err(|_| broken())?;
        Self::from_pair(RsaKeyPair::from_pkcs8(&der).map_err(|_| broken())?)
    }

    fn from_pair(pair: RsaKeyPair) -> io::Result<Self> {
        let (n, e) = integers(pair.public_key().as_ref())
            .ok_or_else(|| io::Error::other("the public key has an unknown form"))?;
        let (n, e) = (BASE64URL.encode(n), BASE64URL.encode(e));
        // RFC 7638 §3.2: required members in lexicographic order, no space.
        let kid = hash(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        Ok(Self { kid, n, e, pair })
    }

    /// What is stored of the key: PKCS#8, base64url.
    pub(super) fn to_pkcs8(&self) -> io::Result<String> {
        let der: Pkcs8V1Der<'static> = AsDer::as_der(&self.pair)
            .map_err(|_| io::Error::other("the signing key could not be written"))?;
        Ok(BASE64URL.encode(der.as_ref()))
    }

    /// The public half, as it stands in the JWKS.
    pub(super) fn jwk(&self) -> Value {
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256",
            "kid": self.kid, "n": self.n, "e": self.e,
        })
    }

    /// A compact JWS of these claims (RFC 7515 §3.1).
    pub(super) fn sign(&self, typ: &str, claims: &Value) -> String {
        let header = json!({ "alg": "RS256", "kid": self.kid, "typ": typ });
        let encode = |value: &Value| BASE64URL.encode(value.to_string());
        let input = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.signature(&input);
        format!("{input}.{signature}")
    }

    /// Header and claims of a token that this key has signed, at whatever time.
    pub(super) fn verify(&self, token: &str) -> Option<(Value, Value)> {
        let (input, signature) = token.rsplit_once('.')?;
        // RFC 8017 §8.2: PKCS#1 v1.5 signatures are deterministic, so signing
        // again is the strictest comparison there is.
        if self.signature(input) != signature {
            return None;
        }
        let (header, claims) = input.split_once('.')?;
        let decode = |part: &str| serde_json::from_slice(&BASE64URL.decode(part).ok()?).ok();
        Some((decode(header)?, decode(claims)?))
    }

    fn signature(&self, input: &str) -> String {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let signed = self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            input.as_bytes(),
            &mut signature,
        );
        assert!(signed.is_ok(), "an RSA key that was accepted does not sign");
        BASE64URL.encode(signature)
    }
}

/// `n` and `e` of a DER-encoded RSAPublicKey (RFC 8017 §A.1.1).
fn integers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(0x30, der)?;
    let (n, rest) = element(0x02, sequence)?;
    let (e, _) = element(0x02, rest)?;
    Some((unsigned(n), unsigned(e)))
}

/// The content of the DER element at the front, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = der.split_first()?;
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(short), rest),
        0x81 | 0x82 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
            let length = bytes.iter().fold(0, |sum, b| sum << 8 | usize::from(*b));
            (length, rest)
        }
        _ => return None,
    };
    (first == tag).then(|| rest.split_at_checked(length))?
}

/// RFC 7518 §6.3.1.1: no leading zero octet.
fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_key_is_the_same_key_and_publishes_nothing_private() {
        let key = SigningKey::generate().unwrap();
        let again = SigningKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
        assert_eq!(key.jwk(), again.jwk());
        let jwk = key.jwk();
        let n = BASE64URL.decode(jwk["n"].as_str().unwrap()).unwrap();
        assert_eq!(n.len(), 256);
        assert_eq!(jwk["e"], "AQAB");
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(jwk.get(private).is_none());
        }
    }

    #[test]
    fn a_token_with_one_changed_letter_is_not_ours() {
        let key = SigningKey::generate().unwrap();
        let token = key.sign("JWT", &json!({ "sub": "ada" }));
        assert_eq!(key.verify(&token).unwrap().1["sub"], "ada");
        let other = key.sign("JWT", &json!({ "sub": "eve" }));
        let (input, _) = other.rsplit_once('.').unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        assert!(key.verify(&format!("{input}.{signature}")).is_none());
    }
}
