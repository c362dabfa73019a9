//! Whoever knows the port sends here: security catalogue L1–L4, L9–L13,
//! L16–L18, L20, with raw bytes against the real listener.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use oauth2::CsrfToken;
use vestibule::auth::{
    Error,
    error::LoopbackError,
    loopback::{Loopback, Outcome, RedirectHost},
    ports::Cancel,
};

use crate::{
    clock::{LONG, eventually},
    raw::exchange,
};

pub const STATE: &str = "the-state-of-this-request";
/// For answers that have to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A listener that waits for the callback with [`STATE`].
pub struct Waiting {
    pub address: SocketAddr,
    cancel: Cancel,
    pub waiting: JoinHandle<Result<(), Error>>,
}

impl Waiting {
    pub fn start() -> Self {
        Self::with_limit(LONG)
    }

    fn with_limit(limit: Duration) -> Self {
        let loopback = Loopback::bind(RedirectHost::Ipv4, &[0]).unwrap();
        let address = address_of(&loopback);
        let cancel = Cancel::default();
        let flag = cancel.clone();
        let waiting = thread::spawn(move || {
            let state = CsrfToken::new(STATE.to_owned());
            let (_, answering) = loopback.wait(&state, limit, &flag)?;
            answering.finish(Outcome::SignedIn);
            Ok(())
        });
        Self {
            address,
            cancel,
            waiting,
        }
    }

    pub fn host(&self) -> String {
        format!("Host: {}\r\n", self.address)
    }

    fn request(&self, method: &str, target: &str, headers: &str) -> String {
        let head = format!("{method} {target} HTTP/1.1\r\n{}{headers}\r\n", self.host());
        exchange(self.address, head.as_bytes(), PATIENCE)
    }

    fn get(&self, target: &str) -> String {
        self.request("GET", target, "")
    }

    /// Refused with this status, and the wait goes on.
    fn assert_refused(&self, answer: &str, status: u16) {
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(
            !answer.to_ascii_lowercase().contains("access-control-"),
            "{answer}"
        );
        assert!(!self.waiting.is_finished(), "the wait is over: {answer}");
    }

    /// The genuine callback still gets through, and at once.
    pub fn assert_serves(self) {
        let start = Instant::now();
        let answer = self.get(&format!("/callback?code=c&state={STATE}"));
        assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
        assert!(self.get("/result").contains("You are signed in"));
        self.waiting.join().unwrap().unwrap();
    }
}

fn address_of(loopback: &Loopback) -> SocketAddr {
    let uri = loopback.redirect_uri();
    let authority = uri
        .strip_prefix("http://")
        .unwrap()
        .strip_suffix("/callback")
        .unwrap();
    authority.parse().unwrap()
}

/// L1.
#[test]
fn a_wrong_missing_empty_or_doubled_state_consumes_nothing() {
    let waiting = Waiting::start();
    for query in [
        "code=c".to_owned(),
        "code=c&state=".to_owned(),
        "code=c&state=another".to_owned(),
        format!("code=c&state={STATE}x"),
        format!("code=c&state={}", &STATE[1..]),
        format!("code=c&state={}", STATE.to_uppercase()),
        format!("code=c&state={STATE}%00"),
        "code=c&state=%ff%fe%".to_owned(),
        format!("code=c&state={STATE}&state={STATE}"),
        format!("code=c&code=d&state={STATE}"),
        format!("code=c&state={STATE}&state=another"),
        format!("error=access_denied&error=x&state={STATE}"),
        format!("code=c&STATE={STATE}"),
        "error=access_denied".to_owned(),
        String::new(),
    ] {
        let answer = waiting.get(&format!("/callback?{query}"));
        waiting.assert_refused(&answer, 400);
    }
    waiting.assert_serves();
}

/// L2: a browser's second GET, a reload, a link scanner.
#[test]
fn the_same_callback_again_is_answered_and_does_nothing() {
    let loopback = Loopback::bind(RedirectHost::Ipv4, &[0]).unwrap();
    let address = address_of(&loopback);
    let target = format!("/callback?code=c&state={STATE}");
    let get = move |target: &str| {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        exchange(address, head.as_bytes(), PATIENCE)
    };
    let first = thread::spawn({
        let target = target.clone();
        move || get(&target)
    });
    let state = CsrfToken::new(STATE.to_owned());
    let (_, answering) = loopback.wait(&state, LONG, &Cancel::default()).unwrap();
    assert!(first.join().unwrap().starts_with("HTTP/1.1 303 "));
    for _ in 0..3 {
        let again = get(&target);
        assert!(again.starts_with("HTTP/1.1 303 "), "{again}");
        assert!(!again.contains("code=c"), "{again}");
    }
    // Parked until there is a result.
    let parked = thread::spawn(move || get("/result"));
    thread::sleep(Duration::from_millis(100));
    assert!(!parked.is_finished());
    answering.finish(Outcome::NotSignedIn);
    let page = parked.join().unwrap();
    assert!(page.contains("The sign-in did not finish"), "{page}");
}

/// L3.
#[test]
fn a_callback_of_an_earlier_attempt_is_refused() {
    let waiting = Waiting::start();
    waiting.assert_serves();
    let second = Waiting::start();
    let answer = second.get("/callback?code=c&state=the-state-of-the-request-before");
    second.assert_refused(&answer, 400);
    second.assert_serves();
}

/// L5, in small.
#[test]
fn a_thousand_guesses_do_not_keep_the_genuine_callback_out() {
    let waiting = Waiting::start();
    for guess in 0..1000 {
        let answer = waiting.get(&format!("/callback?code=c&state={guess}"));
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    waiting.assert_serves();
}

/// L9.
#[test]
fn only_the_loopback_address_is_listened_on() {
    let waiting = Waiting::start();
    assert_eq!(waiting.address.ip(), Ipv4Addr::LOCALHOST);
    let port = waiting.address.port();
    // The port is taken on this address and on no other.
    assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err());
    assert!(TcpListener::bind((Ipv4Addr::new(127, 0, 0, 2), port)).is_ok());
    waiting.assert_serves();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let refused = Loopback::bind(RedirectHost::Ipv4, &[port]);
    assert!(matches!(refused, Err(LoopbackError::NoPort(ports)) if ports == port.to_string()));
    let other = Loopback::bind(RedirectHost::Ipv4, &[port, 0]).unwrap();
    assert_ne!(address_of(&other).port(), port);
}

/// L9: the same checks on the other address.
#[test]
fn ipv6_and_localhost_serve_their_own_name_only() {
    for (host, name, at) in [
        (RedirectHost::Ipv6, "[::1]", "[::1]"),
        (RedirectHost::Localhost, "localhost", "127.0.0.1"),
    ] {
        let Ok(loopback) = Loopback::bind(host, &[0]) else {
            assert!(
                TcpListener::bind("[::1]:0").is_err(),
                "{name} cannot be bound"
            );
            eprintln!("this machine has no IPv6 loopback: {name} is not tested");
            continue;
        };
        let uri = loopback.redirect_uri();
        let port = uri
            .rsplit_once(':')
            .unwrap()
            .1
            .strip_suffix("/callback")
            .unwrap()
            .to_owned();
        assert_eq!(uri, format!("http://{name}:{port}/callback"));
        let address: SocketAddr = format!("{at}:{port}").parse().unwrap();
        let state = CsrfToken::new(STATE.to_owned());
        let waiting = thread::spawn(move || {
            let served = loopback.wait(&state, LONG, &Cancel::default());
            served
                .map(|(_, answering)| answering.finish(Outcome::SignedIn))
                .is_ok()
        });
        let get = |host: &str| {
            let target = format!("/callback?code=c&state={STATE}");
            let head = format!("GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n");
            exchange(address, head.as_bytes(), PATIENCE)
        };
        assert!(get("evil.example").starts_with("HTTP/1.1 400 "));
        assert!(get(name).starts_with("HTTP/1.1 303 "));
        assert!(waiting.join().unwrap());
    }
}

/// L10: DNS rebinding.
#[test]
fn another_host_none_or_two_or_an_absolute_target_is_refused() {
    let waiting = Waiting::start();
    let port = waiting.address.port();
    let target = format!("/callback?code=c&state={STATE}");
    let good = waiting.host();
    for host in [
        format!("Host: evil.example:{port}\r\n"),
        format!("Host: localhost:{port}\r\n"),
        "Host: 127.0.0.1\r\n".to_owned(),
        format!("Host: 127.0.0.1:{port}.evil.example\r\n"),
        "Host: \r\n".to_owned(),
        String::new(),
        format!("{good}{good}"),
        format!("{good}Host: evil.example\r\n"),
    ] {
        let head = format!("GET {target} HTTP/1.1\r\n{host}\r\n");
        let answer = exchange(waiting.address, head.as_bytes(), PATIENCE);
        waiting.assert_refused(&answer, 400);
    }
    let answer = waiting.get(&format!("http://127.0.0.1:{port}{target}"));
    waiting.assert_refused(&answer, 400);
    waiting.assert_serves();
}

/// L11, L12.
#[test]
fn other_methods_preflights_and_prefetches_do_not_consume_the_code() {
    let waiting = Waiting::start();
    let target = format!("/callback?code=c&state={STATE}");
    for method in [
        "HEAD", "POST", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "QUERY",
    ] {
        let answer = waiting.request(method, &target, "");
        waiting.assert_refused(&answer, 405);
        assert!(answer.contains("Allow: GET"), "{answer}");
    }
    let preflight = "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n\
                     Access-Control-Request-Private-Network: true\r\n";
    let answer = waiting.request("OPTIONS", &target, preflight);
    waiting.assert_refused(&answer, 405);
    for prefetch in [
        "Sec-Purpose: prefetch",
        "Sec-Purpose: prefetch;prerender",
        "Purpose: prefetch",
        "X-Moz: prefetch",
    ] {
        let answer = waiting.request("GET", &target, &format!("{prefetch}\r\n"));
        waiting.assert_refused(&answer, 400);
    }
    waiting.assert_serves();
}

/// A response by form post (OAuth 2.0 Form Post Response Mode) is not asked
/// for: it is somebody else's.
#[test]
fn a_form_post_does_not_consume_the_code() {
    let waiting = Waiting::start();
    let form = format!("code=c&state={STATE}");
    let headers = format!(
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let head = format!("POST /callback HTTP/1.1\r\n{}{headers}", waiting.host());
    let answer = exchange(waiting.address, head.as_bytes(), PATIENCE);
    waiting.assert_refused(&answer, 405);
    waiting.assert_serves();
}

/// L13.
#[test]
fn other_paths_are_not_found() {
    let waiting = Waiting::start();
    let query = format!("code=c&state={STATE}");
    for path in [
        "/",
        "/favicon.ico",
        "/robots.txt",
        "/callback/",
        "//callback",
        "/callback%00",
        "/CALLBACK",
        "/./callback",
        "/%63allback",
        "/result",
        "/callback;x",
    ] {
        for target in [path.to_owned(), format!("{path}?{query}")] {
            let answer = waiting.get(&target);
            waiting.assert_refused(&answer, 404);
        }
    }
    waiting.assert_serves();
}

/// L18: nothing of a request is ever in a page.
#[test]
fn markup_in_a_request_is_never_reflected() {
    let waiting = Waiting::start();
    let marker = "x5s5";
    for hostile in [
        "<script>x5s5</script>",
        "\"><img/src=x5s5/onerror=x5s5>",
        "</title>x5s5",
        "+ADw-x5s5+AD4-",
        "%3Cscript%3Ex5s5",
    ] {
        let plain = hostile.replace(' ', "+");
        for target in [
            format!("/callback?error={plain}&state={plain}"),
            format!("/callback?error=e&error_description={plain}&error_uri={plain}"),
            format!("/callback?iss={plain}&code=c&state=s"),
            format!("/{plain}"),
        ] {
            let answer = waiting.get(&target);
            assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
            assert!(!answer.contains(marker), "{answer}");
        }
        let answer = waiting.request(
            "GET",
            "/x",
            &format!("X-{marker}: {plain}\r\nCookie: {plain}\r\n"),
        );
        assert!(!answer.contains(marker), "{answer}");
    }
    let query = format!("error=<script>{marker}&error_description={marker}&state={STATE}");
    let answer = waiting.get(&format!("/callback?{query}"));
    assert!(
        answer.starts_with("HTTP/1.1 303 ") && !answer.contains(marker),
        "{answer}"
    );
    let page = waiting.get("/result");
    assert!(
        page.starts_with("HTTP/1.1 200 ") && !page.contains(marker),
        "{page}"
    );
    waiting.waiting.join().unwrap().unwrap();
}

/// L20.
#[test]
fn nobody_coming_ends_the_wait_at_its_limit_and_closes_the_port() {
    let waiting = Waiting::with_limit(Duration::from_millis(300));
    let ended = waiting.waiting.join().unwrap();
    assert!(matches!(ended, Err(Error::TimedOut)));
    // The same port again, at once: it may be the only registered one.
    let again = Loopback::bind(RedirectHost::Ipv4, &[waiting.address.port()]);
    assert!(again.is_ok());
    drop(again);
    eventually("the port closes", || {
        TcpStream::connect(waiting.address).is_err()
    });
}

/// L20: 1 s is promised; the machine may be busy.
#[test]
fn cancel_ends_the_wait_and_closes_the_port_even_with_idle_connections() {
    let waiting = Waiting::start();
    let idle: Vec<_> = (0..8)
        .map(|_| TcpStream::connect(waiting.address).unwrap())
        .collect();
    waiting.get("/favicon.ico");
    let start = Instant::now();
    waiting.cancel.cancel();
    assert!(matches!(
        waiting.waiting.join().unwrap(),
        Err(Error::Cancelled)
    ));
    eventually("the port closes", || {
        TcpStream::connect(waiting.address).is_err()
    });
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
    drop(idle);
}
