//! A provider and an API whose every answer a test can edit, on a real port, for
//! the built program: what the development provider would never do.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, LazyLock, Mutex},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{clock::LONG, wire::exchange};

pub const DISCOVERY: &str = "/.well-known/openid-configuration";

static KEY: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::generate().unwrap());

/// An answer of the double.
#[derive(Clone)]
pub struct Reply {
    pub status: &'static str,
    /// Whole lines with their ends.
    pub headers: String,
    pub body: String,
}

impl Reply {
    pub fn json(body: &Value) -> Self {
        Self::new(
            "200 OK",
            "Content-Type: application/json\r\n",
            &body.to_string(),
        )
    }

    pub fn new(status: &'static str, headers: &str, body: &str) -> Self {
        Self {
            status,
            headers: headers.to_owned(),
            body: body.to_owned(),
        }
    }

    pub fn page() -> Self {
        let page = "<html><title>Welcome to the hotel</title></html>";
        Self::new("200 OK", "Content-Type: text/html; charset=utf-8\r\n", page)
    }

    pub fn redirect(to: &str) -> Self {
        Self::new("301 Moved Permanently", &format!("Location: {to}\r\n"), "")
    }
}

type Edit<T> = Box<dyn Fn(&mut T) + Send>;

/// What a test wants to be answered.
#[derive(Default)]
pub struct Edits {
    /// Of the JSON at a path.
    pub json: HashMap<&'static str, Edit<Value>>,
    pub claims: Option<Edit<Value>>,
    pub header: Option<Edit<Value>>,
    pub replies: HashMap<&'static str, Reply>,
    /// How often tokens were given.
    tokens: usize,
    nonce: Option<String>,
    /// Who signs in instead of Ada Lovelace: `sub` and name.
    pub person: Option<(&'static str, &'static str)>,
}

/// The double; it serves as long as the test process lives.
pub struct Double {
    pub url: String,
    edits: Arc<Mutex<Edits>>,
}

impl Double {
    pub fn start() -> Self {
        Self::over(serve)
    }

    /// Served by `serve`, as [`serve`] does it.
    pub fn over(serve: impl FnOnce(Answering) -> String) -> Self {
        let edits: Arc<Mutex<Edits>> = Arc::default();
        let shared = edits.clone();
        let reply =
            move |issuer: &str, asked: &Asked| shared.lock().unwrap().reply(issuer, &asked.path);
        let url = serve(Box::new(reply));
        Self { url, edits }
    }

    pub fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap()
    }

    /// Answers at `path` with this from now on.
    pub fn at(&self, path: &'static str, reply: Reply) {
        self.edits.lock().unwrap().replies.insert(path, reply);
    }

    /// Edits the JSON at `path` from now on.
    pub fn edit(&self, path: &'static str, edit: impl Fn(&mut Value) + Send + 'static) {
        self.edits.lock().unwrap().json.insert(path, Box::new(edit));
    }

    /// Edits the claims of ID tokens from now on.
    pub fn claims(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.edits.lock().unwrap().claims = Some(Box::new(edit));
    }

    /// Edits the header of ID tokens from now on.
    pub fn header(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.edits.lock().unwrap().header = Some(Box::new(edit));
    }

    /// All is as it should be from now on.
    pub fn mend(&self) {
        let mut edits = self.edits.lock().unwrap();
        (edits.claims, edits.header) = (None, None);
        edits.json.clear();
        edits.replies.clear();
    }

    /// The person in the browser comes back from `address` with `query`, in which
    /// STATE and ISSUER stand for what they are.
    pub fn come_back(&self, address: &str, query: &str) {
        let address = url::Url::parse(address).unwrap();
        let asked: HashMap<_, _> = address.query_pairs().into_owned().collect();
        self.edits.lock().unwrap().nonce = Some(asked["nonce"].clone());
        let redirect = url::Url::parse(&asked["redirect_uri"]).unwrap();
        let to = SocketAddr::from(([127, 0, 0, 1], redirect.port().unwrap()));
        let query = query
            .replace("STATE", &asked["state"])
            .replace("ISSUER", &self.url);
        let head = format!("GET /callback?{query} HTTP/1.1\r\nHost: {to}\r\n\r\n");
        exchange(to, head.as_bytes(), LONG);
    }
}

impl Edits {
    pub fn reply(&mut self, issuer: &str, path: &str) -> Reply {
        if let Some(reply) = self.replies.get(path) {
            return reply.clone();
        }
        let answer = match path {
            DISCOVERY => discovery(issuer),
            "/device_authorization" => codes(issuer),
            "/jwks" => json!({ "keys": [key()] }),
            "/token" => self.tokens(issuer),
            "/api" => {
                return Reply::new("200 OK", "Content-Type: text/plain\r\n", "the message");
            }
            _ => return Reply::new("404 Not Found", "", ""),
        };
        self.edited(path, answer)
    }

    /// The answer at `path`, if it is not what it should be.
    pub fn edited(&self, path: &str, mut answer: Value) -> Reply {
        if let Some(reply) = self.replies.get(path) {
            return reply.clone();
        }
        if let Some(edit) = self.json.get(path) {
            edit(&mut answer);
        }
        Reply::json(&answer)
    }

    fn tokens(&mut self, issuer: &str) -> Value {
        self.tokens += 1;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let (sub, name) = self.person.unwrap_or(("ada", "Ada Lovelace"));
        let mut claims = json!({
            "iss": issuer, "sub": sub, "aud": "vestibule", "name": name,
            "iat": now, "exp": now + 300,
        });
        if let Some(nonce) = &self.nonce {
            claims["nonce"] = json!(nonce);
        }
        let mut header = json!({ "alg": "EdDSA", "kid": "ed" });
        if let Some(edit) = &self.claims {
            edit(&mut claims);
        }
        if let Some(edit) = &self.header {
            edit(&mut header);
        }
        let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let input = format!("{}.{}", part(&header), part(&claims));
        let signature = URL_SAFE_NO_PAD.encode(KEY.sign(input.as_bytes()));
        json!({
            "access_token": format!("access {}", self.tokens),
            "token_type": "Bearer",
            "expires_in": 300,
            "refresh_token": format!("refresh {}", self.tokens),
            "id_token": format!("{input}.{signature}"),
        })
    }
}

pub fn discovery(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "device_authorization_endpoint": format!("{issuer}/device_authorization"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
    })
}

fn codes(issuer: &str) -> Value {
    json!({
        "device_code": "device secret",
        "user_code": "WDJB-MJHT",
        "verification_uri": format!("{issuer}/device"),
        "expires_in": 600,
        "interval": 1,
    })
}

fn key() -> Value {
    let x = URL_SAFE_NO_PAD.encode(KEY.public_key().as_ref());
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": x })
}

/// A request that was read to its end.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub query: String,
    pub authorization: Option<String>,
    pub content_type: Option<String>,
    pub form: HashMap<String, String>,
}

impl Asked {
    pub fn read(stream: impl Read) -> Self {
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
        let header = |name: &str| {
            let pairs = head.lines().filter_map(|line| line.split_once(':'));
            let mut named = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name));
            named.next().map(|(_, value)| value.trim().to_owned())
        };
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        let _ = reader.read_exact(&mut body);
        let target = head.split_whitespace().nth(1).unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            path: path.to_owned(),
            query: query.to_owned(),
            authorization: header("authorization"),
            content_type: header("content-type"),
            form: url::form_urlencoded::parse(&body).into_owned().collect(),
        }
    }
}

/// Gives the answer to a request, and is told the address of its own server.
pub type Answering = Box<dyn FnMut(&str, &Asked) -> Reply + Send>;

/// Answers on a port of its own as long as the test process lives; gives the address,
/// as `answer` gets it.
pub fn serve(mut answer: impl FnMut(&str, &Asked) -> Reply + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let own = url.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let reply = answer(&own, &Asked::read(&stream));
            send(stream, &reply);
        }
    });
    url
}

pub fn send(mut stream: TcpStream, reply: &Reply) {
    let Reply {
        status,
        headers,
        body,
    } = reply;
    let length = body.len();
    // Who has had enough goes away.
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}
