//! The ID token: verified here or nowhere (OpenID Connect Core §3.1.3.7).
//!
//! [`verify`] takes bytes, keys and the time, and gives claims; [`IdTokenClaims`]
//! cannot be had otherwise. The key checks the signature ([`super::jwks`]); the claims
//! are checked here, one numbered rule after the other.

use std::ops::RangeInclusive;

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

use super::{
    error::{IdTokenError, MemberError, MemberFault, bounded},
    jwks::{Algorithm, Jwks},
    members::Members,
    profile::PersonClaims,
};

/// Difference of clocks that is tolerated at `exp`, in seconds.
const LEEWAY: i64 = 60;
/// Farthest `iat` from now, in seconds, before the clock is to blame.
const IAT_WINDOW: i64 = 600;
/// 2010 to 2100: no ID token was issued at another time.
const PLAUSIBLE: RangeInclusive<i64> = 1_262_304_000..=4_102_444_800;

/// What the token must fit.
pub struct Expected<'a> {
    /// The access token that came with it, for `at_hash`.
    pub access_token: &'a str,
    /// When it came, by the provider's own clock, in seconds since 1970.
    pub answered_at: Option<i64>,
    /// This client.
    pub client_id: &'a str,
    /// At refresh, the nonce of the sign-in, if this process made it: the claim
    /// may be absent, but not another one (OpenID Connect Core §12.2).
    pub earlier_nonce: Option<&'a str>,
    /// The issuer, exactly.
    pub issuer: &'a str,
    /// At sign-in, the nonce of the request. At refresh none: the claim may
    /// be absent then (OpenID Connect Core §12.2).
    pub nonce: Option<&'a str>,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// At refresh, the person who is signed in.
    pub subject: Option<&'a str>,
}

/// The claims of a token that passed every check.
#[derive(Clone, Debug)]
pub struct IdTokenClaims {
    /// The person, unique with the issuer only.
    pub sub: String,
    iss: String,
    aud: Vec<String>,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nonce: Option<String>,
    at_hash: Option<String>,
    /// What the token says of the person.
    pub person: PersonClaims,
}

/// Verifies `token`; [`IdTokenError::UnknownKey`] is worth one fetch of newer
/// keys.
///
/// # Errors
/// The first check that fails.
pub fn verify(
    token: &str,
    keys: &Jwks,
    expected: &Expected<'_>,
) -> Result<IdTokenClaims, IdTokenError> {
    let algorithm = verify_signature(token, keys)?;
    let claims = read_claims(token)?;
    // Core §3.1.3.7 (2): the issuer, exactly.
    if claims.iss != expected.issuer {
        return Err(IdTokenError::Issuer);
    }
    // (3): this client is among the audiences.
    if !claims.aud.iter().any(|aud| aud == expected.client_id) {
        return Err(IdTokenError::Audience);
    }
    // (4, 5): several audiences need azp; azp, if there, is this client. Who
    // the others are is the provider's choice: a project, an API.
    match &claims.azp {
        Some(azp) if azp != expected.client_id => return Err(IdTokenError::AuthorizedParty),
        None if claims.aud.len() > 1 => return Err(IdTokenError::AuthorizedParty),
        _ => {}
    }
    // (11): the nonce of this request. At refresh it may be absent (§12.2).
    match (expected.nonce, &claims.nonce) {
        (Some(ours), Some(theirs)) if ours == theirs => {}
        (Some(_), _) => return Err(IdTokenError::Nonce),
        (None, Some(theirs)) if expected.earlier_nonce.is_some_and(|ours| ours != theirs) => {
            return Err(IdTokenError::Nonce);
        }
        (None, _) => {}
    }
    verify_times(&claims, expected)?;
    // Core §12.2: a refreshed token is about the same person.
    if expected.subject.is_some_and(|sub| sub != claims.sub) {
        return Err(IdTokenError::Subject);
    }
    // Core §3.1.3.8: optional with a code, checked if present.
    if let Some(at_hash) = &claims.at_hash
        && *at_hash != access_token_hash(algorithm, expected.access_token)
    {
        return Err(IdTokenError::AtHash);
    }
    Ok(claims)
}

/// `sub` of a token that is not verified yet. Good only to recognise an answer
/// that must be discarded before anything of it is stored.
pub fn unverified_subject(token: &str) -> Option<String> {
    let payload = payload(token).ok()?;
    let claims = Members::parse_strictly("the ID token", &payload)?;
    claims.optional_text("sub").map(str::to_owned)
}

/// Core §3.1.3.7 (6–8), RFC 8725 §3.1.
fn verify_signature(token: &str, keys: &Jwks) -> Result<Algorithm, IdTokenError> {
    let (message, signature) = match token.bytes().filter(|b| *b == b'.').count() {
        2 => token.rsplit_once('.'),
        // RFC 7516 §9: five parts are an encrypted token.
        4 => return Err(IdTokenError::Encrypted),
        _ => None,
    }
    .ok_or(IdTokenError::Malformed("parts"))?;
    let header = read_header(message)?;
    // RFC 7515 §4.1.11: an extension that must be understood is not.
    if header.crit.is_some() {
        return Err(IdTokenError::Malformed("crit"));
    }
    let algorithm = header.alg.parse();
    let algorithm = algorithm.map_err(|_| IdTokenError::Algorithm(bounded(&header.alg, 40)))?;
    let signature = URL_SAFE_NO_PAD.decode(signature);
    let signature = signature.map_err(|_| IdTokenError::Malformed("signature"))?;
    let mut any = false;
    for key in keys.candidates(header.kid.as_deref(), algorithm) {
        any = true;
        if key.verify(algorithm, message.as_bytes(), &signature) {
            return Ok(algorithm);
        }
    }
    Err(if any {
        IdTokenError::Signature
    } else {
        IdTokenError::UnknownKey
    })
}

/// What the header says about the signature (RFC 7515 §4.1).
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

fn read_header(message: &str) -> Result<Header, IdTokenError> {
    let header = message.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).ok();
    let header = header.and_then(|json| serde_json::from_slice(&json).ok());
    header.ok_or(IdTokenError::Malformed("header"))
}

fn payload(token: &str) -> Result<Vec<u8>, IdTokenError> {
    let parts: Vec<_> = token.splitn(4, '.').collect();
    let [_, payload, _] = parts[..] else {
        return Err(IdTokenError::Malformed("parts"));
    };
    let payload = URL_SAFE_NO_PAD.decode(payload);
    payload.map_err(|_| IdTokenError::Malformed("base64"))
}

/// Core §2: iss, sub, aud, exp and iat are required.
fn read_claims(token: &str) -> Result<IdTokenClaims, IdTokenError> {
    let claims = Members::parse_strictly("the ID token", &payload(token)?);
    let claims = claims.ok_or(IdTokenError::Malformed("claims"))?;
    let needed = |name| {
        let text = claims.text(name).map(str::to_owned);
        text.map_err(IdTokenError::Claim)
    };
    // Not taken for absent if of another type: a check would be left out.
    let optional = |name| match claims.value(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(fault(name, MemberFault::WrongType)),
    };
    let seconds = |name| match claims.value(name) {
        None => Err(fault(name, MemberFault::Missing)),
        Some(value) => value.as_f64().ok_or(fault(name, MemberFault::WrongType)),
    };
    Ok(IdTokenClaims {
        sub: needed("sub")?,
        iss: needed("iss")?,
        aud: audience(&claims)?,
        azp: optional("azp")?,
        exp: seconds("exp")?,
        iat: seconds("iat")?,
        nonce: optional("nonce")?,
        at_hash: optional("at_hash")?,
        person: PersonClaims::read(&claims),
    })
}

/// RFC 7519 §4.1.3: one, or a list.
fn audience(claims: &Members) -> Result<Vec<String>, IdTokenError> {
    match claims.value("aud") {
        None => Err(fault("aud", MemberFault::Missing)),
        Some(Value::String(text)) => Ok(vec![text.clone()]),
        Some(Value::Array(list)) => {
            let all = list.iter().map(|aud| aud.as_str().map(str::to_owned));
            let all: Option<_> = all.collect();
            all.ok_or(fault("aud", MemberFault::WrongType))
        }
        Some(_) => Err(fault("aud", MemberFault::WrongType)),
    }
}

fn fault(name: &'static str, fault: MemberFault) -> IdTokenError {
    IdTokenError::Claim(MemberError { name, fault })
}

/// Core §3.1.3.7 (9, 10). A clock is to blame only if the token was made just
/// now: its nonce says so, or the provider's clock when it answered. Else it is an
/// earlier one; and a token that contradicts itself blames nobody's clock.
fn verify_times(claims: &IdTokenClaims, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    // Saturating: a claim of 1e308 is no panic.
    let (issued_at, expires) = (claims.iat as i64, claims.exp as i64);
    let has_expired = expires <= expected.now.saturating_sub(LEEWAY);
    let is_near = |time: i64| issued_at.saturating_sub(time).saturating_abs() <= IAT_WINDOW;
    if is_near(expected.now) && !has_expired {
        return Ok(());
    }
    // Such as milliseconds.
    if !PLAUSIBLE.contains(&issued_at) {
        return Err(fault("iat", MemberFault::Unusable));
    }
    if expires <= issued_at {
        return Err(fault("exp", MemberFault::Unusable));
    }
    let is_fresh = expected.nonce.is_some() || expected.answered_at.is_some_and(is_near);
    Err(match (is_fresh, has_expired) {
        (true, true) => IdTokenError::Expired { issued_at },
        (true, false) => IdTokenError::IssuedAt { issued_at },
        (false, _) if issued_at < expected.now => IdTokenError::Old,
        (false, _) => fault("iat", MemberFault::Unusable),
    })
}

/// Core §3.1.3.6: the left half of the hash that belongs to the algorithm.
fn access_token_hash(algorithm: Algorithm, access_token: &str) -> String {
    let hash = digest::digest(hash_of(algorithm), access_token.as_bytes());
    let half = &hash.as_ref()[..hash.as_ref().len() / 2];
    URL_SAFE_NO_PAD.encode(half)
}

/// The hash of the algorithm's own signatures; Ed25519 hashes with SHA-512 (RFC 8032 §5.1).
fn hash_of(algorithm: Algorithm) -> &'static digest::Algorithm {
    match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => &SHA256,
        Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => &SHA384,
        Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::Es512 | Algorithm::EdDsa => &SHA512,
    }
}

#[cfg(test)]
mod tests;
