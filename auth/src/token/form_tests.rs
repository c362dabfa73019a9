use std::{convert::Infallible, sync::Mutex, time::SystemTime};

use oauth2::{
    AuthType, AuthorizationCode, ClientId, PkceCodeVerifier, RedirectUrl, TokenUrl,
    basic::BasicClient,
};
use serde_json::json;

use super::*;
use crate::{
    authorization::{AuthorizationGrant, Nonce},
    error::{TransportError, TransportErrorKind},
    ports::{Clock, Http},
    provider::{Issuer, ProviderMetadata},
    secret::{AccessToken, DeviceCode, RefreshToken},
    token::{ClientIdentity, Revocable},
};

const ISSUER: &str = "https://sso.example.org";
const ID: &str = "app one";
const SECRET: &str = "s3cr:et/+ü";
const REDIRECT: &str = "http://127.0.0.1:8765/callback";
const API: &str = "https://api.example.org/?a=b&c";

/// Notes what is sent, and brings nothing.
#[derive(Default)]
struct Noting(Mutex<Vec<Request>>);

impl Http for Noting {
    fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
        self.0.lock().unwrap().push(request);
        Err(TransportError {
            host: String::new(),
            kind: TransportErrorKind::TooLarge,
        })
    }
}

struct NoTime;

impl Clock for NoTime {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

type Pairs = Vec<(String, String)>;

/// What is in a request: where to, its headers and its parameters, in any order.
fn parts(request: &Request) -> (String, Pairs, Pairs) {
    let headers = request.headers().iter();
    let header = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), header(value)))
        .collect();
    headers.sort();
    let pairs = form_urlencoded::parse(request.body()).into_owned();
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort();
    let to = format!("{} {}", request.method(), request.uri());
    (to, headers, pairs)
}

fn provider(methods: &[&str]) -> ProviderMetadata {
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://sso.example.org/authorize",
        "token_endpoint": "https://sso.example.org/token?tenant=1",
        "device_authorization_endpoint": "https://sso.example.org/device",
        "revocation_endpoint": "https://sso.example.org/revoke",
        "jwks_uri": "https://sso.example.org/jwks",
        "token_endpoint_auth_methods_supported": methods,
    });
    let issuer = Issuer::parse(ISSUER).unwrap();
    ProviderMetadata::parse(&issuer, document.to_string().as_bytes()).unwrap()
}

/// The one request that `ask` sends.
fn sent(
    provider: &ProviderMetadata,
    secret: Option<&str>,
    resource: Option<&str>,
    ask: impl FnOnce(&TokenEndpoint<'_>),
) -> Request {
    let client = ClientIdentity {
        id: ID.to_owned(),
        secret: secret.map(ClientSecret::new),
    };
    let http = Noting::default();
    ask(&TokenEndpoint {
        client: &client,
        clock: &NoTime,
        http: &http,
        provider,
        resource,
    });
    let mut sent = http.0.into_inner().unwrap();
    assert_eq!(sent.len(), 1);
    sent.remove(0)
}

/// As oauth2, a library of many users, would send it: the exchange and the refresh.
fn by_oauth2(
    provider: &ProviderMetadata,
    secret: Option<&str>,
    resource: Option<&str>,
) -> [Request; 2] {
    let mut client = BasicClient::new(ClientId::new(ID.to_owned()));
    if let Some(secret) = secret {
        client = client.set_client_secret(oauth2::ClientSecret::new(secret.to_owned()));
    }
    let client = client
        .set_auth_type(match provider.secret_in_body {
            true => AuthType::RequestBody,
            false => AuthType::BasicAuth,
        })
        .set_token_uri(TokenUrl::from_url(provider.token_endpoint.clone()));
    let noted = Mutex::new(Vec::new());
    let note = |request| {
        noted.lock().unwrap().push(request);
        Ok::<_, Infallible>(Response::default())
    };
    let redirect = RedirectUrl::new(REDIRECT.to_owned()).unwrap();
    let mut exchange = client
        .exchange_code(AuthorizationCode::new("c/ode=".to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new("v".repeat(43)))
        .set_redirect_uri(std::borrow::Cow::Owned(redirect));
    let token = oauth2::RefreshToken::new("r+t 1".to_owned());
    let mut refresh = client.exchange_refresh_token(&token);
    if let Some(resource) = resource {
        exchange = exchange.add_extra_param("resource", resource);
        refresh = refresh.add_extra_param("resource", resource);
    }
    let _ = exchange.request(&note);
    let _ = refresh.request(&note);
    noted.into_inner().unwrap().try_into().unwrap()
}

#[test]
fn a_code_and_a_refresh_token_are_sent_as_oauth2_sends_them() {
    for methods in [&["client_secret_basic"][..], &["client_secret_post"]] {
        let provider = provider(methods);
        for (secret, resource) in [
            (None, None),
            (None, Some(API)),
            (Some(SECRET), None),
            (Some(SECRET), Some(API)),
        ] {
            let [exchange, refresh] = by_oauth2(&provider, secret, resource);
            let grant = AuthorizationGrant {
                code: AuthorizationCode::new("c/ode=".to_owned()),
                nonce: Nonce::new(),
                redirect_uri: RedirectUrl::new(REDIRECT.to_owned()).unwrap(),
                verifier: PkceCodeVerifier::new("v".repeat(43)),
            };
            let ours = sent(&provider, secret, resource, |endpoint| {
                assert!(endpoint.exchange(&grant).is_err());
            });
            assert_eq!(parts(&ours), parts(&exchange), "{methods:?} {secret:?}");
            let ours = sent(&provider, secret, resource, |endpoint| {
                assert!(endpoint.refresh(&RefreshToken::new("r+t 1")).is_err());
            });
            assert_eq!(parts(&ours), parts(&refresh), "{methods:?} {secret:?}");
        }
    }
}

/// RFC 7009 §2.1, and RFC 6749 §2.3.1: never both in the body and by Basic.
#[test]
fn a_revocation_says_who_asks_and_what_kind_of_token_it_is() {
    let token = AccessToken::new("a t");
    for (methods, secret, expected, is_basic) in [
        (
            &["client_secret_basic"][..],
            None,
            "client_id=app+one",
            false,
        ),
        (
            &["client_secret_basic"],
            Some("s"),
            "client_id=app+one",
            true,
        ),
        (
            &["client_secret_post"],
            Some("s"),
            "client_id=app+one&client_secret=s",
            false,
        ),
    ] {
        let provider = provider(methods);
        let request = sent(&provider, secret, Some(API), |endpoint| {
            assert!(endpoint.revoke(&Revocable::Access(&token)).is_err());
        });
        let body = String::from_utf8(request.body().clone()).unwrap();
        assert_eq!(
            body,
            format!("token=a+t&token_type_hint=access_token&{expected}")
        );
        let basic = request.headers().get("authorization");
        assert_eq!(basic.is_some(), is_basic);
        assert!(basic.is_none_or(|basic| basic == "Basic YXBwK29uZTpz"));
    }
}

/// RFC 8628 §3.1 and §3.4; RFC 8707 §2 for both.
#[test]
fn codes_and_polls_say_who_asks_and_for_what() {
    let scopes = ["openid".to_owned(), "notes:read".to_owned()];
    let issuer = Issuer::parse(ISSUER).unwrap();
    let (asked, polled) = (
        "scope=openid+notes%3Aread&audience=notes&resource=https%3A%2F%2Fapi.example.org%2F%3Fa%3Db%26c",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d%2F1\
         &resource=https%3A%2F%2Fapi.example.org%2F%3Fa%3Db%26c",
    );
    for (methods, secret, of_codes, of_poll) in [
        (
            &["client_secret_basic"][..],
            None,
            "&client_id=app+one",
            "&client_id=app+one",
        ),
        (
            &["client_secret_basic"],
            Some("s"),
            "&client_id=app+one",
            "",
        ),
        (
            &["client_secret_post"],
            Some("s"),
            "&client_id=app+one&client_secret=s",
            "&client_id=app+one&client_secret=s",
        ),
    ] {
        let provider = provider(methods);
        let codes = sent(&provider, secret, Some(API), |endpoint| {
            let codes = endpoint.device_codes(&issuer, &scopes, Some("notes"));
            assert!(codes.is_err());
        });
        let poll = sent(&provider, secret, Some(API), |endpoint| {
            assert!(endpoint.poll(&DeviceCode::new("d/1")).is_err());
        });
        let body = |request: &Request| String::from_utf8(request.body().clone()).unwrap();
        assert_eq!(body(&codes), format!("{asked}{of_codes}"));
        assert_eq!(body(&poll), format!("{polled}{of_poll}"));
        for request in [codes, poll] {
            let headers = request.headers();
            assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
            assert_eq!(headers.contains_key("authorization"), of_poll.is_empty());
        }
    }
}
