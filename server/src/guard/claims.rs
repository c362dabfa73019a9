//! What a token must say: [`Rules`] turn its header type and payload into
//! [`AccessTokenClaims`], or refuse. Pure: values and the time in, a verdict out.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{Algorithm, Refusal};

/// How far in the future an `iat` may lie, whatever the leeway is.
const ISSUED_AHEAD: f64 = 60.0;
/// 9999-12-31T23:59:59Z: a `NumericDate` beyond it is no date (RFC 7519 §2).
const LAST_DATE: f64 = 253_402_300_799.0;
/// The longest identifier that is handed on (SPIFFE IDs have the longest known).
const MAX_IDENTIFIER: usize = 2048;
/// Claims of ID tokens and logout tokens, never of access tokens.
const OTHER_USES: [&str; 3] = ["at_hash", "c_hash", "events"];

/// How the header's `typ` is held to RFC 9068.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypProfile {
    /// `at+jwt`, `JWT` or none: many providers do not follow RFC 9068
    Any,
    /// RFC 9068 in full: `at+jwt`, and all claims that §2.2 requires
    AtJwt,
}

/// What an access token must be to be accepted.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Compared as the exact string, never normalised (RFC 9068 §4)
    pub issuer: String,
    /// Our name in `aud`
    pub audience: String,
    /// Which algorithms are accepted; the key decides within them
    pub algorithms: Vec<Algorithm>,
    /// What `typ` may be
    pub typ: TypProfile,
    /// Allowance for clocks that differ, on `exp` and `nbf`
    pub leeway: Duration,
    /// All of these must be granted, else 403; none by default
    pub required_scopes: Vec<String>,
}

impl Rules {
    /// All four algorithms, any `typ` of an access token, five seconds of leeway.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            algorithms: Algorithm::ALL.to_vec(),
            typ: TypProfile::Any,
            leeway: Duration::from_secs(5),
            required_scopes: Vec::new(),
        }
    }

    pub(super) fn check_typ(&self, typ: Option<&str>) -> Result<(), Refusal> {
        // RFC 9068 §4 and RFC 7515 §4.1.9: a media type, so letter case is free,
        // and `application/` may be left out.
        let is = |name: &str| typ.is_some_and(|typ| typ.eq_ignore_ascii_case(name));
        let access_token = is("at+jwt") || is("application/at+jwt");
        match self.typ {
            _ if access_token => Ok(()),
            TypProfile::Any if typ.is_none() || is("JWT") => Ok(()),
            TypProfile::Any | TypProfile::AtJwt => Err(Refusal::Type),
        }
    }

    pub(super) fn check_claims(
        &self,
        mut payload: Map<String, Value>,
        now: f64,
    ) -> Result<AccessTokenClaims, Refusal> {
        let exp = self.check_times(&mut payload, now)?;
        // RFC 8725 §3.8: a string, equal to the last character; a list is no issuer.
        if payload.remove("iss").as_ref().and_then(Value::as_str) != Some(&self.issuer) {
            return Err(Refusal::Issuer);
        }
        let aud = audiences(payload.remove("aud")).ok_or(Refusal::Audience)?;
        // RFC 8725 §3.9: ours must be among them.
        if !aud.contains(&self.audience) {
            return Err(Refusal::Audience);
        }
        // RFC 8725 §3.12: kinds of tokens must not stand in for each other.
        if let Some(claim) = OTHER_USES.into_iter().find(|c| payload.contains_key(*c)) {
            return Err(Refusal::OtherUse(claim));
        }
        for claim in ["sub", "client_id", "jti"] {
            self.check_identifier(payload.get(claim), claim)?;
        }
        Ok(AccessTokenClaims {
            iss: self.issuer.clone(),
            sub: payload.remove("sub").and_then(string),
            aud,
            exp,
            scope: scopes(payload.remove("scope")).ok_or(Refusal::Claim("scope"))?,
            extra: payload,
        })
    }

    /// `exp`, `nbf` and `iat` (RFC 7519 §4.1.4 to §4.1.6); gives back `exp`.
    fn check_times(&self, payload: &mut Map<String, Value>, now: f64) -> Result<f64, Refusal> {
        let leeway = self.leeway.as_secs_f64();
        let exp = payload.remove("exp").as_ref().and_then(date);
        let exp = exp.ok_or(Refusal::Expiry)?;
        // "on or after which the JWT MUST NOT be accepted"
        if exp <= now - leeway {
            return Err(Refusal::Expired);
        }
        if let Some(nbf) = payload.get("nbf")
            && date(nbf).is_none_or(|nbf| nbf > now + leeway)
        {
            return Err(Refusal::NotBefore);
        }
        match payload.get("iat") {
            // RFC 9068 §2.2
            None if self.typ == TypProfile::AtJwt => Err(Refusal::IssuedAt),
            Some(iat) if date(iat).is_none_or(|iat| iat > now + ISSUED_AHEAD) => {
                Err(Refusal::IssuedAt)
            }
            _ => Ok(exp),
        }
    }

    /// A claim that RFC 9068 §2.2 requires and others may leave out; if it is
    /// there it is a string with something in it.
    fn check_identifier(&self, id: Option<&Value>, claim: &'static str) -> Result<(), Refusal> {
        match id {
            None if self.typ == TypProfile::Any => Ok(()),
            Some(Value::String(id)) if (1..=MAX_IDENTIFIER).contains(&id.len()) => Ok(()),
            _ => Err(Refusal::Claim(claim)),
        }
    }
}

/// A `NumericDate` (RFC 7519 §2): seconds, fractions allowed.
fn date(value: &Value) -> Option<f64> {
    value.as_f64().filter(|date| date.abs() <= LAST_DATE)
}

/// RFC 7519 §4.1.3: one string, or a list of strings and nothing else.
fn audiences(value: Option<Value>) -> Option<Vec<String>> {
    match value? {
        Value::String(one) => Some(vec![one]),
        Value::Array(list) => list.into_iter().map(string).collect(),
        _ => None,
    }
}

/// RFC 9068 §2.2.3: names separated by spaces. Some providers send a list.
fn scopes(value: Option<Value>) -> Option<Vec<String>> {
    match value {
        None => Some(Vec::new()),
        Some(Value::String(names)) => Some(names.split(' ').map(str::to_owned).collect()),
        Some(Value::Array(list)) => list.into_iter().map(string).collect(),
        Some(_) => None,
    }
}

fn string(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The claims of a verified access token. Only the verifier makes them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccessTokenClaims {
    /// The issuer, exactly the one that was configured
    pub iss: String,
    /// Whom the token speaks for
    pub sub: Option<String>,
    /// All audiences; ours is among them
    pub aud: Vec<String>,
    /// When the token ends, in seconds since 1970
    pub exp: f64,
    /// What was granted
    pub scope: Vec<String>,
    /// Everything else the issuer said
    pub extra: Map<String, Value>,
}

impl AccessTokenClaims {
    /// Whether each of `scopes` was granted.
    pub fn grants(&self, scopes: &[String]) -> bool {
        scopes.iter().all(|scope| self.scope.contains(scope))
    }
}
