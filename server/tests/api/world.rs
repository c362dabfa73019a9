//! The API under test, its clock, and a client that can write any request.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use poem::{Endpoint, IntoEndpoint};
use vestibule_server::{
    PublicUrl, app,
    guard::{AccessTokenVerifier, Clock, VerifierBuilder},
    serve::{Limits, Server},
};

use crate::{
    issuer::TestIssuer,
    token::{AUDIENCE, NOW},
};

/// Both clocks, moved by hand.
#[derive(Default)]
pub struct FakeClock(AtomicU64);

impl FakeClock {
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn unix_time(&self) -> f64 {
        (NOW + self.0.load(Ordering::SeqCst)) as f64
    }

    fn uptime(&self) -> Duration {
        Duration::from_secs(1000 + self.0.load(Ordering::SeqCst))
    }
}

/// Serves `app` on a runtime of its own until the process ends.
pub fn run_in_background<E>(listener: TcpListener, app: E)
where
    E: IntoEndpoint + Send + 'static,
    E::Endpoint: Endpoint + 'static,
{
    // The guard has limits of its own, which those of the server would hide.
    let server = Server::new(Limits {
        head_size: 1024 * 1024,
        body_size: 1024 * 1024,
        ..Limits::default()
    });
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime
            .block_on(server.serve(listener, app, std::future::pending()))
            .unwrap();
    });
}

/// For tokens of `issuer` for the API under test.
pub fn builder(issuer: &str) -> VerifierBuilder {
    AccessTokenVerifier::builder(issuer, AUDIENCE)
}

pub struct TestApi {
    pub address: SocketAddr,
    pub clock: Arc<FakeClock>,
    pub verifier: Arc<AccessTokenVerifier>,
}

impl TestApi {
    pub fn start(issuer: &TestIssuer) -> Self {
        Self::with(issuer, |builder| builder)
    }

    /// With other settings than the default ones.
    pub fn with(
        issuer: &TestIssuer,
        change: impl FnOnce(VerifierBuilder) -> VerifierBuilder,
    ) -> Self {
        Self::launch(change(builder(&issuer.url)), None)
    }

    pub fn launch(builder: VerifierBuilder, public_url: Option<&PublicUrl>) -> Self {
        Self::serving(builder, |verifier| app(verifier, public_url))
    }

    /// Another application around the same guard.
    pub fn serving<E>(
        builder: VerifierBuilder,
        app: impl FnOnce(Arc<AccessTokenVerifier>) -> E,
    ) -> Self
    where
        E: IntoEndpoint + Send + 'static,
        E::Endpoint: Endpoint + 'static,
    {
        let clock = Arc::new(FakeClock::default());
        let verifier = builder.clock(clock.clone()).build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        run_in_background(listener, app(Arc::clone(&verifier)));
        Self {
            address,
            clock,
            verifier,
        }
    }

    /// `GET /private` with this token.
    pub fn present(&self, token: &str) -> Answer {
        self.request(
            "GET",
            "/private",
            &[("Authorization", &format!("Bearer {token}"))],
            "",
        )
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], "")
    }

    pub fn request(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        send(self.address, method, target, headers, body)
    }
}

pub fn send(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: api\r\nConnection: close\r\n");
    if !body.is_empty() {
        request += &format!("Content-Length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += "\r\n";
    request += body;
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    Answer::parse(&String::from_utf8(answer).unwrap())
}

#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a complete head");
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        };
        Self {
            status,
            headers: lines.map(header).collect(),
            body: body.to_owned(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(n, _)| n == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    pub fn challenge(&self) -> &str {
        self.header("www-authenticate").expect("a challenge")
    }
}
