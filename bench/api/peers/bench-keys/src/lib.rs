//! What the peers without a key cache of their own share: the driver's settings, the
//! issuer's keys by discovery, once and before the port is opened.

use std::{collections::HashMap, env, fs, sync::Arc};

use anyhow::{Context, Result};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde::Deserialize;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// What the handlers get of a token
#[derive(Clone, Deserialize)]
pub struct Claims {
    pub sub: String,
    pub scope: Option<String>,
}

pub struct Settings {
    /// Address and port
    pub listen: String,
    /// `iss`, `aud` and `exp`, all of them required
    pub validation: Validation,
    /// By `kid`
    pub keys: HashMap<String, DecodingKey>,
}

#[derive(Deserialize)]
struct Metadata {
    jwks_uri: String,
}

impl Settings {
    pub fn from_environment() -> Result<Self> {
        let variable = |name| env::var(name).context(name);
        let issuer = variable("ISSUER")?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[variable("AUDIENCE")?]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        Ok(Self {
            listen: variable("LISTEN")?,
            validation,
            keys: fetch(&issuer, &fs::read(variable("CA_FILE")?)?)?,
        })
    }
}

fn fetch(issuer: &str, ca: &[u8]) -> Result<HashMap<String, DecodingKey>> {
    let roots: Vec<_> = parse_pem(ca)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    let address = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    let metadata: Metadata = agent.get(address).call()?.body_mut().read_json()?;
    let set: JwkSet = agent
        .get(metadata.jwks_uri)
        .call()?
        .body_mut()
        .read_json()?;
    let mut keys = HashMap::new();
    for jwk in &set.keys {
        let kid = jwk.common.key_id.clone().context("a key without kid")?;
        keys.insert(kid, DecodingKey::from_jwk(jwk)?);
    }
    Ok(keys)
}
