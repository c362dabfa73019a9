//! What a key is made of: RSA (RFC 7518 §6.3), EC (RFC 7518 §6.2), OKP (RFC 8037 §2).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    EcdsaVerificationAlgorithm, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    VerificationAlgorithm,
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, RSAKeyParameters,
};

use crate::{
    Algorithm::{self, EdDsa, Es256, Es384, Es512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512},
    Unusable,
    key::Verifier,
    weak::{has_small_order, is_weak_exponent, is_weak_modulus},
};

/// RFC 7518 §3.3 and §3.5: what an RSA key may verify.
const RSA: [(Algorithm, &RsaParameters); 6] = [
    (Rs256, &RSA_PKCS1_2048_8192_SHA256),
    (Rs384, &RSA_PKCS1_2048_8192_SHA384),
    (Rs512, &RSA_PKCS1_2048_8192_SHA512),
    (Ps256, &RSA_PSS_2048_8192_SHA256),
    (Ps384, &RSA_PSS_2048_8192_SHA384),
    (Ps512, &RSA_PSS_2048_8192_SHA512),
];

/// The key for each algorithm of its kind; `kty` is for the error.
pub fn verifiers(parameters: &AlgorithmParameters, kty: String) -> Result<Vec<Verifier>, Unusable> {
    match parameters {
        AlgorithmParameters::RSA(key) => rsa(key),
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 => ec(key, Es256, &ECDSA_P256_SHA256_FIXED, 32),
            EllipticCurve::P384 => ec(key, Es384, &ECDSA_P384_SHA384_FIXED, 48),
            EllipticCurve::P521 => ec(key, Es512, &ECDSA_P521_SHA512_FIXED, 66),
            _ => Err(Unusable::Kind(kty)),
        },
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            ed25519(&key.x)
        }
        // RFC 8725 §3.1: a symmetric key (`oct`) is no public key.
        _ => Err(Unusable::Kind(kty)),
    }
}

/// RFC 7518 §6.3.1
fn rsa(key: &RSAKeyParameters) -> Result<Vec<Verifier>, Unusable> {
    let (n, e) = (integer("n", &key.n)?, integer("e", &key.e)?);
    if is_weak_modulus(&n) {
        return Err(Unusable::Modulus);
    }
    if is_weak_exponent(&e) {
        return Err(Unusable::Exponent);
    }
    let components = RsaPublicKeyComponents { n, e };
    let keys = RSA.into_iter().map(|(algorithm, parameters)| {
        let key = components.to_parsed_public_key(parameters);
        let key = key.map_err(|_| Unusable::Modulus)?;
        Ok(Verifier { algorithm, key })
    });
    keys.collect()
}

/// RFC 7518 §6.2.1: both coordinates of `length` bytes, as an uncompressed point.
/// §6.2.1.2 wants them in full length; but where BigInteger of Java took zeros away or put
/// one in front, the number is the same, and none but this can be meant.
fn ec(
    key: &EllipticCurveKeyParameters,
    algorithm: Algorithm,
    verification: &'static EcdsaVerificationAlgorithm,
    length: usize,
) -> Result<Vec<Verifier>, Unusable> {
    let mut point = vec![4];
    for (name, coordinate) in [("x", &key.x), ("y", &key.y)] {
        let number = integer(name, coordinate)?;
        let zeros = length.checked_sub(number.len()).ok_or(Unusable::Point)?;
        point.resize(point.len() + zeros, 0);
        point.extend(number);
    }
    parsed(algorithm, verification, &point)
}

/// RFC 8037 §2: 32 bytes, which are no integer and have no zeros to spare.
fn ed25519(x: &str) -> Result<Vec<Verifier>, Unusable> {
    let point = bytes("x", x)?.try_into();
    let point: [u8; 32] = point.map_err(|_| Unusable::Point)?;
    if has_small_order(point) {
        return Err(Unusable::SmallOrder);
    }
    parsed(EdDsa, &ED25519, &point)
}

fn parsed(
    algorithm: Algorithm,
    verification: &'static impl VerificationAlgorithm,
    point: &[u8],
) -> Result<Vec<Verifier>, Unusable> {
    let key = ParsedPublicKey::new(verification, point);
    let key = key.map_err(|_| Unusable::Point)?;
    Ok(vec![Verifier { algorithm, key }])
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
