//! The guard's verifier, of the settings that are for it.

use std::sync::Arc;

use vestibule_server::guard::AccessTokenVerifier;
use vestibule_settings::{ConfigError, Values, seconds, whole_number};

use super::{
    parse,
    settings::{
        ALGORITHMS, AUDIENCE, CA_FILE, FETCH_TIMEOUT, ISSUER, JWKS_URI, LEEWAY, REQUIRE_SCOPE,
        TOKEN_CACHE, TYP,
    },
};

/// What is not given is as the guard has it.
pub fn verifier(given: &Values) -> Result<Arc<AccessTokenVerifier>, ConfigError> {
    let issuer = given.get(&ISSUER, parse::issuer)?;
    let jwks_uri = given.optional(&JWKS_URI, parse::jwks_uri)?;
    let fetch_timeout = given.get(&FETCH_TIMEOUT, seconds(1..=300))?;
    let audience = given.get(&AUDIENCE, parse::audience)?;
    let mut builder = AccessTokenVerifier::builder(issuer, audience)
        .fetch_timeout(fetch_timeout)
        .typ(given.get(&TYP, parse::typ)?)
        .leeway(given.get(&LEEWAY, seconds(0..=300))?)
        .token_cache(given.get(&TOKEN_CACHE, whole_number(0..=1_000_000))?);
    if let Some(address) = jwks_uri {
        builder = builder.jwks_uri(address);
    }
    if let Some(algorithms) = given.optional(&ALGORITHMS, parse::algorithms)? {
        builder = builder.algorithms(algorithms);
    }
    let scopes = given.optional(&REQUIRE_SCOPE, parse::scopes)?;
    for scope in scopes.unwrap_or_default() {
        builder = builder.require_scope(scope);
    }
    if let Some(anchors) = given.optional(&CA_FILE, parse::anchors)? {
        builder = builder.trust_anchors(anchors);
    }
    let verifier = builder.build();
    verifier.map_err(|error| ConfigError::new(&error.to_string()))
}
