//! Against small real servers on loopback.

#![allow(clippy::unwrap_used)]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Instant,
};

use super::*;

pub(super) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/");

/// Serves every connection with `serve`.
fn server(serve: impl Fn(TcpStream) + Send + 'static) -> u16 {
    server_at("127.0.0.1", serve)
}

/// The same at another loopback address.
pub(super) fn server_at(address: &str, serve: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().flatten().for_each(serve));
    port
}

/// Reads one request up to the end of its head; `None` at the end of stream.
pub(super) fn head(stream: &mut impl Read) -> Option<String> {
    let mut head = String::new();
    let mut byte = [0];
    while !head.ends_with("\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0].into());
    }
    Some(head)
}

/// Answers each request with `answer`; gives the heads of the requests.
fn answering(answer: String) -> (u16, Receiver<String>) {
    let (sender, heads) = channel();
    let port = server(move |mut stream| {
        while let Some(head) = head(&mut stream) {
            sender.send(head).ok();
            stream.write_all(answer.as_bytes()).ok();
        }
    });
    (port, heads)
}

fn client() -> HttpClient {
    HttpClient::with(
        "notes/1",
        RootCerts::PlatformVerifier,
        Proxies::default(),
        WHOLE,
    )
}

pub(super) fn get(
    client: &HttpClient,
    url: &str,
    limits: Limits,
) -> Result<Response, TransportError> {
    let request = http::Request::get(url).body(Vec::new()).unwrap();
    client.send(request, limits)
}

fn fetch(client: &HttpClient, port: u16, path: &str) -> Result<Response, TransportError> {
    let url = format!("http://127.0.0.1:{port}{path}");
    get(client, &url, Limits::body(10))
}

#[test]
fn a_redirect_is_not_followed_and_its_status_comes_back() {
    let location = "Location: /elsewhere\r\nContent-Length: 0";
    for status in [301, 302, 303, 307, 308] {
        let (port, heads) = answering(format!("HTTP/1.1 {status} Moved\r\n{location}\r\n\r\n"));
        let response = fetch(&client(), port, "/here").unwrap();
        assert_eq!(response.status(), status);
        assert!(heads.recv().unwrap().starts_with("GET /here"));
        assert!(heads.try_recv().is_err(), "{status} was followed");
    }
}

#[test]
fn an_error_status_comes_with_its_body_and_headers() {
    let rest = "WWW-Authenticate: Bearer\r\nContent-Length: 2";
    let (port, heads) = answering(format!("HTTP/1.1 401 No\r\n{rest}\r\n\r\n{{}}"));
    let response = fetch(&client(), port, "/").unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    assert_eq!(response.body(), b"{}");
    let head = heads.recv().unwrap().to_lowercase();
    assert!(head.contains("user-agent: notes/1"));
    assert!(!head.contains("content-length"));
    // Security catalogue T12a.
    assert!(head.contains("accept-encoding: gzip\r\n"), "{head}");
}

#[test]
fn a_body_up_to_the_limit_is_read_and_a_longer_one_is_cut() {
    let sized = |n: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {n}\r\n\r\n");
    let (exact, _heads) = answering(sized(10) + &"x".repeat(10));
    assert_eq!(fetch(&client(), exact, "/").unwrap().body().len(), 10);
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nxxxxxxxxxxx\r\n";
    let endless_head = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(70_000));
    for answer in [sized(1 << 40) + "xxxxxxxxxxx", chunked.into(), endless_head] {
        let (port, _heads) = answering(answer);
        let error = fetch(&client(), port, "/").unwrap_err();
        assert_eq!(error.kind, Kind::TooLarge);
    }
}

#[test]
fn a_server_that_is_silent_or_drips_is_given_up() {
    let client = HttpClient::with(
        "notes/1",
        RootCerts::PlatformVerifier,
        Proxies::default(),
        Duration::from_millis(300),
    );
    let silent = server(|mut stream| while head(&mut stream).is_some() {});
    let dripping = server(|mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok();
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let endless_head = server(|mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n").ok();
        while stream.write_all(b"X: y\r\n").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let endless_chunks = server(|mut stream| {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        stream.write_all(head).ok();
        while stream.write_all(b"1\r\nx\r\n").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    for port in [silent, dripping, endless_head, endless_chunks] {
        let start = Instant::now();
        let url = format!("http://127.0.0.1:{port}/?code=secret");
        let error = get(&client, &url, Limits::body(1 << 20)).unwrap_err();
        assert!(start.elapsed() < WHOLE);
        assert_eq!(
            error.to_string(),
            format!("127.0.0.1:{port}: no answer within the time limit")
        );
    }
}

#[test]
fn plain_http_is_for_loopback_alone() {
    for url in [
        "http://example.org/",
        "http://192.168.0.5/",
        "http://localhost.example.org/",
        "ftp://127.0.0.1/",
        "/no/host",
    ] {
        let error = get(&client(), url, Limits::body(10)).unwrap_err();
        assert_eq!(error.kind, Kind::Forbidden, "{url}");
    }
    let (port, _heads) = answering("HTTP/1.1 204 None\r\n\r\n".to_owned());
    let url = format!("http://localhost:{port}/");
    assert!(get(&client(), &url, Limits::body(10)).is_ok());
}

#[test]
fn a_picture_is_fetched_from_the_public_internet_alone() {
    let limits = Limits {
        body: 10,
        public_only: true,
    };
    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://1.1.1.1:22/",
        "http://1.1.1.1/",
    ] {
        let error = get(&client(), url, limits).unwrap_err();
        assert_eq!(error.kind, Kind::Forbidden, "{url}");
    }
}

#[test]
fn a_connection_that_the_server_closed_while_idle_is_replaced() {
    let (closed, closes) = channel();
    let port = server(move |mut stream| {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        head(&mut stream);
        stream.write_all(answer).ok();
        drop(stream);
        closed.send(()).ok();
    });
    let client = client();
    for _ in 0..5 {
        assert_eq!(fetch(&client, port, "/").unwrap().status(), 200);
        closes.recv().unwrap();
    }
}

/// It may have been received: a code or a refresh token that comes twice ends what it is for.
#[test]
fn a_form_that_meets_the_end_of_an_idle_connection_is_not_sent_again() {
    let (sender, heads) = channel();
    let port = server(move |mut stream| {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        for answers in [true, false] {
            sender.send(head(&mut stream)).ok();
            if answers {
                stream.write_all(answer).ok();
            }
        }
    });
    let client = client();
    assert_eq!(fetch(&client, port, "/keys").unwrap().status(), 200);
    let request = http::Request::post(format!("http://127.0.0.1:{port}/token"));
    let request = request.body(b"code=secret".to_vec()).unwrap();
    let error = client.send(request, Limits::body(10)).unwrap_err();
    assert!(matches!(error.kind, Kind::Unreachable(_)), "{error}");
    let mut sent = [heads.recv().unwrap(), heads.recv().unwrap()];
    let sent = sent.each_mut().map(|head| head.take().unwrap_or_default());
    assert!(sent[0].starts_with("GET /keys"), "{sent:?}");
    assert!(
        sent[1].starts_with("POST /token"),
        "another connection: {sent:?}"
    );
    assert!(heads.try_recv().is_err(), "it was sent again");
}

/// Nothing of a request to them can have been received.
#[test]
fn nobody_who_listens_and_no_such_name_are_no_connection() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    for url in [
        format!("http://127.0.0.1:{}/", port.unwrap().port()),
        "https://sso.invalid/".to_owned(),
    ] {
        let error = get(&client(), &url, Limits::body(10)).unwrap_err();
        assert!(matches!(error.kind, Kind::NotConnected(_)), "{error}");
    }
}

#[test]
fn a_user_agent_that_fits_no_header_is_named() {
    for agent in ["", "notes\r\nx: y", "Blüten", "notes\0"] {
        let error = HttpClient::new(agent, None, Proxies::default());
        let error = error.err().unwrap().to_string();
        assert_eq!(error, "user_agent: it must be printable ASCII");
    }
}

#[test]
fn a_file_without_certificates_is_named() {
    for (name, words) in [
        ("server.key", "has no certificate"),
        ("none.pem", "cannot be read"),
    ] {
        let path = format!("{FOLDER}{name}");
        let error = HttpClient::new("notes/1", Some(Path::new(&path)), Proxies::default())
            .err()
            .unwrap();
        let error = error.to_string();
        assert!(error.contains(name) && error.contains(words), "{error}");
    }
}
