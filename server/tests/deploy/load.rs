//! Clients that ask as fast as they are answered, on connections that they keep.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

pub struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Tally>>,
}

#[derive(Default)]
pub struct Tally {
    pub answered_200: u64,
    /// Every other answer, and every request that got none
    pub failures: Vec<String>,
}

impl Load {
    /// `clients` of them ask for `/private` with `token`, until [`Load::stop`].
    pub fn start(clients: usize, address: SocketAddr, token: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let request =
            format!("GET /private HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\n\r\n");
        let client = |_| {
            let (stop, request) = (Arc::clone(&stop), request.clone());
            std::thread::spawn(move || ask_until(&stop, address, request.as_bytes()))
        };
        let clients = (0..clients).map(client).collect();
        Self { stop, clients }
    }

    pub fn stop(self) -> Tally {
        self.stop.store(true, Ordering::Relaxed);
        let tallies = self
            .clients
            .into_iter()
            .map(|client| client.join().unwrap());
        tallies.fold(Tally::default(), |mut sum, tally| {
            sum.answered_200 += tally.answered_200;
            sum.failures.extend(tally.failures);
            sum
        })
    }
}

fn ask_until(stop: &AtomicBool, address: SocketAddr, request: &[u8]) -> Tally {
    let mut tally = Tally::default();
    let mut connection = None;
    while !stop.load(Ordering::Relaxed) {
        match ask(&mut connection, address, request) {
            Ok(status) if status == "HTTP/1.1 200 OK" => tally.answered_200 += 1,
            Ok(status) => tally.failures.push(status),
            Err(error) => {
                connection = None;
                tally.failures.push(error.to_string());
            }
        }
    }
    tally
}

/// The status line of the answer. No second try: a connection that is closed without
/// an announcement is a failure.
fn ask(
    connection: &mut Option<BufReader<TcpStream>>,
    address: SocketAddr,
    request: &[u8],
) -> io::Result<String> {
    let mut kept = match connection.take() {
        Some(kept) => kept,
        None => {
            let stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(Duration::from_secs(60)))?;
            stream.set_nodelay(true)?;
            BufReader::new(stream)
        }
    };
    kept.get_mut().write_all(request)?;
    let status = line(&mut kept)?;
    let (mut length, mut closes) = (None, false);
    loop {
        let header = line(&mut kept)?.to_lowercase();
        match header.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok(),
            Some(("connection", value)) => closes = value == "close",
            Some(_) => {}
            None => break,
        }
    }
    let length: usize = length.ok_or_else(|| io::Error::other("an answer without a length"))?;
    kept.read_exact(&mut vec![0; length])?;
    *connection = Some(kept).filter(|_| !closes);
    Ok(status)
}

fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}
