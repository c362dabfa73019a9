//! A small application on our server loop, and a client that says one thing at a time.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use poem::{EndpointExt, Route, get, handler, post, web::Data};
use tokio::sync::{Semaphore, oneshot};
use vestibule_server::serve::{Limits, Monitor, Server};

/// Long enough for any machine; what takes this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

#[handler]
fn hello() -> &'static str {
    "hello"
}

#[handler]
fn echo(body: String) -> String {
    body
}

/// More than the sockets of both sides take in.
pub const BIG: usize = 64 * 1024 * 1024;

#[handler]
fn big() -> Vec<u8> {
    vec![b'b'; BIG]
}

#[handler]
fn panics() {
    panic!("on purpose");
}

/// Answers once the test lets it.
#[handler]
async fn wait(Data(gate): Data<&Arc<Semaphore>>) -> &'static str {
    gate.acquire().await.unwrap().forget();
    "waited"
}

/// `/hello`, `/echo`, `/big`, `/panic`, and `/wait`, which answers when told.
pub struct Served {
    pub address: SocketAddr,
    pub monitor: Monitor,
    gate: Arc<Semaphore>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub fn with(limits: Limits) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        let app = Route::new()
            .at("/hello", get(hello))
            .at("/echo", post(echo))
            .at("/big", get(big))
            .at("/panic", get(panics))
            .at("/wait", get(wait).data(Arc::clone(&gate)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::new(limits);
        let monitor = server.monitor();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let stopped = async { stopped.await.unwrap_or_default() };
            runtime
                .block_on(server.serve(listener, app, stopped))
                .unwrap();
        });
        Self {
            address,
            monitor,
            gate,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Lets one `/wait` go on.
    pub fn release(&self) {
        self.gate.add_permits(1);
    }

    /// Tells it to stop, and does not wait for it.
    pub fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has stopped.
    pub fn ended(mut self) {
        let thread = self.thread.take().unwrap();
        crate::process::until("the server ends", || thread.is_finished());
        thread.join().unwrap();
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// In lower case
    pub head: String,
    pub body: String,
}

pub struct Client(pub TcpStream);

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    pub fn say(&mut self, words: impl AsRef<[u8]>) {
        self.0.write_all(words.as_ref()).unwrap();
    }

    /// A GET without anything, answered.
    pub fn get(&mut self, path: &str) -> Reply {
        self.say(format!("GET {path} HTTP/1.1\r\nHost: api\r\n\r\n"));
        self.reply()
    }

    /// The next answer, read to its last byte.
    pub fn reply(&mut self) -> Reply {
        let head = self.head();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        let status = head[9..12].parse().unwrap();
        Reply { status, head, body }
    }

    /// The next head, in lower case.
    pub fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap().to_lowercase()
    }

    /// Waits until the server closes, without having said a word more.
    #[track_caller]
    pub fn sees_the_end(&mut self) {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => assert_eq!(String::from_utf8_lossy(&rest), ""),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }

    /// Whether the server has not closed by now.
    pub fn is_open(&mut self) -> bool {
        self.0.set_nonblocking(true).unwrap();
        let read = self.0.read(&mut [0]);
        self.0.set_nonblocking(false).unwrap();
        read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}
