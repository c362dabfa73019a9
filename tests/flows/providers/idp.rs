//! A provider of some shape on a real port. It checks what a provider checks: where it
//! redirects to, scopes, PKCE, the client's secret, codes and refresh tokens.

use std::{
    collections::HashMap,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use url::Url;

use super::{
    keys::{OTHER, b64},
    shape::{CLIENT, Redirect, Rotation, SECRET, Secret, Shape, patch},
    tokens::Grant,
};
use crate::{
    clock::LONG,
    double::{Asked, DISCOVERY, Reply, serve},
    wire::exchange,
};

pub struct Idp {
    pub shape: Arc<Shape>,
    pub issuer: String,
    /// The registered ports, where it wants them exactly.
    pub ports: Vec<u16>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    codes: HashMap<String, Grant>,
    /// The refresh tokens that live.
    alive: HashMap<String, Grant>,
    made: usize,
    refreshes: usize,
}

impl Idp {
    pub fn start(shape: Shape) -> Self {
        let (shape, state) = (Arc::new(shape), Arc::<Mutex<State>>::default());
        let (own, shared) = (shape.clone(), state.clone());
        let url = serve(move |url, asked| shared.lock().unwrap().reply(&own, url, asked));
        let listeners = [0; 2].map(|port| TcpListener::bind(("127.0.0.1", port)).unwrap());
        let ports = listeners.map(|listener| listener.local_addr().unwrap().port());
        Self {
            issuer: format!("{url}{}", shape.path),
            shape,
            ports: ports.to_vec(),
            state,
        }
    }

    pub fn host(&self) -> String {
        let url = Url::parse(&self.issuer).unwrap();
        format!("127.0.0.1:{}", url.port().unwrap())
    }

    pub fn refreshes(&self) -> usize {
        self.state.lock().unwrap().refreshes
    }

    pub fn refresh_tokens_alive(&self) -> usize {
        self.state.lock().unwrap().alive.len()
    }

    /// The person opens the authorization request and consents: where the browser is sent
    /// back to, or what the provider's own page says.
    pub fn visit(&self, address: &str) -> Result<Url, String> {
        let asked: HashMap<String, String> = Url::parse(address)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect();
        let mut to = Url::parse(&asked["redirect_uri"]).unwrap();
        if !self.is_registered(&to) {
            return Err("the redirect URI is not registered".to_owned());
        }
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        let shape = &self.shape;
        let is_known = |scope: &str| shape.scopes.is_none_or(|known| known.contains(&scope));
        let answer = if !asked["scope"].split(' ').all(is_known) {
            if shape.refuses_on_its_page {
                return Err("invalid_scope".to_owned());
            }
            "error=invalid_scope&error_description=Unknown+scope".to_owned()
        } else if shape.callback.starts_with("error=") {
            shape.callback.to_owned()
        } else {
            let mut state = self.state.lock().unwrap();
            let code = state.fresh("code");
            state.codes.insert(code.clone(), Grant(asked.clone()));
            format!("code={code}{}", shape.callback)
        };
        let answer = answer.replace("ISSUER", &self.issuer);
        to.set_query(Some(&format!("{answer}&state={}", asked["state"])));
        Ok(to)
    }

    fn is_registered(&self, to: &Url) -> bool {
        let host = match self.shape.redirect {
            Redirect::Localhost => "localhost",
            Redirect::AnyPort | Redirect::Listed => "127.0.0.1",
        };
        let port = to.port().unwrap();
        (to.host_str(), to.path()) == (Some(host), "/callback")
            && (self.shape.redirect != Redirect::Listed || self.ports.contains(&port))
    }
}

/// The browser follows the provider back to the program, and sees the result.
pub fn come_back(to: &Url) {
    let address = SocketAddr::from(([127, 0, 0, 1], to.port().unwrap()));
    let host = format!("{}:{}", to.host_str().unwrap(), address.port());
    let load = |target: &str| {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        exchange(address, head.as_bytes(), LONG)
    };
    let moved = load(&to[url::Position::BeforePath..]);
    let result = moved
        .lines()
        .find_map(|line| line.strip_prefix("Location: "));
    load(result.unwrap_or_else(|| panic!("not moved on: {moved}")));
}

impl State {
    fn fresh(&mut self, what: &str) -> String {
        self.made += 1;
        format!("{what}-{}", self.made)
    }

    fn reply(&mut self, shape: &Shape, url: &str, asked: &Asked) -> Reply {
        let issuer = format!("{url}{}", shape.path);
        if asked.path == format!("{}{DISCOVERY}", shape.path.trim_end_matches('/')) {
            return Reply::json(&discovery(shape, url, &issuer));
        }
        match asked.path.as_str() {
            "/keys" => Reply::json(&keys(shape)),
            "/token" if !is_client(shape, asked) => {
                refusal("invalid_request", "client_secret is missing.")
            }
            "/token" => self.token(shape, &issuer, asked),
            "/revoke" if !is_client(shape, asked) => refusal("invalid_client", "No secret"),
            "/revoke" => {
                // RFC 7009 §2.1: with a refresh token ends what was made of it.
                if self.alive.contains_key(&asked.form["token"]) {
                    self.alive.clear();
                }
                Reply::new("200 OK", "", "")
            }
            "/userinfo" => match &shape.userinfo {
                Some(claims) if asked.authorization.is_some() => Reply::json(claims),
                _ => Reply::new("401 Unauthorized", "WWW-Authenticate: Bearer\r\n", ""),
            },
            _ => Reply::new("404 Not Found", "", ""),
        }
    }

    fn token(&mut self, shape: &Shape, issuer: &str, asked: &Asked) -> Reply {
        let form = &asked.form;
        let is_refresh = form["grant_type"] == "refresh_token";
        let grant = if is_refresh {
            self.refreshes += 1;
            let token = &form["refresh_token"];
            match shape.rotation {
                Rotation::Once => self.alive.remove(token),
                Rotation::Stays | Rotation::Another => self.alive.get(token).cloned(),
            }
        } else {
            let grant = self.codes.remove(&form["code"]);
            let hash = digest(&SHA256, form["code_verifier"].as_bytes());
            grant.filter(|Grant(request)| {
                form["redirect_uri"] == request["redirect_uri"]
                    && b64(hash.as_ref()) == request["code_challenge"]
            })
        };
        let Some(grant) = grant else {
            self.alive.clear();
            return refusal("invalid_grant", "Used already");
        };
        let mut answer = grant.answer(shape, issuer, &self.fresh("access"), is_refresh);
        let is_due = if is_refresh {
            shape.rotation != Rotation::Stays
        } else {
            grant.is_offline(shape.offline)
        };
        if is_due {
            let token = self.fresh("refresh");
            answer["refresh_token"] = token.as_str().into();
            self.alive.insert(token, grant);
        }
        patch(&mut answer, &shape.answer);
        Reply::json(&answer)
    }
}

/// RFC 6749 §2.3.1
fn is_client(shape: &Shape, asked: &Asked) -> bool {
    let form = |name: &str| asked.form.get(name).map(String::as_str);
    let basic = STANDARD.encode(format!("{CLIENT}:{SECRET}"));
    let (id, secret) = (form("client_id"), form("client_secret"));
    match shape.secret {
        Secret::None => (id, secret, &asked.authorization) == (Some(CLIENT), None, &None),
        Secret::Basic => asked.authorization == Some(format!("Basic {basic}")) && secret.is_none(),
        Secret::Body => (id, secret, &asked.authorization) == (Some(CLIENT), Some(SECRET), &None),
    }
}

fn discovery(shape: &Shape, url: &str, issuer: &str) -> Value {
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "revocation_endpoint": format!("{url}/revoke"),
        "end_session_endpoint": format!("{url}/logout"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [shape.key.alg],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
    });
    patch(&mut document, &shape.discovery);
    document
}

/// Beside the key that signs: one that is to come, and one that encrypts.
fn keys(shape: &Shape) -> Value {
    if shape.jwk.is_null() {
        return json!({});
    }
    let other = json!({ "use": "sig", "kid": "next", "alg": OTHER.alg });
    let encrypts = json!({ "use": "enc", "kid": "enc", "alg": "RSA-OAEP" });
    json!({ "keys": [
        OTHER.jwk_with(&other),
        OTHER.jwk_with(&encrypts),
        shape.key.jwk_with(&shape.jwk),
    ] })
}

fn refusal(code: &str, said: &str) -> Reply {
    let body = json!({ "error": code, "error_description": said });
    let json = "Content-Type: application/json\r\n";
    Reply::new("400 Bad Request", json, &body.to_string())
}
