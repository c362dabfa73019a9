//! The tokens that a provider of some shape gives.

use std::{
    collections::HashMap,
    time::{SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use serde_json::{Value, json};

use super::{
    keys::{Key, b64},
    shape::{Audience, CLIENT, Offline, Shape, patch},
};

/// What a person consented to: the authorization request.
#[derive(Clone)]
pub struct Grant(pub HashMap<String, String>);

impl Grant {
    fn has(&self, name: &str, word: &str) -> bool {
        let value = self.0.get(name);
        value.is_some_and(|value| value.split(' ').any(|there| there == word))
    }

    /// Whether a refresh token is due.
    pub fn is_offline(&self, offline: Offline) -> bool {
        let (scope, consent) = (
            self.has("scope", "offline_access"),
            self.has("prompt", "consent"),
        );
        match offline {
            Offline::Scope => scope,
            Offline::ScopeAndConsent => scope && consent,
            Offline::Consent => consent,
            Offline::Never => false,
        }
    }

    /// The answer but for the refresh token.
    pub fn answer(&self, shape: &Shape, issuer: &str, id: &str, is_refresh: bool) -> Value {
        let access_token = self.access_token(shape, issuer, id);
        let mut answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": self.0["scope"],
        });
        if !is_refresh || shape.refreshes_id_token {
            answer["id_token"] = self.id_token(shape, issuer, &access_token).into();
        }
        answer
    }

    fn id_token(&self, shape: &Shape, issuer: &str, access_token: &str) -> String {
        let now = now();
        let mut claims = json!({
            "iss": issuer, "sub": "ada", "aud": CLIENT, "nonce": self.0["nonce"],
            "iat": now, "exp": now + 300,
        });
        if shape.at_hash {
            claims["at_hash"] = half_hash(shape.key, access_token).into();
        }
        patch(&mut claims, &shape.id_token);
        sign(shape, &shape.header, &claims)
    }

    fn access_token(&self, shape: &Shape, issuer: &str, id: &str) -> String {
        let Some(access) = &shape.access_token else {
            return id.to_owned();
        };
        let now = now();
        let mut claims = json!({
            "iss": issuer, "sub": "ada", "aud": CLIENT, "client_id": CLIENT, "jti": id,
            "iat": now, "exp": now + 300, "scope": self.0["scope"],
        });
        let is_asked_for = match access.audience {
            Audience::Given => true,
            Audience::Parameter(api) => self.0.get("audience").is_some_and(|asked| asked == api),
            Audience::Scope(scope) => self.has("scope", scope),
        };
        if is_asked_for {
            patch(&mut claims, &access.claims);
        }
        sign(shape, &access.header, &claims)
    }
}

fn sign(shape: &Shape, header: &Value, claims: &Value) -> String {
    let mut whole = json!({ "alg": shape.key.alg, "kid": shape.jwk["kid"] });
    patch(&mut whole, header);
    let part = |part: &Value| b64(part.to_string().as_bytes());
    let input = format!("{}.{}", part(&whole), part(claims));
    let signature = shape.key.sign(shape.key.alg, input.as_bytes());
    format!("{input}.{}", b64(&signature))
}

/// OpenID Connect Core §3.1.3.6
fn half_hash(key: &Key, access_token: &str) -> String {
    let algorithm = match key.alg {
        "EdDSA" => &SHA512,
        _ => &SHA256,
    };
    let hash = digest(algorithm, access_token.as_bytes());
    b64(&hash.as_ref()[..hash.as_ref().len() / 2])
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}
