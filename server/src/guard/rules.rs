//! What a token must say. [`Rules`] are made from the builder's settings; they look at a
//! token's `typ` and payload and give [`AccessTokenClaims`] or a [`Refusal`]. They read
//! neither clock nor network: whoever calls them brings the time.

use std::{borrow::Cow, fmt, time::Duration};

use super::{
    AccessTokenClaims, Algorithm, Refusal, Scope,
    json::{Members, Value},
    source::without_password,
};

/// How far in the future an `iat` may lie, whatever the leeway is.
const ISSUED_AHEAD: f64 = 60.0;
/// 9999-12-31T23:59:59Z: a `NumericDate` beyond it is no date (RFC 7519 §2).
const LAST_DATE: f64 = 253_402_300_799.0;
/// The longest identifier that is handed on (SPIFFE IDs have the longest known).
const MAX_IDENTIFIER: usize = 2048;
/// That of logout tokens and other security events (RFC 8417 §2.2).
const EVENTS: &str = "events";
/// Claims of ID tokens (OpenID Connect Core §3.3.2.11) and of those, never of access tokens
/// but Dex's.
pub(super) const OTHER_USES: [&str; 3] = ["at_hash", "c_hash", EVENTS];

/// How the header's `typ` is held to RFC 9068.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypProfile {
    /// `at+jwt`, `JWT` or none: many providers do not follow RFC 9068
    Any,
    /// RFC 9068 in full: `at+jwt`, and all claims that §2.2 requires
    AtJwt,
    /// As [`Self::Any`], and tokens in the form of ID tokens too, for issuers that give out
    /// such access tokens (Dex). Nothing then tells an ID token for this audience from an
    /// access token. So this is only for an audience that the issuer puts into no ID tokens
    /// but those that may be sent to this API
    IdToken,
}

/// What an access token must be to be accepted.
pub(super) struct Rules {
    /// What `iss` must be: the exact string, never normalised (RFC 9068 §4)
    pub issuer: String,
    /// Our name in `aud`
    pub audience: String,
    /// Which algorithms are accepted; the key decides within them
    pub algorithms: Vec<Algorithm>,
    /// What `typ` may be
    pub typ: TypProfile,
    /// Allowance for clocks that differ, on `exp` and `nbf`
    pub leeway: Duration,
    /// All of these must be granted, else 403
    pub required_scopes: Vec<Scope>,
}

/// An issuer whose metadata are not fetched may be any text, an address with a password too.
impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("issuer", &without_password(&self.issuer))
            .field("audience", &self.audience)
            .field("algorithms", &self.algorithms)
            .field("typ", &self.typ)
            .field("leeway", &self.leeway)
            .field("required_scopes", &self.required_scopes)
            .finish()
    }
}

impl Rules {
    /// All algorithms, any `typ` of an access token, five seconds of leeway, no scope.
    pub(super) fn new(issuer: String, audience: String) -> Self {
        Self {
            issuer,
            audience,
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
            TypProfile::Any | TypProfile::IdToken if typ.is_none() || is("JWT") => Ok(()),
            _ => Err(Refusal::Type),
        }
    }

    /// `now` in seconds since 1970.
    pub(super) fn check_claims(
        &self,
        payload: &str,
        now: f64,
    ) -> Result<AccessTokenClaims, Refusal> {
        let claims = Members::parse(payload).ok_or(Refusal::Payload)?;
        let exp = self.check_times(&claims, now)?;
        // RFC 8725 §3.8: a string, equal to the last character; a list is no issuer.
        if claims.get("iss").and_then(Value::text) != Some(&self.issuer) {
            return Err(Refusal::Issuer);
        }
        // RFC 7519 §4.1.3: one string, or a list of strings and nothing else.
        // RFC 8725 §3.9: ours must be among them.
        let ours = match claims.get("aud") {
            Some(Value::Text(audience)) => *audience == self.audience,
            Some(Value::Texts(list)) => list.iter().any(|audience| *audience == self.audience),
            _ => false,
        };
        if !ours {
            return Err(Refusal::Audience);
        }
        // RFC 8725 §3.12: kinds of tokens must not stand in for each other.
        let other_uses: &[&str] = match self.typ {
            TypProfile::IdToken => &[EVENTS],
            TypProfile::Any | TypProfile::AtJwt => &OTHER_USES,
        };
        if other_uses.iter().any(|claim| claims.get(claim).is_some()) {
            return Err(Refusal::OtherUse);
        }
        // RFC 7800 §3.1: whoever sends it must prove to hold the key.
        if claims.get("cnf").is_some() {
            return Err(Refusal::SenderConstrained);
        }
        for claim in ["sub", "client_id", "jti"] {
            self.check_identifier(claims.get(claim))?;
        }
        let sub = claims.get("sub").and_then(Value::text);
        let scope = scope(&claims)?;
        AccessTokenClaims::verified(payload, sub, &scope, exp).ok_or(Refusal::Payload)
    }

    /// `exp`, `nbf` and `iat` (RFC 7519 §4.1.4 to §4.1.6); gives back `exp`.
    fn check_times(&self, claims: &Members<'_>, now: f64) -> Result<f64, Refusal> {
        let exp = claims.get("exp").and_then(date).ok_or(Refusal::Expiry)?;
        if self.has_expired(exp, now) {
            return Err(Refusal::Expired);
        }
        let latest = now + self.leeway.as_secs_f64();
        if let Some(nbf) = claims.get("nbf")
            && date(nbf).is_none_or(|nbf| nbf > latest)
        {
            return Err(Refusal::NotBefore);
        }
        // What is issued after its end was never good, whatever the clocks say.
        let last = (now + ISSUED_AHEAD).min(exp + self.leeway.as_secs_f64());
        let possible = |iat| iat <= last;
        match claims.get("iat") {
            // RFC 9068 §2.2
            None if self.typ == TypProfile::AtJwt => Err(Refusal::IssuedAt),
            Some(iat) if !date(iat).is_some_and(possible) => Err(Refusal::IssuedAt),
            _ => Ok(exp),
        }
    }

    /// RFC 7519 §4.1.4: "on or after which the JWT MUST NOT be accepted".
    pub(super) fn has_expired(&self, exp: f64, now: f64) -> bool {
        exp <= now - self.leeway.as_secs_f64()
    }

    /// A claim that RFC 9068 §2.2 requires and others may leave out; if it is
    /// there it is a string with something in it.
    fn check_identifier(&self, id: Option<&Value<'_>>) -> Result<(), Refusal> {
        match id {
            None if self.typ != TypProfile::AtJwt => Ok(()),
            Some(Value::Text(id)) if (1..=MAX_IDENTIFIER).contains(&id.len()) => Ok(()),
            _ => Err(Refusal::Identifier),
        }
    }
}

/// A `NumericDate` (RFC 7519 §2): seconds, fractions allowed.
fn date(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Number(date) if date.abs() <= LAST_DATE => Some(*date),
        _ => None,
    }
}

/// RFC 9068 §2.2.3: names separated by spaces. Some providers send a list, and
/// Entra ID and Okta call the claim `scp`.
fn scope<'a>(claims: &'a Members<'_>) -> Result<Cow<'a, str>, Refusal> {
    match claims.get("scope").or_else(|| claims.get("scp")) {
        None => Ok("".into()),
        Some(Value::Text(names)) => Ok(names.as_ref().into()),
        Some(Value::Texts(list)) => Ok(list.join(" ").into()),
        Some(_) => Err(Refusal::Scope),
    }
}
