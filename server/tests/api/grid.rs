//! Runs tables of named tokens against one API, over connections that stay open,
//! and names all that got a wrong verdict, not just the first.

use std::{
    collections::HashSet,
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, LazyLock},
    time::Duration,
};

use tokio::runtime::Runtime;
use vestibule_server::guard::{AccessTokenVerifier, Refusal, VerifierBuilder, VerifyError};

use crate::{
    issuer::TestIssuer,
    keys::RSA,
    token::good,
    world::{FakeClock, TestApi, builder},
};

/// Names and tokens.
pub type Grid = Vec<(String, String)>;

/// Tokens that are bad in one way.
pub struct Topic {
    pub name: &'static str,
    /// Whether a token was refused for what is bad about it, and not for a slip of
    /// the test. The answer does not tell, but the library does.
    pub cause: fn(Refusal) -> bool,
    /// The tokens, for the issuer of this name.
    pub grid: fn(&str) -> Grid,
}

/// Each token of each topic must be answered exactly as any other bad token is.
/// Gives back how many different ones were presented.
pub fn assert_refused_alike(api: &TestApi, issuer: &TestIssuer, topics: &[Topic]) -> usize {
    let mut line = Line::to(api.address);
    let good = good(&issuer.url, &RSA);
    let alike = line.present("a.b.c");
    assert_eq!(alike.status, 401);
    assert_eq!(line.present(&good).status, 200, "the good token");
    let library = Library::of(issuer, |builder| builder);
    let mut presented = HashSet::new();
    let mut wrong = Vec::new();
    let run = |topic| judge(topic, Line::to(api.address), &library, &issuer.url, &alike);
    let run = &run;
    std::thread::scope(|scope| {
        let threads: Vec<_> = topics.iter().map(|t| scope.spawn(move || run(t))).collect();
        for thread in threads {
            let (tokens, faults) = thread.join().unwrap();
            presented.extend(tokens);
            wrong.extend(faults);
        }
    });
    assert_none(&wrong, presented.len());
    // A connection of its own: the first one has been idle for long.
    let verdict = Line::to(api.address).present(&good);
    assert_eq!(verdict.status, 200, "the good token afterwards");
    presented.len()
}

fn judge(
    topic: &Topic,
    mut line: Line,
    library: &Library,
    issuer: &str,
    alike: &Verdict,
) -> (HashSet<String>, Vec<String>) {
    let mut wrong = Vec::new();
    let mut presented = HashSet::new();
    for (name, token) in (topic.grid)(issuer) {
        let verdict = line.present(&token);
        let cause = library.refusal(&token);
        if verdict != *alike || !cause.is_some_and(topic.cause) {
            let Verdict { status, body, .. } = verdict;
            wrong.push(format!(
                "{}, {name}: {status} {body:.40} {cause:?}",
                topic.name
            ));
        }
        presented.insert(token);
    }
    assert!(!presented.is_empty(), "{}", topic.name);
    (presented, wrong)
}

/// One grid in a world of its own, whatever the causes are.
pub fn assert_all_refused(api: &TestApi, grid: &Grid) {
    let mut line = Line::to(api.address);
    let alike = line.present("a.b.c");
    assert_eq!(alike.status, 401);
    let mut wrong = Vec::new();
    for (name, token) in grid {
        let verdict = line.present(token);
        if verdict != alike {
            wrong.push(format!("{name}: {} {}", verdict.status, verdict.body));
        }
    }
    assert_none(&wrong, grid.len());
}

/// Each token must be let through. Gives back how many different ones there were.
pub fn assert_all_accepted(api: &TestApi, grid: &Grid) -> usize {
    let mut line = Line::to(api.address);
    let refused: Vec<_> = grid
        .iter()
        .filter(|(_, token)| line.present(token).status != 200)
        .map(|(name, _)| name.clone())
        .collect();
    assert_none(&refused, grid.len());
    grid.iter()
        .map(|(_, token)| token)
        .collect::<HashSet<_>>()
        .len()
}

fn assert_none(wrong: &[String], of: usize) {
    assert!(
        wrong.is_empty(),
        "{} of {of}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The verifier without HTTP, to ask it why.
pub struct Library {
    verifier: Arc<AccessTokenVerifier>,
}

/// Fetches outlast the call that began them, so they need a runtime that stays.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

impl Library {
    pub fn of(
        issuer: &TestIssuer,
        change: impl FnOnce(VerifierBuilder) -> VerifierBuilder,
    ) -> Self {
        let builder = change(builder(&issuer.url)).clock(Arc::new(FakeClock::default()));
        let verifier = builder.build().unwrap();
        Self { verifier }
    }

    /// Why the token is bad, if it is.
    pub fn refusal(&self, token: &str) -> Option<Refusal> {
        match RUNTIME.block_on(self.verifier.verify(token)) {
            Ok(_) => None,
            Err(VerifyError::Refused(cause)) => Some(cause),
            Err(error) => panic!("{error}"),
        }
    }
}

/// A connection that serves one request after the other.
pub struct Line {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

/// An answer without what is not the endpoint's: its date, and whether the connection
/// goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: u16,
    pub headers: Vec<String>,
    pub body: String,
}

impl Line {
    pub fn to(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    /// `GET /private` with this token.
    pub fn present(&mut self, token: &str) -> Verdict {
        self.ask(format!("Authorization: Bearer {token}\r\n").as_bytes())
    }

    /// `GET /private` with these header lines, byte for byte.
    pub fn ask(&mut self, lines: &[u8]) -> Verdict {
        self.try_ask(lines).unwrap()
    }

    /// As [`Line::ask`], where the server may close before it has read all.
    pub fn try_ask(&mut self, lines: &[u8]) -> io::Result<Verdict> {
        let request = [b"GET /private HTTP/1.1\r\nHost: api\r\n", lines, b"\r\n"].concat();
        let stream = self.stream.get_or_insert_with(|| {
            let stream = TcpStream::connect(self.address).unwrap();
            stream.set_nodelay(true).unwrap();
            let limit = Some(Duration::from_secs(60));
            stream.set_read_timeout(limit).unwrap();
            BufReader::new(stream)
        });
        let written = stream.get_mut().write_all(&request);
        // There may be an answer although not all could be written.
        let (verdict, ends) =
            Verdict::read(stream).map_err(|error| written.err().unwrap_or(error))?;
        if ends {
            self.stream = None;
        }
        Ok(verdict)
    }
}

impl Verdict {
    /// Also whether the connection ends with it.
    fn read(stream: &mut impl BufRead) -> io::Result<(Self, bool)> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            match line.strip_suffix("\r\n") {
                Some("") => break,
                Some(line) => lines.push(line.to_ascii_lowercase()),
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let status = lines.remove(0).split(' ').nth(1).unwrap().parse().unwrap();
        let ends = lines.iter().any(|line| line == "connection: close");
        lines.retain(|line| !line.starts_with("date: ") && !line.starts_with("connection: "));
        lines.sort();
        let length = lines
            .iter()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        let verdict = Self {
            status,
            headers: lines,
            body: String::from_utf8(body).unwrap(),
        };
        Ok((verdict, ends))
    }
}
