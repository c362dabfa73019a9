//! A host that is far away, and proxies on the way to it: small servers on
//! loopback. A name below `.test` is nobody's (RFC 6761 §6.2), so whoever reaches
//! the far host went through the proxy.

#![allow(dead_code, reason = "each test program uses its part")]

pub mod proxy;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// Vouches for the far host's certificate.
pub const AUTHORITY: &[u8] = include_bytes!("authority.pem");

/// Serves `sso.test` over TLS.
pub struct Far {
    pub address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Far {
    /// `answer` gives the whole answer to a request's head.
    pub fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let (noted, config, answer) = (heads.clone(), tls(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (noted, config, answer) = (noted.clone(), config.clone(), answer.clone());
                thread::spawn(move || {
                    let session = ServerConnection::new(config).unwrap();
                    let mut stream = StreamOwned::new(session, stream);
                    while let Some(head) = head(&mut stream) {
                        noted.lock().unwrap().push(head.clone());
                        if stream.write_all(&answer(&head)).is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Self { address, heads }
    }

    /// The head of each request that came.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Serves plain HTTP on loopback.
pub fn near(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            while let Some(head) = head(&mut stream) {
                if stream.write_all(&answer(&head)).is_err() {
                    break;
                }
            }
        }
    });
    address
}

/// An answer with this status line, these header lines and this body.
pub fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for line in headers {
        head += &format!("{line}\r\n");
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

pub fn tls() -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("far.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("far.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.unwrap())
}

/// Reads one request up to the end of its head and its body, which is dropped;
/// `None` at the end of the stream.
pub fn head(stream: &mut impl Read) -> Option<String> {
    let mut head = String::new();
    let mut byte = [0];
    while !head.ends_with("\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0].into());
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let named = name.eq_ignore_ascii_case("content-length");
        named.then(|| value.trim().parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(head)
}

/// Copies both ways until one side ends.
pub fn join(one: TcpStream, other: TcpStream) {
    let (mut from, mut to) = (one.try_clone().unwrap(), other.try_clone().unwrap());
    let back = thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    let (mut from, mut to) = (other, one);
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
    let _ = back.join();
}
