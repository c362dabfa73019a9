//! One key of the issuer's set (RFC 7517 §4): ready to verify, or passed over for a reason.
//!
//! Issuers write keys in more ways than one; what can mean but one key is read, and
//! `tests/key-forms.json` lists all of it, for this app as for the API's guard.
//!
//! jsonwebtoken reads the keys and aws-lc-rs verifies with them: jsonwebtoken 11 knows no
//! ES512, and takes numbers that are no key until it verifies.

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
    super::error::bounded,
    Algorithm,
    weak::{has_small_order, is_weak_rsa},
};

/// RFC 7518 §6.2.2 and §6.3.2
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// RFC 7518 §3.3 and §3.5: what an RSA key may verify.
const RSA: [(Algorithm, &RsaParameters); 6] = [
    (Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
    (Algorithm::Rs384, &RSA_PKCS1_2048_8192_SHA384),
    (Algorithm::Rs512, &RSA_PKCS1_2048_8192_SHA512),
    (Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256),
    (Algorithm::Ps384, &RSA_PSS_2048_8192_SHA384),
    (Algorithm::Ps512, &RSA_PSS_2048_8192_SHA512),
];

/// A public key, ready for each algorithm that it may verify.
#[derive(Clone)]
pub struct Key {
    pub(super) id: Option<String>,
    verifiers: Vec<(Algorithm, ParsedPublicKey)>,
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
    #[error("it is not for verifying signatures (use, key_ops)")]
    Purpose,
    #[error("its alg is {0}, which a key of its kind does not verify here")]
    Algorithm(String),
    #[error(
        "its kty is {0}, and it is not an RSA key, an EC key on P-256, P-384 or P-521 or an OKP \
        key on Ed25519 with all its numbers"
    )]
    Kind(String),
    #[error("a number in it is not base64url")]
    Base64,
    #[error("its modulus does not have 2048 to 8192 bits, or forging with it is easy")]
    Weak,
    #[error("its numbers are no point of its curve")]
    Point,
}

impl Key {
    /// Whether `signature` is that of `message`, by this key and this algorithm.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let mut verifiers = self.verifiers.iter();
        let fitting = verifiers.find(|(known, _)| *known == algorithm);
        fitting.is_some_and(|(_, key)| key.verify_sig(message, signature).is_ok())
    }

    pub(super) fn verifies(&self, algorithm: Algorithm) -> bool {
        self.verifiers.iter().any(|(known, _)| *known == algorithm)
    }

    pub(super) fn read(key: &Value) -> Result<Self, Unusable> {
        let mut members = key.as_object().ok_or(Unusable::NoObject)?.clone();
        clean(&mut members)?;
        let alg = match members.remove("alg") {
            Some(Value::String(alg)) => Some(alg),
            _ => None,
        };
        let kty = shown(members.get("kty"));
        let Ok(Jwk { common, algorithm }) = serde_json::from_value(members.into()) else {
            return Err(Unusable::Kind(kty));
        };
        // RFC 7517 §4.2, §4.3: a key for encryption verifies nothing.
        let signs = |usage: &PublicKeyUse| *usage == PublicKeyUse::Signature;
        let verifies = |list: &Vec<KeyOperations>| list.contains(&KeyOperations::Verify);
        if !common.public_key_use.as_ref().is_none_or(signs)
            || !common.key_operations.as_ref().is_none_or(verifies)
        {
            return Err(Unusable::Purpose);
        }
        // RFC 7517 §4.4: what the key's kind allows, or of that the one that it names.
        let mut verifiers = verifiers(&algorithm).unwrap_or(Err(Unusable::Kind(kty)))?;
        if let Some(alg) = alg {
            verifiers.retain(|(known, _)| known.name() == alg);
            if verifiers.is_empty() {
                return Err(Unusable::Algorithm(bounded(&alg, 40)));
            }
        }
        let id = common.key_id;
        Ok(Self { id, verifiers })
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
    for name in ["kty", "use", "alg", "kid"] {
        if members.get(name).is_some_and(|value| !value.is_string()) {
            return Err(Unusable::WrongType(name));
        }
    }
    let texts = |value: &Value| {
        let list = value.as_array();
        list.is_some_and(|list| list.iter().all(Value::is_string))
    };
    match members.get("key_ops") {
        Some(value) if !texts(value) => Err(Unusable::WrongType("key_ops")),
        _ => Ok(()),
    }
}

type Verifiers = Vec<(Algorithm, ParsedPublicKey)>;

/// The key for each algorithm of its kind; `None` for kinds that verify nothing.
fn verifiers(parameters: &AlgorithmParameters) -> Option<Result<Verifiers, Unusable>> {
    match parameters {
        AlgorithmParameters::RSA(rsa) => Some(rsa_keys(rsa)),
        AlgorithmParameters::EllipticCurve(ec) => {
            let (algorithm, verification, length) = match ec.curve {
                EllipticCurve::P256 => (Algorithm::Es256, &ECDSA_P256_SHA256_FIXED, 32),
                EllipticCurve::P384 => (Algorithm::Es384, &ECDSA_P384_SHA384_FIXED, 48),
                EllipticCurve::P521 => (Algorithm::Es512, &ECDSA_P521_SHA512_FIXED, 66),
                _ => return None,
            };
            let key = point(ec, length).map(|point| ParsedPublicKey::new(verification, point));
            Some(key.and_then(|key| one(algorithm, key)))
        }
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            let key = ed25519(&okp.x).map(|point| ParsedPublicKey::new(&ED25519, point));
            Some(key.and_then(|key| one(Algorithm::EdDsa, key)))
        }
        // RFC 8725 §3.2: a symmetric key (`oct`) is no public key.
        _ => None,
    }
}

/// RFC 7518 §6.3.1
fn rsa_keys(rsa: &RSAKeyParameters) -> Result<Verifiers, Unusable> {
    let (n, e) = (integer(&rsa.n)?, integer(&rsa.e)?);
    if is_weak_rsa(&n, &e) {
        return Err(Unusable::Weak);
    }
    let components = RsaPublicKeyComponents { n, e };
    let keys = RSA.into_iter().map(|(algorithm, parameters)| {
        let key = components.to_parsed_public_key(parameters);
        Ok((algorithm, key.map_err(|_| Unusable::Weak)?))
    });
    keys.collect()
}

fn one(
    algorithm: Algorithm,
    key: Result<ParsedPublicKey, KeyRejected>,
) -> Result<Verifiers, Unusable> {
    Ok(vec![(algorithm, key.map_err(|_| Unusable::Point)?)])
}

/// RFC 7518 §6.2.1: both coordinates, as an uncompressed point. §6.2.1.2 wants them in
/// full length; but where BigInteger of Java took zeros away or put one in front, the
/// number is the same, and none but this can be meant.
fn point(ec: &EllipticCurveKeyParameters, length: usize) -> Result<Vec<u8>, Unusable> {
    let mut point = vec![4];
    for coordinate in [&ec.x, &ec.y] {
        let number = integer(coordinate)?;
        let zeros = length.checked_sub(number.len()).ok_or(Unusable::Point)?;
        point.resize(point.len() + zeros, 0);
        point.extend(number);
    }
    Ok(point)
}

/// RFC 8037 §2: 32 bytes, which are no integer and have no zeros to spare.
fn ed25519(x: &str) -> Result<[u8; 32], Unusable> {
    let point: [u8; 32] = bytes(x)?.try_into().map_err(|_| Unusable::Point)?;
    match has_small_order(point) {
        true => Err(Unusable::Weak),
        false => Ok(point),
    }
}

/// A non-negative integer without the leading zeros that some issuers send.
fn integer(text: &str) -> Result<Vec<u8>, Unusable> {
    let mut bytes = bytes(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    Ok(bytes)
}

/// RFC 7515 §2 wants base64url without padding; some issuers pad, or write the two
/// letters of plain base64. Neither can mean other bytes.
fn bytes(text: &str) -> Result<Vec<u8>, Unusable> {
    const BASE64: GeneralPurpose = GeneralPurpose::new(
        &alphabet::URL_SAFE,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let text = text.replace('+', "-").replace('/', "_");
    BASE64.decode(text).map_err(|_| Unusable::Base64)
}

/// A member as it can stand in the log.
pub(super) fn shown(member: Option<&Value>) -> String {
    match member {
        None => "(none)".to_owned(),
        Some(Value::String(text)) => bounded(text, 120),
        Some(other) => bounded(&other.to_string(), 120),
    }
}
