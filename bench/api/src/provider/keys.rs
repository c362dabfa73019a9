//! Signing keys and the tokens of the benchmark: RS256, RSA-2048, 856 characters.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Value, json};

use super::AUDIENCE;

/// How long each token is, in characters.
pub const TOKEN: usize = 856;
/// 84 octets of JSON without a remainder in base64: what stands where in the header
/// is known without decoding it.
const HEADER: usize = 112;
const PAYLOAD: usize = 400;
/// Where in a token its signature begins.
pub const SIGNATURE_AT: usize = HEADER + 1 + PAYLOAD + 1;
/// Where in a token [`KID_DIGITS`] octets of the kid stand, encoded: octet 36 of the
/// header is the third of the kid.
pub const KID_AT: usize = 48;
/// How many of them.
pub const KID_DIGITS: usize = 12;

/// How a token differs from a good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    Expired,
    Audience,
    Issuer,
}

pub struct SigningKey {
    kid: String,
    pair: RsaKeyPair,
}

impl SigningKey {
    pub fn generate() -> Result<Self> {
        let mut id = [0; 24];
        aws_lc_rs::rand::fill(&mut id)?;
        Ok(Self {
            kid: id.iter().map(|octet| format!("{octet:02x}")).collect(),
            pair: RsaKeyPair::generate(KeySize::Rsa2048)?,
        })
    }

    pub fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        let n = public.modulus().big_endian_without_leading_zero();
        let e = public.exponent().big_endian_without_leading_zero();
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
            "n": BASE64URL.encode(n), "e": BASE64URL.encode(e),
        })
    }

    /// A token with this number, good for a day but for `fault`.
    pub fn sign(&self, issuer: &str, number: u64, fault: Fault) -> Result<String> {
        let header = format!(r#"{{"alg":"RS256","typ":"JWT","kid":"{}"}}"#, self.kid);
        let payload = payload(issuer, number, fault)?;
        let mut token = BASE64URL.encode(header);
        token.push('.');
        BASE64URL.encode_string(payload, &mut token);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair
            .sign(&RSA_PKCS1_SHA256, &random, token.as_bytes(), &mut signature)?;
        token.push('.');
        BASE64URL.encode_string(signature, &mut token);
        ensure!(
            token.len() == TOKEN,
            "a token has {} characters",
            token.len()
        );
        Ok(token)
    }
}

/// The claims of an Auth0 access token, filled up to 300 octets.
fn payload(issuer: &str, number: u64, fault: Fault) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let exp = match fault {
        Fault::Expired => now - 3600,
        _ => now + 86_400,
    };
    let mut claims = json!({
        "iss": if fault == Fault::Issuer { "https://127.0.0.1:1/" } else { issuer },
        "aud": [if fault == Fault::Audience { "another" } else { AUDIENCE }],
        "sub": "auth0|0123456789abcdef01234567",
        "azp": "0123456789abcdef0123456789abcdef",
        "scope": "openid profile email",
        "iat": now - 7200,
        "exp": exp,
        "jti": format!("{number:016x}"),
        "fill": "",
    });
    let length = PAYLOAD / 4 * 3;
    let missing = length.checked_sub(claims.to_string().len());
    ensure!(missing.is_some(), "the claims are too long");
    claims["fill"] = Value::from("f".repeat(missing.unwrap_or_default()));
    Ok(claims.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://127.0.0.1:65535/";
    /// RSA-2048: 256 octets
    const SIGNATURE: usize = 342;

    #[test]
    fn every_token_has_the_same_length_whatever_its_fault() {
        let key = SigningKey::generate().unwrap();
        for fault in [Fault::None, Fault::Expired, Fault::Audience, Fault::Issuer] {
            let token = key.sign(ISSUER, u64::MAX, fault).unwrap();
            assert_eq!(token.len(), TOKEN);
            assert_eq!(token.find('.'), Some(HEADER));
            assert_eq!(token.rfind('.'), Some(SIGNATURE_AT - 1));
            assert_eq!(token.len() - SIGNATURE_AT, SIGNATURE);
        }
    }

    #[test]
    fn the_kid_stands_where_the_flood_writes_another() {
        let key = SigningKey::generate().unwrap();
        let token = key.sign(ISSUER, 1, Fault::None).unwrap();
        let encoded = &token[KID_AT..KID_AT + KID_DIGITS / 3 * 4];
        let digits = BASE64URL.decode(encoded).unwrap();
        assert_eq!(digits, key.kid.as_bytes()[2..2 + KID_DIGITS]);
    }
}
