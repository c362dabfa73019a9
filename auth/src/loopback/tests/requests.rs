//! Requests that are no plain navigation of this machine's browser to the
//! redirect URI: security catalogue L9–L13.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    thread,
};

use super::{
    exchange,
    waiting::{PATIENCE, STATE, Waiting, address_of, wait},
};
use crate::{
    error::LoopbackError,
    loopback::{Loopback, Outcome, RedirectHost},
};

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
    let refused = Loopback::bind(RedirectHost::Ipv4, &[port], "My Notes");
    assert!(matches!(refused, Err(LoopbackError::NoPort(ports)) if ports == port.to_string()));
    let other = Loopback::bind(RedirectHost::Ipv4, &[port, 0], "My Notes").unwrap();
    assert_ne!(address_of(&other).port(), port);
}

/// L9: the same checks on the other address.
#[test]
fn ipv6_and_localhost_serve_their_own_name_only() {
    for (host, name, at) in [
        (RedirectHost::Ipv6, "[::1]", "[::1]"),
        (RedirectHost::Localhost, "localhost", "127.0.0.1"),
    ] {
        let bound = Loopback::bind(host, &[0], "My Notes");
        // A machine without IPv6 says so; the port on `localhost` needs none.
        if host == RedirectHost::Ipv6 && TcpListener::bind("[::1]:0").is_err() {
            assert!(matches!(bound, Err(LoopbackError::NoPort(_))));
            continue;
        }
        let loopback = bound.unwrap();
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
        let waiting = thread::spawn(move || {
            let served = wait(loopback);
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
        "/result/",
        "/result/x",
        "/callback;x",
    ] {
        for target in [path.to_owned(), format!("{path}?{query}")] {
            let answer = waiting.get(&target);
            waiting.assert_refused(&answer, 404);
        }
    }
    waiting.assert_serves();
}
