//! The tokens that go out: access token, ID token, and the answer around them.
//!
//! Specs: RFC 6749 §5.1, RFC 9068 §2 (access token), OpenID Connect Core §2
//! (ID token), §3.1.3.6 (`at_hash`), §12.2 (after a refresh).

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Value, json};

use super::{Fault, Idp, keys::random, store::Family};

/// How long an ID token is good: as short as real providers make it.
const ID_TOKEN_LIFETIME: u64 = 300;

/// What an answer is made of.
pub(super) struct Grant<'a> {
    pub(super) family_id: &'a str,
    pub(super) family: &'a Family,
    /// What this access token may do: the family's scopes or fewer.
    pub(super) scope: &'a [String],
    pub(super) nonce: Option<&'a str>,
    pub(super) refresh_token: Option<String>,
    /// Whether this answers a refresh.
    pub(super) refreshed: bool,
}

/// The successful answer of the token endpoint.
pub(super) fn token_response(idp: &Idp, grant: Grant<'_>) -> Value {
    let access_token = access_token(idp, &grant);
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": idp.options.access_ttl.as_secs(),
        "scope": grant.scope.join(" "),
    });
    if !(grant.refreshed && idp.acts(Fault::NoIdTokenAtRefresh)) {
        body["id_token"] = json!(id_token(idp, &grant, &access_token));
    }
    body["access_token"] = json!(access_token);
    if let Some(refresh_token) = grant.refresh_token {
        body["refresh_token"] = json!(refresh_token);
    }
    body
}

// RFC 9068 §2.2; the audience is the API, or this provider's userinfo, and
// never the client: an ID token cannot stand in for it (§2.2, §4).
fn access_token(idp: &Idp, grant: &Grant<'_>) -> String {
    let family = grant.family;
    let userinfo = format!("{}/userinfo", idp.issuer);
    let iat = idp.token_time();
    let claims = json!({
        "iss": idp.issuer,
        "aud": family.audience.as_ref().unwrap_or(&userinfo),
        "sub": family.sub,
        "client_id": family.client_id,
        "scope": grant.scope.join(" "),
        "iat": iat,
        "exp": iat + idp.options.access_ttl.as_secs(),
        // Leads back to the family, so that the token ends with it.
        "jti": format!("{}.{}", grant.family_id, random()),
    });
    idp.keys.sign(&idp.options.faults, "at+jwt", &claims)
}

fn id_token(idp: &Idp, grant: &Grant<'_>, access_token: &str) -> String {
    let family = grant.family;
    let iat = idp.token_time();
    let mut claims = match idp.registry.user(&family.sub) {
        Some(user) => Value::Object(user.claims(&idp.issuer, grant.scope)),
        None => json!({}),
    };
    claims["iss"] = json!(wrong_if(idp, Fault::WrongIssuer, &idp.issuer));
    claims["sub"] = json!(family.sub);
    claims["aud"] = json!(wrong_if(idp, Fault::WrongAudience, &family.client_id));
    claims["iat"] = json!(iat);
    claims["exp"] = json!(iat + ID_TOKEN_LIFETIME);
    // OpenID Connect Core §12.2: after a refresh, the original one.
    claims["auth_time"] = json!(idp.shifted(family.auth_time));
    claims["sid"] = json!(family.sid);
    let hashed = wrong_if(idp, Fault::WrongAtHash, access_token);
    claims["at_hash"] = json!(at_hash(&hashed));
    if let Some(nonce) = grant.nonce {
        claims["nonce"] = json!(wrong_if(idp, Fault::WrongNonce, nonce));
    }
    let token = idp.keys.sign(&idp.options.faults, "JWT", &claims);
    match idp.acts(Fault::WrongSignature) {
        true => with_another_signature(&token),
        false => token,
    }
}

fn wrong_if(idp: &Idp, fault: Fault, value: &str) -> String {
    let wrong = if idp.acts(fault) { "1" } else { "" };
    format!("{value}{wrong}")
}

// OpenID Connect Core §3.1.3.6: the left half of the hash.
fn at_hash(access_token: &str) -> String {
    let digest = digest::digest(&digest::SHA256, access_token.as_bytes());
    BASE64URL.encode(&digest.as_ref()[..16])
}

/// Same form and length, but the first octet of the signature differs.
fn with_another_signature(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap_or((token, "A"));
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{input}.{first}{}", &signature[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_is_that_of_the_specification() {
        // OpenID Connect Core §A.3
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(at_hash(token), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
