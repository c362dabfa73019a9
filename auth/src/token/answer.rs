//! A success of the token endpoint (RFC 6749 §5.1), read member by member.
//!
//! At a refresh the old refresh token is dead as soon as the provider has
//! rotated it, whatever is wrong with the answer that brings the new one. So
//! reading and judging are two steps, and [`TokenAnswer::judged_after`], the
//! only way to the tokens, has the new refresh token stored in between.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::{
    error::{Error, MemberError, MemberFault, TokenError},
    members::Members,
    secret::{AccessToken, RefreshToken},
};

/// Longest life of an access token that is believed: a nonsensical
/// `expires_in` must neither overflow nor silence refreshing for ever.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// What the token endpoint gave. No Debug: secrets.
pub(crate) struct TokenSet {
    /// For the API.
    pub access_token: AccessToken,
    /// When the provider answered, by its own clock, if it said so.
    pub answered_at: Option<SystemTime>,
    /// When the access token ends, if the provider said so.
    pub expires_at: Option<SystemTime>,
    /// Unverified.
    pub id_token: Option<String>,
    /// For the next refresh, if a (new) one came.
    pub refresh_token: Option<RefreshToken>,
    /// What was granted, if the provider said so.
    pub scopes: Option<Vec<String>>,
}

/// An answer that is read, but not judged.
pub(crate) struct TokenAnswer {
    id_token: Option<String>,
    refresh_token: Option<RefreshToken>,
    verdict: Result<Usable, TokenError>,
    answered_at: Option<SystemTime>,
}

struct Usable {
    access_token: AccessToken,
    expires_at: Option<SystemTime>,
    scopes: Option<Vec<String>>,
}

impl TokenAnswer {
    /// Reads the answer that came at `now` (of this device's clock). `refusal`
    /// is the OAuth error in it, if any: some providers refuse with a success.
    ///
    /// # Errors
    /// What is wrong with an answer that brings no refresh token: there is
    /// nothing to store of it.
    pub(super) fn read(
        members: &Members,
        refusal: Option<TokenError>,
        now: SystemTime,
        answered_at: Option<SystemTime>,
    ) -> Result<Self, TokenError> {
        let text = |name| members.optional_text(name).map(str::to_owned);
        let answer = Self {
            id_token: text("id_token"),
            refresh_token: text("refresh_token").map(RefreshToken::new),
            verdict: refusal.map_or_else(|| usable(members, now), Err),
            answered_at,
        };
        match answer.verdict {
            // No token answer at all: not a flaw of one, but somebody's failure.
            Err(TokenError::Member(MemberError {
                name: "access_token",
                fault: MemberFault::Missing,
            })) if answer.refresh_token.is_none() => Err(TokenError::NoAccessToken),
            Err(flaw) if answer.refresh_token.is_none() => Err(flaw),
            _ => Ok(answer),
        }
    }

    /// The ID token in it. Unverified.
    pub fn id_token(&self) -> Option<&str> {
        self.id_token.as_deref()
    }

    /// Has the refresh token stored by `store`, then judges the rest. `store` is
    /// called without one if the answer is good and brings none: then the one
    /// that was used lives on (RFC 6749 §6).
    ///
    /// # Errors
    /// That of `store`, or what is wrong with the answer.
    pub fn judged_after(
        self,
        store: impl FnOnce(Option<&RefreshToken>) -> Result<(), Error>,
    ) -> Result<TokenSet, Error> {
        if self.refresh_token.is_some() || self.verdict.is_ok() {
            store(self.refresh_token.as_ref())?;
        }
        let usable = self.verdict?;
        Ok(TokenSet {
            access_token: usable.access_token,
            answered_at: self.answered_at,
            expires_at: usable.expires_at,
            id_token: self.id_token,
            refresh_token: self.refresh_token,
            scopes: usable.scopes,
        })
    }
}

fn usable(members: &Members, now: SystemTime) -> Result<Usable, TokenError> {
    let access_token = members.text("access_token").map_err(TokenError::Member)?;
    // RFC 6749 §A.12: printable ASCII; else it fits no header.
    if !access_token.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Err(unusable("access_token"));
    }
    let token_type = members.text("token_type").map_err(TokenError::Member)?;
    // RFC 6749 §7.1: a token of an unknown type must not be used; §5.1: in any
    // letter case.
    if !token_type.eq_ignore_ascii_case("bearer") {
        return Err(unusable("token_type"));
    }
    let life = members.optional("expires_in", seconds);
    let scope = members.optional("scope", |scope| {
        (scope.is_string() || scope.is_array()).then(|| normalised(scope))
    });
    Ok(Usable {
        access_token: AccessToken::new(access_token),
        expires_at: life.map(|life| now + life.min(LONGEST_LIFE)),
        scopes: scope
            .flatten()
            .map(|words| words.split(' ').map(str::to_owned).collect()),
    })
}

fn unusable(name: &'static str) -> TokenError {
    let fault = MemberFault::Unusable;
    TokenError::Member(MemberError { name, fault })
}

/// RFC 6749 §5.1: a number; "3600", 3600.0 and nonsense come too.
pub(super) fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    // A saturating cast.
    (seconds >= 0.0 && seconds.is_finite()).then(|| Duration::from_secs(seconds as u64))
}

/// `scope` of a token answer as RFC 6749 §3.3 writes it; `None` if it says
/// nothing.
pub(crate) fn normalised(scope: &Value) -> Option<String> {
    let text = match scope {
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            let words: Vec<_> = list.iter().filter_map(Value::as_str).collect();
            words.join(" ")
        }
        _ => return None,
    };
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
