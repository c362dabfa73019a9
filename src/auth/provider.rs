//! The issuer and its discovery document (OpenID Connect Discovery 1.0).
//!
//! No I/O: [`Issuer::discovery_url`] says where to look,
//! [`ProviderMetadata::parse`] turns the bytes into a value whose existence
//! proves that the issuer matched and every endpoint is safe to use.

use serde::Deserialize;
use url::{Host, Url};

use super::error::{DiscoveryError, bounded};

/// An issuer identifier, compared as the exact string, never normalised
/// (OpenID Connect Discovery §4.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    host: String,
}

impl Issuer {
    /// Accepts an https URL, or http on loopback, without query, fragment or
    /// credentials (OpenID Connect Discovery §3, RFC 8414 §2).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "it is not a URL")?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it must not have a query or fragment");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not have a user name or password");
        }
        if !is_https_or_loopback(&url) {
            return Err("it must start with https:// (http:// is accepted on loopback alone)");
        }
        Ok(Self {
            text: text.to_owned(),
            host: host_and_port(&url),
        })
    }

    /// The exact string.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host for display, with a port that is not the default.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the issuer is written as a loopback or private address. A name
    /// never counts, whatever it resolves to: a foreign network's DNS must not
    /// be able to lift the rule about pictures.
    pub fn is_private(&self) -> bool {
        Url::parse(&self.text).is_ok_and(|url| match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private(),
            Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        })
    }

    /// Where the discovery document is (OpenID Connect Discovery §4).
    pub fn discovery_url(&self) -> String {
        let base = self.text.strip_suffix('/').unwrap_or(&self.text);
        format!("{base}/.well-known/openid-configuration")
    }
}

/// `host` or `host:port`, the port only if it is not the scheme's default.
pub fn host_and_port(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

/// RFC 9700 §2.6: TLS everywhere; plain http only where nobody can listen in.
pub fn is_https_or_loopback(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        },
        _ => false,
    }
}

/// A discovery document that was found fit for use.
#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Ends the provider's session in the browser.
    pub end_session_endpoint: Option<Url>,
    /// The provider promises `iss` in authorization responses (RFC 9207 §3).
    pub iss_in_response: bool,
    /// The signing keys.
    pub jwks_uri: Url,
    /// The client secret, if any, goes into the body (not a Basic header).
    pub secret_in_body: bool,
    /// Revokes tokens (RFC 7009).
    pub revocation_endpoint: Option<Url>,
    /// Exchanges codes and refresh tokens.
    pub token_endpoint: Url,
    /// More about the person.
    pub userinfo_endpoint: Option<Url>,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: Option<bool>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl ProviderMetadata {
    /// Reads the discovery document of `issuer`.
    ///
    /// # Errors
    /// Another issuer, an endpoint that is not https (or loopback), PKCE
    /// without S256, or no such document.
    pub fn parse(issuer: &Issuer, document: &[u8]) -> Result<Self, DiscoveryError> {
        let document: Document = serde_json::from_slice(document)
            .map_err(|e| DiscoveryError::Malformed(bounded(&e.to_string(), 120)))?;
        // OpenID Connect Discovery §4.3: exactly the issuer that was asked for.
        if document.issuer != issuer.as_str() {
            return Err(DiscoveryError::IssuerMismatch {
                given: bounded(&document.issuer, 200),
            });
        }
        // RFC 9700 §4.7.1. An absent list is not "unsupported": S256 is sent
        // and works at providers that do not tell (OIDC Discovery predates it).
        let methods = document.code_challenge_methods_supported;
        if methods.is_some_and(|m| !m.iter().any(|m| m == "S256")) {
            return Err(DiscoveryError::NoS256);
        }
        let auth = document.token_endpoint_auth_methods_supported;
        Ok(Self {
            authorization_endpoint: endpoint(
                "authorization_endpoint",
                &document.authorization_endpoint,
            )?,
            end_session_endpoint: optional("end_session_endpoint", document.end_session_endpoint)?,
            iss_in_response: document
                .authorization_response_iss_parameter_supported
                .unwrap_or(false),
            jwks_uri: endpoint("jwks_uri", &document.jwks_uri)?,
            // OpenID Connect Discovery §3: absent means client_secret_basic.
            secret_in_body: auth.is_some_and(|list| {
                !list.iter().any(|m| m == "client_secret_basic")
                    && list.iter().any(|m| m == "client_secret_post")
            }),
            revocation_endpoint: optional("revocation_endpoint", document.revocation_endpoint)?,
            token_endpoint: endpoint("token_endpoint", &document.token_endpoint)?,
            userinfo_endpoint: optional("userinfo_endpoint", document.userinfo_endpoint)?,
        })
    }
}

fn endpoint(name: &'static str, text: &str) -> Result<Url, DiscoveryError> {
    match Url::parse(text) {
        Ok(url) if is_https_or_loopback(&url) => Ok(url),
        _ => Err(DiscoveryError::Endpoint(name)),
    }
}

fn optional(name: &'static str, text: Option<String>) -> Result<Option<Url>, DiscoveryError> {
    text.filter(|text| !text.is_empty())
        .map(|text| endpoint(name, &text))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://sso.example.org/tenant";

    fn document() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://sso.example.org/authorize",
            "token_endpoint": "https://sso.example.org/token",
            "jwks_uri": "https://sso.example.org/jwks",
        })
    }

    fn parse(document: &Value) -> Result<ProviderMetadata, DiscoveryError> {
        let issuer = Issuer::parse(ISSUER).unwrap();
        ProviderMetadata::parse(&issuer, document.to_string().as_bytes())
    }

    fn with(member: &str, value: Value) -> Value {
        let mut document = document();
        document[member] = value;
        document
    }

    #[test]
    fn a_minimal_document_is_enough_and_absent_pkce_methods_mean_nothing() {
        let metadata = parse(&document()).unwrap();
        assert!(metadata.revocation_endpoint.is_none());
        assert!(!metadata.iss_in_response);
    }

    #[test]
    fn an_issuer_that_differs_in_slash_case_port_or_path_is_refused() {
        for other in [
            "https://sso.example.org/tenant/",
            "https://SSO.example.org/tenant",
            "https://sso.example.org:443/tenant",
            "https://sso.example.org/{tenantid}",
        ] {
            let error = parse(&with("issuer", json!(other))).unwrap_err();
            assert!(
                matches!(error, DiscoveryError::IssuerMismatch { given } if given == other),
                "{other}"
            );
        }
    }

    #[test]
    fn endpoints_that_a_browser_or_client_must_not_open_are_refused() {
        for hostile in [
            "http://sso.example.org/authorize",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "-flag",
            "%USERPROFILE%",
        ] {
            for member in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
                assert!(
                    parse(&with(member, json!(hostile))).is_err(),
                    "{member} {hostile}"
                );
            }
        }
    }

    #[test]
    fn pkce_methods_without_s256_are_refused_and_plain_beside_s256_is_not() {
        let methods = "code_challenge_methods_supported";
        assert!(parse(&with(methods, json!(["plain"]))).is_err());
        assert!(parse(&with(methods, json!(["plain", "S256"]))).is_ok());
    }

    #[test]
    fn the_discovery_address_keeps_the_path_and_drops_one_slash() {
        let at = |text| Issuer::parse(text).unwrap().discovery_url();
        let end = "/.well-known/openid-configuration";
        assert_eq!(at("https://a.example/"), format!("https://a.example{end}"));
        assert_eq!(at(ISSUER), format!("{ISSUER}{end}"));
    }

    #[test]
    fn only_an_issuer_written_as_a_private_address_is_private() {
        let is_private = |text| Issuer::parse(text).unwrap().is_private();
        let private = "https://127.0.0.1:8443 https://10.1.2.3/tenant https://192.168.0.5 \
            https://[::1] https://[fd12:3456::1] http://localhost:4400";
        let public = "https://1.1.1.1 https://[2606:4700:4700::1111] https://sso.internal \
            https://10.1.2.3.example.org https://localhost.example.org";
        for (list, expected) in [(private, true), (public, false)] {
            for issuer in list.split_whitespace() {
                assert_eq!(is_private(issuer), expected, "{issuer}");
            }
        }
    }

    #[test]
    fn plain_http_is_an_issuer_on_loopback_only() {
        assert!(Issuer::parse("http://127.0.0.1:4400").is_ok());
        assert!(Issuer::parse("http://192.168.0.5").is_err());
        assert!(Issuer::parse("https://user:pw@a.example").is_err());
        assert!(Issuer::parse("https://a.example?x").is_err());
    }
}
