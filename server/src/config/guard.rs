//! What the guard is made of, read from the settings.

use vestibule_server::guard::{KeySource, Rules, TrustAnchors};
use vestibule_settings::{ConfigError, Values, seconds};

use super::{
    parse,
    settings::{
        ALGORITHMS, AUDIENCE, CA_FILE, FETCH_TIMEOUT, ISSUER, JWKS_URI, LEEWAY, REQUIRE_SCOPE, TYP,
    },
};

/// Who signs the tokens, and where the keys are.
pub fn keys(given: &Values) -> Result<KeySource, ConfigError> {
    let issuer = given.get(&ISSUER, parse::issuer)?;
    let at = |address: &str| parse::keys_at(&issuer, address);
    let keys = match given.optional(&JWKS_URI, at)? {
        Some(keys) => keys,
        None => given.get(&ISSUER, parse::keys_of_issuer)?,
    };
    Ok(keys.fetch_timeout(given.get(&FETCH_TIMEOUT, seconds(1..=300))?))
}

/// What a token must be.
pub fn rules(given: &Values) -> Result<Rules, ConfigError> {
    let mut rules = Rules::new(given.get(&AUDIENCE, parse::audience)?);
    if let Some(algorithms) = given.optional(&ALGORITHMS, parse::algorithms)? {
        rules.algorithms = algorithms;
    }
    rules.typ = given.get(&TYP, parse::typ)?;
    rules.leeway = given.get(&LEEWAY, seconds(0..=300))?;
    if let Some(scopes) = given.optional(&REQUIRE_SCOPE, parse::scopes)? {
        rules.required_scopes = scopes;
    }
    Ok(rules)
}

/// Whom the issuer's certificate is checked against.
pub fn anchors(given: &Values) -> Result<TrustAnchors, ConfigError> {
    let anchors = given.optional(&CA_FILE, parse::anchors)?;
    Ok(anchors.unwrap_or_default())
}
