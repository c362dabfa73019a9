//! One key of the issuer's set (RFC 7517 §4): ready to verify, or passed over for a reason.
//!
//! The key decides the algorithm (RFC 8725 §3.1): its type and curve leave one name, or
//! six for RSA, and its `alg` one of them. Issuers write keys in more ways than one; what
//! can mean but one key is read, and `tests/key-forms.json` lists all of it, for the app
//! as for this guard.
//!
//! jsonwebtoken reads the keys and aws-lc-rs verifies with them: jsonwebtoken's own
//! verification builds the RSA key anew for each token, and knows no ES512
//! (ARCHITECTURE.md).

use aws_lc_rs::{
    error::KeyRejected,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
        ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
        RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
        RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    },
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, Jwk, KeyOperations,
    PublicKeyUse, RSAKeyParameters,
};
use serde_json::{Map, Value};

use super::{
    Algorithm::{self, EdDsa, Es256, Es384, Es512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512},
    inert::Inert,
    weak::{has_small_order, is_weak_exponent, is_weak_modulus},
};

/// RFC 7518 §6.2.2 and §6.3.2
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// RFC 7518 §3.3 and §3.5: what an RSA key may verify.
const RSA: [(Algorithm, &RsaParameters); 6] = [
    (Rs256, &RSA_PKCS1_2048_8192_SHA256),
    (Rs384, &RSA_PKCS1_2048_8192_SHA384),
    (Rs512, &RSA_PKCS1_2048_8192_SHA512),
    (Ps256, &RSA_PSS_2048_8192_SHA256),
    (Ps384, &RSA_PSS_2048_8192_SHA384),
    (Ps512, &RSA_PSS_2048_8192_SHA512),
];

/// A public key, ready for each algorithm that it may verify.
#[derive(PartialEq)]
pub(super) struct VerificationKey {
    pub kid: Option<String>,
    pub verifiers: Vec<Verifier>,
}

pub(super) struct Verifier {
    pub algorithm: Algorithm,
    pub key: ParsedPublicKey,
}

impl PartialEq for Verifier {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.key.as_ref() == other.key.as_ref()
    }
}

/// Why a key is passed over: for the log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("it is no JSON object")]
    NoObject,
    #[error("it has private members: whoever can read the key set can sign")]
    Private,
    #[error("its {0} is of the wrong type")]
    WrongType(&'static str),
    #[error("its use is {0}, not sig")]
    Use(String),
    #[error("its key_ops do not have verify")]
    Operations,
    #[error("its alg is {0}, which a key of its kind does not verify here")]
    Algorithm(String),
    #[error(
        "its kty is {0}, and it is not an RSA key, an EC key on P-256, P-384 or P-521 or an OKP \
        key on Ed25519 with all its numbers"
    )]
    Kind(String),
    #[error("it has no {0}")]
    Missing(&'static str),
    #[error("its {0} is not base64url")]
    Base64(&'static str),
    #[error("its exponent e is 1, even or longer than 32 bits: forging with it may be easy")]
    Exponent,
    #[error("its modulus does not have 2048 to 8192 bits, or forging with it is easy")]
    Weak,
    #[error("its numbers are no point of its curve")]
    Point,
}

impl VerificationKey {
    pub(super) fn read(key: Value) -> Result<Self, Unusable> {
        let Value::Object(mut members) = key else {
            return Err(Unusable::NoObject);
        };
        clean(&mut members)?;
        let alg = match members.remove("alg") {
            Some(Value::String(alg)) => Some(alg),
            _ => None,
        };
        let kty = shown(members.get("kty"));
        let jwk = serde_json::from_value(members.into());
        let Ok(Jwk { common, algorithm }) = jwk else {
            return Err(Unusable::Kind(kty));
        };
        // RFC 7517 §4.2 and §4.3: published for verifying signatures, or for anything.
        match common.public_key_use {
            None | Some(PublicKeyUse::Signature) => {}
            Some(PublicKeyUse::Encryption) => return Err(Unusable::Use("enc".to_owned())),
            Some(PublicKeyUse::Other(other)) => {
                return Err(Unusable::Use(Inert(&other).to_string()));
            }
        }
        let operations = common.key_operations.as_ref();
        if !operations.is_none_or(|list| list.contains(&KeyOperations::Verify)) {
            return Err(Unusable::Operations);
        }
        // RFC 7517 §4.4: what the key's kind allows, or of that the one that it names.
        let mut verifiers = verifiers(&algorithm).unwrap_or(Err(Unusable::Kind(kty)))?;
        if let Some(alg) = alg {
            verifiers.retain(|verifier| verifier.algorithm.name() == alg);
            if verifiers.is_empty() {
                return Err(Unusable::Algorithm(Inert(&alg).to_string()));
            }
        }
        Ok(Self {
            kid: common.key_id,
            verifiers,
        })
    }
}

/// What is left says something, and is of the type that RFC 7517 §4 gives it.
fn clean(members: &mut Map<String, Value>) -> Result<(), Unusable> {
    // Serializers write members that say nothing: null (Java), an empty list (.NET) or an
    // empty text (Go). An empty id is one all the same: a token may name it.
    members.retain(|name, value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty() || name == "kid",
        _ => true,
    });
    // A private key in public can sign for anybody; a part of it is enough.
    if PRIVATE.iter().any(|member| members.contains_key(*member)) {
        return Err(Unusable::Private);
    }
    // Nothing is trusted for its certificate, so a bad one does no harm.
    members.retain(|name, _| !name.starts_with("x5"));
    let texts = |value: &Value| {
        let list = value.as_array();
        list.is_some_and(|list| list.iter().all(Value::is_string))
    };
    for name in ["kty", "use", "alg", "kid"] {
        if members.get(name).is_some_and(|value| !value.is_string()) {
            return Err(Unusable::WrongType(name));
        }
    }
    match members.get("key_ops") {
        Some(value) if !texts(value) => return Err(Unusable::WrongType("key_ops")),
        _ => {}
    }
    for name in needed(members.get("kty")) {
        match members.get(*name) {
            None => return Err(Unusable::Missing(name)),
            Some(value) if !value.is_string() => return Err(Unusable::WrongType(name)),
            Some(_) => {}
        }
    }
    Ok(())
}

/// What a key of this kind is made of (RFC 7518 §6.2.1 and §6.3.1, RFC 8037 §2).
fn needed(kty: Option<&Value>) -> &'static [&'static str] {
    match kty.and_then(Value::as_str) {
        Some("RSA") => &["n", "e"],
        Some("EC") => &["crv", "x", "y"],
        Some("OKP") => &["crv", "x"],
        _ => &[],
    }
}

/// The key for each algorithm of its kind; `None` for kinds that verify nothing.
fn verifiers(parameters: &AlgorithmParameters) -> Option<Result<Vec<Verifier>, Unusable>> {
    match parameters {
        AlgorithmParameters::RSA(rsa) => Some(rsa_keys(rsa)),
        AlgorithmParameters::EllipticCurve(ec) => {
            let (algorithm, verification, length) = match ec.curve {
                EllipticCurve::P256 => (Es256, &ECDSA_P256_SHA256_FIXED, 32),
                EllipticCurve::P384 => (Es384, &ECDSA_P384_SHA384_FIXED, 48),
                EllipticCurve::P521 => (Es512, &ECDSA_P521_SHA512_FIXED, 66),
                _ => return None,
            };
            let key = point(ec, length).map(|point| ParsedPublicKey::new(verification, point));
            Some(key.and_then(|key| one(algorithm, key)))
        }
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            let key = ed25519(&okp.x).map(|point| ParsedPublicKey::new(&ED25519, point));
            Some(key.and_then(|key| one(EdDsa, key)))
        }
        // RFC 8725 §3.1: a symmetric key (`oct`) is no public key.
        _ => None,
    }
}

/// RFC 7518 §6.3.1
fn rsa_keys(rsa: &RSAKeyParameters) -> Result<Vec<Verifier>, Unusable> {
    let (n, e) = (integer("n", &rsa.n)?, integer("e", &rsa.e)?);
    if is_weak_modulus(&n) {
        return Err(Unusable::Weak);
    }
    if is_weak_exponent(&e) {
        return Err(Unusable::Exponent);
    }
    let components = RsaPublicKeyComponents { n, e };
    let keys = RSA.into_iter().map(|(algorithm, parameters)| {
        let key = components.to_parsed_public_key(parameters);
        let key = key.map_err(|_| Unusable::Weak)?;
        Ok(Verifier { algorithm, key })
    });
    keys.collect()
}

fn one(
    algorithm: Algorithm,
    key: Result<ParsedPublicKey, KeyRejected>,
) -> Result<Vec<Verifier>, Unusable> {
    let key = key.map_err(|_| Unusable::Point)?;
    Ok(vec![Verifier { algorithm, key }])
}

/// RFC 7518 §6.2.1: both coordinates, as an uncompressed point. §6.2.1.2 wants them in
/// full length; but where BigInteger of Java took zeros away or put one in front, the
/// number is the same, and none but this can be meant.
fn point(ec: &EllipticCurveKeyParameters, length: usize) -> Result<Vec<u8>, Unusable> {
    let mut point = vec![4];
    for (name, coordinate) in [("x", &ec.x), ("y", &ec.y)] {
        let number = integer(name, coordinate)?;
        let zeros = length.checked_sub(number.len()).ok_or(Unusable::Point)?;
        point.resize(point.len() + zeros, 0);
        point.extend(number);
    }
    Ok(point)
}

/// RFC 8037 §2: 32 bytes, which are no integer and have no zeros to spare.
fn ed25519(x: &str) -> Result<[u8; 32], Unusable> {
    let point: [u8; 32] = bytes("x", x)?.try_into().map_err(|_| Unusable::Point)?;
    match has_small_order(point) {
        true => Err(Unusable::Weak),
        false => Ok(point),
    }
}

/// A non-negative integer without the leading zeros that some issuers send.
fn integer(name: &'static str, text: &str) -> Result<Vec<u8>, Unusable> {
    let mut bytes = bytes(name, text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    Ok(bytes)
}

/// RFC 7515 §2 wants base64url without padding; some issuers pad, or write the two
/// letters of plain base64. Neither can mean other bytes.
fn bytes(name: &'static str, text: &str) -> Result<Vec<u8>, Unusable> {
    const BASE64: GeneralPurpose = GeneralPurpose::new(
        &alphabet::URL_SAFE,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let text = text.replace('+', "-").replace('/', "_");
    BASE64.decode(text).map_err(|_| Unusable::Base64(name))
}

/// A member as it can stand in the log.
pub(super) fn shown(member: Option<&Value>) -> String {
    match member {
        None => "missing".to_owned(),
        Some(Value::String(text)) => Inert(text).to_string(),
        Some(other) => Inert(&other.to_string()).to_string(),
    }
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
