//! A provider on a thread of its own, and the app that talks to it.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    thread::JoinHandle,
};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use tokio::sync::oneshot;
use url::form_urlencoded;
use vestibule_server::dev_idp::{Faults, Options, serve};

pub use crate::browser::{Answer, Browser};

pub const CALLBACK: &str = "http://127.0.0.1:5999/callback";
pub const API: &str = "https://my-resource-server";
pub const VERIFIER: &str = "a-verifier-that-is-long-enough-for-rfc-7636-section-4.1";
pub const ALL_SCOPES: &str = "openid profile email offline_access";

pub struct Provider {
    pub issuer: String,
    pub address: SocketAddr,
    pub faults: Faults,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Provider {
    pub fn start() -> Self {
        Self::with(Options::default())
    }

    pub fn keeping(folder: &Path) -> Self {
        Self::with(kept_in(folder))
    }

    pub fn with(options: Options) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), options)
    }

    pub fn at(address: SocketAddr, options: Options) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let faults = options.faults.clone();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let end = async { drop(stopped.await) };
            runtime.block_on(serve(listener, options, end)).unwrap();
        });
        Self {
            issuer: format!("http://{address}"),
            address,
            faults,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Ends it and starts another one with the same address and folder.
    pub fn restart(mut self, folder: &Path) -> Self {
        self.stop();
        Self::at(self.address, kept_in(folder))
    }

    fn stop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(ended.is_none_or(|ended| ended.is_ok()));
    }

    pub fn get(&self, path: &str) -> Answer {
        Browser::new(self).get(path)
    }

    /// A form from the app: no cookie.
    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        Browser::new(self).post(path, form)
    }

    pub fn with_token(&self, path: &str, token: &str) -> Answer {
        let header = ("Authorization", format!("Bearer {token}"));
        Browser::new(self).send("GET", path, "", &[header])
    }

    pub fn redeem(&self, code: &str) -> Answer {
        self.post("/token", &code_form(code))
    }

    pub fn refresh(&self, token: &str) -> Answer {
        self.post("/token", &refresh_form(token))
    }

    /// Signs in as ada and gives the answer of the token endpoint.
    pub fn tokens(&self, changes: &[(&str, &str)]) -> Value {
        let code = Browser::new(self).code("ada", changes);
        let answer = self.redeem(&code);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stop();
        }
    }
}

fn kept_in(folder: &Path) -> Options {
    Options {
        state: Some(folder.to_owned()),
        ..Options::default()
    }
}

pub fn code_form(code: &str) -> [(&str, &str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", "vestibule"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

pub fn refresh_form(token: &str) -> [(&str, &str); 3] {
    [
        ("grant_type", "refresh_token"),
        ("client_id", "vestibule"),
        ("refresh_token", token),
    ]
}

/// The app's parameters; a change to the empty text leaves one out.
pub fn request<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let given = [
        ("client_id", "vestibule"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", ALL_SCOPES),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("code_challenge", challenge()),
        ("code_challenge_method", "S256"),
        ("audience", API),
    ];
    let changed = |name: &str| changes.iter().any(|(key, _)| *key == name);
    let kept = given.into_iter().filter(|(name, _)| !changed(name));
    let set = changes
        .iter()
        .copied()
        .filter(|(_, value)| !value.is_empty());
    kept.chain(set).collect()
}

pub fn challenge() -> &'static str {
    static CHALLENGE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    CHALLENGE.get_or_init(|| URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes())))
}

pub fn encode(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs).finish()
}

/// Header and claims of a token, unchecked.
pub fn parts(token: &Value) -> (Value, Value) {
    let mut parts = token.as_str().unwrap().split('.').map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice(&bytes).unwrap_or(Value::Null)
    });
    (parts.next().unwrap(), parts.next().unwrap())
}

/// A folder that goes with the test.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let name = format!("vestibule-dev-idp-{name}-{}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
