//! An identity provider of the least kind: metadata and key set behind TLS, with a
//! certificate authority made for this run. It counts what it is asked, changes its
//! keys when it is told to, and can be out of order.

mod keys;
mod tls;

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

pub use keys::{Fault, KID_AT, KID_DIGITS, SIGNATURE_AT, SigningKey, TOKEN};

/// Who the tokens are for.
pub const AUDIENCE: &str = "https://my-resource-server";

/// A client that says nothing for so long is gone.
const IDLE_LIMIT: Duration = Duration::from_secs(60);
/// Longer than the request of any of the servers.
const MAX_HEAD: usize = 8192;

pub struct Provider {
    pub issuer: String,
    pub ca_file: PathBuf,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    metadata: String,
    key_set: Mutex<String>,
    /// When the key set was asked for and given
    hits: Mutex<Vec<Instant>>,
    outage: AtomicBool,
    turned_away: AtomicU64,
}

impl Provider {
    /// Answers on a free port of loopback until the process ends.
    pub fn start(folder: &Path) -> Result<Self> {
        let identity = tls::Identity::generate()?;
        let ca_file = folder.join("ca.pem");
        std::fs::write(&ca_file, identity.authority)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let issuer = format!("https://{}/", listener.local_addr()?);
        let metadata = json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}.well-known/jwks.json"),
            "authorization_endpoint": format!("{issuer}authorize"),
            "token_endpoint": format!("{issuer}oauth/token"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        let state = Arc::new(State {
            metadata: metadata.to_string(),
            ..State::default()
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || accept(&listener, &shared, &Arc::new(identity.config)));
        Ok(Self {
            issuer,
            ca_file,
            state,
        })
    }

    /// From now on the key set holds these keys and no others.
    pub fn publish(&self, keys: &[&SigningKey]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
        *locked(&self.state.key_set) = json!({ "keys": keys }).to_string();
    }

    /// How often the key set has been handed out.
    pub fn hits(&self) -> usize {
        locked(&self.state.hits).len()
    }

    /// When it was, from the `from`th time on.
    pub fn hits_since(&self, from: usize) -> Vec<Instant> {
        locked(&self.state.hits)
            .iter()
            .skip(from)
            .copied()
            .collect()
    }

    /// Out of order: whoever comes is turned away.
    pub fn set_outage(&self, outage: bool) {
        self.state.outage.store(outage, Relaxed);
    }

    /// How often somebody came during an outage.
    pub fn turned_away(&self) -> u64 {
        self.state.turned_away.load(Relaxed)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, state: &Arc<State>, config: &Arc<ServerConfig>) {
    for stream in listener.incoming().flatten() {
        let (state, config) = (Arc::clone(state), Arc::clone(config));
        std::thread::spawn(move || {
            // A client that goes away, or does not trust us, is its own business.
            let _ = answer(stream, &state, config);
        });
    }
}

fn answer(stream: TcpStream, state: &State, config: Arc<ServerConfig>) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE_LIMIT))?;
    stream.set_nodelay(true)?;
    if state.is_out() {
        return Ok(());
    }
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut tls = StreamOwned::new(connection, stream);
    while let Some(path) = request(&mut tls)? {
        if state.is_out() {
            return Ok(());
        }
        let (status, body) = match path.as_str() {
            "/.well-known/openid-configuration" => ("200 OK", state.metadata.clone()),
            "/.well-known/jwks.json" => {
                locked(&state.hits).push(Instant::now());
                ("200 OK", locked(&state.key_set).clone())
            }
            _ => ("404 Not Found", String::new()),
        };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        tls.write_all((head + &body).as_bytes())?;
        tls.flush()?;
    }
    tls.conn.send_close_notify();
    tls.flush()
}

impl State {
    /// Counts who comes during an outage.
    fn is_out(&self) -> bool {
        let out = self.outage.load(Relaxed);
        if out {
            self.turned_away.fetch_add(1, Relaxed);
        }
        out
    }
}

/// The path of the next request, none at the end of the connection.
fn request(tls: &mut impl Read) -> io::Result<Option<String>> {
    let (mut head, mut chunk) = (Vec::new(), [0; 1024]);
    while !head.ends_with(b"\r\n\r\n") {
        let count = tls.read(&mut chunk)?;
        if count == 0 || head.len() > MAX_HEAD {
            return Ok(None);
        }
        head.extend_from_slice(&chunk[..count]);
    }
    let head = String::from_utf8_lossy(&head);
    Ok(head.split(' ').nth(1).map(str::to_owned))
}
