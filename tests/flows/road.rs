//! A long road to a provider: each round trip takes a while, and is counted.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::double::{Answering, Asked, Reply};

/// How long a round trip takes.
pub const ROUND_TRIP: Duration = Duration::from_millis(100);
/// With the certificates of the road's end.
pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/auth/tests/tls/");

/// What went over the road.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// How often somebody set out: TCP, and TLS where it is spoken.
    pub connections: usize,
    /// The paths that were asked for, oldest first.
    pub requests: Vec<String>,
}

/// A road, by http or by https.
#[derive(Clone, Default)]
pub struct Road {
    traffic: Arc<Mutex<Traffic>>,
    tls: Option<Arc<ServerConfig>>,
}

impl Road {
    pub fn new(tls: bool) -> Self {
        Self {
            tls: tls.then(tls_config),
            ..Self::default()
        }
    }

    /// What went over it since this was asked last.
    pub fn traffic(&self) -> Traffic {
        std::mem::take(&mut self.traffic.lock().unwrap())
    }

    /// Serves at the end of the road as long as the test process lives; gives the address.
    pub fn serve(&self, answer: Answering) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (road, own, answer) = (self.clone(), url.clone(), Arc::new(Mutex::new(answer)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (road, own, answer) = (road.clone(), own.clone(), answer.clone());
                let answer = move |asked: &Asked| (answer.lock().unwrap())(&own, asked);
                thread::spawn(move || road.travel(stream.unwrap(), answer));
            }
        });
        url
    }

    fn travel(&self, stream: TcpStream, answer: impl Fn(&Asked) -> Reply) {
        self.traffic.lock().unwrap().connections += 1;
        stream.set_nodelay(true).unwrap();
        // TCP's handshake.
        thread::sleep(ROUND_TRIP);
        match &self.tls {
            None => self.carry(stream, answer),
            Some(config) => {
                // That of TLS 1.3.
                thread::sleep(ROUND_TRIP);
                let session = ServerConnection::new(config.clone()).unwrap();
                self.carry(StreamOwned::new(session, stream), answer);
            }
        }
    }

    fn carry(&self, mut stream: impl Read + Write, answer: impl Fn(&Asked) -> Reply) {
        loop {
            let asked = Asked::read(&mut stream);
            if asked.path.is_empty() {
                return;
            }
            self.traffic
                .lock()
                .unwrap()
                .requests
                .push(asked.path.clone());
            thread::sleep(ROUND_TRIP);
            let Reply {
                status,
                headers,
                body,
            } = answer(&asked);
            let length = body.len();
            let text =
                format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
            if stream.write_all(text.as_bytes()).is_err() {
                return;
            }
            let _ = stream.flush();
        }
    }
}

fn tls_config() -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let certificate = CertificateDer::from_pem_file(format!("{FOLDER}server.pem"));
    let key = PrivateKeyDer::from_pem_file(format!("{FOLDER}server.key"));
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.unwrap()], key.unwrap());
    Arc::new(config.unwrap())
}
